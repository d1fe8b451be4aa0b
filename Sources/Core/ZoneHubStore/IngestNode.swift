import GRDB
import ZoneModel
import ZoneTime
import ZoneWire

/// The small row of a node.
struct IngestNode: Sendable {
    var id: Int64 = 0
    let name: NodeName
    var stream = ""
    var epoch = ""
    var boot = ""
    /// When this boot took over from another.
    var bootSince: WallTime
    var hb: Int64 = 0
    var mono: Int64 = 0
    /// When the heartbeat with `mono` came.
    var monoAt: WallTime
    var heard: WallTime
    var interval: Int64 = HubRhythm.of(purpose: nil).interval.milliseconds
    var isGoodbye = false
    var stateHash = ""
    /// 0: no hours are held.
    var hoursRevision: Int64 = 0
    var hoursUntil = WallTime(milliseconds: 0)
    /// Empty: not judged yet.
    var liveness = ""
    /// 0: never.
    var interleaved: Int64 = 0
    /// The zone's day whose heartbeats are counted in `beats`; they go to the roll-up when the day is over.
    var day: String
    var beats: Int64 = 0

    init(_ name: NodeName, at now: WallTime) {
        self.name = name
        (bootSince, monoAt, heard, day) = (now, now, now, ZoneCivil.date(now))
    }

    private static let columns = """
        id, stream, epoch, boot, bootSince, hb, mono, monoAt, heard, interval, goodbye, stateHash, hoursRevision,
        hoursUntil, liveness, interleaved, day, beats
        """

    private init(_ name: NodeName, _ cells: Cells, from first: Int = 0) {
        func time(_ index: Int) -> WallTime { WallTime(milliseconds: cells.integer(first + index)) }
        (self.name, id) = (name, cells.integer(first))
        (stream, epoch, boot) = (cells.text(first + 1), cells.text(first + 2), cells.text(first + 3))
        (bootSince, hb, mono, monoAt) = (time(4), cells.integer(first + 5), cells.integer(first + 6), time(7))
        (heard, interval, isGoodbye) = (time(8), cells.integer(first + 9), cells.integer(first + 10) != 0)
        (stateHash, hoursRevision, hoursUntil) = (cells.text(first + 11), cells.integer(first + 12), time(13))
        (liveness, interleaved) = (cells.text(first + 14), cells.integer(first + 15))
        (day, beats) = (cells.text(first + 16), cells.integer(first + 17))
    }

    static func find(_ name: NodeName, _ db: Database) throws -> IngestNode? {
        let statement = try db.cachedStatement(sql: "SELECT \(columns) FROM nodeNow WHERE zone = ? AND node = ?")
        let row = try Row.fetchOne(statement, arguments: [name.zone.text, name.node.text])
        return row.map { IngestNode(name, Cells($0)) }
    }

    static func all(_ db: Database) throws -> [IngestNode] {
        try Row.fetchAll(db, sql: "SELECT zone, node, \(columns) FROM nodeNow ORDER BY zone, node").compactMap { row in
            let cells = Cells(row)
            return NodeName("\(cells.text(0))/\(cells.text(1))").map { IngestNode($0, cells, from: 2) }
        }
    }

    mutating func insert(_ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO nodeNow (zone, node, \(IngestNode.columns))
                VALUES (?, ?, NULL\(String(repeating: ", ?", count: 17)))
                """
        ).execute(arguments: [name.zone.text, name.node.text] + cells)
        id = db.lastInsertedRowID
    }

    func save(_ db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE nodeNow SET stream = ?, epoch = ?, boot = ?, bootSince = ?, hb = ?, mono = ?, monoAt = ?,
                    heard = ?, interval = ?, goodbye = ?, stateHash = ?, hoursRevision = ?, hoursUntil = ?,
                    liveness = ?, interleaved = ?, day = ?, beats = ? WHERE id = ?
                """
        ).execute(arguments: cells + [id])
    }

    private var cells: StatementArguments {
        [
            stream, epoch, boot, bootSince.milliseconds, hb, mono, monoAt.milliseconds, heard.milliseconds, interval,
            isGoodbye, stateHash, hoursRevision, hoursUntil.milliseconds, liveness, interleaved, day, beats,
        ]
    }
}

extension IngestNode {
    /// - Parameter content: JSON, as it came in.
    mutating func setState(_ content: String, hash: String, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO nodeState VALUES (?, ?)").execute(arguments: [id, content])
        stateHash = hash
    }

    mutating func setHours(_ hours: OpeningHours?, _ db: Database) throws {
        (hoursRevision, hoursUntil) = (hours?.revision ?? 0, hours?.until ?? WallTime(milliseconds: 0))
        guard let hours else {
            return try db.execute(sql: "DELETE FROM nodeHours WHERE id = ?", arguments: [id])
        }
        try db.execute(
            sql: "INSERT OR REPLACE INTO nodeHours VALUES (?, ?)", arguments: [id, try WireCoding.text(hours)])
    }

    /// As the wall shows it.
    func record(state: ZoneStateJSON?, hours: OpeningHours?) -> NodeRecord {
        var record = NodeRecord(name, lastHeard: heard)
        (record.intervalMs, record.saidGoodbye) = (interval, isGoodbye)
        (record.stateHash, record.state, record.hours) = (stateHash, state, hours)
        record.liveness = ZoneLiveness(rawValue: liveness) ?? .silent
        record.interleaved = interleaved == 0 ? nil : WallTime(milliseconds: interleaved)
        return record
    }

    /// One more heartbeat of today; a day that is over goes to the roll-up.
    mutating func countBeat(at now: WallTime, into sheet: inout RollupSheet) {
        let today = ZoneCivil.date(now)
        if day != today {
            sheet.add(name.zone, day, .heard, "beats", beats)
            (day, beats) = (today, 0)
        }
        beats += 1
    }
}
