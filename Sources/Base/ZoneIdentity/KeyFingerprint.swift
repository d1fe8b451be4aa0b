import ZoneModel

/// Names a public key: SHA-256 over its SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) in DER.
package struct KeyFingerprint: Sendable, Hashable {
    /// 64 lower-case hex digits.
    package let hex: String

    /// `nil` unless `hex` is 64 lower-case hex digits.
    package init?(hex: String) {
        guard hex.utf8.count == 64, Hex.bytes(hex) != nil, hex == hex.lowercased() else { return nil }
        self.hex = hex
    }

    /// The first 32 of `digest`.
    init(digest: some Sequence<UInt8>) { hex = Hex.text(digest.prefix(32)) }

    /// What two people compare by eye or telephone: the first 60 bits in Crockford's base 32, which has no I, L, O and U.
    /// `K7QM-2X4P-9TRC`.
    package var short: String {
        let bits = (Hex.bytes(hex) ?? []).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let symbols = (0..<12).map { Self.alphabet[Int(bits >> (59 - 5 * UInt64($0)) & 31)] }
        return [symbols[0..<4], symbols[4..<8], symbols[8..<12]].map { String($0) }.joined(separator: "-")
    }

    /// What somebody has typed, in the form of `short`: case, spaces and dashes do not matter, O is 0, I and L are 1
    /// (D. Crockford, "Base 32"). `nil` when it is not twelve of its letters.
    package static func short(typed text: String) -> String? {
        guard text.utf8.count <= 64 else { return nil }
        var symbols: [Character] = []
        for letter in text.uppercased() where letter != "-" && letter != " " {
            let symbol: Character =
                switch letter {
                case "O": "0"
                case "I", "L": "1"
                default: letter
                }
            guard alphabet.contains(symbol) else { return nil }
            symbols.append(symbol)
        }
        guard symbols.count == 12 else { return nil }
        return [symbols[0..<4], symbols[4..<8], symbols[8..<12]].map { String($0) }.joined(separator: "-")
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
}

extension KeyFingerprint: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = KeyFingerprint(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected 64 lower-case hex digits")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
