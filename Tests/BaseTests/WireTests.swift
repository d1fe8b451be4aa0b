import FoundationEssentials
import Testing
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("The wire")
struct WireTests {
    private static func golden(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }

    private var heartbeat: Heartbeat {
        get throws {
            let at = try #require(WallTime(rfc3339: "2026-11-21T03:35:00.123Z"))
            var beat = Heartbeat(
                zone: try #require(Slug("liangping-01")), node: try #require(Slug("pc-1")), stream: HexID(random: 1),
                epoch: HexID(random: 2), boot: "0b0e0c8a-8a70-4a3c-9d3a-0d6f2f1a7e55", hb: 7, reason: .change,
                sentAt: at,
                mono: MonoTime(milliseconds: 123_456), clock: .synced, interval: .seconds(60), stateHash: "ab")
            var device = DeviceState(card: DeviceCard(id: DeviceID(.printer, 1), kind: .printer, place: "咨询台旁"))
            (device.presence, device.link, device.activity) = (.present, .up, .idle)
            device.identity = Identity(vendor: "V", model: "M", serial: "S")
            device.conditions = [
                Condition(
                    code: .printerPaperOut, severity: .fault, since: at, lastSeen: at, fixer: .staff,
                    evidence: "media-empty-error", simulated: false)
            ]
            beat.state = ZoneStateJSON(name: "专区", purpose: "production", type: "hall", devices: [DeviceJSON(device)])
            let draft = EventDraft(
                .conditionRaised, .b, subject: "printer-1", at: at, clockQuality: .synced,
                mono: MonoTime(milliseconds: 123_000), data: ["code": "prn.paper.out"])
            beat.events = [Event(seq: 42, epoch: HexID(random: 2), boot: beat.boot, draft: draft)]
            beat.gaps = [.init(from: 40, to: 41)]
            beat.aboutSelf = SelfJSON(version: "0.1.0", uptimeMs: 5000, failedHeartbeats: 0, workerKills: 0)
            return beat
        }
    }

    @Test("a heartbeat is written as the golden file says, and read back")
    func heartbeatGolden() throws {
        let beat = try heartbeat
        let golden = try Self.golden("heartbeat-1.json")
        let written = String(decoding: try WireCoding.encode(beat), as: UTF8.self) + "\n"
        #expect(written == String(decoding: golden, as: UTF8.self), "written: \(written)")
        #expect(try WireCoding.decode(Heartbeat.self, golden) == beat)
    }

    @Test("lines of cases go down as they are and up as names; without them the heartbeat is as before")
    func caseLines() throws {
        var beat = try heartbeat
        (beat.state, beat.events, beat.gaps) = (nil, nil, nil)
        beat.entries = ["01KJYQ8M3ZV5T2N7R9W4X6A1BC"]
        let up = String(decoding: try WireCoding.encode(beat), as: UTF8.self) + "\n"
        #expect(up == String(decoding: try Self.golden("heartbeat-entries.json"), as: UTF8.self), "written: \(up)")
        var reply = HeartbeatReply(
            status: .accepted, ackThrough: .init(stream: HexID(random: 1), seq: 42), stateAck: "h",
            serverTime: beat.sentAt, interval: .seconds(60))
        reply.entries = [
            [
                "id": "01KJYQ8M3ZV5T2N7R9W4X6A1BC", "case": "01KJYQ7D2XW4S1M6Q8V3W5Z0AB", "step": "answered",
                "role": "district", "at": "2026-11-21T03:35:00.123Z", "text": "已换硒鼓", "origin": "hub",
            ]
        ]
        let down = String(decoding: try WireCoding.encode(reply), as: UTF8.self) + "\n"
        #expect(down == String(decoding: try Self.golden("reply-entries.json"), as: UTF8.self), "written: \(down)")
        #expect(try WireCoding.decode(HeartbeatReply.self, try Self.golden("reply-entries.json")) == reply)
    }

    @Test("a zone that staff have closed says so in its state, until when and why; others are as before")
    func closure() throws {
        var beat = try heartbeat
        let open = try #require(beat.state)
        (beat.events, beat.gaps) = (nil, nil)
        beat.state?.devices = []
        let until = try #require(WallTime(rfc3339: "2026-11-30T01:00:00.000Z"))
        beat.state?.closure = HoursJSON.ClosureJSON(since: beat.sentAt, until: until, reason: "停电检修")
        let written = String(decoding: try WireCoding.encode(beat), as: UTF8.self) + "\n"
        let golden = try Self.golden("heartbeat-closure.json")
        #expect(written == String(decoding: golden, as: UTF8.self), "written: \(written)")
        #expect(try WireCoding.decode(Heartbeat.self, golden) == beat)
        var closed = open
        closed.closure = beat.state?.closure
        #expect(StateFingerprint(closed) != StateFingerprint(open), "the hub is told at once")
        let plain = String(decoding: try WireCoding.encode(StateFingerprint(open)), as: UTF8.self)
        #expect(!plain.contains("closure"), "the hash of a zone in service is what it was")
    }

    @Test("a quiet heartbeat is small: at most 2 KiB")
    func quiet() throws {
        var beat = try heartbeat
        (beat.state, beat.events, beat.gaps) = (nil, nil, nil)
        #expect(try WireCoding.encode(beat).count <= 2048)
    }

    @Test("unknown members are from a newer version of this one and do no harm")
    func additive() throws {
        var text = String(decoding: try Self.golden("heartbeat-1.json"), as: UTF8.self)
        text = text.replacing("{\"boot\"", with: "{\"weather\":[1,{\"a\":null}],\"boot\"")
        #expect(try WireCoding.decode(Heartbeat.self, Array(text.utf8)).hb == 7)
    }

    @Test("what is wrong is said by field")
    func wrongField() throws {
        let golden = String(decoding: try Self.golden("heartbeat-1.json"), as: UTF8.self)
        func complaint(_ from: String, _ to: String) -> String {
            do {
                _ = try WireCoding.decode(Heartbeat.self, Array(golden.replacing(from, with: to).utf8))
                return "accepted"
            } catch {
                return WireCoding.explain(error)
            }
        }
        #expect(complaint("\"liangping-01\"", "\"Liang Ping\"").hasPrefix("zone: an id is"))
        #expect(complaint("\"hb\":7", "\"hb\":\"x\"") == "hb: wrong type")
        #expect(complaint("\"node\":\"pc-1\",", "") == "node: missing")
    }

    @Test("the state hash covers the axes and not the ages")
    func fingerprint() throws {
        let state = try #require(try heartbeat.state)
        var later = state
        later.devices[0].lastSeen = WallTime(milliseconds: 1)
        later.devices[0].details = ["pages": 5]
        later.devices[0].conditions[0].evidence = "other"
        #expect(StateFingerprint(later) == StateFingerprint(state))
        later.devices[0].activity = .busy
        #expect(StateFingerprint(later) != StateFingerprint(state))
    }

    @Test("random bytes are refused, not feared")
    func randomBytes() {
        var random = SeededGenerator(seed: 3)
        for length in 0..<400 {
            #expect(throws: (any Error).self) { try WireCoding.decode(Heartbeat.self, random.bytes(length)) }
        }
    }
}
