import Logging
import Synchronization
import Testing
import ZoneAgentCore
import ZoneConfig
import ZoneDays
import ZoneHubCore
import ZoneHubStore
import ZoneJournal
import ZoneJudge
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

/// One zone from the agent's journal to the hub's days: the agent's own keeper closes dates, the hub's own ingest takes
/// the rows, and both reckon.
@Suite("Agent and hub reckon the same days")
struct DayAgreementTests {
    @Test("ten random days, switched off at night, with faults, closures and kills", arguments: Seeds.first(3))
    func same(_ seed: UInt64) async throws {
        let zone = try ReckonedZone(seed: seed)
        for _ in 0..<10 { try await zone.liveOneDay() }
        let closed = try await zone.closed()
        #expect(closed.count >= 9)
        let hub = HubDays(store: zone.store, clock: zone.clock)
        let days = try await hub.days(
            of: zone.zone, from: zone.first, to: zone.first.advanced(byDays: 20), demo: false)
        for totals in closed {
            let day = try #require(days.first { $0.totals.date == totals.date })
            #expect(try WireCoding.text(day.totals) == WireCoding.text(totals), "seed \(seed), \(totals.date)")
            #expect(!day.isProvisional && day.nodes.map(\.agrees) == [true], "seed \(seed), \(totals.date)")
            #expect(day.nodes.map(\.broken) == [nil])
            #expect(totals.groups.print.published == totals.published)
        }
        await zone.close()
    }

    @Test("a date is closed once, whatever restarts; what the PC missed is closed in order, and the chain holds")
    func once() async throws {
        let zone = try ReckonedZone(seed: 1)
        try await zone.liveOneDay()
        zone.clock.travel(to: zone.clock.wall().advanced(byMilliseconds: 4 * 86_400_000))
        for _ in 0..<3 { try await zone.run { keeper, _, _ in for _ in 0..<3 { await keeper.look() } } }
        let records = try await zone.records()
        let dates = records.filter { $0.device == DayRecord.zone }.map(\.date)
        #expect(dates.count >= 4 && dates == Array(Set(dates)).sorted())
        #expect(DayChain.firstBreak(records) == nil)
        let events = try await zone.events().filter { $0.name == .dayClosed }
        #expect(events.count == records.count && events.allSatisfy { $0.class == .a })
        await zone.close()
    }

    @Test("a clock that nobody vouches for closes nothing until the PC has been on for six hours")
    func doubted() async throws {
        let zone = try ReckonedZone(seed: 1)
        let clock = zone.clock
        try await zone.liveOneDay()
        let before = try await zone.closed().count
        clock.doubt()
        clock.travel(to: clock.wall().advanced(byMilliseconds: 4 * 86_400_000))
        try await zone.run { keeper, _, _ in await keeper.look() }
        let early = try await zone.closed().count
        #expect(early == before)
        try await zone.run { keeper, _, _ in
            clock.pass(6 * 3_600_000)
            await keeper.look()
        }
        let late = try await zone.closed().count
        #expect(late > before)
        await zone.close()
    }
}

/// Two clocks that a test sets; the one since boot begins anew with each boot.
private final class TwoClocks: ZoneClock {
    private let state: Mutex<(wall: Int64, bootedAt: Int64)>
    private let isDoubted = Mutex(false)
    /// Nobody who waits is woken.
    private let still = ManualClock()

    init(_ wall: WallTime) { state = Mutex((wall.milliseconds, wall.milliseconds)) }

    func wall() -> WallTime { state.withLock { WallTime(milliseconds: $0.wall) } }
    func mono() -> MonoTime { state.withLock { MonoTime(milliseconds: $0.wall - $0.bootedAt) } }
    func quality() -> ClockQuality { isDoubted.withLock { $0 } ? .unsynced : .synced }
    func doubt() { isDoubted.withLock { $0 = true } }
    func sleep(until deadline: MonoTime) async throws { try await still.sleep(until: deadline) }

    func travel(to time: WallTime) { state.withLock { $0.wall = max($0.wall, time.milliseconds) } }
    func pass(_ milliseconds: Int64) { state.withLock { $0.wall += milliseconds } }
    func boot() {
        state.withLock { state in
            state.bootedAt = state.wall
            state.wall += 20_000
        }
    }
}

private final class ReckonedZone {
    let clock: TwoClocks
    let store: HubStore
    let first: CivilDate
    let zone: ZoneID
    private let node: NodeID
    private let root: TemporaryRoot
    private let ingest: Ingest
    private let hours: OpeningCalendar
    private var random: SeededGenerator
    private var boots = 0
    private var beats: Int64 = 0
    private var told: Int64 = 0

