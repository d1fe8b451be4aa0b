// Purpose: the vocabulary of the whole product as plain values. Imports nothing.

/// A zone, node or device id: `[a-z0-9][a-z0-9-]{0,31}` (names for people are kept apart from ids).
package struct Slug: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// `nil` when `text` is not a valid id.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (1...32).contains(bytes.count), let first = bytes.first, Slug.isAlphanumeric(first) else { return nil }
        guard bytes.allSatisfy({ Slug.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }) else { return nil }
        self.text = text
    }

    package var description: String { text }
    package static func < (left: Slug, right: Slug) -> Bool { left.text < right.text }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension Slug {
    /// `touch-1`, `printer-2`: what a device without a name of its own is called.
    package init(_ kind: DeviceKind, _ number: Int) {
        let prefix =
            switch kind {
            case .touchPanel: "touch"
            case .display: "display"
            case .printer: "printer"
            case .copier: "copier"
            case .ledDisplay: "led"
            case .suggestionBox: "box"
            case .queryPC: "pc"
            case .network: "network"
            }
        text = "\(prefix)-\(max(1, number))"
    }
}

extension Slug: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let slug = Slug(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "an id is 1 to 32 of a-z, 0-9 and '-', not starting with '-'")
        }
        self = slug
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

package typealias ZoneID = Slug
package typealias NodeID = Slug
package typealias DeviceID = Slug

/// 16 lower-case hex digits: names a stream (one journal's life) or an epoch (one opening of the journal).
package struct HexID: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init(random: UInt64) {
        let digits = String(random, radix: 16)
        text = String(repeating: "0", count: 16 - digits.count) + digits
    }

    package init?(_ text: String) {
        guard text.utf8.count == 16, text.utf8.allSatisfy(HexID.isDigit) else { return nil }
        self.text = text
    }

    package static func make() -> HexID { HexID(random: UInt64.random(in: .min ... .max)) }
    package var description: String { text }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

extension HexID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = HexID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected 16 lower-case hex digits")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
