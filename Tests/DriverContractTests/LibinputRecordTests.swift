import DriverKit
import Logging
import Testing
import TouchPanelDriver
import ZoneModel
import ZoneRecording
import ZoneReplay
import ZoneTestKit

@Suite("Files of libinput record")
struct LibinputRecordTests {
    /// As libinput-record 1.22 writes it with --with-libinput and --with-hidraw, shortened.
    private static let sample = """
        # libinput record
        version: 1
        ndevices: 1
        libinput:
          version: "1.22.1"
          git: "unknown"
        system:
          os: "debian:12"
          kernel: "6.1.0-56-amd64"
          dmi: "dmi:bvnX:rnY:"
        devices:
        - node: /dev/input/event4
          evdev:
            # Name: Some Touchscreen # 2
            # ID: bus 0x3 vendor 0x1234 product 0x5678 version 0x110
            # Supported Events:
            # Event type 0 (EV_SYN)
            name: "Some Touchscreen # 2"
            id: [3, 4660, 22136, 272]
            codes:
              0: [0, 1, 3] # EV_SYN
              1: [330] # EV_KEY
              3: [0, 1, 47, 53, 54, 57] # EV_ABS
            absinfo:
              0: [0, 4095, 0, 0, 8]
              1: [0, 4095, 0, 0, 14]
              47: [0, 4, 0, 0, 0]
              53: [0, 4095, 0, 0, 8]
              54: [0, 4095, 0, 0, 14]
              57: [0, 65535, 0, 0, 0]
            properties: [1]
          hid: [
            0x05, 0x0d, 0x09, 0x04
          ]
          udev:
            properties:
            - ID_INPUT=1
            - ID_INPUT_TOUCHSCREEN=1
            virtual: false
          quirks:
          - ModelSomething=1
          events:
          # Current time is 12:23:33
          - evdev:
            - [  0,      0,   3,  57,      17] # EV_ABS / ABS_MT_TRACKING_ID       17
            - [  0,      0,   3,  53,    1024] # EV_ABS / ABS_MT_POSITION_X      1024
            - [  0,      0,   3,  54,    2048] # EV_ABS / ABS_MT_POSITION_Y      2048
            - [  0,      0,   0,   0,       0] # ------------ SYN_REPORT (0) ---------- +0ms
          - libinput:
            - {time: 0.000000, type: TOUCH_DOWN, slot: 0, seat_slot: 0, point: [12.50, 25.00], transformed: [ 1.00,  2.00]}
          - hid:
              time: [  0,      1]
              hidraw0: [0x01, 0x02]
          - evdev:
            - [  0, 512345,   3,  53,    1030] # EV_ABS / ABS_MT_POSITION_X      1030
            - [  0, 512345,   0,   0,       0] # ------------ SYN_REPORT (0) ---------- +512ms
          # 2026-11-22
          - evdev:
            - [  1,  20002,   3,  57,      -1] # EV_ABS / ABS_MT_TRACKING_ID       -1
            - [  1,  20002,   0,   0,       0] # ------------ SYN_REPORT (0) ---------- +508ms

        """

    @Test("read as what it is: the panel, its codes and axes, the kernel's events and no others")
    func read() throws {
        let file = try EvemuFile(Array(Self.sample.utf8))
        #expect(file.name == "Some Touchscreen # 2")
        #expect((file.bus, file.vendor, file.product, file.version) == (3, 0x1234, 0x5678, 0x110))
        #expect(file.properties == [1] && file.codes[1] == [330] && file.codes[3] == [0, 1, 47, 53, 54, 57])
        let y = try #require(file.axes[1])
        #expect((y.minimum, y.maximum, y.resolution) == (0, 4095, 14))
        #expect(file.capabilities.slots == 5 && file.hasPositions)
        #expect(file.events.map(\.microseconds) == [0, 0, 0, 0, 512_345, 512_345, 1_020_002, 1_020_002])
        // evemu's form is as good: nothing that matters is lost on the way.
        #expect(try EvemuFile(Array(file.text().utf8)) == file)
    }

