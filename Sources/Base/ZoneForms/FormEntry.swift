// Purpose: the official forms of a site as a folder: the list that names them with their hashes, and whether each file
// still is what was listed. Nothing is shipped: only a form that somebody has issued is official.
import ZoneConfig
import ZoneModel
import ZoneTime
import ZoneYAML

/// What a form is for, by the notices' own words.
package enum FormKind: String, Sendable, Codable, CaseIterable {
    case application, sample, suggestion, receipt, satisfaction, contact

    package var zh: String {
        switch self {
        case .application: "申请表"
        case .sample: "样表"
        case .suggestion: "意见建议表"
        case .receipt: "接收回执"
        case .satisfaction: "满意度评价表"
        case .contact: "联系电话及接收地址"
        }
    }
}

/// One form of the list.
package struct FormEntry: Sendable, Hashable {
    package static let pagesRange = 1...200

    package let id: Slug
    package let title: String
    package let kind: FormKind
    /// Its name in the folder; never a path.
    package let file: String
    /// 64 lower-case hex digits.
    package let sha256: String
    package let pages: Int
    /// `nil` is all.
    package let zoneTypes: [ZoneType]?
    /// Whether the zone lacks something without it.
    package let required: Bool
    /// Who issued it, with the document's number.
    package let source: String
    package let revised: CivilDate
    /// Where it stands in the list.
    package let line: Int

    init(_ section: YAMLSection) throws(FileComplaint) {
        var section = section
        line = section.line
        id = try section.required("id", expected: "1 to 32 of a-z, 0-9 and -", Slug.init)
        title = try section.required("title", expected: "the form's title, up to 80 characters", FormEntry.title)
        kind = try section.required("kind", expected: words(FormKind.self), FormKind.init)
        file = try section.required(
            "file", expected: "the name of a .pdf file in this folder, at most 120 bytes, no slash", FormEntry.fileName)
        sha256 = try section.required(
            "sha256", expected: "the 64 hex digits that sha256sum prints", FormEntry.hash)
        pages = try section.required("pages", expected: "the number of its pages, 1 to 200", FormEntry.pages)
        zoneTypes = try FormEntry.readTypes(&section)
        required = try section.value("required", expected: "true or false", Bool.init)?.value ?? false
        source = try section.required(
            "source", expected: "who issued it, and the document's number, up to 120 characters", FormEntry.source)
        revised = try section.required("revised", expected: "a date such as 2026-03-01", CivilDate.init)
        try section.finish()
    }

    package func concerns(_ type: ZoneType) -> Bool { zoneTypes?.contains(type) ?? true }

    /// `all`, or a list; an empty one is a mistake: nobody can tell whether it means all or none.
    private static func readTypes(_ section: inout YAMLSection) throws(FileComplaint) -> [ZoneType]? {
        let expected = "all, or a list of \(ZoneType.allCases.map(\.rawValue).joined(separator: ", ")), each once"
        guard section.keys.contains("zoneTypes") else { return nil }
        if let word = try? section.text("zoneTypes") {
            guard word.value == "all" else { throw section.complaint("zoneTypes", expected: expected) }
            return nil
        }
        var types: [ZoneType] = []
        for text in try section.texts("zoneTypes") {
            guard let type = ZoneType(rawValue: text), !types.contains(type) else {
                throw section.complaint("zoneTypes", expected: expected)
            }
            types.append(type)
        }
        guard !types.isEmpty else { throw section.complaint("zoneTypes", expected: expected) }
        return types
    }

    private static func title(_ text: String) -> String? { printable(text, limit: 80) }
    private static func source(_ text: String) -> String? { printable(text, limit: 120) }
    private static func pages(_ text: String) -> Int? { Int(text).flatMap { pagesRange.contains($0) ? $0 : nil } }

    private static func printable(_ text: String, limit: Int) -> String? {
        text.allSatisfy(\.isWhitespace) || text.count > limit ? nil : text
    }

    /// One segment that no folder can hide behind; a leading dot is how `..` and hidden files begin.
    private static func fileName(_ text: String) -> String? {
        let isPlain = !text.contains("/") && !text.hasPrefix(".") && text.lowercased().hasSuffix(".pdf")
        return isPlain && (5...120).contains(text.utf8.count) ? text : nil
    }

    private static func hash(_ text: String) -> String? { Hex.bytes(text)?.count == 32 ? text.lowercased() : nil }
}

/// `forms.yaml` as it was read.
package struct FormList: Sendable, Hashable {
    package static let name = "forms.yaml"
    /// In bytes: some hundred forms with long titles.
    package static let longest = 64 << 10
    package static let mostForms = 100

    package let entries: [FormEntry]

    /// - Throws: the first complaint. Nothing of a list with a mistake is used.
    package init(text: String, file: String) throws(FileComplaint) {
        var root = try YAMLSection(text: text, file: file)
        var entries: [FormEntry] = []
        let sections = try root.sections("forms")
        guard sections.count <= FormList.mostForms else {
            throw root.complaint("forms", expected: "at most \(FormList.mostForms) forms")
        }
        for section in sections {
            let entry = try FormEntry(section)
            guard !entries.contains(where: { $0.id == entry.id }) else {
                throw section.complaint("id", expected: "an id that no other form of this list has")
            }
            entries.append(entry)
        }
        self.entries = entries
        try root.finish()
    }
}
