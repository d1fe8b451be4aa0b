import DriverKit
import Logging
import Testing
import TouchPanelDriver
import ZoneModel
import ZoneRecording
import ZoneReplay
import ZoneTestKit

@Suite("Recordings and files of evemu")
struct EvemuTests {
    /// As evemu-record 2.7 writes it, shortened.
    private static let sample = """
        # EVEMU 1.3
        # Kernel: 6.1.0-56-amd64
        # Input device name: "Some Touchscreen # 2"
        N: Some Touchscreen # 2
        I: 0003 1234 5678 0110
        P: 02 00 00 00 00 00 00 00
        B: 00 0b 00 00 00 00 00 00 00
        B: 01 00 00 00 00 00 00 00 00
        B: 03 03 00 00 00 00 80 60 02
        A: 00 0 4095 0 0 8
        A: 01 0 4095 0 0 14
        A: 2f 0 4 0 0 0
        A: 35 0 4095 0 0 8
        A: 36 0 4095 0 0 14
        A: 39 0 65535 0 0 0
        ################################
        #      Waiting for events      #
        ################################
        E: 0.000001 0003 0039 0017\t# EV_ABS / ABS_MT_TRACKING_ID   17
        E: 0.000001 0003 0035 1024
        E: 0.000001 0003 0036 2048
        E: 0.000001 0000 0000 0000\t# ------------ SYN_REPORT (0) ---------- +0ms
        E: 0.512345 0003 0035 1030
        E: 0.512345 0000 0000 0000
        E: 1.020002 0003 0039 -001
        E: 1.020002 0000 0000 0000

        """

    private func frames(_ recording: Recording) -> [ContactFrame] {
        var (tracker, frames) = (ContactTracker?.none, [ContactFrame]())
        for entry in recording.entries {
            if entry.direction == .greeting {
                tracker = InputFrames.capabilities(entry.bytes).map { ContactTracker(of: $0) }
            }
            guard entry.direction == .in else { continue }
            var bytes = entry.bytes
            for event in InputFrames.decode(&bytes) {
                if let frame = tracker?.take(event) { frames.append(frame) }
            }
        }
        return frames
    }

    @Test("a file of the field is played by the driver, and says who the panel is")
    func field() async throws {
        let recording = try Recording(anyFile: Array(Self.sample.utf8), at: WallTime(milliseconds: 1_795_226_400_000))
        #expect(recording.header.contacts && !recording.header.simulated)
        let found = frames(recording)
        #expect(found.map(\.changes.count) == [1, 1, 1])
        #expect(found.map(\.microseconds) == [1, 512_345, 1_020_002])
        #expect(found.last?.changes == [.up(Contact(number: 1, x: 1030, y: 2048))])
        // It is a recording as any other: written, read, played.
        let again = try Recording(Array(recording.text.utf8))
        #expect(again == recording)
        var log = Logger(label: "test")
        log.logLevel = .critical
        let root = try TemporaryRoot()
        let outcome = try await ReplayStage(again, log: log).run(in: root.path)
        withExtendedLifetime(root) {}
        #expect(outcome.story == ["end present up ok"])
        #expect(outcome.state.identity.model == "Some Touchscreen # 2")
        #expect(outcome.state.identity.busId == "1234:5678")
        #expect(outcome.state.details["slots"] == 5)
    }

