/// BER as the agent in the simulated printer writes it: from the last byte to the first, so that each length is known
/// when its turn comes. Its own on purpose: a second opinion on what the worker reads.
struct SNMPEncoder {
    /// Back to front.
    private var tail: [UInt8] = []

    var bytes: [UInt8] { tail.reversed() }
    var mark: Int { tail.count }

    /// Puts a head before everything that was written since `mark`.
    mutating func close(_ tag: UInt8, since mark: Int) {
        let length = tail.count - mark
        if length > 0x7F {
            tail += [UInt8(length & 0xFF), UInt8(length >> 8), 0x82]
        } else {
            tail.append(UInt8(length))
        }
        tail.append(tag)
    }

    mutating func put(_ tag: UInt8, _ content: [UInt8]) {
        let mark = mark
        tail += content.reversed()
        close(tag, since: mark)
    }

    mutating func put(_ tag: UInt8 = 0x02, integer: Int) {
        let mark = mark
        var rest = integer
        repeat {
            tail.append(UInt8(rest & 0xFF))
            rest >>= 8
        } while !(rest == 0 && tail[tail.count - 1] < 0x80 || rest == -1 && tail[tail.count - 1] > 0x7F)
        close(tag, since: mark)
    }

    mutating func put(oid: [Int]) {
        let mark = mark
        for arc in oid.dropFirst(2).reversed() {
            tail.append(UInt8(arc & 0x7F))
            var rest = arc >> 7
            while rest > 0 {
                tail.append(UInt8(rest & 0x7F | 0x80))
                rest >>= 7
            }
        }
        tail.append(UInt8(oid[0] * 40 + oid[1]))
        close(0x06, since: mark)
    }
}

/// As much of a question as the agent looks at.
struct SNMPQuestion {
    var version: Int
    var community: [UInt8]
    var isNext: Bool
    var id: Int
    var names: [[Int]]

    init?(_ bytes: [UInt8]) {
        guard let message = SNMPQuestion.elements(bytes).first?.content,
            case let fields = SNMPQuestion.elements(message), fields.count == 3,
            fields[2].tag == 0xA0 || fields[2].tag == 0xA1,
            case let body = SNMPQuestion.elements(fields[2].content), body.count == 4
        else { return nil }
        version = Int(fields[0].content.first ?? 0)
        (community, isNext) = (fields[1].content, fields[2].tag == 0xA1)
        id = body[0].content.reduce(0) { $0 << 8 | Int($1) }
        names = SNMPQuestion.elements(body[3].content).compactMap { binding in
            SNMPQuestion.elements(binding.content).first.map { SNMPQuestion.oid($0.content) }
        }
    }

    private static func elements(_ bytes: [UInt8]) -> [(tag: UInt8, content: [UInt8])] {
        var (elements, at) = ([(tag: UInt8, content: [UInt8])](), 0)
        while at + 2 <= bytes.count {
            var (length, start) = (Int(bytes[at + 1]), at + 2)
            if length > 0x80, length <= 0x82, start + length - 0x80 <= bytes.count {
                let digits = bytes[start..<(start + length - 0x80)]
                (length, start) = (digits.reduce(0) { $0 << 8 | Int($1) }, start + digits.count)
            }
            guard start + length <= bytes.count else { break }
            elements.append((bytes[at], Array(bytes[start..<(start + length)])))
            at = start + length
        }
        return elements
    }

    private static func oid(_ content: [UInt8]) -> [Int] {
        var (oid, arc) = ([Int](), 0)
        for byte in content.prefix(256) {
            arc = (arc & 0xFFFF_FFFF) << 7 | Int(byte & 0x7F)
            guard byte < 0x80 else { continue }
            oid += oid.isEmpty ? [arc / 40, arc % 40] : [arc]
            arc = 0
        }
        return oid
    }
}
