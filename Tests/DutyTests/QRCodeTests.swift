import Testing
import ZoneTestKit

@testable import ZoneSheets

@Suite("A QR code as others draw it")
struct QRCodeTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        var message: String
        var rows: String
        var testDescription: String { "\(message.utf8.count) bytes" }
    }

    @Test("the squares are those of libqrencode 4.1.1: one, two and four blocks", arguments: goldens)
    func golden(_ golden: Golden) throws {
        let code = try #require(QRCode(Array(golden.message.utf8)))
        let rows = golden.rows.split { $0 == " " || $0 == "\n" }.map(String.init)
        #expect(rows.count == code.size)
        for (number, (row, expected)) in zip(code.rows, rows).enumerated() {
            #expect(Self.hex(row) == expected, "row \(number)")
        }
    }

    /// Four squares a digit, the last ones filled up with light.
    private static func hex(_ row: [Bool]) -> String {
        stride(from: 0, to: row.count, by: 4).map { start in
            let digit = (0..<4).reduce(0) { digit, offset in
                let place = start + offset
                return digit * 2 + (place < row.count && row[place] ? 1 : 0)
            }
            return String(digit, radix: 16, uppercase: true)
        }.joined()
    }

    @Test("each length takes the smallest version that holds it; 107 bytes are too many")
    func lengths() {
        let last = [(14, 21), (26, 25), (42, 29), (62, 33), (84, 37), (106, 41)]
        for length in 0...106 {
            let size = last.first { length <= $0.0 }?.1
            #expect(QRCode([UInt8](repeating: 65, count: length))?.size == size, "\(length) bytes")
        }
        #expect(QRCode([UInt8](repeating: 65, count: 107)) == nil && QRCodewords.capacity == 106)
    }

    @Test("a block with its correction is nothing at each root of the generator", arguments: Seeds.first(20))
    func correction(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (data, length) = (
            random.bytes(Int.random(in: 1...44, using: &random)), Int.random(in: 1...30, using: &random)
        )
        let block = data + ReedSolomon.remainder(of: data, length: length)
        func value(at root: UInt8) -> UInt8 { block.reduce(0) { ReedSolomon.times($0, root) ^ $1 } }
        var root: UInt8 = 1
        for _ in 0..<length {
            #expect(value(at: root) == 0)
            root = ReedSolomon.times(root, 2)
        }
        #expect(value(at: root) != 0 || data.allSatisfy { $0 == 0 }, "and not everywhere")
    }
}

extension QRCodeTests {
    /// `qrencode -8 -l M -m 0 -t ASCII`; where it takes another mask there is nothing to compare.
    static let goldens = [
        Golden(
            message: "a/b/printer-1",
            rows: """
                FEF3F8 82C208 BA92E8 BA12E8 BAFAE8 822208 FEABF8 004000 9FD4B8 0C0C40 CB7808 9D8DB0 423958 0092B0
                FEEC80 829E38 BAC150 BAD500 BA5A98 822278 FEABC0
                """),
        Golden(
            message: "hall-1/pc-1/printer-1",
            rows: """
                FE9E3F8 8272208 BABD2E8 BA36AE8 BA742E8 8284208 FEAABF8 0071800 A372928 2CADA68 1EE5068 EC8A450
                7F9AF58 554BF68 C7CFFE8 247B400 DF87FD0 00E58E8 FEB0AA8 8265890 BA3DF88 BA48190 BAEFCB8 823BF80
                FE86848
                """),
        Golden(
            message: "a/b/printer-1\n2026-11-21 10:00:00 +08:00\nSN CN12\npages 7",
            rows: """
                FEFE34BF8 82C465A08 BA70B02E8 BAD3C6AE8 BA1A35AE8 823C3E208 FEAAAABF8 008271000 B7585EA58 F9A213A48
                CEA207B28 01EFB2C50 AB8861880 B5FCD2440 B32FDE210 A9C2A53B0 677B846E8 F0FDA1388 33572C980 B01242248
                E61246530 E0691E108 2308C9E38 7CECB3410 A6A7E0FC8 00A35A8B0 FEBE77AF0 82831D8E8 BA0041FA0 BAC20B108
                BA8A21A20 8251D8048 FED34F6E0
                """),
        Golden(
            message: "library-3/pc-2/copier-1\n2026-11-22 10:00:00 +08:00\nSN X\npages 120\nzone-agent 0.4.0\n政务公开专区",
            rows: """
                FEFD0E24BF8 82F2DA43A08 BAFE708D2E8 BA660A342E8 BAC1A8A7AE8 827D234A208 FEAAAAAABF8 002B3BE1800
                9FC2F197CB8 5D8F4B7B9D0 E31EA5FE0B0 D002E384BC0 FA9753A2D40 C0361B10EB0 E682B9227E8 D8E9A981EA8
                3E69ABDB910 8858F6154B0 E7BA7D7D178 D9351434CE8 86D8BBA37D8 DC1F19FFC20 BB72AFD0920 B1F2E1AD498
                A6643119B68 21CE8F70BC8 23B8FE53898 F157033ACE8 0B545873A00 B8F2A9F41E0 CAE70C8A6B8 E17A22EB2E8
                FE8669AFFA0 00C457A9890 FED10915A90 82923B498C8 BAFBC7B3F98 BAE7E9D2D48 BA1DD29A1E8 825CDA9B248
                FEB839C0F80
                """),
    ]
}