    @Test("there and back: the same panel, the same contacts, the same file", arguments: Seeds.first(12))
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let slots = [0, 1, 10][Int(seed % 3)]
        let panel = InputCapabilities(
            name: "屏 \(seed)", bus: 3, vendor: 0x222A, product: 1, version: 7, slots: slots,
            isAnonymous: slots == 0 && seed % 2 == 0, x: .init(minimum: -5, maximum: 4095, resolution: 8),
            y: .init(minimum: 0, maximum: 4095, resolution: 14), simulated: false)
        let recording = Self.anything(panel, &random)
        let file = try EvemuFile(recording)
        #expect(try EvemuFile(Array(file.text(remarks: ["a", "b"]).utf8)) == file)
        let back = Recording(file, at: recording.header.at)
        #expect(frames(back).map(\.changes) == frames(recording).map(\.changes))
        #expect(try EvemuFile(back) == file)
        #expect(file.capabilities == panel)
    }

    private static func anything(_ panel: InputCapabilities, _ random: inout SeededGenerator) -> Recording {
        let codes: [UInt16] = [0x2F, 0x39, 0x35, 0x36, 0x00, 0x01, 0x30, 0x3A]
        var entries = [RecordedEntry(ms: 3, .greeting, InputFrames.greeting(panel))]
        var stamp: Int64 = 1_795_226_400_123_456
        for number in 0..<200 {
            stamp += Int64.random(in: 0...30_000, using: &random)
            var events = (0..<Int.random(in: 0...9, using: &random)).map { _ in
                InputEvent(
                    microseconds: stamp, type: 3, code: codes[Int.random(in: 0..<8, using: &random)],
                    value: .random(in: -1...4095, using: &random))
            }
            let button = InputEvent(
                microseconds: stamp, type: 1, code: 0x14A, value: .random(in: 0...1, using: &random))
            events += [button, InputEvent(microseconds: stamp, type: 0, code: 0, value: 0)]
            entries.append(RecordedEntry(ms: Int64(number) * 10, .in, events.flatMap(InputFrames.encode)))
        }
        let profile = DeviceProfile(
            driver: "touch-panel", kind: .touchPanel, settings: [:], probeInterval: .seconds(30))
        let header = RecordingHeader(
            kind: .touchPanel, profile: profile, attachment: .address("x"), at: WallTime(milliseconds: 0),
            simulated: false, contacts: true)
        return Recording(header: header, entries: entries)
    }

    @Test("without a technician's word there is no place in it, and it says so")
    func withoutPositions() throws {
        var recording = try Recording(anyFile: Array(Self.sample.utf8), at: WallTime(milliseconds: 0))
        #expect(try EvemuFile(recording).hasPositions)
        recording.entries = recording.entries.map { entry in
            entry.direction == .in
                ? RecordedEntry(ms: entry.ms, .in, ContactFilter().withoutPositions(entry.bytes)) : entry
        }
        let file = try EvemuFile(recording)
        #expect(!file.hasPositions)
        #expect(!file.text().contains(" 0035 "))
        #expect(frames(Recording(file, at: WallTime(milliseconds: 0))).count == 3, "but when it was touched is")
    }

    @Test(
        "what is wrong is named by its line",
        arguments: [
            ("", 1), ("N: x\nI: 1 2 3\n", 2), ("N: x\nA: 99 0 1 0 0\n", 2), ("N: x\nA: 00 0 1 0\n", 2),
            ("N: x\nB: 20 00\n", 2), ("N: x\nE: 1 0 0 0\n", 2), ("N: x\nE: 1.0000001 0 0 0\n", 2),
            ("N: x\nE: 2.0 0 0 0\nE: 1.9 0 0 0\n", 3), ("N: x\nX: 1\n", 2), ("{\"recording\":1", 1),
            ("N: x\nI: 3 1 2 3\nA: 00 0 1 0 0 0\n", 4), ("N: x\nE: 0.1 0 0 99999999999\n", 2),
        ])
    func complaints(_ text: String, _ line: Int) {
        let complaint = #expect(throws: RecordingComplaint.self) {
            try Recording(anyFile: Array(text.utf8), at: WallTime(milliseconds: 0))
        }
        #expect(complaint?.line == line)
    }

    @Test("a recording of something else is no panel")
    func noPanel() throws {
        var recording = try Recording(anyFile: Array(Self.sample.utf8), at: WallTime(milliseconds: 0))
        recording.entries.removeFirst()
        #expect(throws: NoPanelRecorded.self) { try EvemuFile(recording) }
    }
}
