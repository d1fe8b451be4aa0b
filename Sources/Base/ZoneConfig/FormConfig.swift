import ZoneModel
import ZoneYAML

/// How the forms of the shelf are given out. Which forms there are stands beside them, in `forms.yaml`.
package struct FormConfig: Sendable, Hashable {
    package static let kioskCopiesRange = 1...5

    /// Prints where a request names no device; `nil`: the only printer of the zone.
    package var printer: DeviceID?
    /// What a citizen gets at once; who needs a pile asks the house.
    package var kioskCopies = 1

    package init() {}

    init(in root: inout LayeredSection) throws(FileComplaint) {
        guard var section = try root.section("forms") else { return }
        printer = try section.value("printer", expected: "the id of a printer", Slug.init)
        let range = FormConfig.kioskCopiesRange
        kioskCopies =
            try section.value("kioskCopies", expected: "\(range.lowerBound) to \(range.upperBound)") {
                Int($0).flatMap { range.contains($0) ? $0 : nil }
            } ?? kioskCopies
        try section.finish()
        root.absorb(section)
    }
}
