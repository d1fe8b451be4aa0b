import ZoneModel
import ZoneYAML

/// One policy file as it was read.
package struct PolicyFile: Sendable, Hashable {
    /// Entries of one section.
    package static let mostEntries = 200

    package let path: String
    package let district: String
    package let title: String
    package let sections: PolicySections
    package var rules: [PolicyRule] { sections.rules }

    /// - Throws: the first complaint. Nothing of a file with a mistake is used.
    package init(text: String, file: String) throws(FileComplaint) {
        var root = try YAMLSection(text: text, file: file)
        path = file
        district = try root.required("district", expected: "the district's name", printable)
        title = try root.required("title", expected: "what these rules are", printable)
        sections = try PolicySections(&root)
        try root.finish()
    }
}

/// What a policy may be made of. A section that is not there demands nothing, and gives no score.
package struct PolicySections: Sendable, Hashable {
    package private(set) var rules: [PolicyRule] = []
    package private(set) var signs: [ThingRule] = []
    package private(set) var forms: [ThingRule] = []
    package private(set) var checkLists: [CheckList] = []
    package private(set) var duties: [Duty] = []
    package private(set) var scoring: [ScoringRule] = []

    init() {}

    init(_ root: inout YAMLSection) throws(FileComplaint) {
        let most = PolicyFile.mostEntries
        rules = try root.entries("rules", most: most, id: \.id, PolicyRule.init)
        signs = try root.entries("signs", most: CheckList.mostItems, id: \.id) { (section) throws(FileComplaint) in
            try ThingRule(section, isForm: false)
        }
        forms = try root.entries("forms", most: CheckList.mostItems, id: \.id) { (section) throws(FileComplaint) in
            try ThingRule(section, isForm: true)
        }
        checkLists = try root.entries("checklists", most: most, id: \.id, CheckList.init)
        duties = try root.entries("duties", most: most, id: \.id, Duty.init)
        scoring = try root.entries("scoring", most: most, id: \.id, ScoringRule.init)
    }

    /// A later entry replaces an earlier one of the same id, wholly, in its place.
    mutating func lay(_ other: PolicySections) {
        PolicySections.lay(other.rules, over: &rules)
        PolicySections.lay(other.signs, over: &signs)
        PolicySections.lay(other.forms, over: &forms)
        PolicySections.lay(other.checkLists, over: &checkLists)
        PolicySections.lay(other.duties, over: &duties)
        PolicySections.lay(other.scoring, over: &scoring)
    }

    private static func lay<Entry: Cited>(_ upper: [Entry], over lower: inout [Entry]) {
        for entry in upper {
            if let place = lower.firstIndex(where: { $0.id == entry.id }) {
                lower[place] = entry
            } else {
                lower.append(entry)
            }
        }
    }
}

/// All policy files laid over each other.
package struct Policy: Sendable {
    package struct Source: Sendable {
        package var path: String
        package var text: String

        package init(path: String, text: String) { (self.path, self.text) = (path, text) }
    }

    /// Of the last file that could be read; `nil` when none could.
    package private(set) var district: String?
    package private(set) var title: String?
    package private(set) var sections = PolicySections()
    /// Whoever prints a verdict must print these too: the entries of these files are not in it.
    package private(set) var complaints: [FileComplaint] = []

    package var rules: [PolicyRule] { sections.rules }

    /// - Parameter sources: in the order in which they are laid, the weakest first.
    package init(_ sources: [Source]) {
        var files: [PolicyFile] = []
        for source in sources {
            do throws(FileComplaint) {
                files.append(try PolicyFile(text: source.text, file: source.path))
            } catch {
                complaints.append(error)
            }
        }
        lay(files)
        // Only the whole knows what there is to score: a district may score what a notice demands. Without the files
        // that are wrong in this, others may be.
        while case let wrong = sections.scoring.filter({ !sections.has($0.item) }), !wrong.isEmpty {
            complaints += wrong.map(\.complaint)
            files.removeAll { file in wrong.contains { $0.file == file.path } }
            lay(files)
        }
    }

    private mutating func lay(_ files: [PolicyFile]) {
        (district, title) = (files.last?.district, files.last?.title)
        sections = files.reduce(into: PolicySections()) { $0.lay($1.sections) }
    }
}

extension ScoringRule {
    fileprivate var complaint: FileComplaint {
        FileComplaint(
            file: file, line: itemLine, field: itemField,
            expected: "an entry that some policy file has (not “\(item)”)")
    }
}
