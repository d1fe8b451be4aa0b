import DriverKit
import SuggestionBoxDriver
import SuggestionBoxSimulator
import Testing
import ZoneModel
import ZoneTestKit

@Suite("Suggestion box: reports to the byte")
struct SuggestionBoxFrameTests {
    private func report(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: 64 - bytes.count) }

    @Test("commands are 64 bytes, filled with zeros")
    func commands() {
        #expect(MCP2221.status == report([0x10]))
        #expect(MCP2221.readPins == report([0x51]))
        #expect(MCP2221.readSettings == report([0x61]))
        // Clock, DAC, ADC and edge detector untouched; bit 7 of byte 7 applies the four pin bytes.
        #expect(MCP2221.writePins([8, 3, 8, 1]) == report([0x60, 0, 0, 0, 0, 0, 0, 0x80, 8, 3, 8, 1]))
        #expect(MCP2221.writePins([1, 2, 3, 4, 5, 6]).count == 64)
    }

    /// The answer that EasyMCP2221's documentation shows for a new chip.
    @Test("a new chip has no pin that could be read")
    func factoryPins() {
        var chip = SimulatedChip()
        let answer = chip.answer(MCP2221.readPins)
        #expect(answer == report([0x51, 0, 0xEE, 0xEF, 0xEE, 0xEF, 0xEE, 0xEF, 0xEE, 0xEF]))
        for pin in 0..<4 { #expect(MCP2221.pin(pin, of: answer ?? []) == .otherFunction) }
    }

    @Test("level first, then direction: what kernel bug 216736 has the wrong way round")
    func levels() {
        var chip = SimulatedChip(pins: [8, 0x10, 8, 0], levels: [true, false, false, true])
        let answer = chip.answer(MCP2221.readPins) ?? []
        #expect(answer == report([0x51, 0, 1, 1, 1, 0, 0, 1, 0, 0]))
        #expect(MCP2221.pin(0, of: answer) == .input(isHigh: true))
        #expect(MCP2221.pin(1, of: answer) == .output)
        #expect(MCP2221.pin(2, of: answer) == .input(isHigh: false))
        #expect(MCP2221.pin(4, of: answer) == .nonsense)
        #expect(MCP2221.pin(-1, of: answer) == .nonsense)
        #expect(MCP2221.pin(0, of: report([0x51, 0, 2, 1])) == .nonsense)
        #expect(MCP2221.pin(0, of: []) == .nonsense)
    }

    @Test("settings are read at 22 to 25 and written at 8 to 11")
    func settings() {
        var chip = SimulatedChip()
        #expect(MCP2221.pinBytes(of: chip.answer(MCP2221.readSettings) ?? []) == [2, 3, 1, 1])
        #expect(chip.answer(MCP2221.writePins([8, 3, 8, 1])) == report([0x60]))
        #expect(MCP2221.pinBytes(of: chip.answer(MCP2221.readSettings) ?? []) == [8, 3, 8, 1])
        // Without bit 7 the pin bytes count for nothing.
        _ = chip.answer(report([0x60, 0, 0, 0, 0, 0, 0, 0x7F, 1, 1, 1, 1]))
        #expect(chip.pins == [8, 3, 8, 1])
        #expect(MCP2221.pinBytes(of: [0x61]) == nil)
    }

    @Test("a locked chip refuses, and keeps its pins")
    func locked() {
        var chip = SimulatedChip(isLocked: true)
        let answer = chip.answer(MCP2221.writePins([8, 8, 8, 8])) ?? []
        #expect(answer.first == 0x60)
        #expect(!MCP2221.isSuccess(answer))
        #expect(chip.pins == SimulatedChip.factoryPins)
    }

    @Test("the edge flag of GP1 remembers one edge until it is cleared")
    func edges() {
        var chip = SimulatedChip(pins: [8, 4, 8, 8], levels: [false, false, true, false])
        func status() -> [UInt8] { chip.answer(MCP2221.status) ?? [] }
        #expect(status()[24] == 0)
        chip.set(pin: 1, high: true)
        chip.set(pin: 1, high: false)
        #expect(status()[24] == 1)
        // Converters at 50 to 55, little-endian: GP1 low, GP2 high, GP3 low.
        #expect(Array(status()[50...55]) == [0, 0, 0xFF, 0x03, 0, 0])
        #expect(MCP2221.firmware(of: status()) == "1.2")
        // Apply, falling edges off, rising on, clear the flag.
        _ = chip.answer(report([0x60, 0, 0, 0, 0, 0, 0x80 | 0b11 << 3 | 0b10 << 1 | 1]))
        #expect(status()[24] == 0)
        chip.set(pin: 1, high: true)
        #expect(status()[24] == 1)
        _ = chip.answer(report([0x60, 0, 0, 0, 0, 0, 0x81]))
        chip.set(pin: 1, high: false)
        #expect(status()[24] == 0)
    }

    @Test("outputs are set one by one; a pin of another function says so")
    func outputs() {
        var chip = SimulatedChip(pins: [0, 3, 8, 0])
        let answer = chip.answer(report([0x50, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1])) ?? []
        #expect(answer[3] == 1)
        #expect(answer[7] == 0xEE)
        #expect(chip.pins == [0x10, 3, 0, 8])
    }

    @Test("a reset is answered by nothing and brings the power-on settings back")
    func reset() {
        var chip = SimulatedChip()
        _ = chip.answer(MCP2221.writePins([8, 8, 8, 8]))
        #expect(chip.answer(report([0x70, 0xAB, 0xCD])) != nil)
        #expect(chip.resetCount == 0)
        #expect(chip.answer(report([0x70, 0xAB, 0xCD, 0xEF])) == nil)
        #expect(chip.pins == SimulatedChip.factoryPins)
        #expect(chip.resetCount == 1)
    }

    @Test("any report at all is answered by 64 bytes or by nothing, and read without harm")
    func anyReport() throws {
        let settings = try BoxSettings([:])
        for seed in Seeds.first(20) {
            var random = SeededGenerator(seed: seed)
            var chip = SimulatedChip()
            for round in 0..<500 {
                let bytes = random.bytes(round % 7 == 0 ? Int.random(in: 0...70, using: &random) : 64)
                chip.manner = SimulatedChip.Manner.allCases.randomElement(using: &random) ?? .honest
                chip.set(pin: Int.random(in: -1...5, using: &random), high: Bool.random(using: &random))
                let answer = chip.answer(bytes)
                #expect(answer == nil || answer?.count == 64, "seed \(seed)")
                for garbage in [bytes, answer ?? []] {
                    _ = try? settings.sample(TimedReport(garbage, at: MonoTime(milliseconds: 0)))
                    _ = (MCP2221.firmware(of: garbage), MCP2221.pinBytes(of: garbage))
                }
            }
        }
    }
}

