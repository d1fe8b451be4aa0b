import GRDB
import ZoneModel
import ZoneWire

/// Takes the events of one node into the history. Only what is new is counted: a number of an opening is held once,
/// whatever stream it comes in and however often.
struct IngestHistory {
    /// An opening of the journal, and how far its rows were deleted because they were old.
    private struct Opening {
        var id: Int64
        var pruned: Int64
        /// The same opening in other streams: a restored image sends again under a new name.
        var elsewhere: [Int64]
    }

    /// A clock this far ahead is wrong, whatever the network did.
    private static let farthestAhead: Int64 = 10 * 60_000
    /// Longer than any journal keeps anything (class A: 400 days).
    static let farthestBack: Int64 = 400 * 86_400_000

    private let node: Int64
    private let zone: ZoneID
    private let stream: HexID
    private let now: WallTime
    private var openings: [HexID: Opening] = [:]

    init(node: Int64, zone: ZoneID, stream: HexID, at now: WallTime) {
        (self.node, self.zone, self.stream, self.now) = (node, zone, stream, now)
    }

    /// - Returns: whether it is new.
    @discardableResult
    mutating func take(_ event: IncomingEvent, into sheet: inout RollupSheet, _ db: Database) throws -> Bool {
        let opening = try opening(of: event, db)
        guard event.seq > opening.pruned, try !isHeld(event.seq, opening.elsewhere, db) else { return false }
        let (when, isMisdated) = date(event.at)
        guard try insert(event, opening.id, isMisdated, db) else { return false }
        let day = sheet.day(of: when)
        sheet.add(zone, day, .event, event.name, 1)
        if isMisdated { sheet.add(zone, day, .doubt, "clock", 1) }
        if event.name == EventName.instantOccurred.rawValue, let code = event.code {
            // An instant counts how often at once: nobody throws in a thousand letters in a moment.
            sheet.add(zone, day, .instant, code, min(max(1, event.count ?? 1), 1000))
        }
        if event.name == EventName.dayClosed.rawValue { try DayBook.note(event, node: node, db) }
        try SheetBook.note(event, node: node, db)
        if event.name.hasPrefix("condition.") {
            try IntervalBook.note(event, node: node, zone: zone, at: when, into: &sheet, db)
        }
        return true
    }

    /// The moment an event is counted at: its own, unless its clock cannot have been right.
    private func date(_ at: WallTime) -> (WallTime, isMisdated: Bool) {
        let ahead = at.milliseconds - now.milliseconds
        let isPossible = ahead <= IngestHistory.farthestAhead && ahead >= -IngestHistory.farthestBack
        return isPossible ? (at, false) : (now, true)
    }

    private func isHeld(_ seq: Int64, _ openings: [Int64], _ db: Database) throws -> Bool {
        try openings.contains { opening in
            let held = try db.cachedStatement(sql: "SELECT 1 FROM history WHERE opening = ? AND seq = ?")
            return try Int.fetchOne(held, arguments: [opening, seq]) != nil
        }
    }

    /// - Returns: whether it is new.
    private func insert(
        _ event: IncomingEvent, _ opening: Int64, _ isMisdated: Bool, _ db: Database
    ) throws -> Bool {
        let changes = db.totalChangesCount
        try db.cachedStatement(
            sql: """
                INSERT INTO history
                    (opening, seq, received, at, mono, class, clock, flagged, schema, name, subject, data)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [
            opening, event.seq, now.milliseconds, event.at.milliseconds, event.mono, event.eventClass.rawValue,
            event.clock.rawValue, isMisdated, event.schema, event.name, event.subject, event.data,
        ])
        return db.totalChangesCount > changes
    }

    private mutating func opening(of event: IncomingEvent, _ db: Database) throws -> Opening {
        if let known = openings[event.epoch] { return known }
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT id, stream, pruned FROM opening WHERE node = ? AND epoch = ?"),
            arguments: [node, event.epoch.text]
        ).map(Cells.init)
        var (own, pruned, elsewhere) = (Int64?.none, Int64(0), [Int64]())
        for cells in rows {
            pruned = max(pruned, cells.integer(2))
            if cells.text(1) == stream.text { own = cells.integer(0) } else { elsewhere.append(cells.integer(0)) }
        }
        let opening = Opening(id: try own ?? open(event, db), pruned: pruned, elsewhere: elsewhere)
        openings[event.epoch] = opening
        return opening
    }

    /// An opening that is known by its events only has no last heartbeat yet.
    private func open(_ event: IncomingEvent, _ db: Database) throws -> Int64 {
        try db.cachedStatement(
            sql: "INSERT INTO opening (node, stream, epoch, boot, hb, pruned) VALUES (?, ?, ?, ?, -1, 0)"
        ).execute(arguments: [node, stream.text, event.epoch.text, event.boot])
        return db.lastInsertedRowID
    }
}

extension HubStore {
    /// Stored events of a node, oldest first.
    package func events(zone: ZoneID, node: NodeID, limit: Int) async throws -> [Event] {
        try await reader.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT seq, opening.epoch, opening.boot, name, class, subject, at, clock, history.mono, schema, data
                    FROM nodeNow JOIN opening ON opening.node = nodeNow.id JOIN history ON history.opening = opening.id
                    WHERE nodeNow.zone = ? AND nodeNow.node = ? ORDER BY opening.stream, seq, opening.epoch LIMIT ?
                    """, arguments: [zone.text, node.text, limit]
            ).compactMap { IncomingEvent(Cells($0))?.event }
        }
    }
}

extension IncomingEvent {
    init?(_ cells: Cells) {
        guard let epoch = HexID(cells.text(1)), let eventClass = EventClass(rawValue: cells.text(4)),
            let clock = ClockQuality(rawValue: cells.text(7))
        else { return nil }
        self.init(
            seq: cells.integer(0), epoch: epoch, boot: cells.text(2), name: cells.text(3), eventClass: eventClass,
            subject: cells.text(5), at: WallTime(milliseconds: cells.integer(6)), clock: clock,
            mono: cells.integer(8), schema: Int(cells.integer(9)), data: cells.text(10))
    }
}
