import ZoneModel
import ZoneYAML

/// Which words of which notice demand something: what every entry of a policy begins with.
package struct Citation: Sendable, Hashable {
    /// What later files replace the entry by.
    package let id: Slug
    package let notice: String
    /// `unconfirmed` while nobody has looked it up; such an entry obliges nobody.
    package let clause: String
    package let text: String
    /// `nil` is all.
    package let zoneTypes: [ZoneTypeName]?
    package let file: String
    package let line: Int

    init(_ section: inout YAMLSection) throws(FileComplaint) {
        (file, line) = (section.file, section.line)
        id = try section.required("id", expected: "1 to 32 of a-z, 0-9 and -", Slug.init)
        notice = try section.required(
            "notice", expected: "the notice's number, such as 梁平府办发〔2021〕88号", printable)
        clause = try section.required(
            "clause", expected: "the clause, such as 第三条（二）, or unconfirmed", printable)
        text = try section.required("text", expected: "the clause's own words, up to 200 characters", printable)
        zoneTypes = section.keys.contains("zoneTypes") ? try section.wordList("zoneTypes") : nil
    }

    /// - Parameter type: `nil` when it is none of the five: then nothing is left out.
    package func concerns(_ type: ZoneTypeName?) -> Bool {
        guard let type, let zoneTypes else { return true }
        return zoneTypes.contains(type)
    }
}

/// An entry of a policy. What a sheet cites of it is found the same way whatever the entry is.
package protocol Cited: Sendable, Hashable {
    var source: Citation { get }
}

extension Cited {
    package var id: Slug { source.id }
    package var notice: String { source.notice }
    package var clause: String { source.clause }
    package var text: String { source.text }
    package var zoneTypes: [ZoneTypeName]? { source.zoneTypes }
    package var file: String { source.file }
    package var line: Int { source.line }
}