    init(seed: UInt64) throws {
        root = try TemporaryRoot()
        first = try #require(CivilDate("2026-03-05"))
        clock = TwoClocks(first.start.advanced(byMilliseconds: 8 * 3_600_000))
        let texts = ["09:00-12:00 14:00-17:00", "18:00-02:00", "00:00-24:00"]
        let day = try #require(WeeklyHours.Day(texts[Int(seed % 3)]))
        hours = OpeningCalendar(
            week: WeeklyHours(
                days: Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, day) }), revision: 3))
        store = try HubStore(path: root.path + "/hub.db", clock: clock)
        let log = Logger(label: "test")
        ingest = Ingest(
            store: store, wall: Wall(clock: clock, nodes: []), clock: clock, log: log, orders: EmptyShelf(),
            limits: .init())
        (zone, node) = (try #require(Slug("z")), try #require(Slug("pc-1")))
        random = SeededGenerator(seed: seed)
    }

    func close() async { store.close() }

    /// One run of the agent on this PC; a new boot unless it was killed.
    func run(isBoot: Bool = true, _ body: (DayKeeper, Station, Journal) async throws -> Void) async throws {
        if isBoot {
            clock.boot()
            boots += 1
        }
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot-\(boots)", clock: SystemClock())
        let restored = try journal.restore()
        var rules = JudgeRules()
        (rules.goodFactsToClear, rules.clearDelay) = (1, .zero)
        let log = Logger(label: "test")
        let station = Station(journal: journal, clock: clock, rules: rules, restored: restored, log: log)
        var data: JSONValue = ["reason": "start"]
        if let sign = restored.alive {
            data = [
                "reason": "start",
                "lastAlive": [
                    "boot": .string(sign.boot), "at": .string(sign.at.rfc3339), "mono": .integer(sign.mono),
                ],
            ]
        }
        try await journal.write([Entry(draft(.agentStarted, data))], .now)
        for (kind, index) in [(DeviceKind.network, 1), (.touchPanel, 1), (.queryPC, 1), (.printer, 1)] {
            let id = DeviceID(kind, index)
            await station.admit(
                DeviceCard(id: id, kind: kind), restored: restored.devices.first { $0.card.id == id },
                maxAge: .seconds(86_400))
        }
        let keeper = DayKeeper(
            journal: journal, station: station, node: node, hours: { [hours] in hours }, countsSimulated: false,
            clock: clock, log: log)
        do { try await body(keeper, station, journal) } catch {
            await journal.close()
            throw error
        }
        try await report(journal)
        await journal.close()
    }

    private func draft(_ name: EventName, _ data: JSONValue = [:]) -> EventDraft {
        EventDraft(
            name, .a, subject: "zone", at: clock.wall(), clockQuality: .synced, mono: clock.mono(), data: data)
    }

    /// From a morning to the night that follows; sometimes the PC is not switched on at all.
    func liveOneDay() async throws {
        let today = CivilDate(of: clock.wall())
        let tomorrow = today.next.start.advanced(byMilliseconds: 8 * 3_600_000)
        let off = today.start.advanced(byMilliseconds: Int64.random(in: 16...31, using: &random) * 3_600_000)
        if Int.random(in: 0..<5, using: &random) > 0 {
            var isBoot = true
            while clock.wall() < off {
                let acts = Int.random(in: 1...12, using: &random)
                try await run(isBoot: isBoot) { keeper, station, journal in
                    for _ in 0..<acts {
                        try await act(station)
                        clock.pass(Int64.random(in: 1000...3_600_000, using: &random))
                        await keeper.look()
                        _ = await station.tick()
                    }
                    // What waits for company goes with this one.
                    try await journal.write([Entry(draft(.configApplied))], .now)
                }
                isBoot = Bool.random(using: &random)
                if isBoot { clock.pass(Int64.random(in: 60_000...7_200_000, using: &random)) }
            }
        }
        clock.travel(to: tomorrow.advanced(byMilliseconds: Int64.random(in: 0...5_400_000, using: &random)))
    }

    private func act(_ station: Station) async throws {
        let devices = [DeviceID(.network, 1), DeviceID(.touchPanel, 1), DeviceID(.queryPC, 1), DeviceID(.printer, 1)]
        let device = devices.randomElement(using: &random) ?? devices[0]
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            await station.takeForGood(Symptom(.printerPaperOut, .wrong(evidence: "empty")), from: DeviceID(.printer, 1))
        case 1:
            let reason: String? = Bool.random(using: &random) ? "盘点" : nil
            try await station.hold(
                Hold(
                    subject: Bool.random(using: &random) ? Hold.zone : device.text, mode: .closed, setter: "staff",
                    reason: reason, since: clock.wall(),
                    until: clock.wall().advanced(byMilliseconds: Int64.random(in: 1...20_000_000, using: &random))))
        case 2: _ = try await station.release(Hold.zone, .closed, why: "test")
        case 3: await station.take(Report(presence: .absent, link: .down), from: device)
        default:
            for device in devices { await station.take(Report(presence: .present, link: .up), from: device) }
            await station.takeForGood(Symptom(.printerPaperOut, .fine), from: DeviceID(.printer, 1))
        }
    }

    /// What the hub does not have yet, as heartbeats bring it.
    private func report(_ journal: Journal) async throws {
        repeat {
            let events = try await journal.page(after: told, limit: 200)
            beats += 1
            var beat = Heartbeat(
                zone: zone, node: node, stream: journal.stream, epoch: journal.epoch, boot: journal.boot, hb: beats,
                reason: .periodic, sentAt: clock.wall(), mono: clock.mono(), clock: .synced, interval: .seconds(60),
                stateHash: "h")
            (beat.events, beat.hoursRev) = (events.isEmpty ? nil : events, HoursForWire.revision(hours))
            beat.hours = HoursForWire.intervals(hours, at: clock.wall())
            _ = try await ingest.take(try WireCoding.encode(beat), from: NodeName(zone: zone, node: node))
            told = events.last?.seq ?? told
        } while told < journal.lastSeq
    }

    private func withJournal<Value>(_ body: (Journal) async throws -> Value) async throws -> Value {
        let journal = try Journal(path: root.path + "/journal.db", boot: "reader", clock: SystemClock())
        do {
            let value = try await body(journal)
            await journal.close()
            return value
        } catch {
            await journal.close()
            throw error
        }
    }

    func closed() async throws -> [DayTotals] {
        try await withJournal { try await $0.days(from: first, to: first.advanced(byDays: 40)) }
    }

    func records() async throws -> [DayRecord] {
        try await withJournal { try await $0.dayRecords(from: first, to: first.advanced(byDays: 40)) }
    }

    func events() async throws -> [Event] { try await withJournal { try await $0.page(after: 0, limit: 100_000) } }
}
