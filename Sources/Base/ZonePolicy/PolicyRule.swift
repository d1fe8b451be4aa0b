// Purpose: what notices demand of a zone's equipment, as data of a district: read, laid over each other, and held
// against the list of devices. A rule that nobody has confirmed is never met and never broken.
import ZoneModel
import ZoneYAML

/// The words of `type` in agent.yaml. A word that is not here is from a newer version.
package enum ZoneTypeName: String, Sendable, CaseIterable { case hall, township, archive, library, village }

/// Do the words of the notice oblige? The table of 彬州 (2022) lost its columns in publication, so `unconfirmed` must
/// be sayable: a guess must not become a failure.
package enum Requirement: String, Sendable, CaseIterable { case yes, no, unconfirmed }

/// At least `count` devices of any of these kinds, because a clause of a notice says so.
package struct PolicyRule: Sendable, Hashable {
    /// What later files replace it by.
    package let id: Slug
    package let notice: String
    /// `unconfirmed` while nobody has looked it up; such a rule obliges nobody.
    package let clause: String
    package let text: String
    /// `nil` is all.
    package let zoneTypes: [ZoneTypeName]?
    package let anyOf: [DeviceKind]
    package let count: Int
    /// The least nominal diagonal of the picture, in inches; `nil`: size does not matter.
    package let inches: Int?
    package let required: Requirement
    package let file: String
    package let line: Int

    init(_ section: YAMLSection) throws(FileComplaint) {
        var section = section
        (file, line) = (section.file, section.line)
        id = try section.required("id", expected: "1 to 32 of a-z, 0-9 and -", Slug.init)
        notice = try section.required(
            "notice", expected: "the notice's number, such as 梁平府办发〔2021〕88号", printable)
        clause = try section.required(
            "clause", expected: "the clause, such as 第三条（二）, or unconfirmed", printable)
        text = try section.required("text", expected: "the clause's own words, up to 200 characters", printable)
        zoneTypes = section.keys.contains("zoneTypes") ? try PolicyRule.readList(&section, "zoneTypes") : nil
        anyOf = try PolicyRule.readList(&section, "anyOf")
        count = try section.value("count", expected: "a whole number from 1 to 999", PolicyRule.number)?.value ?? 1
        inches = try PolicyRule.readInches(&section, of: anyOf)
        required = try PolicyRule.readRequired(&section, clause: clause)
        try section.finish()
    }

    /// A size that nothing has would never be met, and nobody would know why.
    private static func readInches(
        _ section: inout YAMLSection, of kinds: [DeviceKind]
    ) throws(FileComplaint) -> Int? {
        let found = try section.value("inches", expected: "a whole number from 10 to 200") { (text: String) -> Int? in
            Int(text).flatMap { (10...200).contains($0) ? $0 : nil }
        }
        guard let found else { return nil }
        guard measured.isSuperset(of: kinds) else {
            throw section.complaint("inches", expected: "only kinds that have a size in anyOf: display, touchPanel")
        }
        return found.value
    }

    /// Whoever says nothing has confirmed nothing.
    private static func readRequired(
        _ section: inout YAMLSection, clause: String
    ) throws(FileComplaint) -> Requirement {
        let found = try section.value("required", expected: words(Requirement.self), Requirement.init)
        if found?.value == .yes, clause == Requirement.unconfirmed.rawValue {
            throw section.complaint("required", expected: "unconfirmed, until the clause is looked up")
        }
        return found?.value ?? .unconfirmed
    }

    /// An empty list is a mistake: nobody can tell whether it means all or none.
    private static func readList<Word: RawRepresentable & CaseIterable & Equatable>(
        _ section: inout YAMLSection, _ key: String
    ) throws(FileComplaint) -> [Word] where Word.RawValue == String {
        var list: [Word] = []
        for text in try section.texts(key) {
            guard let word = Word(rawValue: text), !list.contains(word) else {
                throw section.complaint(key, expected: words(Word.self) + ", each once")
            }
            list.append(word)
        }
        guard !list.isEmpty else { throw section.complaint(key, expected: "a list with " + words(Word.self)) }
        return list
    }

    private static func number(_ text: String) -> Int? { Int(text).flatMap { (1...999).contains($0) ? $0 : nil } }
}

/// Goes onto sheets of paper, so it has an end.
func printable(_ text: String) -> String? { text.allSatisfy(\.isWhitespace) || text.count > 200 ? nil : text }
