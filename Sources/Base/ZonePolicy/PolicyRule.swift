// Purpose: what notices demand of a zone, as data of a district: devices, things without a plug, duties, points. Read,
// laid over each other, and held against what is known. What nobody has confirmed is never met and never broken.
import ZoneModel
import ZoneYAML

/// The words of `type` in agent.yaml. A word that is not here is from a newer version.
package enum ZoneTypeName: String, Sendable, CaseIterable { case hall, township, archive, library, village }

/// Do the words of the notice oblige? The table of 彬州 (2022) lost its columns in publication, so `unconfirmed` must
/// be sayable: a guess must not become a failure.
package enum Requirement: String, Sendable, CaseIterable { case yes, no, unconfirmed }

/// At least `count` devices of any of these kinds, because a clause of a notice says so.
package struct PolicyRule: Cited {
    package let source: Citation
    package let anyOf: [DeviceKind]
    package let count: Int
    /// The least nominal diagonal of the picture, in inches; `nil`: size does not matter.
    package let inches: Int?
    package let required: Requirement

    init(_ section: YAMLSection) throws(FileComplaint) {
        var section = section
        source = try Citation(&section)
        anyOf = try section.wordList("anyOf")
        count = try section.number("count", 1...999) ?? 1
        inches = try PolicyRule.readInches(&section, of: anyOf)
        required = try section.requirement(clause: source.clause)
        try section.finish()
    }

    /// A size that nothing has would never be met, and nobody would know why.
    private static func readInches(
        _ section: inout YAMLSection, of kinds: [DeviceKind]
    ) throws(FileComplaint) -> Int? {
        guard let inches = try section.number("inches", 10...200) else { return nil }
        guard measured.isSuperset(of: kinds) else {
            throw section.complaint("inches", expected: "only kinds that have a size in anyOf: display, touchPanel")
        }
        return inches
    }
}
