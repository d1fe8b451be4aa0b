import ZoneModel

/// What became of a document that was given to a device.
package enum PrintResult: Sendable, Hashable {
    /// `pagesProven`: sheets or impressions that the device itself counted; `nil` when it does not count.
    case printed(pagesProven: Int?)
    /// Nothing came out, for this reason.
    case failed(String)
    /// The device has it, but what it did with it was not seen.
    case unknown(String)
    case cancelled(String)
}

/// A document and how it is wanted. What is `nil` is left to the device.
package struct PrintOrder: Sendable, Hashable, Codable {
    /// `sides` (RFC 8011, 5.2.8).
    package enum Sides: String, Sendable, Codable, CaseIterable {
        case oneSided = "one-sided"
        case longEdge = "two-sided-long-edge"
        case shortEdge = "two-sided-short-edge"
    }

    /// `print-color-mode` (PWG 5100.14, 6.2.3).
    package enum ColorMode: String, Sendable, Codable, CaseIterable { case color, monochrome }

    /// Media names of PWG 5101.1 that a zone has in its trays.
    package enum Media: String, Sendable, Codable, CaseIterable {
        case a4 = "iso_a4_210x297mm"
        case a3 = "iso_a3_297x420mm"
        case a5 = "iso_a5_148x210mm"
        case b5 = "jis_b5_182x257mm"
    }

    /// The file.
    package var path: String
    /// Media type, such as `application/pdf`.
    package var format: String
    /// 1 to 99.
    package var copies: Int
    package var sides: Sides?
    package var media: Media?
    package var colorMode: ColorMode?
    /// `page-ranges` (RFC 8011, 5.2.7): which pages of the document, from 1.
    package var pages: ClosedRange<Int>?
    /// Sides of paper that one copy is to fill, where the document tells; a device's counter is held against it.
    package var expectedImpressions: Int?

    package init(path: String, format: String, copies: Int = 1) {
        (self.path, self.format, self.copies) = (path, format, copies)
    }
}

/// A device that takes documents.
package protocol DocumentPrinter: LiveDevice {
    /// Prints a document and watches until the device says how it ended. A task that is cancelled asks the device to
    /// stop and still waits a minute for its word; how long a document may take in all is for the caller to say.
    /// - Parameter progress: gets the sides of paper that are out, by the device's own word, as they rise: never a proof.
    func printDocument(_ order: PrintOrder, progress: @escaping @Sendable (Int) -> Void) async -> PrintResult

    /// Somebody looked into the tray for a document that the device did not prove.
    func personSaw(paper: Bool) async
}

extension DocumentPrinter {
    package func personSaw(paper: Bool) async {}
}
