/// Bytes of what is kept over restarts: little-endian, fixed places, so that its length says whether it is whole.
struct MemoryWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ value: UInt8) { bytes.append(value) }
    mutating func put(_ value: UInt16) { bytes += [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] }
    mutating func put(_ value: Int32) {
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> Int32(shift))) }
    }
    /// A weight in eighths: finer is nobody's business.
    mutating func put(quantised weight: Float) { put(UInt16(min(65_535, max(0, (weight * 8).rounded())))) }
}

struct MemoryReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func uint8() -> UInt8? { rest.popFirst() }
    mutating func uint16() -> UInt16? {
        guard rest.count >= 2, let low = rest.popFirst(), let high = rest.popFirst() else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }
    mutating func int32() -> Int32? {
        guard let low = uint16(), let high = uint16() else { return nil }
        return Int32(bitPattern: UInt32(high) << 16 | UInt32(low))
    }
    mutating func quantised() -> Float? { uint16().map { Float($0) / 8 } }
}
