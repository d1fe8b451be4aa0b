import ZoneAccess
import ZoneModel
import ZoneWire

/// What is known of a job before its document has arrived.
package struct JobTicket: Sendable, Hashable {
    package static let copiesRange = 1...99

    package var device: DeviceID
    /// As it was declared; as it was found to be, once it is examined.
    package var format: String
    package var copies: Int
    package var options: JobOptions
    /// Of the document, once it is examined and where that tells.
    package var pages: Int?
    /// Of the shelf.
    package var form: Slug?
    /// Of something that was scanned for it, which may have a price of its own.
    package var isCopy = false
    package var fee: FeeQuoteJSON?
    package var caller: Caller
    /// As it stands in the journal.
    package var actor: String

    package init(
        device: DeviceID, format: String, copies: Int, options: JobOptions = JobOptions(), caller: Caller
    ) {
        (self.device, self.format, self.copies, self.caller) = (device, format, copies, caller)
        self.options = options
        actor = caller.description
    }
}
