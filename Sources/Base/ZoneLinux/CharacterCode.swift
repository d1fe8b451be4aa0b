import Glibc

/// A character code of the world outside Unicode, converted by iconv(3).
package enum CharacterCode: Sendable {
    /// GB/T 2312-1980 as bytes: ASCII, or two bytes of which the first is A1…F7 and the second A1…FE (EUC-CN).
    case gb2312
    /// GB 18030: what spreadsheets on a Chinese PC write; every character of Unicode in one, two or four bytes.
    case gb18030

    /// Why a text has no bytes in a code.
    package enum Trouble: Error, Sendable, Hashable, CustomStringConvertible {
        /// These characters have no place in the code; each once, in the order of the text.
        case outside([Unicode.Scalar])
        /// This machine's C library cannot convert it (its tables are files: gconv-modules).
        case unavailable(String)

        package var description: String {
            switch self {
            case .outside(let scalars): scalars.prefix(5).map(Trouble.name).joined(separator: ", ")
            case .unavailable(let detail): detail
            }
        }

        /// `U+20AC (€)`.
        private static func name(_ scalar: Unicode.Scalar) -> String {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            return scalar.properties.isEmojiModifier || scalar.value < 0x20 ? number : "\(number) (\(scalar))"
        }
    }

    private var iconvName: String {
        switch self {
        case .gb2312: "GB2312"
        case .gb18030: "GB18030"
        }
    }

    /// How many bytes the character has that begins here (GB 18030, section 5: the second of four is a digit's byte).
    private func length(_ rest: ArraySlice<UInt8>) -> Int {
        guard let first = rest.first, first >= 0x80 else { return 1 }
        let second = rest.dropFirst().first ?? 0
        return self == .gb18030 && (0x30...0x39).contains(second) ? 4 : 2
    }

    /// Nothing is replaced or left out: a character that the code lacks is named. It is asked character by character,
    /// because iconv(3) stops at the first one and says only at which byte.
    package func encode(_ text: String) throws(Trouble) -> [UInt8] {
        let converter = try Converter(to: iconvName, from: "UTF-8")
        var bytes: [UInt8] = []
        var outside: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if let code = converter.convert(Array(String(folded(scalar)).utf8)), !code.isEmpty {
                bytes += code
            } else if !outside.contains(scalar) {
                outside.append(scalar)
            }
        }
        guard outside.isEmpty else { throw .outside(outside) }
        return bytes
    }

    /// Bytes that mean nothing in the code become U+FFFD.
    package func decode(_ bytes: [UInt8]) throws(Trouble) -> String {
        let converter = try Converter(to: "UTF-8", from: iconvName)
        var text: [UInt8] = []
        var rest = bytes[...]
        while let first = rest.first {
            // Both codes have ASCII where it is, and files are full of it.
            guard first >= 0x80 else {
                text.append(first)
                rest = rest.dropFirst()
                continue
            }
            let length = length(rest)
            let known = converter.convert(Array(rest.prefix(length)))
            text += known ?? Array("\u{FFFD}".utf8)
            rest = rest.dropFirst(known == nil ? 1 : length)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The code's own dash (A1AA) and middle dot (A1A4) are U+2015 and U+30FB to glibc, but U+2014 and U+00B7 to
    /// GB 18030 and to every Chinese input method.
    private func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard self == .gb2312 else { return scalar }
        return switch scalar {
        case "\u{2014}": "\u{2015}"
        case "\u{00B7}": "\u{30FB}"
        default: scalar
        }
    }
}

/// One iconv_open(3) descriptor.
private struct Converter: ~Copyable {
    private let handle: iconv_t

    init(to target: String, from source: String) throws(CharacterCode.Trouble) {
        let handle = iconv_open(target, source)
        // The manual's error value is (iconv_t) -1, not NULL.
        guard let handle, Int(bitPattern: handle) != -1 else {
            throw .unavailable(SystemError("iconv_open \(source) to \(target)").description)
        }
        self.handle = handle
    }

    deinit { iconv_close(handle) }

    /// `nil` when it cannot be converted exactly.
    func convert(_ input: [UInt8]) -> [UInt8]? {
        var input = input.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: 16)
        var (inputLeft, outputLeft) = (input.count, output.count)
        let result = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                var (from, into) = (input.baseAddress, output.baseAddress)
                iconv(handle, nil, nil, nil, nil)
                return iconv(handle, &from, &inputLeft, &into, &outputLeft)
            }
        }
        // A positive result counts characters that were converted to something merely similar.
        guard result == 0, inputLeft == 0 else { return nil }
        return output.prefix(output.count - outputLeft).map { UInt8(bitPattern: $0) }
    }
}
