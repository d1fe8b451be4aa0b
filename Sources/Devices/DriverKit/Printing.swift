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

/// A device that takes documents.
package protocol DocumentPrinter: LiveDevice {
    /// Prints the file at `path` and watches until the device says how it ended. A task that is cancelled asks the
    /// device to stop and still waits for its word.
    /// - Parameters:
    ///   - format: media type, such as `application/pdf`.
    ///   - copies: 1 to 99.
    func printDocument(_ path: String, format: String, copies: Int) async -> PrintResult
}
