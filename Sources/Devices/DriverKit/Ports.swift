import ZoneModel

/// A stream of bytes in both directions: TCP, a tty, a script. One owner; calls come one after the other.
/// Every wait ends at its deadline, and `close()` ends a wait under way.
package protocol BytePort: Sendable {
    /// - Throws: `DeviceError` `.timedOut` when not all could be given away in time, `.absent` when the far end is gone.
    func write(_ bytes: [UInt8], within deadline: Duration) async throws(DeviceError)

    /// Waits for at least one byte.
    /// - Throws: `DeviceError` `.timedOut` for silence, `.absent` when the far end is gone.
    func read(within deadline: Duration) async throws(DeviceError) -> [UInt8]

    /// Idempotent.
    func close() async
}

/// Where a byte port leads.
package enum PortAddress: Sendable, Hashable, CustomStringConvertible {
    /// A numeric IPv4 or IPv6 address: names would have to be looked up, and getaddrinfo(3) has no deadline.
    case tcp(host: String, port: UInt16)
    /// A device node, preferably a stable name below `/dev/serial/by-path`; 8 data bits, no parity, 1 stop bit.
    case tty(path: String, baud: Int)

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .tty(let path, let baud): "\(path) (\(baud) 8N1)"
        }
    }
}

package protocol ByteOpener: Sendable {
    /// - Throws: `DeviceError`: `.absent` no such node or nobody listens, `.permission`, `.busy` held by another
    ///   program, `.timedOut`, `.unsupported` for an address that is none.
    func open(_ address: PortAddress, within deadline: Duration, tap: WireTap) async throws(DeviceError)
        -> any BytePort
}

/// What a HID device says about itself before any report is exchanged.
package struct ReportIdentity: Sendable, Hashable, Codable {
    package var name: String
    package var physicalPath: String?
    package var serial: String?
    package var vendor: UInt16
    package var product: UInt16
    /// The HID report descriptor (HID 1.11, section 6.2.2), at most 4096 bytes.
    package var descriptor: [UInt8]
    package var simulated: Bool

    package init(
        name: String, physicalPath: String? = nil, serial: String? = nil, vendor: UInt16, product: UInt16,
        descriptor: [UInt8], simulated: Bool
    ) {
        (self.name, self.physicalPath, self.serial, self.simulated) = (name, physicalPath, serial, simulated)
        (self.vendor, self.product, self.descriptor) = (vendor, product, descriptor)
    }
}

/// A report with the moment in which it was taken from the kernel (or from the recording).
package struct TimedReport: Sendable, Hashable {
    package var bytes: [UInt8]
    package var at: MonoTime

    package init(_ bytes: [UInt8], at: MonoTime) { (self.bytes, self.at) = (bytes, at) }
}

/// HID reports without report numbers. One owner; calls come one after the other.
package protocol ReportPort: Sendable {
    var identity: ReportIdentity { get }
    func write(_ report: [UInt8], within deadline: Duration) async throws(DeviceError)
    /// - Throws: `DeviceError` `.timedOut` for silence, `.absent` when it was unplugged.
    func read(within deadline: Duration) async throws(DeviceError) -> TimedReport
    /// Idempotent.
    func close() async
}

package protocol ReportOpener: Sendable {
    /// - Throws: `DeviceError`: `.absent`, `.permission`, `.busy`, `.unsupported` for what is no HID device.
    func open(_ attachment: Attachment, tap: WireTap) async throws(DeviceError) -> any ReportPort
}
