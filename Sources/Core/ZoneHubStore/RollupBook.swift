import GRDB
import ZoneModel
import ZoneTime

/// What is added up per zone and day of the zone (UTC+8).
package enum RollupKind: String, Sendable, CaseIterable {
    /// Events by name.
    case event
    /// Milliseconds in which a condition was open, by code, added up over devices.
    case condition
    /// Instants by code, such as deposits.
    case instant
    /// Heartbeats heard (`beats`).
    case heard
    /// What is doubtful: `clock`, events dated where they cannot be and counted on the day of receipt.
    case doubt
}

/// One zone's day, added up. Provisional for as long as history of that day may come.
package struct DayRollup: Sendable, Hashable {
    package var zone: ZoneID
    /// `2026-11-21`.
    package var day: String
    package var events: [String: Int64] = [:]
    /// Seconds, rounded down; what is still open counts up to the moment that was asked for.
    package var conditionSeconds: [String: Int64] = [:]
    package var instants: [String: Int64] = [:]
    package var heartbeats: Int64 = 0
    /// Events that were dated where they cannot be.
    package var misdated: Int64 = 0
}

/// Sums of one commit, written once at its end.
struct RollupSheet {
    private struct Key: Hashable {
        var zone: ZoneID
        var day: String
        var kind: RollupKind
        var name: String
    }

    private static let longestName = 48
    private var sums: [Key: Int64] = [:]

    /// Days that were asked for are the same few again and again.
    private var lastDay: (range: Range<WallTime>, name: String)?

    mutating func add(_ zone: ZoneID, _ day: String, _ kind: RollupKind, _ name: String, _ amount: Int64) {
        guard amount > 0 else { return }
        let word = RollupSheet.isWord(name) ? name : "other"
        sums[Key(zone: zone, day: day, kind: kind, name: word), default: 0] += amount
    }

    /// Names come from the wire, and each makes a row for ever.
    private static func isWord(_ name: String) -> Bool {
        (1...longestName).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// The zone's date of an instant.
    mutating func day(of time: WallTime) -> String {
        if let lastDay, lastDay.range.contains(time) { return lastDay.name }
        let date = CivilDate(of: time)
        lastDay = (date.start..<date.next.start, "\(date)")
        return "\(date)"
    }

    /// Shares a stretch of time among its days.
    mutating func add(_ zone: ZoneID, _ code: String, from since: WallTime, to until: WallTime) {
        for (day, amount) in RollupSheet.shares(from: since, to: until) { add(zone, day, .condition, code, amount) }
    }

    /// Milliseconds by day. Nothing that is longer than `longestSpan` gets here.
    static func shares(from since: WallTime, to until: WallTime) -> [(day: String, amount: Int64)] {
        var (shares, start) = ([(day: String, amount: Int64)](), since)
        while start < until {
            let date = CivilDate(of: start)
            let end = min(until, date.next.start)
            shares.append(("\(date)", end.milliseconds - start.milliseconds))
            start = end
        }
        return shares
    }

    func write(_ db: Database) throws {
        for (key, amount) in sums {
            try db.cachedStatement(
                sql: """
                    INSERT INTO rollup VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET amount = amount + excluded.amount
                    """
            ).execute(arguments: [key.zone.text, key.day, key.kind.rawValue, key.name, amount])
        }
    }
}

extension HubStore {
    /// - Parameter now: up to when open conditions count.
    package func rollup(of zone: ZoneID, on day: CivilDate, at now: WallTime) async throws -> DayRollup {
        try await reader.read { db in
            var sums: [RollupKind: [String: Int64]] = [:]
            let rows = try Row.fetchAll(
                db, sql: "SELECT kind, name, amount FROM rollup WHERE zone = ? AND day = ?",
                arguments: [zone.text, "\(day)"])
            for cells in rows.map(Cells.init) {
                guard let kind = RollupKind(rawValue: cells.text(0)) else { continue }
                sums[kind, default: [:]][cells.text(1)] = cells.integer(2)
            }
            for (code, amount) in try IntervalBook.openShares(of: zone, on: day, at: now, db) {
                sums[.condition, default: [:]][code, default: 0] += amount
            }
            let beats = try Int64.fetchOne(
                db, sql: "SELECT sum(beats) FROM nodeNow WHERE zone = ? AND day = ?", arguments: [zone.text, "\(day)"])
            var rollup = DayRollup(zone: zone, day: "\(day)")
            (rollup.events, rollup.instants) = (sums[.event] ?? [:], sums[.instant] ?? [:])
            rollup.conditionSeconds = (sums[.condition] ?? [:]).mapValues { $0 / 1000 }
            rollup.heartbeats = (sums[.heard]?["beats"] ?? 0) + (beats ?? 0)
            rollup.misdated = sums[.doubt]?["clock"] ?? 0
            return rollup
        }
    }
}