    @Test("the driver plays it")
    func played() async throws {
        let recording = try Recording(anyFile: Array(Self.sample.utf8), at: WallTime(milliseconds: 1_795_226_400_000))
        #expect(recording.header.contacts)
        var log = Logger(label: "test")
        log.logLevel = .critical
        let root = try TemporaryRoot()
        let outcome = try await ReplayStage(recording, log: log).run(in: root.path)
        withExtendedLifetime(root) {}
        #expect(outcome.story == ["end present up ok"])
        #expect(outcome.state.identity.busId == "1234:5678" && outcome.state.details["slots"] == 5)
    }

    private static let head = "version: 1\nndevices: 1\ndevices:\n- node: /dev/input/event1\n  evdev:\n"

    @Test(
        "what is wrong is named by its line",
        arguments: [
            ("version: 2\n", 1), ("# libinput record\nndevices: 1\n", 2), ("version: 1\nndevices: 2\n", 2),
            (head + "- node: /dev/input/event2\n", 6), (head + "    name: \"\"\n", 6),
            (head + "    id: [1, 2, 3]\n", 6),
            (head + "    id: [1, 2, 3, 65536]\n", 6), (head + "    codes:\n      3: [768]\n", 7),
            (head + "    codes:\n      32: [0]\n", 7), (head + "    absinfo:\n      0: [0, 1, 0, 0]\n", 7),
            (head + "    absinfo:\n      64: [0, 1, 0, 0, 0]\n", 7), (head + "    properties: [x]\n", 6),
            (head + "  events:\n  - evdev:\n    - [0, 1000000, 0, 0, 0]\n", 8),
            (head + "  events:\n  - evdev:\n    - [-1, 0, 0, 0, 0]\n", 8),
            (head + "  events:\n  - evdev:\n    - [99999999999999, 0, 0, 0, 0]\n", 8),
            (head + "  events:\n  - evdev:\n    - [2, 0, 0, 0, 0]\n    - [1, 0, 0, 0, 0]\n", 9),
            (head + "  events:\n  - evdev:\n    - [0, 0, 0, 0, 0\n", 8),
            (head + "  events:\n  - evdev:\n    - [0, 0, 65536, 0, 0]\n", 8),
            (head + "    name: \"x\"\n", 7), (head + "    name: \"" + String(repeating: "x", count: 2000) + "\"\n", 6),
        ])
    func complaints(_ text: String, _ line: Int) {
        let complaint = #expect(throws: RecordingComplaint.self) { try EvemuFile(Array(text.utf8)) }
        #expect(complaint?.line == line)
    }

    @Test(
        "whatever is made of it, it is read or refused, and no contact is left without an end",
        arguments: Seeds.first(20))
    func hostile(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let lines = Self.sample.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8) }
        for _ in 0..<40 {
            var mangled = lines
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let (from, to) = (
                    Int.random(in: 2..<lines.count, using: &random), Int.random(in: 2..<lines.count, using: &random)
                )
                switch Int.random(in: 0...3, using: &random) {
                case 0: mangled.swapAt(from, to)
                case 1: mangled[from] = mangled[to]
                case 2:
                    if !mangled[from].isEmpty {
                        mangled[from][Int.random(in: 0..<mangled[from].count, using: &random)] = .random(
                            in: 0...255, using: &random)
                    }
                default: mangled[from].removeLast(min(mangled[from].count, Int.random(in: 0...9, using: &random)))
                }
            }
            guard let file = try? EvemuFile(Array(mangled.joined(separator: [UInt8(ascii: "\n")]))) else { continue }
            #expect(file.name == file.name.cleaned(limit: 80) && (0...1024).contains(file.capabilities.slots))
            #expect(try EvemuFile(Array(file.text().utf8)) == file)
            var (tracker, open) = (ContactTracker(of: file.capabilities), Set<Int>())
            for event in file.events {
                for change in tracker.take(event)?.changes ?? [] {
                    if case .up(let contact) = change {
                        open.remove(contact.number)
                    } else {
                        open.insert(change.contact.number)
                    }
                }
            }
            for change in tracker.end() { open.remove(change.contact.number) }
            #expect(open.isEmpty)
        }
    }
}
