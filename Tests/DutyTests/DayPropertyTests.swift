import Testing
import ZoneDays
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

/// Whole years of random rows: whatever happens, no second of the published hours is lost or counted twice.
@Suite("Days of random years")
struct DayPropertyTests {
    private static let devices: [(String, DeviceKind)] = [
        ("network-1", .network), ("touch-1", .touchPanel), ("pc-1", .queryPC), ("printer-1", .printer),
        ("copier-1", .copier), ("box-1", .suggestionBox),
    ]

    private static func hours(_ random: inout SeededGenerator) throws -> OpeningCalendar {
        func day(_ text: String) throws -> WeeklyHours.Day { try #require(WeeklyHours.Day(text)) }
        let usual = try day(
            ["09:00-12:00 14:00-17:00", "00:00-24:00", "18:00-02:00", "09:00-17:00"].randomElement(using: &random) ?? ""
        )
        var week = WeeklyHours(days: Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, usual) }))
        if Bool.random(using: &random) { (week.days[.sat], week.days[.sun]) = (nil, nil) }
        let may = try #require(CivilDate("2026-05-01"))
        for offset in 0..<5 { week.exceptions[may.advanced(byDays: offset)] = .closed }
        week.exceptions[may.advanced(byDays: 8)] = try day("10:00-15:00")
        return OpeningCalendar(
            week: week,
            market: Bool.random(using: &random)
                ? MarketDays(.endings([1, 6]), hours: try day("07:00-13:00")) : nil)
    }

    /// What the random life of a node needs to remember.
    private struct Life {
        var node = ScriptedNode()
        var isOn = false
        var closed: CivilDate
        var totals: [DayTotals] = []
    }

    private static func act(_ life: inout Life, at time: Int64, _ random: inout SeededGenerator) {
        guard life.isOn else {
            if Int.random(in: 0..<3, using: &random) == 0 {
                life.node.quality = Int.random(in: 0..<5, using: &random) == 0 ? .unsynced : .synced
                life.node.wrongBy = Int.random(in: 0..<8, using: &random) == 0 ? -800_000_000_000 : 0
                life.node.powerOn(at: time)
                life.isOn = true
            }
            return
        }
        life.node.alive(at: time)
        switch Int.random(in: 0..<24, using: &random) {
        case 0: life.isOn = false
        case 1:
            life.node.stop(at: time)
            life.isOn = false
        case 2: life.node.start(at: time)
        case 3: life.node.step(to: Int64.random(in: -90_000_000...90_000_000, using: &random), at: time)
        case 4, 5: life.node.step(to: 0, at: time)
        case 6: life.node.thin(from: max(1, life.node.seq - 12), to: life.node.seq - 2, at: time)
        case 7:
            life.node.write(
                .conditionUpdated, .b, "printer-1", ["code": "prn.jam", "changes": 9, "forMs": 4_000_000], at: time)
        default:
            let (id, kind) = devices.randomElement(using: &random) ?? devices[0]
            let standing = Standing.allCases.randomElement(using: &random) ?? .up
            let held = standing == .maintenance ? time - Int64.random(in: 0...9_000_000, using: &random) : nil
            life.node.say(id, kind, standing, heldSince: held, at: time)
        }
    }

    private static func live(_ hours: OpeningCalendar, from first: CivilDate, days: Int, seed: UInt64) throws -> Life {
        var random = SeededGenerator(seed: seed)
        var life = Life(closed: first.previous)
        var time = first.start.milliseconds
        let end = first.advanced(byDays: days).start.milliseconds
        while time < end {
            time += Int64.random(in: 1000...7_200_000, using: &random)
            act(&life, at: time, &random)
            guard life.isOn, life.node.wrongBy == 0 else { continue }
            while true {
                let date = life.closed.next
                let over = PublishedHours.end(of: date, PublishedHours.of(date, in: hours))
                guard over.milliseconds <= time else { break }
                if let totals = try life.node.close(date, hours, at: time) { life.totals.append(totals) }
                life.closed = date
            }
        }
        return life
    }

    @Test("the four buckets sum to the published hours, of each device and each group", arguments: Seeds.first(6))
    func sums(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let hours = try Self.hours(&random)
        let first = try #require(CivilDate("2026-01-01"))
        let life = try Self.live(hours, from: first, days: 365, seed: seed)
        #expect(life.totals.count > 300)
        for totals in life.totals {
            let date = try #require(CivilDate(totals.date))
            let published = PublishedHours.of(date, in: hours).reduce(Int64(0)) {
                $0 + ($1.upperBound.milliseconds - $1.lowerBound.milliseconds) / 1000
            }
            #expect(totals.published == published)
            let groups = [totals.groups.network, totals.groups.query, totals.groups.print]
            for buckets in groups + totals.devices.map(\.buckets) {
                #expect(buckets.published == published, "seed \(seed), \(totals.date)")
                #expect(
                    min(buckets.up, buckets.down, buckets.maintenance, buckets.unknown) >= 0
                        && (0...buckets.down).contains(buckets.notOpened))
            }
        }
        #expect(DayChain.firstBreak(life.node.records) == nil)
    }

    @Test("in what portions and order the rows come makes no difference", arguments: Seeds.first(3))
    func portions(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let hours = try Self.hours(&random)
        let life = try Self.live(hours, from: try #require(CivilDate("2026-02-20")), days: 20, seed: seed)
        for record in life.node.records where record.device == DayRecord.zone {
            let date = try #require(CivilDate(record.date))
            let reckoning = DayReckoning(date, published: record.open, countsSimulated: false)
            let previous = Dictionary(
                life.node.records.filter { $0.date == record.date }.map { ($0.device, $0.previous) }
            ) { $1 }
            let ledger = life.node.ledger(life.node.rows.shuffled(using: &random))
            let again = try DayRecord.all(reckoning, ledger, DayBounds(record)) { previous[$0] ?? nil }
            #expect(again.last == record, "seed \(seed), \(record.date)")
        }
    }

    @Test(
        "each open minute belongs to one date, and a copy without the calendar shares them out alike",
        arguments: Seeds.first(8))
    func published(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let hours = try Self.hours(&random)
        let first = try #require(CivilDate("2026-04-10"))
        let all = hours.intervals(from: first.previous.previous, days: 44)
        var next = WallTime(milliseconds: 0)
        for offset in 0..<40 {
            let date = first.advanced(byDays: offset)
            let mine = PublishedHours.of(date, in: hours)
            #expect(mine == PublishedHours.of(date, in: all), "seed \(seed), \(date)")
            for interval in mine {
                #expect(interval.lowerBound >= next, "seed \(seed), \(date)")
                next = interval.upperBound
            }
        }
    }

    @Test("a changed, exchanged or missing record is found, with its date")
    func tampering() throws {
        var random = SeededGenerator(seed: 7)
        let hours = try Self.hours(&random)
        let records = try Self.live(hours, from: try #require(CivilDate("2026-03-01")), days: 30, seed: 7).node.records
        #expect(DayChain.firstBreak(records) == nil)
        #expect(DayChain.firstBreak(records.shuffled(using: &random)) == nil)
        let victims = records.indices.filter { records[$0].device == "printer-1" && records[$0].previous != nil }
        let victim = try #require(victims.dropFirst(5).first)
        var changed = records
        guard case .object(var members) = records[victim].data else { return }
        members["buckets"] = DayBuckets(up: 1).json
        changed[victim] = DayRecord(data: .object(members))
        #expect(DayChain.firstBreak(changed)?.date == records[victim].date)
        #expect(DayChain.firstBreak(changed)?.why == "hash")
        changed.remove(at: victim)
        #expect(DayChain.firstBreak(changed) == .init(date: records[victim].date, device: "printer-1", why: "device"))
        // Another day's record under a hash of its own does not fit the chain.
        changed = records
        members["previous"] = "00"
        changed[victim] = DayRecord(data: .object(members))
        #expect(DayChain.firstBreak(changed)?.date == records[victim].date)
    }
}
