/// A QR code as squares (ISO/IEC 18004), so that a phone reads what a test page says. Our own, because it is one page of
/// arithmetic and the alternative is a package and a child process on every zone's PC for one sheet a month.
package struct QRCode: Sendable {
    /// Light squares that must be left free around it.
    package static let quietZone = 4

    package private(set) var size: Int
    /// Row by row, from above; true is dark.
    package private(set) var rows: [[Bool]]
    /// Squares that carry no data.
    private var fixed: [[Bool]]

    /// - Returns: `nil` for more than 106 bytes.
    package init?(_ message: [UInt8]) {
        guard let words = QRCodewords(message) else { return nil }
        size = 17 + 4 * words.version
        rows = Array(repeating: Array(repeating: false, count: size), count: size)
        fixed = rows
        drawPatterns(words.version)
        drawFormat(mask: 0)
        drawData(words.bytes)
        let plain = self
        // The mask with the least of what confuses a reader (7.8.3).
        let masked = (0..<8).map { plain.masked($0) }
        self = masked.min { $0.penalty < $1.penalty } ?? plain
    }

    private mutating func fix(_ x: Int, _ y: Int, _ isDark: Bool) {
        guard (0..<size).contains(x), (0..<size).contains(y) else { return }
        (rows[y][x], fixed[y][x]) = (isDark, true)
    }

    private mutating func drawPatterns(_ version: Int) {
        for place in 0..<size {
            fix(6, place, place % 2 == 0)
            fix(place, 6, place % 2 == 0)
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawRings(x, y, radius: 4) }
        // Versions 2 to 6 have one more, whose middle lies seven squares from both edges.
        if version > 1 { drawRings(size - 7, size - 7, radius: 2) }
    }

    /// Dark middle, light ring, dark ring; a finder has a light edge around it.
    private mutating func drawRings(_ x: Int, _ y: Int, radius: Int) {
        for down in -radius...radius {
            for right in -radius...radius {
                let ring = max(abs(down), abs(right))
                fix(x + right, y + down, radius == 2 ? ring != 1 : ring != 2 && ring != 4)
            }
        }
    }

    /// Level and mask with ten bits of a BCH code, twice, and the square that is always dark (7.9.1).
    private mutating func drawFormat(mask: Int) {
        // Level M is 00.
        var rest = mask
        for _ in 0..<10 { rest = rest << 1 ^ (rest >> 9) * 0x537 }
        let bits = (mask << 10 | rest) ^ 0x5412
        func bit(_ number: Int) -> Bool { bits >> number & 1 == 1 }
        for number in 0..<15 {
            let row = number < 6 ? number : number < 8 ? number + 1 : size - 15 + number
            let column = number < 8 ? size - 1 - number : number == 8 ? 7 : 14 - number
            fix(8, row, bit(number))
            fix(column, 8, bit(number))
        }
        fix(8, size - 8, true)
    }

    /// Two columns at a time, upwards and downwards in turn, from the lower right; what is left stays light.
    private mutating func drawData(_ bytes: [UInt8]) {
        var next = 0
        var pair = size - 1
        var isUpwards = true
        while pair > 0 {
            // The column of the timing pattern holds nothing.
            if pair == 6 { pair -= 1 }
            for step in 0..<size {
                let y = isUpwards ? size - 1 - step : step
                for x in [pair, pair - 1] where !fixed[y][x] && next < bytes.count * 8 {
                    rows[y][x] = bytes[next / 8] >> UInt8(7 - next % 8) & 1 == 1
                    next += 1
                }
            }
            isUpwards.toggle()
            pair -= 2
        }
    }

    private func masked(_ mask: Int) -> QRCode {
        var code = self
        for y in 0..<size {
            for x in 0..<size where !fixed[y][x] && QRCode.inverts(mask, x, y) { code.rows[y][x].toggle() }
        }
        code.drawFormat(mask: mask)
        return code
    }

    /// ISO/IEC 18004:2015, table 10.
    private static func inverts(_ mask: Int, _ x: Int, _ y: Int) -> Bool {
        switch mask {
        case 0: (x + y) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (x + y) % 3 == 0
        case 4: (x / 3 + y / 2) % 2 == 0
        case 5: x * y % 2 + x * y % 3 == 0
        case 6: (x * y % 2 + x * y % 3) % 2 == 0
        default: ((x + y) % 2 + x * y % 3) % 2 == 0
        }
    }
}

/// What confuses a reader, in points (ISO/IEC 18004:2015, 7.8.3.1).
extension QRCode {
    private static let finder = [true, false, true, true, true, false, true]

    fileprivate var penalty: Int {
        let columns = (0..<size).map { x in rows.map { $0[x] } }
        let lines = (rows + columns).reduce(0) { $0 + QRCode.runs($1) + QRCode.finders($1) }
        let dark = rows.reduce(0) { $0 + $1.count { $0 } }
        // Ten points for each five percent away from the half.
        let imbalance = abs(dark * 20 - size * size * 10) / (size * size) * 10
        return lines + blocks + imbalance
    }

    private static func runs(_ line: [Bool]) -> Int {
        var (points, length) = (0, 0)
        for (place, square) in line.enumerated() {
            length = place > 0 && line[place - 1] == square ? length + 1 : 1
            if length == 5 { points += 3 } else if length > 5 { points += 1 }
        }
        return points
    }

    /// What looks like a finder with four light squares beside it.
    private static func finders(_ line: [Bool]) -> Int {
        func isLight(_ places: Range<Int>) -> Bool { places.allSatisfy { !line.indices.contains($0) || !line[$0] } }
        let found = (0...(line.count - 7)).count { place in
            guard Array(line[place..<(place + 7)]) == finder else { return false }
            return isLight(place - 4..<place) || isLight(place + 7..<place + 11)
        }
        return found * 40
    }

    private var blocks: Int {
        var found = 0
        for y in 1..<size {
            for x in 1..<size {
                let square = rows[y][x]
                if square == rows[y - 1][x], square == rows[y][x - 1], square == rows[y - 1][x - 1] { found += 1 }
            }
        }
        return found * 3
    }
}
