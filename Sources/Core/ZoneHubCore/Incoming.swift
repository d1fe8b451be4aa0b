import ZoneModel
import ZoneWire

/// A heartbeat as it came in, with the events that could not be read set apart: one bad event never costs a batch.
package struct Incoming: Sendable {
    package struct Poison: Sendable, Hashable {
        package var seq: Int64?
        package var why: String
        package var content: [UInt8]
    }

    package var heartbeat: Heartbeat
    package var poison: [Poison] = []

    /// - Throws: `ErrorJSON` naming the field when the envelope itself is not readable.
    package init(_ body: [UInt8]) throws {
        do {
            heartbeat = try WireCoding.decode(Heartbeat.self, body)
        } catch {
            guard var tree = try? WireCoding.decode(JSONValue.self, body), let events = tree["events"]?.arrayValue
            else {
                throw Incoming.unreadable(error)
            }
            let (good, bad) = Incoming.sort(events)
            guard !bad.isEmpty else { throw Incoming.unreadable(error) }
            tree.remove("events")
            do {
                heartbeat = try WireCoding.decode(Heartbeat.self, try WireCoding.encode(tree))
            } catch {
                throw Incoming.unreadable(error)
            }
            (heartbeat.events, poison) = (good, bad)
        }
        guard heartbeat.v == Heartbeat.version else { throw Incoming.wrongVersion }
        setApartImpossibleNumbers()
    }

    /// Numbers begin at 1; 2^53 is where JSON readers begin to disagree, and far from where sums overflow.
    private static let possibleSeq: ClosedRange<Int64> = 1...(1 << 53)

    private mutating func setApartImpossibleNumbers() {
        let bad = (heartbeat.events ?? []).filter { !Incoming.possibleSeq.contains($0.seq) }
        heartbeat.events?.removeAll { !Incoming.possibleSeq.contains($0.seq) }
        for event in bad {
            let content = (try? WireCoding.encode(event)) ?? []
            poison.append(Poison(seq: nil, why: "seq: out of range", content: content))
        }
        for index in poison.indices where poison[index].seq.map(Incoming.possibleSeq.contains) == false {
            poison[index].seq = nil
        }
        heartbeat.gaps?.removeAll {
            !Incoming.possibleSeq.contains($0.from) || !Incoming.possibleSeq.contains($0.to) || $0.to < $0.from
        }
    }

    package static let wrongVersion = ErrorJSON(
        code: "heartbeat.version", message: "this hub speaks v \(Heartbeat.version)",
        zh: "平台只支持版本 \(Heartbeat.version)，请升级")

    private static func unreadable(_ error: any Error) -> ErrorJSON {
        let detail = WireCoding.explain(error).cleaned()
        return ErrorJSON(code: "heartbeat.invalid", message: detail, zh: "上报内容无法读取：\(detail)")
    }

    private static func sort(_ events: [JSONValue]) -> (good: [Event], bad: [Poison]) {
        var (good, bad) = ([Event](), [Poison]())
        for value in events {
            let bytes = (try? WireCoding.encode(value)) ?? []
            do {
                good.append(try WireCoding.decode(Event.self, bytes))
            } catch {
                bad.append(
                    Poison(seq: value["seq"]?.integerValue, why: WireCoding.explain(error).cleaned(), content: bytes))
            }
        }
        return (good, bad)
    }

    /// The last number of the run, read or not.
    package var lastSeq: Int64? {
        let known = (heartbeat.events ?? []).map(\.seq) + poison.compactMap(\.seq)
        guard let highest = known.max() else { return nil }
        return highest
    }

    /// Whether everything above `ack` up to the run's end is there or declared missing.
    package func continues(from ack: Int64) -> Bool {
        guard let last = lastSeq, last > ack else { return true }
        var held = Set((heartbeat.events ?? []).map(\.seq)).union(poison.compactMap(\.seq))
        held = held.filter { $0 > ack }
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

extension JSONValue {
    fileprivate mutating func remove(_ key: String) {
        guard case .object(var members) = self else { return }
        members[key] = nil
        self = .object(members)
    }
}
