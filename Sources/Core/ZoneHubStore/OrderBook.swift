import GRDB
import ZoneModel
import ZoneWire

/// Commands on their way to nodes, and the audit of what people did at the hub.
package struct OrderBook: Sendable {
    /// More than this for one node is a mistake or a program gone wild.
    package static let openLimit = 32
    static let longestPage = 1000

    /// The node has that many open orders already.
    package struct QueueFull: Error {}

    let store: HubStore
    /// What is not over; heartbeats ask here and not the database.
    package let open: OpenOrders

    /// - Throws: SQLite's errors.
    package init(store: HubStore) throws {
        self.store = store
        let rows = try store.reader.read { db in
            try OrderRows.all(db, "SELECT content FROM command_order WHERE isOver = 0 ORDER BY created")
        }
        open = OpenOrders(rows)
    }

    static func register(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("4 orders") { db in
            try db.execute(
                sql: """
                    CREATE TABLE command_order (
                        id TEXT NOT NULL PRIMARY KEY, zone TEXT NOT NULL, node TEXT NOT NULL,
                        created INTEGER NOT NULL, isOver INTEGER NOT NULL, content TEXT NOT NULL);
                    CREATE INDEX command_order_open ON command_order (zone, node) WHERE isOver = 0;
                    CREATE INDEX command_order_created ON command_order (created);
                    CREATE INDEX command_order_zone ON command_order (zone, created);
                    CREATE TABLE office_audit (
                        id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL,
                        act TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL);
                    CREATE INDEX office_audit_act ON office_audit (act, subject);
                    CREATE TRIGGER office_audit_stays BEFORE DELETE ON office_audit
                        BEGIN SELECT RAISE(ABORT, 'the audit is not deleted'); END;
                    CREATE TRIGGER office_audit_is_fixed BEFORE UPDATE ON office_audit
                        BEGIN SELECT RAISE(ABORT, 'the audit is not changed'); END;
                    """)
        }
    }

    /// On the disk, with its line in the audit, when this returns.
    /// - Throws: `QueueFull`, SQLite's errors.
    package func place(_ order: OrderRecordJSON) async throws {
        try await store.writeRelieved { [open] db in
            guard try OrderRows.openCount(db, order.name) < OrderBook.openLimit else { throw QueueFull() }
            try OrderRows.put(db, order, open)
            try OrderRows.audit(db, order.createdAt, order.actor, "order.placed", order, order.summary)
        }
    }

    /// Takes back an order that no node has been told yet.
    /// - Returns: the order as it stands afterwards; `nil` when there is none of this id.
    package func cancel(_ id: HexID, by actor: String, at now: WallTime) async throws -> OrderRecordJSON? {
        try await store.writeRelieved { [open] db in
            guard var order = try OrderRows.order(db, id), order.state == .queued else {
                return try OrderRows.order(db, id)
            }
            (order.state, order.changedAt) = (.cancelled, now)
            try OrderRows.put(db, order, open)
            try OrderRows.audit(db, now, actor, "order.cancelled", order, "")
            return order
        }
    }

    package func order(_ id: HexID) async throws -> OrderRecordJSON? {
        try await store.reader.read { try OrderRows.order($0, id) }
    }

    /// The latest first.
    package func orders(of zone: ZoneID? = nil, limit: Int) async throws -> [OrderRecordJSON] {
        let limit = min(max(1, limit), OrderBook.longestPage)
        return try await store.reader.read { db in
            guard let zone else {
                return try OrderRows.all(
                    db, "SELECT content FROM command_order ORDER BY created DESC, id LIMIT ?", [limit])
            }
            return try OrderRows.all(
                db, "SELECT content FROM command_order WHERE zone = ? ORDER BY created DESC, id LIMIT ?",
                [zone.text, limit])
        }
    }
}

extension OrderRecordJSON {
    /// One line for the audit.
    var summary: String {
        let target = device.map { " \($0)" } ?? ""
        let details = args.flatMap { try? WireCoding.text($0) }.map { " \($0)" } ?? ""
        return "\(verb)\(target)\(details)".cleaned(limit: 500)
    }
}
