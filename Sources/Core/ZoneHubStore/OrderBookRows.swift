import GRDB
import ZoneModel
import ZoneWire

/// Between rows and orders. A row that does not decode is skipped, not fatal.
enum OrderRows {
    static func all(_ db: Database, _ sql: String, _ arguments: StatementArguments = []) throws -> [OrderRecordJSON] {
        try DatabaseValue.fetchAll(db, sql: sql, arguments: arguments).compactMap { value in
            String.fromDatabaseValue(value).flatMap { try? WireCoding.decode(OrderRecordJSON.self, Array($0.utf8)) }
        }
    }

    static func order(_ db: Database, _ id: HexID) throws -> OrderRecordJSON? {
        try all(db, "SELECT content FROM command_order WHERE id = ?", [id.text]).first
    }

    static func openCount(_ db: Database, _ name: NodeName) throws -> Int {
        let count = try DatabaseValue.fetchOne(
            db, sql: "SELECT count(*) FROM command_order WHERE zone = ? AND node = ? AND isOver = 0",
            arguments: [name.zone.text, name.node.text])
        return count.flatMap { Int.fromDatabaseValue($0) } ?? 0
    }

    /// The index learns of it when the transaction is on the disk, before any later one can be.
    static func put(_ db: Database, _ order: OrderRecordJSON, _ open: OpenOrders) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO command_order VALUES (?, ?, ?, ?, ?, ?)").execute(
            arguments: [
                order.id.text, order.zone.text, order.node.text, order.createdAt.milliseconds,
                order.state.isOver ? 1 : 0, try WireCoding.text(order),
            ])
        db.afterNextTransaction { _ in open.take(order) }
    }

    static func audit(
        _ db: Database, _ at: WallTime, _ actor: String, _ act: String, _ order: OrderRecordJSON, _ detail: String
    ) throws {
        let words = detail.isEmpty ? order.id.text : "\(order.id) \(detail)"
        try audit(db, at, actor, act, order.name.description, words)
    }

    static func audit(
        _ db: Database, _ at: WallTime, _ actor: String, _ act: String, _ subject: String, _ detail: String
    ) throws {
        try db.cachedStatement(
            sql: "INSERT INTO office_audit (at, actor, act, subject, detail) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [
            at.milliseconds, actor.cleaned(), act, subject.cleaned(limit: 100), detail.cleaned(limit: 600),
        ])
    }
}
