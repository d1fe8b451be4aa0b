import ZoneDays
import ZoneModel
import ZoneTime

/// A node as its journal shows it: rows that a test writes by hand, with both clocks. Days are closed as the agent
/// closes them: a snapshot of all devices, then the reckoning of the rows up to it.
struct ScriptedNode {
    private(set) var rows: [Event] = []
    private(set) var records: [DayRecord] = []
    private var standings: [String: (kind: DeviceKind, standing: Standing)] = [:]
    private var run: UInt64 = 0
    private var boot = 0
    private var bootedAt: Int64 = 0
    /// By how much the wall clock is wrong, ms.
    var wrongBy: Int64 = 0
    var quality = ClockQuality.synced
    private var lastAlive: LastAlive?
    private(set) var seq: Int64 = 0

    /// - Parameter time: true time, ms since 1970.
    mutating func powerOn(at time: Int64) {
        (boot, bootedAt) = (boot + 1, time - 20_000)
        start(at: time)
    }

    /// The agent begins its work; after a kill in the same boot.
    mutating func start(at time: Int64) {
        run += 1
        var data: JSONValue = ["reason": "start"]
        if let lastAlive {
            data = [
                "reason": "start",
                "lastAlive": [
                    "boot": .string(lastAlive.boot), "at": .string(lastAlive.at.rfc3339),
                    "mono": .integer(lastAlive.mono),
                ],
            ]
        }
        write(.agentStarted, .a, "zone", data, at: time)
        standings = standings.mapValues { ($0.kind, .unknown) }
    }

    mutating func alive(at time: Int64) {
        lastAlive = LastAlive(
            boot: "boot-\(boot)", at: WallTime(milliseconds: time + wrongBy), mono: time - bootedAt)
    }

    mutating func stop(at time: Int64) { write(.agentStopping, .a, "zone", [:], at: time) }

    mutating func step(to wrong: Int64, at time: Int64) {
        let offset = wrong - wrongBy
        wrongBy = wrong
        write(.clockStepped, .b, "zone", ["offsetMs": .integer(offset)], at: time)
    }

    mutating func say(
        _ device: String, _ kind: DeviceKind, _ standing: Standing, heldSince: Int64? = nil, at time: Int64
    ) {
        standings[device] = (kind, standing)
        write(
            .deviceState, .c, device,
            .members([
                "kind": .string(kind.rawValue), "standing": .string(standing.rawValue),
                "heldSince": heldSince.map { .string(WallTime(milliseconds: $0).rfc3339) },
            ]), at: time)
    }

    mutating func write(
        _ name: EventName, _ eventClass: EventClass, _ subject: String, _ data: JSONValue, at time: Int64
    ) {
        seq += 1
        rows.append(
            Event(
                seq: seq, epoch: HexID(random: run), boot: "boot-\(boot)",
                draft: EventDraft(
                    name, eventClass, subject: subject, at: WallTime(milliseconds: time + wrongBy),
                    clockQuality: quality, mono: MonoTime(milliseconds: time - bootedAt), data: data)))
    }

    /// Rows of class C go, and a row says so.
    mutating func thin(from: Int64, to: Int64, at time: Int64) {
        // What a closed date was made of stays, as it would for days.
        let from = max(from, (records.last { $0.device == DayRecord.zone }?.through ?? 0) + 1)
        let gone = rows.filter { $0.seq >= from && $0.seq <= to && $0.class == .c }.map(\.seq)
        guard let first = gone.first, let last = gone.last else { return }
        rows.removeAll { gone.contains($0.seq) }
        write(
            .journalGap, .a, "zone",
            ["from": .integer(first), "to": .integer(last), "class": "C", "count": .integer(Int64(gone.count))],
            at: time)
    }

    /// - Returns: the date as it was closed.
    @discardableResult
    mutating func close(_ date: CivilDate, _ hours: some Timetable, at time: Int64) throws -> DayTotals? {
        let snapshot = seq
        for (device, state) in standings.sorted(by: { $0.key < $1.key }) {
            say(device, state.kind, state.standing, at: time)
        }
        let published = PublishedHours.of(date, in: hours)
        let last = records.last { $0.device == DayRecord.zone }
        let (after, through) = (last?.next ?? 0, seq)
        var ledger = DayLedger(node: "pc-1")
        ledger.take(rows.lazy.filter { $0.seq > min(after, last?.through ?? 0) }.map(DayRow.init))
        let end = PublishedHours.end(of: date, published).milliseconds
        let nextBegin = PublishedHours.begin(of: date.next, PublishedHours.of(date.next, in: hours)).milliseconds
        let next = ledger.next(
            after: after, through: through, end: end, nextBegin: nextBegin, snapshot: snapshot)
        let made = try DayRecord.all(
            DayReckoning(date, published: published, countsSimulated: false), ledger,
            DayBounds(after: after, through: through, countedAfter: last?.through ?? 0, next: next)
        ) { device in records.last { $0.device == device }?.sha256 }
        records += made
        return DayTotals(made)
    }

    func ledger(_ order: [Event]) -> DayLedger {
        var ledger = DayLedger(node: "pc-1")
        ledger.take(order.lazy.map(DayRow.init))
        return ledger
    }
}

extension CivilDate {
    /// `9:30`, in ms since 1970.
    func at(_ text: String) -> Int64 {
        let parts = text.split(separator: ":").compactMap { Int64($0) }
        return start.milliseconds + (parts[0] * 60 + parts[1]) * 60_000 + (parts.count > 2 ? parts[2] * 1000 : 0)
    }
}
