import ZoneModel
import ZoneYAML

/// Things without a plug, which a person looks for: 饮水机, 一次性纸杯, 笔, 纸, 书橱.
package struct CheckList: Cited {
    package struct Item: Sendable, Hashable {
        package let id: Slug
        package let text: String
        /// At least so many of them.
        package let count: Int
        package let required: Requirement
        /// For how long a person's word holds, in days.
        package let everyDays: Int
        /// Where an entry of its own demands it, as of signs and forms; `nil`: where the list stands.
        package let source: Citation?
        /// Which form it is, of the shelf's kinds.
        package let form: FormWord?
    }

    package static let mostItems = 64
    package static let everyDaysRange = 1...366
    /// Where no file says how often: one look a month, as the monthly sheet asks.
    package static let usualDays = 31
    /// The lists that are made of signs and forms; no list of a file may have these ids.
    package static let signs = "signs"
    package static let forms = "forms"

    package let source: Citation
    package let items: [Item]

    init(_ section: YAMLSection) throws(FileComplaint) {
        var section = section
        let source = try Citation(&section)
        guard ![CheckList.signs, CheckList.forms].contains(source.id.text) else {
            throw section.complaint("id", expected: "another id: signs and forms are sections of their own")
        }
        let days = try section.number("everyDays", CheckList.everyDaysRange) ?? CheckList.usualDays
        let items = try section.entries("items", most: CheckList.mostItems, id: \.id) {
            (item) throws(FileComplaint) in
            try Item(item, of: source, everyDays: days)
        }
        guard !items.isEmpty else { throw section.complaint("items", expected: "a list of things") }
        try section.finish()
        (self.source, self.items) = (source, items)
    }

    /// A list of entries that each have a notice of their own.
    init?(_ id: String, _ title: String, _ rules: [ThingRule]) {
        guard let first = rules.first, let id = Slug(id) else { return nil }
        source = Citation(id, title, like: first.source)
        items = rules.map { rule in
            Item(
                id: rule.id, text: rule.text, count: rule.count, required: rule.required, everyDays: rule.everyDays,
                source: rule.source, form: rule.form)
        }
    }
}

extension CheckList.Item {
    fileprivate init(_ section: YAMLSection, of list: Citation, everyDays: Int) throws(FileComplaint) {
        var section = section
        id = try section.required("id", expected: "1 to 32 of a-z, 0-9 and -", Slug.init)
        text = try section.required("text", expected: "what is looked for, up to 200 characters", printable)
        count = try section.number("count", 1...999) ?? 1
        required = try section.requirement(clause: list.clause)
        (self.everyDays, source, form) = (everyDays, nil, nil)
        try section.finish()
    }
}

extension Citation {
    fileprivate init(_ id: Slug, _ title: String, like other: Citation) {
        (self.id, text, notice, clause) = (id, title, other.notice, other.clause)
        (zoneTypes, file, line) = (nil, other.file, other.line)
    }
}

extension Policy {
    /// All that a person can be asked to look for in a zone of this type: signs, forms, and the lists.
    package func checkLists(for zoneType: String) -> [CheckList] {
        let type = ZoneTypeName(rawValue: zoneType)
        func mine(_ rules: [ThingRule]) -> [ThingRule] { rules.filter { $0.source.concerns(type) } }
        let implied = [
            CheckList(CheckList.signs, "标识牌", mine(sections.signs)),
            CheckList(CheckList.forms, "表格和公示材料", mine(sections.forms)),
        ]
        return implied.compactMap { $0 } + sections.checkLists.filter { $0.source.concerns(type) }
    }
}
