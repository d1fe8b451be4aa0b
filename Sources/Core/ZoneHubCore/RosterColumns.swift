import ZoneHubStore
import ZoneModel

/// Which column is where, by the head line.
struct RosterColumns {
    private static let required = ["zone", "name", "type"]
    private static let known = required + ["purpose", "place", "unit", "contactRole", "agent", "retired"]
    private static let types = ["hall", "township", "archive", "library", "village"]
    private static let purposes = ["production", "demo"]

    private var places: [String: Int] = [:]
    private let count: Int

    init(_ head: CSVRows.Row) throws(RosterCSV.Trouble) {
        count = head.fields.count
        for (index, field) in head.fields.enumerated() {
            let name = field.trimmed
            guard let column = RosterColumns.known.first(where: { $0.lowercased() == name.lowercased() }) else {
                let shown = name.cleaned(limit: 40)
                let words = RosterColumns.known.joined(separator: ", ")
                throw RosterCSV.Trouble(complaints: [
                    .init(
                        line: head.line, column: shown, zh: "不认识的列，可用：\(words)",
                        en: "not a column of the roster; these are: \(words)")
                ])
            }
            guard places.updateValue(index, forKey: column) == nil else {
                throw RosterCSV.Trouble(complaints: [
                    .init(line: head.line, column: column, zh: "这一列出现两次", en: "this column is there twice")
                ])
            }
        }
        for column in RosterColumns.required where places[column] == nil {
            throw RosterCSV.Trouble(complaints: [
                .init(line: head.line, column: column, zh: "缺少这一列", en: "this column is missing")
            ])
        }
    }

    func entry(_ row: CSVRows.Row) throws(RosterCSV.Trouble) -> RosterEntry {
        guard row.fields.count <= count || row.fields.dropFirst(count).allSatisfy(\.isEmpty) else {
            throw complaint(row, nil, "比表头多\(row.fields.count - count)列", "has more fields than the head line")
        }
        guard let zone = Slug(value("zone", row)) else {
            throw complaint(row, "zone", "编号应为1至32个小写字母、数字或连字符", "an id is 1 to 32 of a-z, 0-9 and '-'")
        }
        var entry = RosterEntry(
            zone: zone, name: try text("name", row, 1...100) ?? "", type: try word("type", row, RosterColumns.types),
            purpose: try word("purpose", row, RosterColumns.purposes),
            hasAgent: try flag("agent", row, default: true), isRetired: try flag("retired", row, default: false))
        entry.place = try text("place", row, 0...200)
        entry.unit = try text("unit", row, 0...60)
        entry.contactRole = try text("contactRole", row, 0...100)
        return entry
    }

    private func value(_ column: String, _ row: CSVRows.Row) -> String {
        guard let place = places[column], place < row.fields.count else { return "" }
        return row.fields[place].trimmed
    }

    private func text(
        _ column: String, _ row: CSVRows.Row, _ length: ClosedRange<Int>
    ) throws(RosterCSV.Trouble) -> String? {
        let text = value(column, row)
        guard text == text.cleaned(limit: .max) else {
            throw complaint(row, column, "含有控制字符", "has control characters in it")
        }
        guard length.contains(text.count) else {
            let limits = "\(length.lowerBound)–\(length.upperBound)"
            throw complaint(row, column, "应为\(limits)个字", "must have \(limits) characters")
        }
        return text.isEmpty ? nil : text
    }

    /// The first of `words` when the column or its value is absent, except where the column is required.
    private func word(
        _ column: String, _ row: CSVRows.Row, _ words: [String]
    ) throws(RosterCSV.Trouble) -> String {
        let text = value(column, row)
        if text.isEmpty, !RosterColumns.required.contains(column), let first = words.first { return first }
        guard words.contains(text) else {
            let list = words.joined(separator: ", ")
            throw complaint(row, column, "只能是：\(list)", "must be one of: \(list)")
        }
        return text
    }

    private func flag(
        _ column: String, _ row: CSVRows.Row, default usual: Bool
    ) throws(RosterCSV.Trouble) -> Bool {
        switch value(column, row).lowercased() {
        case "": return usual
        case "yes", "是": return true
        case "no", "否": return false
        default: throw complaint(row, column, "只能是 yes/no（是/否）", "must be yes or no")
        }
    }

    private func complaint(_ row: CSVRows.Row, _ column: String?, _ zh: String, _ en: String) -> RosterCSV.Trouble {
        RosterCSV.Trouble(complaints: [.init(line: row.line, column: column, zh: zh, en: en)])
    }
}

extension String {
    /// Without spaces at its ends.
    fileprivate var trimmed: String {
        let blanks: Set<Unicode.Scalar> = [" ", "\t", "\u{3000}", "\u{A0}"]
        let rest = unicodeScalars.drop { blanks.contains($0) }
        guard let last = rest.lastIndex(where: { !blanks.contains($0) }) else { return "" }
        return String(rest[...last])
    }
}
