/// Counts the pages of a PWG raster (PWG 5102.4). Its lines are compressed and a page does not say how many bytes it
/// has, so the way to the next page leads through all of them.
package enum RasterMeasure {
    /// Section 4.3: the page header.
    package static let headerLength = 1796

    /// - Returns: the number of pages; all of them have sizes that are taken.
    package static func pages(_ run: inout ByteRun, _ limits: DocumentLimits) throws(DocumentRefusal) -> Int {
        guard let start = try run.take(4), start == Array("RaS2".utf8) else { throw .broken("no raster header") }
        var count = 0
        while !run.isAtEnd {
            count += 1
            guard let header = try run.take(headerLength) else { throw .broken("page \(count) ends in its header") }
            try body(&run, try Page(header, number: count, limits))
        }
        guard count > 0 else { throw .broken("a raster without pages") }
        return count
    }

    private struct Page {
        let number: Int
        let height: Int
        /// What the compression counts in: a pixel, or the byte that holds several.
        let unit: Int
        let unitsPerLine: Int

        init(_ header: [UInt8], number: Int, _ limits: DocumentLimits) throws(DocumentRefusal) {
            func field(_ offset: Int) -> Int { header[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
            guard header.starts(with: Array("PwgRaster\0".utf8)) else {
                throw .broken("page \(number) has no PWG header")
            }
            let (across, along, width) = (field(276), field(280), field(372))
            let (bits, line, order) = (field(388), field(392), field(396))
            (self.number, height) = (number, field(376))
            guard across > 0, along > 0, width > 0, height > 0 else { throw .broken("page \(number) has no size") }
            guard max(across, along) <= limits.resolution else {
                throw .tooLarge("page \(number) has \(max(across, along)) dpi, at most \(limits.resolution)")
            }
            try limits.checkPage(
                number, width: Double(width) * 72 / Double(across), height: Double(height) * 72 / Double(along))
            // Fifteen colours of 16 bits are the most (section 4.3.3.1); order 0 has the colours of a pixel together.
            guard (1...240).contains(bits), order == 0, line == (width * bits + 7) / 8 else {
                throw .broken("page \(number) has lines of another length than it says")
            }
            unit = (bits + 7) / 8
            guard line % unit == 0 else { throw .broken("page \(number) has half a pixel") }
            unitsPerLine = line / unit
        }
    }

    /// Section 4.4: how often a line is repeated, then its pixels: a repeated one, or several as they are.
    private static func body(_ run: inout ByteRun, _ page: Page) throws(DocumentRefusal) {
        var lines = 0
        while lines < page.height {
            guard let repeated = try run.next() else { throw .broken("page \(page.number) ends early") }
            lines += Int(repeated) + 1
            var units = 0
            while units < page.unitsPerLine {
                guard let code = try run.next() else { throw .broken("page \(page.number) ends early") }
                // 128, which the section does not name, clears the rest of the line in libcups.
                if code == 128 { break }
                let (pixels, given) = code < 128 ? (Int(code) + 1, 1) : (257 - Int(code), 257 - Int(code))
                units += pixels
                guard run.skip(given * page.unit) else { throw .broken("page \(page.number) ends early") }
            }
            guard units <= page.unitsPerLine else { throw .broken("page \(page.number) has a line that is too long") }
        }
        guard lines == page.height else { throw .broken("page \(page.number) has more lines than it says") }
    }
}
