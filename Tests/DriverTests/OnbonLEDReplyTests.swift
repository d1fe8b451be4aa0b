import OnbonLEDDriver
import Testing
import ZoneModel

@Suite("Onbon LED: what a card says")
struct OnbonLEDReplyTests {
    private func data(_ wire: String, to command: OnbonCommand) throws -> [UInt8] {
        var assembler = OnbonFrameAssembler()
        guard case .frame(let frame)? = assembler.take([0xA5] + OnbonFrames.bytes(wire)).first,
            case .data(let data)? = OnbonReply(frame.data, to: command)
        else { return [] }
        return data
    }

    @Test("the status reply, field by field")
    func status() throws {
        let status = try #require(OnbonStatus(try data(OnbonFrames.status, to: .status)))
        #expect(status.isOn == true)
        #expect(status.brightness == 15)
        #expect(status.clock == "2025-11-21 09:30:00")
        #expect(status.programmes == 1)
        #expect(status.areas == [0])
        #expect(String(decoding: status.tail.prefix(16), as: UTF8.self) == "BX6K100000000001")
    }

    /// Reserved bytes, on, brightness 7, a date, one programme and its name.
    private let start: [UInt8] =
        [0, 0, 2, 7, 0x25, 0x20, 0x11, 0x21, 5, 9, 0x30, 0, 1] + Array("P000".utf8)

    @Test("shorter replies are read as far as they go")
    func shortStatus() throws {
        let whole: [UInt8] = start + [0, 0, 2, 0, 1]
        let tail = [UInt8](repeating: 0x41, count: 28)
        #expect(OnbonStatus(whole + tail)?.areas == [0, 1])
        #expect(OnbonStatus(whole)?.areas == [0, 1], "without barcode and custom id")
        #expect(OnbonStatus(whole + tail.prefix(16))?.areas == [0, 1], "without custom id")
        #expect(OnbonStatus(start + [2, 0, 1])?.areas == [0, 1], "a 5K1 without the special area's fields")
        #expect(OnbonStatus(start + [1, 3] + tail)?.areas == [3], "the same, with barcode and custom id")
        #expect(OnbonStatus(start + [3, 0, 1, 2] + tail)?.areas == [0, 1, 2], "the same, with three areas")
        #expect(OnbonStatus(start)?.areas == nil, "not said is not none")
        #expect(OnbonStatus(start)?.programmes == 1)
        #expect(
            OnbonStatus([0, 0, 2, 7]).map { [$0.isOn == false, $0.brightness == 7, $0.clock == nil] } == [
                true, true, true,
            ])
        #expect(OnbonStatus([0, 0, 1]) == nil)
        #expect(OnbonStatus([0, 0, 9, 7])?.isOn == nil, "a state that is none")
    }

    @Test("the year is read in either order; what is no date is none")
    func clock() {
        func clock(_ time: [UInt8]) -> String? { OnbonStatus([0, 0, 1, 1] + time)?.clock }
        #expect(clock([0x20, 0x25, 0x11, 0x21, 5, 9, 0x30, 0]) == "2025-11-21 09:30:00")
        #expect(clock([0x25, 0x20, 0x13, 0x21, 5, 9, 0x30, 0]) == nil)
        #expect(clock([0x25, 0x20, 0x1F, 0x21, 5, 9, 0x30, 0]) == nil)
        #expect(clock([0, 0, 0, 0, 0, 0, 0, 0]) == nil)
    }

    @Test("parameters: size, type, and the colours of both of the vendor's tables")
    func parameters() {
        func read(_ colour: UInt8, width: [UInt8] = [0x80, 0]) -> OnbonParameters? {
            OnbonParameters([0, 0, 0x19, 0, 0x63, 2] + width + [0x20, 0, colour])
        }
        #expect(read(2) == OnbonParameters(screen: 0x19, deviceType: 0x63, width: 128, height: 32, colours: .two))
        let colours = [1, 3, 7, 0, 9].map { read($0)?.colours }
        #expect(colours == [.one, .two, .three, nil, nil])
        #expect(read(1, width: [0, 0]) == nil)
        #expect(read(1, width: [0, 0x80]) == nil)
        #expect(OnbonParameters([0, 0, 1, 0, 0x63, 2, 0x80, 0]) == nil)
    }

    @Test("fonts: a list that is cut short gives whole entries only")
    func fonts() {
        #expect(OnbonFont.list([2, 1, 16, 16, 0, 8, 16]).map(\.isChinese) == [true, false])
        #expect(OnbonFont.list([9, 1, 16, 16, 0, 8]).count == 1)
        #expect(OnbonFont.list([]) == [])
    }

    @Test("an unknown model degrades to its number")
    func models() {
        #expect(OnbonModel.name(0x63) == "BX-6K3")
        #expect(OnbonModel.name(0x6A) == "K card, type 6a")
        #expect(OnbonModel.isFifthGeneration(0x5C) && !OnbonModel.isFifthGeneration(0x61))
    }

    @Test("percent to level and back: every level comes back as it went")
    func brightness() {
        #expect([0, 3, 4, 50, 53, 100].map { OnbonBrightness.level(percent: $0) } == [0, 0, 1, 8, 8, 15])
        for level in 0...15 as ClosedRange<UInt8> {
            #expect(OnbonBrightness.level(percent: OnbonBrightness.percent(level: level)) == level)
        }
        #expect(OnbonBrightness.percent(level: 200) == 100)
    }

    @Test("each number of a refusal has its words")
    func refusals() {
        #expect(OnbonRefusal(12).description == "the card says no: font not on the card (12)")
        #expect(OnbonRefusal(200).description == "the card says no: unknown error (200)")
        #expect((0...20).filter { OnbonRefusal($0).isPassing } == [3, 5])
    }
}
