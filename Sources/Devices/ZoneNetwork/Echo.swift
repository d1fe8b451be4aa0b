import DriverKit
import Glibc
import ZoneLinux
import ZoneModel

/// ICMP echo (RFC 792) and ICMPv6 echo (RFC 4443, 4) to several gateways side by side. Works with CAP_NET_RAW, or without
/// it where net.ipv4.ping_group_range allows, which is for both (icmp(7)). Blocks: for a lane.
enum Echo {
    /// In the order of the routes; `nil` for one without a gateway.
    static func ask(_ routes: [DefaultRoute], milliseconds: Int64) -> [ProbeOutcome?] {
        let lines = routes.map { route in route.gateway.map { EchoLine($0, on: route.interface) } }
        let clock = SystemClock()
        let end = clock.mono().advanced(by: .milliseconds(milliseconds))
        for line in lines { line?.send() }
        while true {
            let open = lines.compactMap { $0 }.filter(\.isOpen)
            let left = end.since(clock.mono()).milliseconds
            guard !open.isEmpty, left > 0 else { break }
            var entries = open.map { pollfd(fd: $0.fd.raw, events: Int16(POLLIN), revents: 0) }
            poll(&entries, nfds_t(entries.count), CInt(clamping: left))
            for line in open { line.receive() }
        }
        return lines.map { $0?.outcome }
    }
}

/// One question to one gateway, on a socket of its own.
private final class EchoLine {
    let fd: OwnedFD
    private(set) var outcome = ProbeOutcome.noAnswer("no echo")
    private(set) var isOpen = true
    private let target: Endpoint?
    private let tag = UInt16.random(in: .min ... .max)
    private var buffer = [UInt8](repeating: 0, count: 4096)

    init(_ gateway: String, on interface: String) {
        target = Endpoint(gateway, port: 0, on: interface)
        let family = target?.family ?? .ipv4
        // IPPROTO_ICMP, IPPROTO_ICMPV6
        let (kind, flags) = (family == .ipv4 ? CInt(1) : CInt(58), CInt(SOCK_CLOEXEC.rawValue))
        var raw = socket(family.number, CInt(SOCK_DGRAM.rawValue) | flags, kind)
        if raw < 0 { raw = socket(family.number, CInt(SOCK_RAW.rawValue) | flags, kind) }
        fd = OwnedFD(adopting: raw)
        if target == nil { end(.notTried("no numeric address")) }
        if raw < 0 { end(.notTried("permission")) }
    }

    func send() {
        guard isOpen, let target, !target.send(request(target.family), by: fd.raw) else { return }
        let isForbidden = errno == EPERM || errno == EACCES
        end(isForbidden ? .notTried("permission") : .noAnswer("no echo"))
    }

    /// Takes what has come. On a raw socket that is every echo of this machine's.
    func receive() {
        // Bounded, because anybody may answer faster than we read.
        for _ in 0..<64 where isOpen {
            let count = recv(fd.raw, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            // ENETUNREACH and its like belong to the packet that was sent.
            guard count > 0 else { return }
            if isReply(Array(buffer.prefix(count))) { end(.answered) }
        }
    }

    private func end(_ result: ProbeOutcome) { (outcome, isOpen) = (result, false) }

    /// Type, code 0, checksum, identifier (the kernel overwrites it on datagram sockets), sequence = tag. The checksum of
    /// ICMPv6 covers addresses, and is the kernel's (RFC 3542, 3.1).
    private func request(_ family: IPFamily) -> [UInt8] {
        let (high, low) = (UInt8(tag >> 8), UInt8(tag & 0xFF))
        var bytes: [UInt8] = [family == .ipv4 ? 8 : 128, 0, 0, 0, high, low, high, low]
        guard family == .ipv4 else { return bytes }
        let sum = stride(from: 0, to: bytes.count, by: 2).reduce(UInt32(0)) {
            $0 + (UInt32(bytes[$1]) << 8 | UInt32(bytes[$1 + 1]))
        }
        let folded = ~UInt16(truncatingIfNeeded: (sum & 0xFFFF) + (sum >> 16))
        (bytes[2], bytes[3]) = (UInt8(folded >> 8), UInt8(folded & 0xFF))
        return bytes
    }

    /// A raw socket of IPv4 puts the IP header in front, one of IPv6 does not.
    private func isReply(_ bytes: [UInt8]) -> Bool {
        let isFour = target?.family == .ipv4
        let start = isFour ? bytes.first.map { $0 >> 4 == 4 ? Int($0 & 0x0F) * 4 : 0 } ?? 0 : 0
        guard bytes.count >= start + 8 else { return false }
        return bytes[start] == (isFour ? 0 : 129)
            && UInt16(bytes[start + 6]) << 8 | UInt16(bytes[start + 7]) == tag
    }
}
