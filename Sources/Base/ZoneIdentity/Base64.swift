/// Base 64 (RFC 4648, 4 and 5), strict: for each row of bytes exactly one text is taken.
package enum Base64 {
    /// `plain` with padding, `url` without.
    package enum Form: Sendable { case plain, url }

    package static func encode(_ bytes: some Collection<UInt8>, _ form: Form) -> String {
        let alphabet = letters(form)
        var text: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        for byte in bytes {
            (bits, count) = (bits << 8 | UInt32(byte), count + 8)
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> UInt32(count) & 63)])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
        while form == .plain, text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    /// `nil` for a strange letter, wrong padding, and bits that mean nothing but are set.
    package static func decode(_ text: some Collection<UInt8>, _ form: Form) -> [UInt8]? {
        var rest = Array(text)[...]
        if form == .plain {
            guard rest.count % 4 == 0 else { return nil }
            for _ in 0..<2 where rest.last == UInt8(ascii: "=") { rest = rest.dropLast() }
        }
        guard rest.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        for letter in rest {
            guard let value = value(letter, form) else { return nil }
            (bits, count) = (bits << 6 | value, count + 6)
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(bits >> UInt32(count) & 0xFF))
            }
        }
        return bits & (1 << UInt32(count) - 1) == 0 ? bytes : nil
    }

    private static func letters(_ form: Form) -> [UInt8] {
        Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
            + Array((form == .plain ? "+/" : "-_").utf8)
    }

    private static func value(_ letter: UInt8, _ form: Form) -> UInt32? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter - UInt8(ascii: "0")) + 52
        case form == .plain ? UInt8(ascii: "+") : UInt8(ascii: "-"): 62
        case form == .plain ? UInt8(ascii: "/") : UInt8(ascii: "_"): 63
        default: nil
        }
    }
}

/// CRC-32 of IEEE 802.3: finds every single burst of up to 32 bits. For short texts, so without a table.
enum CRC32 {
    static func bytes(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var rest: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            rest ^= UInt32(byte)
            for _ in 0..<8 { rest = rest & 1 == 0 ? rest >> 1 : rest >> 1 ^ 0xEDB8_8320 }
        }
        rest = ~rest
        return [24, 16, 8, 0].map { UInt8(rest >> UInt32($0) & 0xFF) }
    }
}
