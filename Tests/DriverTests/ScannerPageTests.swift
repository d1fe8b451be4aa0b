import Testing
import ZoneDocuments
import ZoneModel
import ZoneScanning
import ZoneTestKit

@Suite("Scanner: from picture to page")
struct ScannerPageTests {
    private func pnm(_ head: String, _ pixels: [UInt8]) -> [UInt8] { Array(head.utf8) + pixels }

    @Test("scanimage's PNM is read: grey and colour, with its comment")
    func pictures() throws {
        let grey = try #require(PageImage(pnm: pnm("P5\n# SANE data follows\n3 2\n255\n", [1, 2, 3, 4, 5, 6])))
        #expect((grey.width, grey.height, grey.channels) == (3, 2, 1))
        #expect(grey.pixels == [1, 2, 3, 4, 5, 6])
        #expect(PageImage(pnm: pnm("P6\n1 2\n255\n", [1, 2, 3, 4, 5, 6]))?.channels == 3)
    }

    @Test(
        "half a picture, another depth, another kind, absurd sizes are none",
        arguments: [
            "P5\n3 2\n255\n12345", "P5\n3 2\n65535\n123456", "P4\n8 1\n1", "P5\n0 2\n255\n", "P5\n99999 99999\n255\n1",
            "", "P5", "P5\n# 3 2\n255\n123456", "P5\n-3 2\n255\n123456", "P5 3 2 255",
        ])
    func noPictures(_ text: String) { #expect(PageImage(pnm: Array(text.utf8)) == nil) }

    /// Reads what the encoder wrote: section 4.4 of PWG 5102.4, once more and by another hand.
    private func unpack(_ bytes: [UInt8], unit: Int, rowLength: Int, height: Int) -> [[UInt8]]? {
        var (rows, rest) = ([[UInt8]](), bytes[...])
        while rows.count < height {
            guard let repeats = rest.popFirst() else { return nil }
            var row: [UInt8] = []
            while row.count < rowLength {
                guard let code = rest.popFirst() else { return nil }
                let (given, times) = code < 128 ? (1, Int(code) + 1) : (257 - Int(code), 1)
                guard code != 128, rest.count >= given * unit else { return nil }
                let pixels = Array(rest.prefix(given * unit))
                rest = rest.dropFirst(given * unit)
                for _ in 0..<times { row += pixels }
            }
            guard row.count == rowLength else { return nil }
            for _ in 0...repeats { rows.append(row) }
        }
        return rest.isEmpty && rows.count == height ? rows : nil
    }

    @Test("whatever a row holds comes back as it was, grey and colour", arguments: [1, 3])
    func rows(_ unit: Int) {
        var random = SeededGenerator(seed: UInt64(unit))
        for _ in 0..<500 {
            var row: [UInt8] = []
            let count = Int.random(in: 1...700, using: &random)
            while row.count < count * unit {
                let pixel = (0..<unit).map { _ in UInt8.random(in: 0...3, using: &random) }
                let length = Bool.random(using: &random) ? 1 : Int.random(in: 1...300, using: &random)
                for _ in 0..<min(length, count - row.count / unit) { row += pixel }
            }
            var packed: [UInt8] = [0]
            PWGRaster.pack(row, unit: unit, into: &packed)
            #expect(unpack(packed, unit: unit, rowLength: row.count, height: 1) == [row])
            #expect(packed.count <= row.count + row.count / unit / 64 + 4)
        }
    }

    private func image(_ width: Int, _ height: Int, channels: Int = 1) throws -> PageImage {
        let pixels = (0..<(width * height * channels)).map { UInt8(truncatingIfNeeded: $0 / 97 * 31 % 240) }
        return try #require(PageImage(width: width, height: height, channels: channels, pixels: pixels))
    }

    @Test("a page is what its reader of jobs counts as one, and its pixels are those of the scan", arguments: [1, 3])
    func page(_ channels: Int) throws {
        var sheet = CopySheet(isColor: channels == 3)
        let picture = try image(900, 700, channels: channels)
        sheet.put(picture)
        let page = PWGRaster.page(sheet)
        var run = ByteRun(PWGRaster.synchronization + page + page)
        #expect(try RasterMeasure.pages(&run, .standard) == 2)
        let length = CopySheet.width * channels
        let rows = try #require(
            unpack(Array(page.dropFirst(1796)), unit: channels, rowLength: length, height: CopySheet.height))
        #expect(Array(rows[699].prefix(900 * channels)) == Array(picture.pixels.suffix(900 * channels)))
        #expect(rows[699].dropFirst(900 * channels).allSatisfy { $0 == 255 })
        #expect(rows[700].allSatisfy { $0 == 255 })
        #expect((CopySheet.width, CopySheet.height) == (2480, 3508))
    }

    @Test("the sides of a card lie each in the middle of its half, at their own size")
    func card() throws {
        let side = try image(CopySheet.pixels(95.6), CopySheet.pixels(64))
        var sheet = CopySheet(isColor: false)
        sheet.put(front: side, back: side)
        let left = (CopySheet.width - side.width) / 2
        for quarter in [1, 3] {
            let top = quarter * CopySheet.height / 4 - side.height / 2
            #expect(Array(sheet.row(top)[left..<(left + side.width)]) == Array(side.pixels.prefix(side.width)))
            #expect(sheet.row(top - 1).allSatisfy { $0 == 255 })
            #expect(sheet.row(top + side.height).allSatisfy { $0 == 255 })
        }
    }

    @Test("brighter and darker move every tone; paper becomes white, a larger picture is cut at the edge")
    func tones() throws {
        let picture = try #require(
            PageImage(width: 2600, height: 1, channels: 1, pixels: [0, 100, 250] + Array(repeating: 200, count: 2597)))
        for (brightness, wanted) in [(0, [0, 100, 255]), (50, [63, 163, 255]), (-100, [0, 0, 255])] {
            var sheet = CopySheet(isColor: false, brightness: brightness)
            sheet.put(picture)
            #expect(sheet.row(0).prefix(3).map(Int.init) == wanted)
            #expect(sheet.row(0).count == CopySheet.width)
        }
        var color = CopySheet(isColor: true)
        color.put(picture)
        #expect(Array(color.row(0).prefix(6)) == [0, 0, 0, 100, 100, 100])
    }

    @Test(
        "what scanimage complains of is known by SANE's words",
        arguments: [
            (
                "scanimage: sane_start: Document feeder out of documents\nBatch terminated, 0 pages scanned",
                "feederEmpty"
            ),
            ("scanimage: sane_start: Document feeder jammed", "jam"),
            ("scanimage: sane_read: Scanner cover is open", "coverOpen"),
            ("scanimage: sane_start: Device busy", "busy"),
            ("scanimage: open of device airscan:e0:scanner failed: Error during device I/O", "noAnswer"),
            ("prlimit: failed to execute /usr/bin/scanimage", "notInstalled"), ("", "refused"),
            ("\u{1B}[31mwhat", "refused"),
        ])
    func complaints(_ text: String, _ word: String) {
        let failure = ScanFailure(complaint: Array(text.utf8))
        #expect(failure.code == "scan.\(word)")
        #expect(!failure.english.contains("\u{1B}") && !failure.chinese.isEmpty)
    }
}
