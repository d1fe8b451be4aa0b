import ZoneWire

extension IncomingWalker {
    private static let words = ["true", "false", "null"].map { Array($0.utf8) }
    /// Of an integer that is surely in range, and of a number that every reader rounds alike.
    private static let plainDigits = 15

    /// Over a number, `true`, `false` or `null`.
    mutating func scalar() throws(Flaw) {
        let start = at
        while let byte = next, IncomingWalker.isPartOfScalar(byte) { at += 1 }
        let text = bytes[start..<at]
        if IncomingWalker.words.contains(where: { text.elementsEqual($0) }) { return }
        guard let first = text.first, first == UInt8(ascii: "-") || IncomingWalker.isDigit(first) else {
            throw .syntax(start)
        }
        if !IncomingWalker.isPlainNumber(text) { isPlain = false }
    }

    private static func isPartOfScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// `-12`, `3.5`; not `007`, not `1e9`, nothing long.
    private static func isPlainNumber(_ text: ArraySlice<UInt8>) -> Bool {
        let digits = text.first == UInt8(ascii: "-") ? text.dropFirst() : text
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, digits.count <= plainDigits, let whole = parts.first, let lead = whole.first else {
            return false
        }
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return false }
        return lead != UInt8(ascii: "0") || whole.count == 1
    }

    /// Over whatever is between here and the end of the value that begins here, right or wrong, counting brackets only.
    mutating func skipBlindly() throws(Flaw) {
        var (depth, isText, isEscaped) = (0, false, false)
        while let byte = next {
            if isText {
                if byte == UInt8(ascii: "\""), !isEscaped { isText = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            } else {
                switch byte {
                case UInt8(ascii: "\""): isText = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","):
                    if depth == 0 { return }
                    if byte != UInt8(ascii: ",") { depth -= 1 }
                default: break
                }
            }
            at += 1
        }
        throw .syntax(at)
    }

    /// - Throws: `twice`, naming the key; `syntax` for a key that no reader understands.
    func refuseTwice(_ keys: [Range<Int>]) throws(Flaw) {
        guard keys.count > 1 else { return }
        if keys.count > 16 || !isPlain { return try refuseTwiceByText(keys) }
        for (index, key) in keys.enumerated() {
            for other in keys[..<index] where other.count == key.count {
                if bytes[other].elementsEqual(bytes[key]) { throw .twice(text(key) ?? "?") }
            }
        }
    }

    private func refuseTwiceByText(_ keys: [Range<Int>]) throws(Flaw) {
        var seen: Set<String> = []
        for key in keys {
            guard let name = text(key) else { throw .syntax(key.lowerBound) }
            guard seen.insert(name).inserted else { throw .twice(name) }
        }
    }

    /// A string's content as text, escapes resolved; `nil` when it is none.
    func text(_ range: Range<Int>) -> String? {
        guard bytes[range].contains(UInt8(ascii: "\\")) else {
            return String(validating: bytes[range], as: UTF8.self)
        }
        return try? WireCoding.decode(String.self, [UInt8(ascii: "\"")] + bytes[range] + [UInt8(ascii: "\"")])
    }
}
