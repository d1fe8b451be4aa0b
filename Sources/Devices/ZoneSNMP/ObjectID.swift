/// An object identifier: at most 128 numbers of 32 bits (RFC 2578, 3.5).
package struct ObjectID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package static let most = 128

    package let arcs: [UInt32]

    package init(_ arcs: [UInt32]) { self.arcs = arcs }

    package var description: String { arcs.map(String.init).joined(separator: ".") }

    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        left.arcs.lexicographicallyPrecedes(right.arcs)
    }

    package func appending(_ more: [UInt32]) -> ObjectID { ObjectID(arcs + more) }

    /// The numbers behind `column`; `nil` for what does not lie below it.
    package func index(in column: ObjectID) -> [UInt32]? {
        guard arcs.count > column.arcs.count, arcs.starts(with: column.arcs) else { return nil }
        return Array(arcs.dropFirst(column.arcs.count))
    }
}

extension ObjectID {
    /// The first two numbers share one (X.690, 8.19.4).
    var content: [UInt8] {
        let padded = arcs.map(UInt64.init) + Array(repeating: 0, count: max(0, 2 - arcs.count))
        return ([padded[0] * 40 + padded[1]] + padded.dropFirst(2)).flatMap(ObjectID.base128)
    }

    init?(content: ArraySlice<UInt8>) {
        var (numbers, number) = ([UInt64](), UInt64(0))
        for byte in content {
            number = number << 7 | UInt64(byte & 0x7F)
            guard number <= UInt64(UInt32.max) + 80, numbers.count < ObjectID.most - 1 else { return nil }
            guard byte < 0x80 else { continue }
            numbers.append(number)
            number = 0
        }
        guard let first = numbers.first, content.last.map({ $0 < 0x80 }) == true else { return nil }
        let root = min(first / 40, 2)
        let arcs = ([root, first - root * 40] + numbers.dropFirst()).compactMap { UInt32(exactly: $0) }
        guard arcs.count == numbers.count + 1 else { return nil }
        self.init(arcs)
    }

    private static func base128(_ number: UInt64) -> [UInt8] {
        var (digits, rest) = ([UInt8(number & 0x7F)], number >> 7)
        while rest > 0 {
            digits.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return digits.reversed()
    }
}
