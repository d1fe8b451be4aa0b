import ZoneModel
import ZoneWire

/// One event of a heartbeat, read as far as the hub counts it. Its data stay the bytes that came in.
package struct IncomingEvent: Sendable, Hashable {
    package var seq: Int64
    package var epoch: HexID
    package var boot: String
    package var name: String
    package var eventClass: EventClass
    package var subject: String
    package var at: WallTime
    package var clock: ClockQuality
    package var mono: Int64
    package var schema: Int
    /// JSON.
    package var data: String
    /// What the data say of these, in events about conditions and instants.
    package var code: String?
    package var severity: String?
    package var count: Int64?
    package var isOpen: Bool?

    /// Longer than any event an agent writes; it goes to the table on its own.
    static let longest = 256 << 10
    /// Names and subjects of this length fit every table of a page.
    private static let longestName = 128

}

extension IncomingEvent {
    /// The slow way, for whatever is written in an unusual manner.
    init(_ event: Event) throws {
        (seq, epoch, boot, name) = (event.seq, event.epoch, event.boot, event.name.rawValue)
        (eventClass, subject, at, clock) = (event.class, event.subject, event.at, event.clockQuality)
        (mono, schema, data) = (event.mono, event.schema, try WireCoding.text(event.data))
        (code, severity) = (event.data["code"]?.stringValue, event.data["severity"]?.stringValue)
        count = event.data["count"]?.integerValue
        if case .bool(let flag) = event.data["open"] { isOpen = flag }
    }

    /// `nil` when it should be read the slow way: something is missing, or written in an unusual manner.
    init?(_ part: IncomingSurvey.Part, in body: [UInt8]) {
        guard part.isPlain else { return nil }
        var fields = Fields(part.members, in: body)
        guard let seq = fields.integer("seq"), let epoch = fields.text("epoch").flatMap({ HexID($0) }),
            let boot = fields.text("boot"), let name = fields.text("name"),
            let eventClass = fields.text("class").flatMap(EventClass.init), let subject = fields.text("subject"),
            let at = fields.text("at").flatMap(WallTime.init(rfc3339:)),
            let clock = fields.text("clockQuality").flatMap(ClockQuality.init), let mono = fields.integer("mono"),
            let schema = fields.integer("schema"), let range = fields.range("data"),
            let data = String(validating: body[range], as: UTF8.self)
        else { return nil }
        (self.seq, self.epoch, self.boot, self.name) = (seq, epoch, boot, name)
        (self.eventClass, self.subject, self.at, self.clock) = (eventClass, subject, at, clock)
        (self.mono, self.schema, self.data) = (mono, Int(schema), data)
        readData(range, in: body)
    }

    private mutating func readData(_ range: Range<Int>, in body: [UInt8]) {
        guard name.hasPrefix("condition.") || name.hasPrefix("instant.") else { return }
        var walker = IncomingWalker(body, in: range)
        guard let members = try? walker.members(1) else { return }
        var fields = Fields(members, in: body)
        (code, severity) = (fields.text("code"), fields.text("severity"))
        (count, isOpen) = (fields.integer("count"), fields.flag("open"))
    }

    /// What is wrong with it although it can be read.
    var flaw: String? {
        if name.utf8.count > IncomingEvent.longestName { return "name: too long" }
        if subject.utf8.count > IncomingEvent.longestName { return "subject: too long" }
        return boot.utf8.count > IncomingEvent.longestName ? "boot: too long" : nil
    }

    /// As it is told to others.
    package var event: Event {
        let value = (try? WireCoding.decode(JSONValue.self, Array(data.utf8))) ?? [:]
        var event = Event(
            seq: seq, epoch: epoch, boot: boot,
            draft: EventDraft(
                EventName(rawValue: name), eventClass, subject: subject, at: at, clockQuality: clock,
                mono: MonoTime(milliseconds: mono), data: value))
        event.schema = schema
        return event
    }
}

/// Members of an object by name, plain ones only.
private struct Fields {
    private let body: [UInt8]
    private let members: [IncomingWalker.Member]

    init(_ members: [IncomingWalker.Member], in body: [UInt8]) { (self.members, self.body) = (members, body) }

    mutating func range(_ name: StaticString) -> Range<Int>? {
        let wanted = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return members.first { $0.key.count == wanted.count && body[$0.key].elementsEqual(wanted) }?.value
    }

    mutating func text(_ name: StaticString) -> String? {
        guard let range = range(name), body[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
        return String(validating: body[range.lowerBound + 1..<range.upperBound - 1], as: UTF8.self)
    }

    mutating func integer(_ name: StaticString) -> Int64? {
        range(name).flatMap { Int64(String(decoding: body[$0], as: UTF8.self)) }
    }

    mutating func flag(_ name: StaticString) -> Bool? {
        guard let range = range(name) else { return nil }
        if body[range].elementsEqual("true".utf8) { return true }
        return body[range].elementsEqual("false".utf8) ? false : nil
    }
}
