import ZoneModel
import ZoneWire

/// Walks over the bytes of a JSON text without building anything, so that parts of it can be kept as they came in.
/// Stricter than decoders: an object that has a key twice is refused, because readers disagree about which counts
/// (RFC 8259, section 4).
struct IncomingWalker {
    enum Flaw: Error, Hashable {
        /// Not JSON from this byte on.
        case syntax(Int)
        case tooDeep
        case tooMany
        case twice(String)

        var description: String {
            switch self {
            case .syntax(let index): "body: not JSON at byte \(index)"
            case .tooDeep: "body: nested too deep"
            case .tooMany: "body: too many values"
            case .twice(let key): "\(key.cleaned(limit: 40)): given twice"
            }
        }
    }

    /// One member of an object: where its key (without quotes) and its value are.
    struct Member {
        var key: Range<Int>
        var value: Range<Int>
    }

    /// What is nested deeper costs the library's decoder time that grows with the cube of the depth.
    static let deepest = 32
    /// More than a heartbeat with 500 events has.
    static let mostValues = 50_000

    let bytes: [UInt8]
    var at: Int
    private let end: Int
    private(set) var values = 0
    /// Whether decoders could take something met so far in another way than it reads: escapes, long numbers.
    var isPlain = true

    init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
        self.bytes = bytes
        (at, end) = (range?.lowerBound ?? 0, range?.upperBound ?? bytes.count)
    }

    var next: UInt8? { at < end ? bytes[at] : nil }

    mutating func skipSpace() {
        while at < end, IncomingWalker.isSpace(bytes[at]) { at += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    mutating func expect(_ character: Unicode.Scalar) throws(Flaw) {
        guard next == UInt8(ascii: character) else { throw .syntax(at) }
        at += 1
    }

    /// Over a value and what space is before it.
    /// - Returns: where the value is.
    @discardableResult
    mutating func value(_ depth: Int) throws(Flaw) -> Range<Int> {
        skipSpace()
        let start = at
        switch next {
        case UInt8(ascii: "{"): _ = try members(depth)
        case UInt8(ascii: "["): try eachElement(depth) { (walker) throws(Flaw) in try walker.value(depth + 1) }
        case UInt8(ascii: "\""):
            try count()
            _ = try string()
        default:
            try count()
            try scalar()
        }
        return start..<at
    }

    private mutating func count() throws(Flaw) {
        values += 1
        guard values <= IncomingWalker.mostValues else { throw .tooMany }
    }

    mutating func members(_ depth: Int) throws(Flaw) -> [Member] {
        var members: [Member] = []
        try eachMember(depth) { (walker, key) throws(Flaw) in
            members.append(Member(key: key, value: try walker.value(depth + 1)))
        }
        try refuseTwice(members.map(\.key))
        return members
    }

    mutating func eachMember(
        _ depth: Int, _ visit: (inout Self, Range<Int>) throws(Flaw) -> Void
    ) throws(Flaw) {
        try eachPart(depth, "{", "}") { (walker) throws(Flaw) in
            let key = try walker.string()
            walker.skipSpace()
            try walker.expect(":")
            try visit(&walker, key)
        }
    }

    mutating func eachElement(_ depth: Int, _ visit: (inout Self) throws(Flaw) -> Void) throws(Flaw) {
        try eachPart(depth, "[", "]", visit)
    }

    private mutating func eachPart(
        _ depth: Int, _ first: Unicode.Scalar, _ last: Unicode.Scalar, _ visit: (inout Self) throws(Flaw) -> Void
    ) throws(Flaw) {
        guard depth <= IncomingWalker.deepest else { throw .tooDeep }
        try count()
        try expect(first)
        skipSpace()
        if next == UInt8(ascii: last) {
            at += 1
            return
        }
        while true {
            skipSpace()
            try visit(&self)
            skipSpace()
            if next == UInt8(ascii: ",") {
                at += 1
            } else {
                return try expect(last)
            }
        }
    }

    /// Over a string.
    /// - Returns: what is between its quotes.
    mutating func string() throws(Flaw) -> Range<Int> {
        try expect("\"")
        let start = at
        while at < end {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return start..<at - 1
            }
            guard byte >= 0x20 else { break }
            if byte == UInt8(ascii: "\\") {
                isPlain = false
                at += 1
            }
            at += 1
        }
        throw .syntax(min(at, end))
    }
}
