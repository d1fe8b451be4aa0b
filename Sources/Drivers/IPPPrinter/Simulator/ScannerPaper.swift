/// What lies in the simulated scanner, as a picture made of whole millimetres, so that a test can find each of them again.
struct SimulatedPaper {
    enum What {
        case glass(SimulatedScanner.Glass)
        /// Of the feeder, by number.
        case sheet(Int)
    }

    private let what: What
    private let channels: Int

    init(_ what: What, isColor: Bool) { (self.what, channels) = (what, isColor ? 3 : 1) }

    func png(width: Int, height: Int, resolution: Int) -> [UInt8] {
        var image = PNGBytes(width: width, height: height, channels: channels)
        var (last, row) = (-1, [UInt8]())
        for y in 0..<height {
            let millimetre = y * 254 / (10 * resolution)
            if millimetre != last { (last, row) = (millimetre, line(millimetre, width, resolution)) }
            image.add(row)
        }
        return image.end()
    }

    private func line(_ y: Int, _ width: Int, _ resolution: Int) -> [UInt8] {
        var row: [UInt8] = []
        row.reserveCapacity(width * channels)
        var (last, pixel) = (-1, [UInt8]())
        for x in 0..<width {
            let millimetre = x * 254 / (10 * resolution)
            if millimetre != last { (last, pixel) = (millimetre, Array(color(millimetre, y).prefix(channels))) }
            row += pixel
        }
        return row
    }

    /// One square millimetre: red, green and blue; of a grey picture the first is taken.
    private func color(_ x: Int, _ y: Int) -> [UInt8] {
        switch what {
        case .glass(.page): page(x, y, marks: 1)
        case .sheet(let number): page(x, y, marks: number)
        case .glass(.front): card(x, y, isFront: true)
        case .glass(.back): card(x, y, isFront: false)
        }
    }

    /// Not quite white, as paper is; a frame, a chequered square of 40 mm, and a bar for each mark.
    private func page(_ x: Int, _ y: Int, marks: Int) -> [UInt8] {
        let paper: [UInt8] = [250, 250, 248]
        if x == 5 || x == 204 || y == 5 || y == 291 { return [0, 0, 0] }
        if (20..<60).contains(x), (20..<60).contains(y) {
            return (x / 5 + y / 5).isMultiple(of: 2) ? [0, 0, 0] : [160, 160, 160]
        }
        let bar = (x - 80) / 10
        if x >= 80, bar < marks, (x - 80) % 10 < 5, (20..<60).contains(y) { return [40, 90, 200] }
        return y >= 80 && y < 270 && y.isMultiple(of: 5) && (20..<190).contains(x) && !(x + y).isMultiple(of: 7)
            ? [30, 30, 30] : paper
    }

    /// 86 by 54 mm in the corner: a picture and lines on the front, a disc and a stripe on the back.
    private func card(_ x: Int, _ y: Int, isFront: Bool) -> [UInt8] {
        guard x < 86, y < 54 else { return [252, 252, 252] }
        if x == 0 || x == 85 || y == 0 || y == 53 { return [90, 90, 90] }
        if isFront {
            if (60..<80).contains(x), (10..<38).contains(y) { return [120, 100, 90] }
            if (8..<52).contains(x), y >= 10, y < 34, y % 6 < 2 { return [20, 20, 20] }
            return (8..<78).contains(x) && (44..<47).contains(y) ? [20, 20, 20] : [200, 225, 235]
        }
        if (x - 18) * (x - 18) + (y - 18) * (y - 18) < 100 { return [180, 30, 30] }
        return (38..<78).contains(x) && (36..<40).contains(y) ? [20, 20, 20] : [235, 225, 200]
    }
}

/// PNG (RFC 2083) with stored blocks: as simple as it can be written.
struct PNGBytes {
    private static let longestBlock = 65_535
    private static let crcTable: [UInt32] = (0..<256).map { number in
        (0..<8).reduce(UInt32(number)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    private let width: Int
    private let height: Int
    private let channels: Int
    private var rows: [UInt8] = []

    init(width: Int, height: Int, channels: Int) {
        (self.width, self.height, self.channels) = (width, height, channels)
        rows.reserveCapacity((width * channels + 1) * height)
    }

    mutating func add(_ row: [UInt8]) {
        rows.append(0)
        rows += row
    }

    func end() -> [UInt8] {
        var png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let head = PNGBytes.number(width) + PNGBytes.number(height) + [8, channels == 1 ? 0 : 2, 0, 0, 0]
        png += PNGBytes.chunk("IHDR", head)
        png += PNGBytes.chunk("IDAT", stored)
        return png + PNGBytes.chunk("IEND", [])
    }

    /// zlib's wrapping (RFC 1950) around stored blocks (RFC 1951, 3.2.4).
    private var stored: [UInt8] {
        var (bytes, index) = ([UInt8]([0x78, 0x01]), 0)
        repeat {
            let count = min(PNGBytes.longestBlock, rows.count - index)
            let isLast: UInt8 = index + count == rows.count ? 1 : 0
            bytes += [isLast, UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF), UInt8(~count >> 8 & 0xFF)]
            bytes += rows[index..<(index + count)]
            index += count
        } while index < rows.count
        var (low, high): (UInt32, UInt32) = (1, 0)
        rows.withUnsafeBufferPointer { rows in
            for byte in rows {
                low = (low &+ UInt32(byte)) % 65_521
                high = (high &+ low) % 65_521
            }
        }
        return bytes + PNGBytes.number(Int(high << 16 | low))
    }

    private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
        let named = Array(name.utf8) + body
        var crc: UInt32 = 0xFFFF_FFFF
        named.withUnsafeBufferPointer { bytes in
            crcTable.withUnsafeBufferPointer { table in
                for byte in bytes { crc = table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
            }
        }
        return number(body.count) + named + number(Int(crc ^ 0xFFFF_FFFF))
    }

    private static func number(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 0xFF) } }
}
