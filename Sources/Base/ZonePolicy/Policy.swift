import ZoneModel
import ZoneYAML

/// One policy file as it was read.
package struct PolicyFile: Sendable, Hashable {
    package let district: String
    package let title: String
    package let rules: [PolicyRule]

    /// - Throws: the first complaint. Nothing of a file with a mistake is used.
    package init(text: String, file: String) throws(FileComplaint) {
        var root = try YAMLSection(text: text, file: file)
        district = try root.required("district", expected: "the district's name", printable)
        title = try root.required("title", expected: "what these rules are", printable)
        var rules: [PolicyRule] = []
        for section in try root.sections("rules") {
            let rule = try PolicyRule(section)
            guard !rules.contains(where: { $0.id == rule.id }) else {
                throw section.complaint("id", expected: "an id that no other rule of this file has")
            }
            rules.append(rule)
        }
        self.rules = rules
        try root.finish()
    }
}

/// All policy files laid over each other: a later rule replaces an earlier one of the same id, wholly, in its place.
package struct Policy: Sendable {
    package struct Source: Sendable {
        package var path: String
        package var text: String

        package init(path: String, text: String) { (self.path, self.text) = (path, text) }
    }

    /// Of the last file that could be read; `nil` when none could.
    package private(set) var district: String?
    package private(set) var title: String?
    package private(set) var rules: [PolicyRule] = []
    /// Whoever prints a verdict must print these too: the rules of these files are not in it.
    package private(set) var complaints: [FileComplaint] = []

    /// - Parameter sources: in the order in which they are laid, the weakest first.
    package init(_ sources: [Source]) {
        for source in sources {
            do throws(FileComplaint) {
                lay(try PolicyFile(text: source.text, file: source.path))
            } catch {
                complaints.append(error)
            }
        }
    }

    private mutating func lay(_ file: PolicyFile) {
        (district, title) = (file.district, file.title)
        for rule in file.rules {
            if let place = rules.firstIndex(where: { $0.id == rule.id }) {
                rules[place] = rule
            } else {
                rules.append(rule)
            }
        }
    }
}
