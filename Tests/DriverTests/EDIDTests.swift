import DisplayDriver
import Testing
import ZoneTestKit

@Suite("What a display says of itself")
struct EDIDTests {
    @Test("a display of 43 inches: who it is, how large, in which mode it is as it was built")
    func hall() throws {
        let edid = try EDID(GoldenEDID.hall43)
        #expect(edid.maker == "QQA" && edid.product == 0x4301 && edid.serial == "Q430001" && edid.name == "WALL 43")
        #expect(edid.year == 2023 && edid.preferred == DisplayMode(width: 1920, height: 1080))
        #expect(edid.size?.widthMM == 941 && edid.size?.heightMM == 529)
        #expect(edid.size.map { Int($0.inches * 10) } == 425)
        #expect(edid.extensions == [2] && edid.brokenExtensions == 0)
    }

    @Test("a projector has no size, a shape is none, and two sizes that contradict each other are none")
    func sizes() throws {
        let projector = try EDID(GoldenEDID.projector)
        #expect(projector.size == nil && projector.preferred != nil && projector.serial == nil)
        let television = try EDID(GoldenEDID.television)
        #expect(television.size == nil && television.serial == nil, "0x01010101 is no number")
        let doubtful = try EDID(GoldenEDID.twoSizes)
        #expect(doubtful.size == nil && doubtful.brokenExtensions == 1 && doubtful.extensions == [])
        #expect(PictureSize(timing: nil, centimetres: (160, 90))?.widthMM == 1600, "a wall of 72 inches is a size")
        #expect(PictureSize(timing: (0, 0), centimetres: (53, 30))?.heightMM == 300)
    }

    @Test("what is not whole is told by what is wrong with it")
    func flaws() {
        func flaw(_ bytes: [UInt8]) -> EDID.Flaw? {
            do throws(EDID.Flaw) { _ = try EDID(bytes) } catch { return error }
            return nil
        }
        #expect(flaw([]) == .empty && flaw([0, 255]) == .tooShort(2))
        #expect(flaw([UInt8](repeating: 0, count: 128)) == .noHeader)
        #expect(flaw(GoldenEDID.hall43 + [UInt8](repeating: 0, count: EDID.longest)) == .tooLong(33_024))
        for place in 8..<128 {
            var bytes = GoldenEDID.hall43
            bytes[place] &+= 1
            #expect(flaw(bytes) == .checksum, "byte \(place)")
        }
    }

    @Test("any bytes under a right header and checksum are read without a trap, and bounded")
    func anything() throws {
        for seed in Seeds.first(200) {
            var random = SeededGenerator(seed: seed)
            var bytes = GoldenEDID.hall43
            for _ in 0..<40 {
                bytes[Int.random(in: 8..<127, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes[127] = 0 &- bytes[0..<127].reduce(0, &+)
            let edid = try EDID(bytes)
            #expect((edid.name?.count ?? 0) <= 13 && (edid.maker?.count ?? 3) == 3)
            #expect(edid.extensions.count + edid.brokenExtensions == Int(bytes[126]))
            if let size = edid.size { #expect(size.inches > 0 && size.widthMM < 4096 && size.heightMM < 4096) }
        }
    }

    @Test(
        "modes by the kernel's names",
        arguments: [
            ("1920x1080", 1920), ("1920x1080i", 1920), ("720x400", 720), ("", nil), ("x", nil), ("1920x", nil),
            ("+1920x1080", nil), ("19200x99999", nil), ("1920x1080x60", nil), ("0x0", nil), ("1920x1080p", nil),
        ])
    func modes(text: String, width: Int?) {
        #expect(DisplayMode(text)?.width == width)
        if width != nil { #expect(DisplayMode(text)?.description == text) }
    }
}
