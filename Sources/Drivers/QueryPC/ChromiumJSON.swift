/// JSON as Chromium reads it in a policy file (config_dir_policy_loader.cc: JSON_PARSE_CHROMIUM_EXTENSIONS and
/// JSON_ALLOW_TRAILING_COMMAS), made into JSON as everybody reads it: without comments and commas before a closing bracket.
enum ChromiumJSON {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let space = UInt8(ascii: " ")

    static func plain(_ bytes: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        // The last byte that is neither blank nor comment, and where it went.
        var last: (byte: UInt8, index: Int)?
        var at = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
        var mayEnd = false
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "/"):
                // Nobody can say where an open one ends: left as it is, no reader takes it.
                guard let end = endOfComment(bytes, at) else { return plain + bytes[at...] }
                plain.append(space)
                at = end
                continue
            case space, 0x09, 0x0A, 0x0D:
                plain.append(byte)
                at += 1
                continue
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if let last, last.byte == UInt8(ascii: ","), mayEnd { plain[last.index] = space }
            case UInt8(ascii: ","):
                mayEnd = last.map { !"[{,:".utf8.contains($0.byte) } ?? false
            default: break
            }
            last = (byte, plain.count)
            let end = byte == UInt8(ascii: "\"") ? endOfString(bytes, at) : at + 1
            plain += bytes[at..<end]
            at = end
        }
        return plain
    }

    private static func endOfString(_ bytes: [UInt8], _ begin: Int) -> Int {
        var at = begin + 1
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "\"") { return at + 1 }
            at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
        }
        return bytes.count
    }

    /// `nil`: it is none, or it does not end.
    private static func endOfComment(_ bytes: [UInt8], _ begin: Int) -> Int? {
        guard begin + 1 < bytes.count else { return nil }
        let rest = bytes[(begin + 2)...]
        switch bytes[begin + 1] {
        case UInt8(ascii: "/"): return rest.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
        case UInt8(ascii: "*"):
            return rest.indices.dropLast().first {
                bytes[$0] == UInt8(ascii: "*") && bytes[$0 + 1] == UInt8(ascii: "/")
            }.map { $0 + 2 }
        default: return nil
        }
    }
}
