import ZoneModel

/// 26 characters of Crockford's Base32: 48 bits of time in ms, 80 bits of chance, so that two sides that do not hear
/// each other never give the same name, and names sort by their time.
package struct ULID: Sendable, Hashable, Comparable, CustomStringConvertible {
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let length = 26

    package let text: String

    /// `nil` for anything but 26 of these digits in capitals; the first at most 7, because 26 digits hold 130 bits.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == ULID.length, let first = bytes.first, first <= UInt8(ascii: "7"),
            bytes.allSatisfy(ULID.digits.contains)
        else { return nil }
        self.text = text
    }

    package init(at time: WallTime, using generator: inout some RandomNumberGenerator) {
        let parts = [
            (UInt64(clamping: max(0, time.milliseconds)), 10),
            (generator.next(), 8), (generator.next(), 8),
        ]
        let bytes = parts.flatMap { value, count in
            (0..<count).reversed().map { ULID.digits[Int(value >> UInt64($0 * 5) & 31)] }
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    package static func make(at time: WallTime) -> ULID {
        var generator = SystemRandomNumberGenerator()
        return ULID(at: time, using: &generator)
    }

    /// What a person reads out while there is no number yet.
    package var short: String { String(text.suffix(6)) }

    package var description: String { text }
    package static func < (left: ULID, right: ULID) -> Bool { left.text < right.text }
}

extension ULID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = ULID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected a ULID of 26 characters")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
