// Purpose: the kernel and the wire behind the network chain: interfaces, routes, echo, names, pages.
import DriverKit
import ZoneModel

/// A question for one address and the reading of its answer (RFC 1035, RFC 3596). Our own, because getaddrinfo
/// has no deadline. Answers come from a network: every length is checked, and compressed names are skipped, never followed.
package enum DNSMessage {
    package enum Answer: Sendable, Hashable {
        case address(String)
        case noSuchName
        /// The server answered with this RCODE, or with no address.
        case failed(Int)
    }

    package static func query(id: UInt16, host: String, family: IPFamily = .ipv4) -> [UInt8]? {
        let labels = host.split(separator: ".", omittingEmptySubsequences: true)
        let isName = host.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard !labels.isEmpty, isName, host.utf8.count <= 253, labels.allSatisfy({ (1...63).contains($0.utf8.count) })
        else { return nil }
        // Recursion desired, one question.
        var message: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xFF), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for label in labels {
            message.append(UInt8(label.utf8.count))
            message += Array(label.utf8)
        }
        // The root, A or AAAA, class IN.
        return message + [0, 0, UInt8(record(of: family)), 0, 1]
    }

    /// A or AAAA.
    private static func record(of family: IPFamily) -> Int { family == .ipv4 ? 1 : 28 }

    /// `nil` when the bytes are not an answer to question `id`.
    package static func answer(_ bytes: [UInt8], id: UInt16, family: IPFamily = .ipv4) -> Answer? {
        guard bytes.count >= 12, word(bytes, 0) == Int(id), bytes[2] & 0x80 != 0 else { return nil }
        let code = Int(bytes[3] & 0x0F)
        if code == 3 { return .noSuchName }
        guard code == 0 else { return .failed(code) }
        var offset = 12
        for _ in 0..<(word(bytes, 4) ?? 0) {
            guard let end = skipName(bytes, offset) else { return nil }
            offset = end + 4
        }
        for _ in 0..<(word(bytes, 6) ?? 0) {
            guard let start = skipName(bytes, offset), let type = word(bytes, start),
                let length = word(bytes, start + 8)
            else { return nil }
            let data = start + 10
            guard data + length <= bytes.count else { return nil }
            if type == DNSMessage.record(of: family), length == (family == .ipv4 ? 4 : 16),
                let address = IPAddress(bytes: bytes[data..<(data + length)])
            {
                return .address(address.text)
            }
            offset = data + length
        }
        return .failed(0)
    }

    private static func word(_ bytes: [UInt8], _ offset: Int) -> Int? {
        guard offset >= 0, offset + 1 < bytes.count else { return nil }
        return Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
    }

    /// The offset behind a name: labels, or a two-byte pointer that ends it.
    private static func skipName(_ bytes: [UInt8], _ start: Int) -> Int? {
        var offset = start
        while offset < bytes.count {
            let length = Int(bytes[offset])
            if length == 0 { return offset + 1 }
            if length & 0xC0 == 0xC0 { return offset + 2 <= bytes.count ? offset + 2 : nil }
            guard length < 64 else { return nil }
            offset += 1 + length
        }
        return nil
    }
}
