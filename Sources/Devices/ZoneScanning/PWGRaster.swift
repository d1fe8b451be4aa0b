import Glibc

/// Writes PWG raster (PWG 5102.4), the format that every printer with IPP Everywhere takes. Its reader is
/// `RasterMeasure` of ZoneDocuments.
package enum PWGRaster {
    /// Section 4.2: big-endian, each page compressed.
    package static let synchronization = Array("RaS2".utf8)
    package static let mediaType = "image/pwg-raster"

    /// One page, its header first.
    package static func page(_ sheet: CopySheet) -> [UInt8] {
        var bytes = header(width: CopySheet.width, height: CopySheet.height, channels: sheet.channels)
        var (y, row) = (0, sheet.row(0))
        while y < CopySheet.height {
            // Of a page of text half the rows are like the one above.
            var (repeats, next) = (1, [UInt8]())
            while y + repeats < CopySheet.height, repeats < 256 {
                next = sheet.row(y + repeats)
                guard next.elementsAreEqual(row) else { break }
                repeats += 1
            }
            bytes.append(UInt8(repeats - 1))
            pack(row, unit: sheet.channels, into: &bytes)
            y += repeats
            row = repeats == 256 && y < CopySheet.height ? sheet.row(y) : next
        }
        return bytes
    }

    /// Section 4.3. Of what is zero the printer takes its own default.
    package static func header(width: Int, height: Int, channels: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1796)
        func put(_ text: String, at offset: Int) {
            bytes.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
        }
        func put(_ value: Int, at offset: Int) {
            for (index, shift) in [24, 16, 8, 0].enumerated() { bytes[offset + index] = UInt8(value >> shift & 0xFF) }
        }
        put("PwgRaster", at: 0)
        for offset in [276, 280] { put(CopySheet.resolution, at: offset) }
        // Size of the page in points, as A4 is in PostScript.
        put(595, at: 352)
        put(842, at: 356)
        put(width, at: 372)
        put(height, at: 376)
        put(8, at: 384)
        put(8 * channels, at: 388)
        put(width * channels, at: 392)
        // Colour space: 18 is sGray, 19 is sRGB.
        put(channels == 1 ? 18 : 19, at: 400)
        put(channels, at: 420)
        // Neither turned nor mirrored.
        put(1, at: 456)
        put(1, at: 460)
        put(0xFF_FFFF, at: 480)
        put("iso_a4_210x297mm", at: 1732)
        return bytes
    }

    /// Section 4.4: runs of 2 to 128 equal pixels behind their number less one, other pixels behind 257 less their number.
    package static func pack(_ row: [UInt8], unit: Int, into bytes: inout [UInt8]) {
        row.withUnsafeBufferPointer { row in
            let count = row.count / unit
            func isSame(_ left: Int, _ right: Int) -> Bool {
                for offset in 0..<unit where row[left * unit + offset] != row[right * unit + offset] { return false }
                return true
            }
            var index = 0
            while index < count {
                var end = index + 1
                while end < count, end - index < 128, isSame(index, end) { end += 1 }
                if end - index == 1 {
                    while end < count, end - index < 128, end + 1 == count || !isSame(end, end + 1) { end += 1 }
                }
                let isRun = end - index == 1 || isSame(index, index + 1)
                bytes.append(UInt8(isRun ? end - index - 1 : 257 - (end - index)))
                bytes.append(contentsOf: row[(index * unit)..<((isRun ? index + 1 : end) * unit)])
                index = end
            }
        }
    }
}

extension [UInt8] {
    fileprivate func elementsAreEqual(_ other: [UInt8]) -> Bool {
        count == other.count
            && withUnsafeBytes { mine in
                other.withUnsafeBytes { theirs in
                    guard let left = mine.baseAddress, let right = theirs.baseAddress else { return true }
                    return memcmp(left, right, mine.count) == 0
                }
            }
    }
}
