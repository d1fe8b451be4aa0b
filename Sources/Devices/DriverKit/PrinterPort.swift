import ZoneModel

/// What a printer tells beside its data, on a wire that carries documents as they are (USB Printer Class 1.1, sections
/// 4.2.1 and 4.2.2).
package struct PrinterLook: Sendable, Hashable, Codable {
    /// GET_DEVICE_ID, the IEEE 1284 id: `KEY:value;` pairs. Cleaned.
    package var deviceID: String?
    /// GET_PORT_STATUS; `nil` where the printer does not answer that question.
    package var status: UInt8?

    /// As a recording has it.
    package static let question = Array("\"look\"".utf8)

    package init(deviceID: String?, status: UInt8?) { (self.deviceID, self.status) = (deviceID, status) }
}

/// A printer that takes the bytes of a document as they are. One owner.
///
/// Somebody else may have the printer, a print queue for example: then everything here is `.busy`, and the printer is
/// as well as it was.
package protocol PrinterPort: Sendable {
    /// Asks, and lets go of the printer at once unless a document is on its way.
    /// - Throws: `DeviceError`: `.busy`, `.absent` unplugged, `.unsupported` nothing carries its data (the kernel's
    ///   driver is missing), `.permission`, `.timedOut` silent.
    func look(within deadline: Duration) async throws(DeviceError) -> PrinterLook

    /// Gives it bytes; from the first one on the printer is ours until `finish` or `abandon`.
    /// - Returns: how many it took, at least one.
    /// - Throws: `DeviceError` `.timedOut` when it took none in time, else as `look`.
    func write(_ bytes: [UInt8], within deadline: Duration) async throws(DeviceError) -> Int

    /// Waits until it has taken all that was written. Then the printer is anybody's again.
    /// - Throws: `DeviceError` `.timedOut` when it has not yet; it is still ours then.
    func finish(within deadline: Duration) async throws(DeviceError)

    /// Tells the printer to forget what it was given, as far as it can (SOFT_RESET, section 4.2.3), and lets go of it.
    func abandon(within deadline: Duration) async

    /// Resets the USB port that it is plugged into. It is anybody's afterwards, and the kernel's driver finds it anew.
    /// - Throws: `DeviceError`: `.busy` when somebody else has it, `.unsupported` where there is no such port, else as
    ///   `look`.
    func reset(within deadline: Duration) async throws(DeviceError)

    /// Idempotent.
    func close() async
}

extension PrinterPort {
    package func reset(within deadline: Duration) async throws(DeviceError) {
        throw DeviceError(.unsupported, doing: "reset", "this port cannot be reset")
    }
}

package protocol PrinterPortOpener: Sendable {
    /// - Throws: `DeviceError`: `.absent`, `.wrongHardware` for a USB device that is no printer, `.unsupported` for an
    ///   attachment that is none of its kind.
    func open(_ attachment: Attachment, tap: WireTap) async throws(DeviceError) -> any PrinterPort
}
