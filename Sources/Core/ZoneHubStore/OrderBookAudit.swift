import GRDB
import ZoneModel
import ZoneWire

/// Who did what at the hub. Lines are added and never changed; the database itself refuses.
extension OrderBook {
    /// - Parameters:
    ///   - act: stable, `subject.verb` in the past tense, such as `enrolment.approved`.
    ///   - detail: at most 600 characters are kept.
    package func note(_ act: String, _ subject: String, _ detail: String = "", by actor: String, at now: WallTime)
        async throws
    {
        try await store.writeRelieved { db in try OrderRows.audit(db, now, actor, act, subject, detail) }
    }

    /// The latest first, those before `before`.
    package func audit(before: Int64? = nil, limit: Int) async throws -> [AuditEntryJSON] {
        try await store.reader.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM office_audit WHERE id < ? ORDER BY id DESC LIMIT ?",
                arguments: [before ?? .max, min(max(1, limit), OrderBook.longestPage)]
            ).compactMap { row in
                guard let id: Int64 = value(row, "id"), let at: Int64 = value(row, "at"),
                    let actor: String = value(row, "actor"), let act: String = value(row, "act"),
                    let subject: String = value(row, "subject"), let detail: String = value(row, "detail")
                else { return nil }
                return AuditEntryJSON(
                    id: id, at: WallTime(milliseconds: at), actor: actor, act: act, subject: subject, detail: detail)
            }
        }
    }

    /// `nil` where the column holds something else; the library's own subscript ends the program then.
    private func value<Value: DatabaseValueConvertible>(_ row: Row, _ column: String) -> Value? {
        (row[column] as DatabaseValue?).flatMap { Value.fromDatabaseValue($0) }
    }
}
