import GRDB
import ZoneModel
import ZoneTime
import ZoneWire

/// Tables of what heartbeats say. Of `node`, `event` and `position` of the first version only `position` is in use;
/// the others stay, so that the version before still opens the file.
enum IngestSchema {
    static func register(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("3 ingest") { db in
            try nodes(db)
            try history(db)
            try office(db)
            try takeOver(db)
        }
    }

    /// The row of a node is small, because every heartbeat writes it; its state has a row of its own, which is written
    /// when its hash has changed.
    private static func nodes(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE nodeNow (
                    id INTEGER PRIMARY KEY, zone TEXT NOT NULL, node TEXT NOT NULL, stream TEXT NOT NULL,
                    epoch TEXT NOT NULL, boot TEXT NOT NULL, bootSince INTEGER NOT NULL, hb INTEGER NOT NULL,
                    mono INTEGER NOT NULL, monoAt INTEGER NOT NULL, heard INTEGER NOT NULL, interval INTEGER NOT NULL,
                    goodbye INTEGER NOT NULL, stateHash TEXT NOT NULL, hoursRevision INTEGER NOT NULL,
                    hoursUntil INTEGER NOT NULL, liveness TEXT NOT NULL, interleaved INTEGER NOT NULL,
                    day TEXT NOT NULL, beats INTEGER NOT NULL, UNIQUE (zone, node));
                CREATE TABLE nodeState (id INTEGER PRIMARY KEY, content TEXT NOT NULL);
                CREATE TABLE nodeHours (id INTEGER PRIMARY KEY, content TEXT NOT NULL);
                CREATE TABLE nodeBoot (
                    node INTEGER NOT NULL, boot TEXT NOT NULL, began INTEGER NOT NULL, heard INTEGER NOT NULL,
                    mono INTEGER NOT NULL, cloned INTEGER NOT NULL, PRIMARY KEY (node, boot)) WITHOUT ROWID;
                """)
    }

    /// An event is known by its opening and its number; `opening` is (node, stream, epoch) as one number. Rows lie in
    /// the order in which they came, so that what is too old lies together.
    private static func history(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE opening (
                    id INTEGER PRIMARY KEY, node INTEGER NOT NULL, stream TEXT NOT NULL, epoch TEXT NOT NULL,
                    boot TEXT NOT NULL, hb INTEGER NOT NULL, pruned INTEGER NOT NULL,
                    UNIQUE (node, epoch, stream));
                CREATE TABLE history (
                    id INTEGER PRIMARY KEY AUTOINCREMENT, opening INTEGER NOT NULL, seq INTEGER NOT NULL,
                    received INTEGER NOT NULL, at INTEGER NOT NULL, mono INTEGER NOT NULL, class TEXT NOT NULL,
                    clock TEXT NOT NULL, flagged INTEGER NOT NULL, schema INTEGER NOT NULL, name TEXT NOT NULL,
                    subject TEXT NOT NULL, data TEXT NOT NULL);
                CREATE UNIQUE INDEX historyOnce ON history (opening, seq);
                CREATE TABLE conditionSpan (
                    id INTEGER PRIMARY KEY, node INTEGER NOT NULL, device TEXT NOT NULL, code TEXT NOT NULL,
                    severity TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER);
                CREATE UNIQUE INDEX conditionOpen ON conditionSpan (node, device, code) WHERE until IS NULL;
                CREATE INDEX conditionByNode ON conditionSpan (node, since);
                CREATE TABLE livenessSpan (
                    id INTEGER PRIMARY KEY, node INTEGER NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL,
                    until INTEGER);
                CREATE INDEX livenessByNode ON livenessSpan (node, since);
                CREATE TABLE rollup (
                    zone TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
                    amount INTEGER NOT NULL, PRIMARY KEY (zone, day, kind, name)) WITHOUT ROWID;
                """)
    }

    private static func office(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE roster (
                    zone TEXT PRIMARY KEY, listed INTEGER NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
                CREATE TABLE keeper (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                ALTER TABLE quarantine ADD COLUMN print INTEGER;
                CREATE INDEX quarantineByNode ON quarantine (zone, node, print);
                """)
    }

    private struct FirstNode: Decodable {
        var zone: ZoneID
        var node: NodeID
        var stream: HexID
        var epoch: HexID
        var boot: String
        var hb: Int64
        var lastHeard: WallTime
        var intervalMs: Int64
        var saidGoodbye: Bool
        var stateHash: String
        var state: JSONValue?
    }

    /// What the first version kept; a row that does not read is left where it is.
    private static func takeOver(_ db: Database) throws {
        for content in try String.fetchAll(db, sql: "SELECT content FROM node") {
            guard let old = try? WireCoding.decode(FirstNode.self, Array(content.utf8)) else { continue }
            var node = IngestNode(NodeName(zone: old.zone, node: old.node), at: old.lastHeard)
            (node.stream, node.epoch, node.boot, node.hb) = (old.stream.text, old.epoch.text, old.boot, old.hb)
            (node.interval, node.isGoodbye) = (old.intervalMs, old.saidGoodbye)
            try node.insert(db)
            try IntervalBook.setLiveness(old.saidGoodbye ? .closed : .live, of: &node, at: old.lastHeard, db)
            if let state = old.state { try node.setState(try WireCoding.text(state), hash: old.stateHash, db) }
            try node.save(db)
        }
        try takeOverEvents(db)
    }

    private static func takeOverEvents(_ db: Database) throws {
        var sheet = RollupSheet()
        let rows = try Row.fetchCursor(
            db, sql: "SELECT zone, node, stream, received, content FROM event ORDER BY zone, node, stream, seq, epoch")
        while let row = try rows.next() {
            let cells = Cells(row)
            guard let name = NodeName("\(cells.text(0))/\(cells.text(1))"), let stream = HexID(cells.text(2)),
                let event = try? WireCoding.decode(Event.self, Array(cells.text(4).utf8)),
                let incoming = try? IncomingEvent(event), let node = try IngestNode.find(name, db)
            else { continue }
            let received = WallTime(milliseconds: cells.integer(3))
            var shelf = IngestHistory(node: node.id, zone: name.zone, stream: stream, at: received)
            try shelf.take(incoming, into: &sheet, db)
        }
        try sheet.write(db)
        try db.execute(sql: "DELETE FROM event")
    }
}

/// Cells of a row by place. What holds something else reads as nothing: the library's own typed subscripts end the
/// program then.
struct Cells {
    private let row: Row

    init(_ row: Row) { self.row = row }

    func integer(_ index: Int) -> Int64 { Int64.fromDatabaseValue(row[index] as DatabaseValue) ?? 0 }
    func text(_ index: Int) -> String { String.fromDatabaseValue(row[index] as DatabaseValue) ?? "" }
    func optional(_ index: Int) -> Int64? { Int64.fromDatabaseValue(row[index] as DatabaseValue) }
}
