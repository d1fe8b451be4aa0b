import GRDB
import ZoneModel

/// How long the hub keeps the events of each class; roll-ups and intervals stay for ever.
package struct HubRetention: Sendable, Hashable {
    /// Days since receipt. A class that is not here stays for ever: A is what an audit asks for, and it must be there
    /// for 180 days at least (网络安全法 第二十一条: six months of logs).
    package var days: [EventClass: Int64] = [.b: 3 * 365, .c: 365, .d: 30]
    /// Days that a token and what became of it stay after their end.
    package var enrolmentDays: Int64 = 30
    /// Rows looked at in one transaction, so that no heartbeat waits long behind it.
    package var slice = 1000

    package init() {}
}

/// What one slice of forgetting did.
package struct ForgottenSlice: Sendable, Hashable {
    package var removed = 0
    /// Nothing that is due is left.
    package var isDone = true
}

extension HubStore {
    /// One slice; to be called until it is done.
    package func forget(_ retention: HubRetention, at now: WallTime) async throws -> ForgottenSlice {
        try await writeRelieved { db in
            var result = ForgottenSlice()
            for (eventClass, days) in retention.days.sorted(by: { $0.key < $1.key }) {
                let limit = now.advanced(byMilliseconds: -days * 86_400_000)
                let sweep = Sweep(eventClass: eventClass, before: limit, now: now, slice: retention.slice)
                let (removed, isDone) = try sweep.run(db)
                result.removed += removed
                result.isDone = result.isDone && isDone
            }
            try db.execute(
                sql: """
                    DELETE FROM quarantine WHERE id <= (SELECT id FROM quarantine ORDER BY id DESC LIMIT 1 OFFSET ?)
                    """, arguments: [IngestQuarantine.most])
            return result
        }
    }
}

/// Looks through the rows once, in the order in which they came, and remembers how far it is.
private struct Sweep {
    let eventClass: EventClass
    let before: WallTime
    let now: WallTime
    let slice: Int

    func run(_ db: Database) throws -> (removed: Int, isDone: Bool) {
        let key = "swept.\(eventClass.rawValue)"
        let mark = try Int64.fetchOne(db, sql: "SELECT value FROM keeper WHERE key = ?", arguments: [key]) ?? 0
        let rows = try Row.fetchAll(
            db, sql: "SELECT id, received FROM history WHERE id > ? ORDER BY id LIMIT ?", arguments: [mark, slice]
        ).map(Cells.init)
        // What came while the hub's own clock was ahead must not stop it for as long.
        let old = rows.prefix { $0.integer(1) < before.milliseconds || $0.integer(1) > now.milliseconds }
        guard let last = old.last?.integer(0) else { return (0, true) }
        let range: StatementArguments = [mark, last, eventClass.rawValue, before.milliseconds]
        let filter = "id > ? AND id <= ? AND class = ? AND received < ?"
        // A number that was deleted comes back with a replay: it must be known as held.
        for cells in try Row.fetchAll(
            db, sql: "SELECT opening, max(seq) FROM history WHERE \(filter) GROUP BY opening", arguments: range
        ).map(Cells.init) {
            try db.execute(
                sql: "UPDATE opening SET pruned = max(pruned, ?) WHERE id = ?",
                arguments: [cells.integer(1), cells.integer(0)])
        }
        try db.execute(sql: "DELETE FROM history WHERE \(filter)", arguments: range)
        let removed = db.changesCount
        try db.execute(sql: "INSERT OR REPLACE INTO keeper VALUES (?, ?)", arguments: [key, last])
        return (removed, old.count < slice)
    }
}
