/// As much HTTP/1.1 as a printer speaks: fixed and chunked request bodies, fixed answers.
enum HTTPBytes {
    struct Request {
        var expectsContinue: Bool
        /// `nil` until it is complete.
        var body: [UInt8]?
    }

    static func reply(_ body: [UInt8]) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
    }

    /// Takes a complete request off `pending`. `nil` while not even its head is complete.
    static func request(_ pending: inout [UInt8]) -> Request? {
        guard let headEnd = end(of: [13, 10, 13, 10], in: pending[...]) else { return nil }
        let head = String(decoding: pending[..<headEnd], as: UTF8.self).lowercased()
        let expects = head.contains("expect: 100-continue")
        if head.contains("transfer-encoding: chunked") {
            guard let (body, end) = chunks(pending[headEnd...]) else { return Request(expectsContinue: expects) }
            pending.removeFirst(end)
            return Request(expectsContinue: false, body: body)
        }
        let length =
            head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) } ?? 0
        guard length >= 0, pending.count - headEnd >= length else { return Request(expectsContinue: expects) }
        let body = Array(pending[headEnd..<(headEnd + length)])
        pending.removeFirst(headEnd + length)
        return Request(expectsContinue: false, body: body)
    }

    private static func chunks(_ bytes: ArraySlice<UInt8>) -> (body: [UInt8], end: Int)? {
        var body: [UInt8] = []
        var rest = bytes
        while let lineEnd = end(of: [13, 10], in: rest) {
            let digits = String(decoding: rest[..<(lineEnd - 2)].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard let size = Int(digits, radix: 16), (0...65_536).contains(size), rest.endIndex - lineEnd >= size + 2
            else { return nil }
            body += rest[lineEnd..<(lineEnd + size)]
            rest = rest[(lineEnd + size + 2)...]
            if size == 0 { return (body, rest.startIndex) }
        }
        return nil
    }

    /// The index behind the first occurrence of `pattern`.
    private static func end(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= pattern.count else { return nil }
        return (bytes.startIndex...(bytes.endIndex - pattern.count)).first {
            bytes[$0..<($0 + pattern.count)].elementsEqual(pattern)
        }
        .map { $0 + pattern.count }
    }
}
