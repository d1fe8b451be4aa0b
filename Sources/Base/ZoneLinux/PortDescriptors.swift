import CLinux
import Glibc

/// Descriptors of the ports of devices; all are non-blocking.
package enum PortDescriptor {
    /// A connection under way: wait until it is writable, then ask `connectionError`.
    /// - Parameter host: a numeric IPv4 or IPv6 address; anything else is EINVAL.
    package static func tcp(_ host: String, _ port: UInt16, unackedMilliseconds: UInt32) throws(SystemError) -> OwnedFD
    {
        try adopt(zone_connect_tcp(host, port, unackedMilliseconds), "connect \(host):\(port)")
    }

    /// 0, or the errno with which connecting ended.
    package static func connectionError(_ fd: CInt) -> CInt { zone_socket_error(fd) }

    /// A serial line: raw, 8N1, for nobody else.
    /// - Parameter baud: one of the usual rates from 1200 to 230400; anything else is EINVAL.
    package static func serial(_ path: String, baud: Int) throws(SystemError) -> OwnedFD {
        try adopt(zone_open_serial(path, CInt(clamping: baud)), "open \(path)")
    }

    private static func adopt(_ fd: CInt, _ call: String) throws(SystemError) -> OwnedFD {
        guard fd >= 0 else { throw SystemError(call) }
        return OwnedFD(adopting: fd)
    }
}

/// A HID device as its hidraw node tells (linux/hidraw.h).
package struct HIDNodeFacts: Sendable {
    package let bus: UInt16
    package let vendor: UInt16
    package let product: UInt16
    package let name: String
    package let physicalPath: String
    package let uniq: String
    package let descriptor: [UInt8]

    /// - Throws: ENOTTY for what is no hidraw node, ENODEV for what was unplugged.
    package init(_ fd: CInt) throws(SystemError) {
        var facts = zone_hid()
        guard zone_hid_identity(fd, &facts) == 0 else { throw SystemError("HIDIOCGRAWINFO") }
        (bus, vendor, product) = (facts.bus, facts.vendor, facts.product)
        name = withUnsafeBytes(of: facts.name, HIDNodeFacts.text)
        physicalPath = withUnsafeBytes(of: facts.phys, HIDNodeFacts.text)
        uniq = withUnsafeBytes(of: facts.uniq, HIDNodeFacts.text)
        let size = Int(facts.descriptor_size)
        descriptor = withUnsafeBytes(of: facts.descriptor) { Array($0.prefix(size)) }
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// What a wait on a descriptor ended with.
package enum WaitEnd: Sendable { case ready, timedOut, interrupted }

/// Ends a wait from another thread: an eventfd(2) that is polled beside the descriptor.
package struct Interrupter: ~Copyable, Sendable {
    private let fd: OwnedFD

    package init() throws(SystemError) {
        let raw = zone_eventfd()
        guard raw >= 0 else { throw SystemError("eventfd") }
        fd = OwnedFD(adopting: raw)
    }

    /// For good: every wait from now on ends at once.
    package borrowing func interrupt() {
        var one: UInt64 = 1
        // It can only fail when it is interrupted 2^64 times already.
        _ = Glibc.write(fd.raw, &one, 8)
    }

    /// poll(2) on `other` for input or room, at most `milliseconds`. Hang-up and errors count as ready: the next read
    /// or write says what they are. Blocks: for lanes only.
    package borrowing func wait(for other: CInt, toWrite: Bool, milliseconds: Int64) -> WaitEnd {
        var entries = [
            pollfd(fd: other, events: Int16(toWrite ? POLLOUT : POLLIN), revents: 0),
            pollfd(fd: fd.raw, events: Int16(POLLIN), revents: 0),
        ]
        let until = zone_boottime_nanoseconds() + max(0, milliseconds) * 1_000_000
        while true {
            let left = max(0, until - zone_boottime_nanoseconds())
            // Rounded up: a wait that ends early would spin.
            let count = poll(&entries, 2, CInt(clamping: (left + 999_999) / 1_000_000))
            if count < 0, errno == EINTR { continue }
            if entries[1].revents != 0 { return .interrupted }
            return count > 0 ? .ready : .timedOut
        }
    }
}
