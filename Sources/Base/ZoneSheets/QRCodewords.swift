/// The bytes of a QR code (ISO/IEC 18004): one segment in byte mode, with error correction level M, which mends about
/// 15 % of the symbol. Versions 1 to 6 hold up to 106 bytes and need no version information.
package struct QRCodewords: Sendable {
    /// Of one version at level M (ISO/IEC 18004:2015, table 9): blocks of equal length.
    private struct Shape {
        var blocks: Int
        var data: Int
        var correction: Int
    }

    private static let shapes = [
        Shape(blocks: 1, data: 16, correction: 10), Shape(blocks: 1, data: 28, correction: 16),
        Shape(blocks: 1, data: 44, correction: 26), Shape(blocks: 2, data: 32, correction: 18),
        Shape(blocks: 2, data: 43, correction: 24), Shape(blocks: 4, data: 27, correction: 16),
    ]
    /// Four bits of mode, eight of length, and four that end the message.
    private static let overhead = 2

    package static var capacity: Int { shapes.last.map { $0.blocks * $0.data - overhead } ?? 0 }

    let version: Int
    /// Data and correction, interleaved block by block.
    let bytes: [UInt8]

    /// In the smallest version that holds it; `nil` when none does.
    init?(_ message: [UInt8]) {
        guard
            let index = QRCodewords.shapes.firstIndex(where: {
                $0.blocks * $0.data - QRCodewords.overhead >= message.count
            })
        else { return nil }
        let shape = QRCodewords.shapes[index]
        version = index + 1
        let data = QRCodewords.data(message, length: shape.blocks * shape.data)
        let blocks = (0..<shape.blocks).map { Array(data[($0 * shape.data)..<(($0 + 1) * shape.data)]) }
        let corrections = blocks.map { ReedSolomon.remainder(of: $0, length: shape.correction) }
        bytes =
            (0..<shape.data).flatMap { place in blocks.map { $0[place] } }
            + (0..<shape.correction).flatMap { place in corrections.map { $0[place] } }
    }

    /// Mode 0100, the length, the message, four zero bits: all shifted by half a byte. Then the two pad bytes in turn.
    private static func data(_ message: [UInt8], length: Int) -> [UInt8] {
        let count = UInt8(truncatingIfNeeded: message.count)
        var nibbles: [UInt8] = [0b0100, count >> 4, count & 15]
        for byte in message { nibbles += [byte >> 4, byte & 15] }
        nibbles.append(0)
        var data = stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
        while data.count < length { data.append((data.count - message.count) % 2 == 0 ? 0xEC : 0x11) }
        return data
    }
}

/// Over the field of 256 elements with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (ISO/IEC 18004:2015, 7.5.2).
enum ReedSolomon {
    private static let polynomial = 0x11D

    static func times(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var product = 0
        for bit in (0..<8).reversed() {
            product <<= 1
            if product > 0xFF { product ^= polynomial }
            if right >> UInt8(bit) & 1 == 1 { product ^= Int(left) }
        }
        return UInt8(truncatingIfNeeded: product)
    }

    /// Of the division by the product of (x - 2^i) for i below `length`.
    static func remainder(of data: [UInt8], length: Int) -> [UInt8] {
        let divisor = generator(length)
        var rest = [UInt8](repeating: 0, count: length)
        for byte in data {
            let factor = byte ^ rest[0]
            rest = Array(rest.dropFirst()) + [0]
            for place in 0..<length { rest[place] ^= times(divisor[place], factor) }
        }
        return rest
    }

    /// Without its leading 1, the highest power first.
    private static func generator(_ length: Int) -> [UInt8] {
        var terms = [UInt8](repeating: 0, count: length - 1) + [1]
        var root: UInt8 = 1
        for _ in 0..<length {
            for place in 0..<length {
                terms[place] = times(terms[place], root) ^ (place + 1 < length ? terms[place + 1] : 0)
            }
            root = times(root, 2)
        }
        return terms
    }
}
