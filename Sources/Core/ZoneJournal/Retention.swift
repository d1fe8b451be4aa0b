import GRDB
import ZoneModel
import ZoneWire

/// How much history is kept.
package struct JournalLimits: Sendable, Hashable {
    package var bytes: Int64 = 64 << 20
    package var days: Int64 = 90
    /// Rows stay this long after the hub has acknowledged them: a hub restored from a backup asks for them again.
    package var daysAfterAck: Int64 = 7
    /// Class A: what an audit asks for.
    package var auditDays: Int64 = 400
    /// Rows deleted in one transaction, so that nobody waits long behind it.
    package var slice = 500

    package init() {}
}

/// What one round of thinning did.
package struct ThinningReport: Sendable, Hashable {
    package var removed = 0
    /// Rows among them that the hub did not have for long enough; each is covered by a `journal.gap`.
    package var lost = 0
    /// Still over the bound: what is left may not go.
    package var isOver = false
}

/// Decides which rows go, worst loss last: what was acknowledged long ago, then measurements (D), then states (C).
/// Class B goes only after its acknowledgement, class A only after its 400 days.
struct Retention {
    private static let day: Int64 = 86_400_000

    let limits: JournalLimits
    let now: WallTime
    /// Everything up to here was acknowledged long enough ago.
    let settled: Int64

    /// One kind of row that may go.
    struct Step: Sendable {
        var eventClass: EventClass
        /// Only rows up to this number.
        var through: Int64
        /// Only rows older than this; `nil`: any, because room is needed.
        var before: WallTime?
        /// Not acknowledged long enough: a gap has to be declared.
        var isLoss: Bool
    }

    /// Steps that are due whatever the size, the others in the order in which size asks for them.
    var byAge: [Step] {
        let old = now.advanced(byMilliseconds: -limits.days * Retention.day)
        let audit = now.advanced(byMilliseconds: -limits.auditDays * Retention.day)
        return [
            Step(eventClass: .d, through: settled, before: old, isLoss: false),
            Step(eventClass: .c, through: settled, before: old, isLoss: false),
            Step(eventClass: .b, through: settled, before: old, isLoss: false),
            Step(eventClass: .a, through: settled, before: audit, isLoss: false),
            Step(eventClass: .d, through: .max, before: old, isLoss: true),
            Step(eventClass: .c, through: .max, before: old, isLoss: true),
        ]
    }

    var bySize: [Step] {
        [
            Step(eventClass: .d, through: settled, before: nil, isLoss: false),
            Step(eventClass: .c, through: settled, before: nil, isLoss: false),
            Step(eventClass: .b, through: settled, before: nil, isLoss: false),
            Step(eventClass: .d, through: .max, before: nil, isLoss: true),
            Step(eventClass: .c, through: .max, before: nil, isLoss: true),
        ]
    }
}

/// Rows that went together.
struct RemovedRows: Sendable {
    var count = 0
    var from = Int64.max
    var to = Int64.min
}

enum ThinningRows {
    /// Bytes in use: pages of the file without the free ones.
    static func usedBytes(_ db: Database) throws -> Int64 {
        let size = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
        let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let free = try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        return (pages - free) * size
    }

    /// By age only rows whose time somebody vouched for: an empty battery dates them anywhere.
    private static let filter = """
        class = ? AND seq <= ? AND (? IS NULL OR (at < ? AND clockQuality <> 'unsynced'))
        """

    private static func arguments(_ step: Retention.Step, _ before: WallTime?) -> StatementArguments {
        [step.eventClass.rawValue, step.through, before?.milliseconds, before?.milliseconds]
    }

    static func isThere(_ step: Retention.Step, before: WallTime, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM event WHERE \(filter))", arguments: arguments(step, before)) ?? false
    }

    /// Deletes the oldest rows of a step, at most `limit`. A `journal.gap` itself is class A and never among them.
    static func remove(_ step: Retention.Step, limit: Int, _ db: Database) throws -> RemovedRows {
        let seqs = try Int64.fetchAll(
            db, sql: "SELECT seq FROM event WHERE \(filter) ORDER BY seq LIMIT ?",
            arguments: arguments(step, step.before) + [limit])
        guard let first = seqs.first, let last = seqs.last else { return RemovedRows() }
        try db.execute(
            sql: "DELETE FROM event WHERE \(filter) AND seq BETWEEN ? AND ?",
            arguments: arguments(step, step.before) + [first, last])
        return RemovedRows(count: db.changesCount, from: first, to: last)
    }

    /// Rows of the present that nobody asks for any more.
    static func forgetFinished(now: WallTime, _ db: Database) throws {
        let weekAgo = now.advanced(byMilliseconds: -7 * 86_400_000).rfc3339
        // What the hub has not heard yet waits longer: a line may be down for a month.
        let longAgo = now.advanced(byMilliseconds: -40 * 86_400_000).rfc3339
        try db.execute(
            sql: """
                DELETE FROM command WHERE state NOT IN ('accepted', 'running')
                    AND json_extract(content, '$.changedAt') < iif(orderID IS NOT NULL AND told = 0, ?, ?)
                """, arguments: [longAgo, weekAgo])
        try db.execute(
            sql: """
                UPDATE command SET content = \(Rows.briefContent) WHERE length(content) > 16384
                    AND state NOT IN ('accepted', 'running') AND (orderID IS NULL OR told = 1)
                    AND json_extract(content, '$.changedAt') < ?
                """, arguments: [now.advanced(byMilliseconds: -86_400_000).rfc3339])
        try db.execute(
            sql: """
                DELETE FROM job WHERE state NOT IN ('accepted', 'started')
                    AND json_extract(content, '$.job.changedAt') < ?
                """, arguments: [weekAgo])
        try db.execute(
            sql: "DELETE FROM remembered WHERE at < ?", arguments: [now.milliseconds - 2 * 86_400_000])
        try SupplyRows.forget(now: now, db)
        try DayRows.forget(now: now, db)
        try SheetRows.forget(now: now, db)
        try HoursOfDateRows.forget(now: now, db)
        let twoDaysAgo = String(now.advanced(byMilliseconds: -2 * 86_400_000).rfc3339.prefix(10))
        try db.execute(sql: "DELETE FROM heal WHERE date < ?", arguments: [twoDaysAgo])
        try db.execute(
            sql: "DELETE FROM flap WHERE date < ? AND json_extract(content, '$.untold') = 0", arguments: [twoDaysAgo])
    }
}

/// When the hub acknowledged what: one row an hour at most.
enum AckLog {
    private static let spacing: Int64 = 3_600_000

    static func note(_ seq: Int64, at now: WallTime, _ db: Database) throws {
        let last = try Row.fetchOne(db, sql: "SELECT seq, at FROM ack ORDER BY at DESC LIMIT 1")
        // A restored hub acknowledges less than before: what it lacks is not acknowledged any more.
        try db.execute(sql: "DELETE FROM ack WHERE seq > ?", arguments: [seq])
        if let at = last?["at"] as Int64?, let known = last?["seq"] as Int64?, known <= seq, now.milliseconds >= at,
            now.milliseconds - at < spacing
        {
            return
        }
        try db.execute(
            sql: "INSERT OR REPLACE INTO ack (seq, at) VALUES (?, ?)", arguments: [seq, now.milliseconds])
    }

    /// Everything up to here was acknowledged before `time`.
    static func settled(before time: WallTime, _ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT max(seq) FROM ack WHERE at <= ?", arguments: [time.milliseconds]) ?? 0
    }
}
