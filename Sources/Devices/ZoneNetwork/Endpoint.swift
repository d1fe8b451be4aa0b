import DriverKit
import Glibc

/// A numeric address with a port, as the calls of sockets want it.
struct Endpoint {
    let family: IPFamily
    private var storage = sockaddr_storage()

    /// - Parameters:
    ///   - text: numeric; one of IPv6 may name its zone: `fe80::1%eth0` (RFC 4007, 11). One that is not there is none.
    ///   - interface: the zone of an address that names none and needs one.
    init?(_ text: String, port: UInt16, on interface: String? = nil) {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        family = address.family
        guard family == .ipv6 else {
            guard parts.count == 1 else { return nil }
            var four = sockaddr_in()
            (four.sin_family, four.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
            withUnsafeMutableBytes(of: &four.sin_addr) { $0.copyBytes(from: address.bytes) }
            withUnsafeMutableBytes(of: &storage) { room in withUnsafeBytes(of: four) { room.copyMemory(from: $0) } }
            return
        }
        var six = sockaddr_in6()
        (six.sin6_family, six.sin6_port) = (sa_family_t(AF_INET6), port.bigEndian)
        withUnsafeMutableBytes(of: &six.sin6_addr) { $0.copyBytes(from: address.bytes) }
        let zone = parts.count == 2 ? String(parts[1]) : address.isLinkLocal ? interface : nil
        six.sin6_scope_id = zone.map { UInt32($0) ?? if_nametoindex($0) } ?? 0
        withUnsafeMutableBytes(of: &storage) { room in withUnsafeBytes(of: six) { room.copyMemory(from: $0) } }
    }

    func connect(_ fd: CInt) -> Bool { call { Glibc.connect(fd, $0, $1) } == 0 }

    func send(_ bytes: [UInt8], by fd: CInt) -> Bool {
        call { sendto(fd, bytes, bytes.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT), $0, $1) } == bytes.count
    }

    private func call<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        let length = family == .ipv4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        return withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }
}
