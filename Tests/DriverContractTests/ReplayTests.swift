import DriverKit
import Logging
import Testing
import ZoneLinux
import ZoneModel
import ZoneRecording
import ZoneReplay
import ZoneTestKit

/// What was recorded at a device once, the driver of today must understand as the driver of then did. A fault from the
/// field becomes a file here (docs/recordings.md).
@Suite("Every recording tells its story again", .serialized)
struct ReplayTests {
    static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        .joined(separator: "/") + "/Recordings"
    static let names = SmallFile.list(folder).filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(6)) }

    private func replay(_ recording: Recording) async throws -> ReplayOutcome {
        var log = Logger(label: "test")
        log.logLevel = .critical
        let root = try TemporaryRoot()
        defer { withExtendedLifetime(root) {} }
        return try await ReplayStage(recording, log: log).run(in: root.path)
    }

    @Test("there is at least one of each kind of wire")
    func kinds() throws {
        let drivers = try Self.names.map { name in
            try Recording(try SmallFile.readBytes("\(Self.folder)/\(name).jsonl", limit: Recording.longestFile)).header
                .driver
        }
        #expect(Set(drivers) == ["touch-panel", "ipp-printer", "onbon-led", "mcp2221-box", "usb-printer"])
    }

    @Test("as before, and marked simulated", arguments: names)
    func story(name: String) async throws {
        let path = "\(Self.folder)/\(name)"
        let recording = try Recording(try SmallFile.readBytes(path + ".jsonl", limit: Recording.longestFile))
        let outcome = try await replay(recording)
        let expected = try SmallFile.read(path + ".story").split(separator: "\n").map(String.init)
        #expect(outcome.story == expected, "\(name)")
        #expect(outcome.unmatched == 0, "the driver asks other questions than it did in \(name)")
        #expect(outcome.state.simulated)
        let conditions = outcome.events.filter { $0.name == .conditionRaised }
        #expect(conditions.allSatisfy { $0.data["simulated"] == true }, "\(name)")
    }
}

@Suite("A recording as a file")
struct RecordingFileTests {
    private let header = RecordingHeader(
        kind: .suggestionBox,
        profile: DeviceProfile(driver: "mcp2221-box", kind: .suggestionBox, settings: ["slotPin": "gp0"]),
        attachment: .address("sim-hid:x"), at: WallTime(milliseconds: 1_795_226_400_000), simulated: true,
        contacts: false)

    @Test("what is written is read, whatever passed")
    func roundTrip() throws {
        for seed in Seeds.first(20) {
            var random = SeededGenerator(seed: seed)
            var time: Int64 = 0
            let entries = (0..<100).map { _ in
                time += Int64.random(in: 0...50, using: &random)
                var bytes = (0..<Int.random(in: 0...70, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                if Bool.random(using: &random) { bytes = Array(bytes.prefix(5)) + [UInt8](repeating: 0, count: 59) }
                if Bool.random(using: &random) { bytes = Array("{\"a\":\"\u{7}号\"}".utf8) }
                let direction = WireDirection.allCases[Int.random(in: 0..<WireDirection.allCases.count, using: &random)]
                return RecordedEntry(ms: time, direction, bytes)
            }
            let recording = Recording(header: header, entries: entries)
            #expect(try Recording(Array(recording.text.utf8)) == recording, "seed \(seed)")
        }
    }

    @Test("a last line that was cut short is left out, anything else that is wrong is named by its line")
    func damage() throws {
        let text = Recording(header: header, entries: [.init(ms: 5, .out, [0x51]), .init(ms: 6, .in, [0x51, 0])]).text
        #expect(try Recording(Array(text.utf8.dropLast(3))).entries.count == 1)
        func complaint(_ text: String) -> RecordingComplaint? {
            do throws(RecordingComplaint) {
                _ = try Recording(Array(text.utf8))
                return nil
            } catch { return error }
        }
        #expect(complaint("")?.line == 1)
        #expect(complaint("{}\n")?.line == 1)
        #expect(complaint(text.replacing("\"recording\":1", with: "\"recording\":2"))?.line == 1)
        #expect(complaint(text + "{\"d\":\"in\",\"t\":3,\"h\":\"00\"}\n")?.line == 4, "time does not run backwards")
        #expect(complaint(text + "{\"d\":\"in\",\"t\":9,\"h\":\"0\"}\n")?.line == 4, "half a byte")
        #expect(
            complaint(text + "{\"d\":\"in\",\"t\":9,\"h\":\"\",\"z\":99999999}\n")?.line == 4,
            "more zeros than a report has")
        #expect(complaint(text + "\n")?.line == 4)
    }

    @Test("without a technician's word no position of a finger is in it")
    func contacts() {
        func event(_ type: UInt8, _ code: UInt8, _ value: UInt8) -> [UInt8] {
            [UInt8](repeating: 1, count: 16) + [type, 0, code, 0, value, 0, 0, 0]
        }
        let touch =
            event(3, 0x2F, 0) + event(3, 0x39, 7) + event(3, 0x35, 200) + event(3, 0x36, 100) + event(1, 0, 1)
            + event(3, 0x00, 9) + event(3, 0x01, 9) + event(0, 0, 0)
        #expect(
            ContactFilter().withoutPositions(touch)
                == event(3, 0x2F, 0) + event(3, 0x39, 7) + event(1, 0, 1) + event(0, 0, 0))
    }
}