@Suite("Suggestion box: what a report descriptor says")
struct SuggestionBoxDescriptorTests {
    private static let chip = SimulatedChip.identity.descriptor
    /// HID 1.11, appendix B.1: the keyboard of the boot protocol.
    private static let keyboard: [UInt8] = [
        0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01,
        0x95,
        0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x01, 0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29,
        0x05,
        0x91, 0x02, 0x95, 0x01, 0x75, 0x03, 0x91, 0x01, 0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07,
        0x19,
        0x00, 0x29, 0x65, 0x81, 0x00, 0xC0,
    ]

    /// The chip's, with reports of `count` bytes.
    static func vendor(reports count: UInt8) -> [UInt8] {
        var bytes = chip
        bytes[18] = count
        return bytes
    }

    @Test("the chip's own: vendor's page, 64 bytes each way, no numbers")
    func chipsOwn() throws {
        let form = try ReportDescriptor(Self.chip)
        #expect(Self.chip.count == 28)
        #expect(form.pages == [0xFF00])
        #expect((form.inputBytes, form.outputBytes, form.featureBytes) == (64, 64, 0))
        #expect(form.mismatch == nil)
    }

    @Test("other devices are told apart, in words")
    func others() throws {
        let keyboard = try ReportDescriptor(Self.keyboard)
        #expect((keyboard.inputBytes, keyboard.outputBytes) == (8, 1))
        #expect(keyboard.mismatch == "a HID device of another kind")
        #expect(try ReportDescriptor(Self.vendor(reports: 8)).mismatch == "8-byte reports")
        #expect(try ReportDescriptor([]).mismatch != nil)
        var numbered = Self.chip
        numbered.insert(contentsOf: [0x85, 0x01], at: 7)
        #expect(try ReportDescriptor(numbered).mismatch == "reports with numbers")
        // Output only 4 bytes: a count of its own before the output item.
        var lopsided = Self.chip
        lopsided.insert(contentsOf: [0x95, 0x04], at: 25)
        #expect(try ReportDescriptor(lopsided).mismatch == "64-byte reports in and 4-byte reports out")
    }

    @Test("pushed states come back; long items are passed over")
    func stack() throws {
        let pushed: [UInt8] = [
            0x06, 0x00, 0xFF, 0xA1, 0x01, 0x75, 0x08, 0x95, 0x40, 0xA4, 0x95, 0x01, 0xB4, 0xFE, 0x02, 0x10, 0xAA, 0xBB,
            0x81, 0x02, 0x91, 0x02, 0xB1, 0x02, 0xC0,
        ]
        let form = try ReportDescriptor(pushed)
        #expect((form.inputBytes, form.outputBytes, form.featureBytes) == (64, 64, 64))
    }

    @Test(
        "what cannot be is refused, with its place",
        arguments: [
            ([0x06, 0x00], ReportDescriptor.Flaw.truncated(at: 0)), ([0xFE, 0x05, 0x00], .truncated(at: 0)),
            ([0xFE], .truncated(at: 0)), ([0xA1, 0x01], .unbalanced(at: 2)), ([0xC0], .unbalanced(at: 0)),
            ([0xB4], .unbalanced(at: 0)), ([UInt8](repeating: 0xA4, count: 33), .unbalanced(at: 32)),
            ([UInt8](repeating: 0xA0, count: 33), .unbalanced(at: 32)),
            ([0x77, 255, 255, 255, 255, 0x97, 255, 255, 255, 255, 0x81, 0x02], .tooLarge(at: 10)),
            ([UInt8](repeating: 0, count: 4097), .tooLong),
        ])
    func flaws(_ bytes: [UInt8], _ flaw: ReportDescriptor.Flaw) {
        #expect(throws: flaw) { try ReportDescriptor(bytes) }
    }

    @Test("any bytes are read to an end")
    func anyBytes() {
        for seed in Seeds.first(200) {
            var random = SeededGenerator(seed: seed)
            var bytes = random.bytes(Int.random(in: 0...300, using: &random))
            if seed % 2 == 0 {
                bytes = Self.chip
                for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = random.bytes(1)[0] }
            }
            let form = try? ReportDescriptor(bytes)
            #expect(form?.inputBytes ?? 0 <= 8192, "seed \(seed)")
            _ = form?.mismatch
        }
    }
}
