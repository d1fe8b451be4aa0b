import Glibc
import ZoneLinux
import ZoneModel

/// One question and answer on a datagram socket, bounded: for a lane, since it blocks.
enum Datagram {
    /// Sends `bytes` and gives each answer to `accept` until it takes one.
    static func exchange<Value>(
        _ fd: CInt, _ bytes: [UInt8], to address: sockaddr_in, milliseconds: Int64, accept: ([UInt8]) -> Value?
    ) throws(SystemError) -> Value? {
        var target = address
        let sent = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(fd, bytes, bytes.count, CInt(MSG_NOSIGNAL), $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard sent == bytes.count else { throw SystemError("sendto") }
        let clock = SystemClock()
        let deadline = clock.mono().milliseconds + milliseconds
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let left = deadline - clock.mono().milliseconds
            guard left > 0, Readiness.wait(fd, milliseconds: Int32(clamping: left)) else { return nil }
            let count = recv(fd, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            if count < 0, errno != EAGAIN, errno != EINTR { throw SystemError("recv") }
            if count > 0, let value = accept(Array(buffer.prefix(count))) { return value }
        }
    }

    static func address(_ text: String, port: UInt16) -> sockaddr_in? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return inet_pton(AF_INET, text, &address.sin_addr) == 1 ? address : nil
    }
}

/// ICMP echo (RFC 792). Works with CAP_NET_RAW, or without it where net.ipv4.ping_group_range allows (icmp(7)).
enum Echo {
    enum Outcome { case answered, silent, notPermitted(String) }

    static func ask(_ host: String, milliseconds: Int64) -> Outcome {
        guard let address = Datagram.address(host, port: 0) else { return .notPermitted("not an IPv4 address") }
        let protocolNumber = CInt(IPPROTO_ICMP)
        var raw = socket(AF_INET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), protocolNumber)
        if raw < 0 { raw = socket(AF_INET, CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue), protocolNumber) }
        guard raw >= 0 else { return .notPermitted("permission") }
        let fd = OwnedFD(adopting: raw)
        let tag = UInt16.random(in: .min ... .max)
        do {
            let answer: Bool? = try Datagram.exchange(
                fd.raw, request(tag: tag), to: address, milliseconds: milliseconds
            ) {
                isReply($0, tag: tag) ? true : nil
            }
            return answer == true ? .answered : .silent
        } catch {
            return error.errno == EPERM || error.errno == EACCES ? .notPermitted("permission") : .silent
        }
    }

    /// Type 8, code 0, checksum, identifier (the kernel overwrites it on datagram sockets), sequence = tag.
    private static func request(tag: UInt16) -> [UInt8] {
        let (high, low) = (UInt8(tag >> 8), UInt8(tag & 0xFF))
        var bytes: [UInt8] = [8, 0, 0, 0, high, low, high, low]
        let sum = stride(from: 0, to: bytes.count, by: 2).reduce(UInt32(0)) {
            $0 + (UInt32(bytes[$1]) << 8 | UInt32(bytes[$1 + 1]))
        }
        let folded = ~UInt16(truncatingIfNeeded: (sum & 0xFFFF) + (sum >> 16))
        (bytes[2], bytes[3]) = (UInt8(folded >> 8), UInt8(folded & 0xFF))
        return bytes
    }

    /// A raw socket puts the IP header in front.
    private static func isReply(_ bytes: [UInt8], tag: UInt16) -> Bool {
        let start = bytes.first.map { $0 >> 4 == 4 ? Int($0 & 0x0F) * 4 : 0 } ?? 0
        guard bytes.count >= start + 8 else { return false }
        return bytes[start] == 0 && UInt16(bytes[start + 6]) << 8 | UInt16(bytes[start + 7]) == tag
    }
}
