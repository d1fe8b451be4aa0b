import Testing
import ZoneModel
import ZoneTestKit
import ZoneWire

@testable import ZoneHubStore

@Suite("What comes in is read once, and as strictly as it is kept")
struct IngestReadingTests {
    private static let envelope = """
        "v":1,"zone":"z","node":"pc-1","stream":"0000000000000001","epoch":"0000000000000002","boot":"b","hb":1,\
        "reason":"periodic","sentAt":"2026-09-21T01:33:20.000Z","mono":5,"clock":"synced","interval":60000,\
        "hoursRev":0,"stateHash":"h"
        """

    private func beat(_ rest: String) -> [UInt8] { Array("{\(Self.envelope)\(rest)}".utf8) }

    private func refusal(_ body: [UInt8]) -> ErrorJSON? {
        do {
            _ = try Incoming(body)
            return nil
        } catch {
            return error as? ErrorJSON
        }
    }

    private func event(_ seq: Int, data: String = "{}", extra: String = "") -> String {
        """
        {"seq":\(seq),"epoch":"0000000000000002","name":"device.state","class":"C","subject":"x",\
        "at":"2026-09-21T01:33:20.000Z","clockQuality":"synced","boot":"b","mono":5,"schema":1,"data":\(data)\(extra)}
        """
    }

    @Test("a key that is given twice refuses the heartbeat and is named: readers disagree which one counts")
    func duplicateKeys() throws {
        #expect(refusal(beat(",\"zone\":\"other\""))?.message == "zone: given twice")
        #expect(refusal(beat(",\"z\\u006fne\":\"other\""))?.message == "zone: given twice", "also in other writing")
        let state = "{\"name\":\"n\",\"name\":\"m\",\"purpose\":\"demo\",\"type\":\"hall\",\"devices\":[]}"
        #expect(refusal(beat(",\"state\":\(state)"))?.message == "name: given twice")
    }

    @Test("in an event it costs that event only")
    func duplicateInEvent() throws {
        let bad = event(2, data: "{\"a\":1,\"a\":2}")
        let incoming = try Incoming(beat(",\"events\":[\(event(1)),\(bad),\(event(3))]"))
        #expect(incoming.events.map(\.seq) == [1, 3])
        #expect(incoming.poison.map(\.why) == ["a: given twice"])
        #expect(incoming.poison.first?.content == Array(bad.utf8), "its bytes as they came")
        #expect(incoming.continues(from: 0))
    }

    @Test("what is nested too deep is refused, in an event set apart, and costs no time")
    func depth() throws {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(refusal(beat(",\"results\":\(deep)"))?.message == "body: nested too deep")
        let tower = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        let incoming = try Incoming(beat(",\"events\":[\(event(1, data: tower)),\(event(2))]"))
        #expect(incoming.events.map(\.seq) == [2])
        #expect(incoming.poison.map(\.why) == ["body: nested too deep"])
    }

    @Test("too many values, too long an event, text that is no UTF-8, half a body")
    func sizes() throws {
        let many = "[" + String(repeating: "0,", count: 60_000) + "0]"
        #expect(refusal(beat(",\"gaps\":\(many)"))?.message == "body: too many values")
        let long = event(1, data: "\"\(String(repeating: "x", count: 300_000))\"")
        #expect(try Incoming(beat(",\"events\":[\(long)]")).poison.map(\.why) == ["event: too long"])
        var broken = Array(event(1, data: "\"x?\"").utf8)
        let place = try #require(broken.lastIndex(of: UInt8(ascii: "?")))
        broken[place] = 0xFF
        let body = Array("{\(Self.envelope),\"events\":[".utf8) + broken + Array("]}".utf8)
        #expect(try Incoming(body).events.isEmpty)
        let whole = beat(",\"events\":[\(event(1))]")
        for end in 0..<whole.count { #expect(refusal(Array(whole[..<end]))?.code == "heartbeat.invalid") }
        #expect(refusal(whole + [UInt8(ascii: "}")])?.code == "heartbeat.invalid", "nothing may follow")
    }

    @Test("numbers that would trap are refused at the border", arguments: ["hb", "mono", "hoursRev"])
    func numbers(_ field: String) throws {
        for value in [Int64.min, -1, .max] {
            let body = String(decoding: beat(""), as: UTF8.self)
            let old = try #require(body.firstMatch(of: try Regex("\"\(field)\":[0-9]+")))
            var changed = body
            changed.replaceSubrange(old.range, with: "\"\(field)\":\(value)")
            #expect(refusal(Array(changed.utf8))?.message == "\(field): out of range")
        }
    }

    @Test("another version is told what this hub speaks, whatever shape it has")
    func version() throws {
        for v in [0, 2, 9] {
            #expect(refusal(Array("{\"v\":\(v),\"somethingElse\":true}".utf8)) == Incoming.wrongVersion)
        }
        #expect(refusal(Array("{\"v\":1}".utf8))?.code == "heartbeat.invalid")
        #expect(Incoming.spoken == 1...1, "before the first version there was none")
    }

    @Test("an event read the quick way is the event that the decoder reads")
    func sameEvent() throws {
        var random = SeededGenerator(seed: 7)
        for number in 1...2000 {
            let text = String(decoding: try WireCoding.encode(Self.event(Int64(number), &random)), as: UTF8.self)
            let spaced = Bool.random(using: &random) ? text.replacing(",\"", with: " ,\n \"") : text
            let incoming = try Incoming(beat(",\"events\":[ \(spaced) ]"))
            let plain = try WireCoding.decode(Event.self, Array(text.utf8))
            let read = try #require(incoming.events.first)
            #expect(read.event == plain)
            let slow = try IncomingEvent(plain)
            #expect((read.code, read.count, read.isOpen) == (slow.code, slow.count, slow.isOpen))
        }
    }

    private static func event(_ seq: Int64, _ random: inout SeededGenerator) -> Event {
        let names: [EventName] = [.conditionRaised, .instantOccurred, .deviceState, EventName(rawValue: "新.事件")]
        let texts = ["", "media-empty", "纸尽 \"A4\"", "a\\b/c", "tab\tline\n", "\u{1F5A8}"]
        func text() -> JSONValue { .string(texts.randomElement(using: &random) ?? "") }
        var data: [String: JSONValue] = ["code": text(), "n": .integer(.random(in: .min ... .max, using: &random))]
        if Bool.random(using: &random) { data["count"] = .integer(.random(in: -3...3, using: &random)) }
        if Bool.random(using: &random) { data["open"] = .bool(.random(using: &random)) }
        data["x"] = .number(Double.random(in: -1e6...1e6, using: &random))
        data["list"] = .array([.null, text(), .object(["深": text()])])
        return Event(
            seq: seq, epoch: HexID(random: random.next()), boot: "b",
            draft: EventDraft(
                names.randomElement(using: &random) ?? .deviceState, .b, subject: "printer-1",
                at: WallTime(milliseconds: .random(in: 0...4_000_000_000_000, using: &random)), clockQuality: .stepped,
                mono: MonoTime(milliseconds: .random(in: 0...9_000_000, using: &random)), data: .object(data)))
    }
}
