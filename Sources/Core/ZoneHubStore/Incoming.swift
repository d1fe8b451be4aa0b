import ZoneModel
import ZoneWire

/// A heartbeat as it came in, with the events that could not be read set apart: one bad event never costs a batch.
package struct Incoming: Sendable {
    package struct Poison: Sendable, Hashable {
        package var seq: Int64?
        package var why: String
        package var content: [UInt8]
    }

    /// Everything but the events.
    package var heartbeat: Heartbeat
    package private(set) var events: [IncomingEvent] = []
    package private(set) var poison: [Poison] = []
    /// The state as it came in, JSON.
    package private(set) var state: String?

    /// - Throws: `ErrorJSON` naming the field when the envelope itself is not readable.
    package init(_ body: [UInt8]) throws {
        let survey: IncomingSurvey
        do {
            survey = try IncomingSurvey(body)
        } catch {
            throw Incoming.unreadable(error.description)
        }
        // Another version may be of another shape: it is told what this hub speaks all the same.
        if let version = survey.integer("v"), !Incoming.spoken.contains(version) { throw Incoming.wrongVersion }
        do {
            heartbeat = try WireCoding.decode(Heartbeat.self, survey.envelope)
        } catch {
            throw Incoming.unreadable(WireCoding.explain(error))
        }
        heartbeat.events = nil
        if heartbeat.state != nil { state = survey.bytes("state").map { String(decoding: $0, as: UTF8.self) } }
        try refuseImpossibleNumbers()
        for part in survey.events { take(part, of: body) }
        heartbeat.gaps?.removeAll {
            !Incoming.possible.contains($0.from) || !Incoming.possible.contains($0.to) || $0.to < $0.from
        }
    }

    /// This version and the one before it; there is none before the first.
    package static let spoken = Int64(max(1, Heartbeat.version - 1))...Int64(Heartbeat.version)

    package static let wrongVersion = ErrorJSON(
        code: "heartbeat.version", message: "this hub speaks v \(words(spoken))",
        zh: "平台只支持版本 \(words(spoken))，请升级")

    private static func words(_ versions: ClosedRange<Int64>) -> String {
        versions.map { String($0) }.joined(separator: ", ")
    }

    private static func unreadable(_ detail: String) -> ErrorJSON {
        let detail = detail.cleaned()
        return ErrorJSON(code: "heartbeat.invalid", message: detail, zh: "上报内容无法读取：\(detail)")
    }

    /// Numbers begin at 1; 2^53 is where JSON readers begin to disagree, and far from where sums overflow.
    private static let possible: ClosedRange<Int64> = 1...(1 << 53)
    private static let longestBoot = 64
    private static let longestHash = 128

    private func refuseImpossibleNumbers() throws {
        let numbers: [(String, Int64)] = [
            ("hb", heartbeat.hb), ("mono", heartbeat.mono), ("hoursRev", heartbeat.hoursRev),
        ]
        for (name, number) in numbers where number < 0 || number > Incoming.possible.upperBound {
            throw Incoming.unreadable("\(name): out of range")
        }
        guard heartbeat.boot.utf8.count <= Incoming.longestBoot else { throw Incoming.unreadable("boot: too long") }
        guard heartbeat.stateHash.utf8.count <= Incoming.longestHash else {
            throw Incoming.unreadable("stateHash: too long")
        }
    }

    private mutating func take(_ part: IncomingSurvey.Part, of body: [UInt8]) {
        let content = body[part.range]
        if let flaw = part.flaw { return setApart(content, nil, flaw) }
        guard content.count <= IncomingEvent.longest else { return setApart(content, nil, "event: too long") }
        do {
            let event = try IncomingEvent(part, in: body) ?? Incoming.readSlowly(content)
            guard Incoming.possible.contains(event.seq) else { return setApart(content, nil, "seq: out of range") }
            if let flaw = event.flaw { return setApart(content, event.seq, flaw) }
            events.append(event)
        } catch {
            setApart(content, Incoming.number(content), WireCoding.explain(error))
        }
    }

    private static func readSlowly(_ content: ArraySlice<UInt8>) throws -> IncomingEvent {
        try IncomingEvent(try WireCoding.decode(Event.self, Array(content)))
    }

    private static func number(_ content: ArraySlice<UInt8>) -> Int64? {
        let seq = (try? WireCoding.decode(JSONValue.self, Array(content)))?["seq"]?.integerValue
        return seq.flatMap { possible.contains($0) ? $0 : nil }
    }

    private mutating func setApart(_ content: ArraySlice<UInt8>, _ seq: Int64?, _ why: String) {
        poison.append(Poison(seq: seq, why: why.cleaned(), content: Array(content)))
    }
}

extension Incoming {
    private var numbers: [Int64] { events.map(\.seq) + poison.compactMap(\.seq) }

    /// The last number of the run, read or not.
    package var lastSeq: Int64? { numbers.max() }

    /// Whether everything above `ack` up to the run's end is there or declared missing.
    package func continues(from ack: Int64) -> Bool {
        guard let last = lastSeq, last > ack else { return true }
        let held = Set(numbers).filter { $0 > ack }
        // Gaps do not overlap; those that do could declare anything, and their sum could overflow.
        var (declared, end) = (Int64(0), ack)
        for gap in (heartbeat.gaps ?? []).sorted(by: { $0.from < $1.from }) {
            declared += max(0, min(gap.to, last) - max(gap.from, end + 1) + 1)
            end = max(end, min(gap.to, last))
        }
        // Poison without a number is one of the run, whichever it was.
        let unnumbered = Int64(poison.count { $0.seq == nil })
        return Int64(held.count) + declared + unnumbered >= last - ack
    }
}
