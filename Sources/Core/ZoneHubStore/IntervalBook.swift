import GRDB
import ZoneModel
import ZoneTime
import ZoneWire

/// A stretch of time in which a condition was open at a device.
package struct ConditionSpan: Sendable, Hashable {
    package var node: NodeID
    package var device: String
    package var code: String
    package var severity: String
    package var since: WallTime
    /// `nil`: still open, as far as the history goes.
    package var until: WallTime?
}

/// A stretch of time in which a node was in one state.
package struct LivenessSpan: Sendable, Hashable {
    package var state: ZoneLiveness
    package var since: WallTime
    package var until: WallTime?
}

/// Stretches of time, made of events and of what time does.
enum IntervalBook {
    private static let longestCode = 64

    /// One event about a condition. Its end is added to the roll-up of the days it covers, whenever the word comes.
    static func note(
        _ event: IncomingEvent, node: Int64, zone: ZoneID, at when: WallTime, into sheet: inout RollupSheet,
        _ db: Database
    ) throws {
        guard let code = event.code, !code.isEmpty, code.utf8.count <= longestCode else { return }
        // A condition that came and went too often tells how it stands when it has come to rest (decision 0011).
        if event.name == EventName.conditionCleared.rawValue || event.isOpen == false {
            try close(node, event.subject, code, zone: zone, at: when, into: &sheet, db)
        } else {
            try open(node, event.subject, code, severity: event.severity ?? "", at: when, db)
        }
    }

    /// An update of what is open changes nothing about since when.
    private static func open(
        _ node: Int64, _ device: String, _ code: String, severity: String, at when: WallTime, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO conditionSpan (node, device, code, severity, since) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [node, device, code, severity, when.milliseconds])
    }

    private static func close(
        _ node: Int64, _ device: String, _ code: String, zone: ZoneID, at when: WallTime,
        into sheet: inout RollupSheet, _ db: Database
    ) throws {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT id, since FROM conditionSpan
                    WHERE node = ? AND device = ? AND code = ? AND until IS NULL
                    """), arguments: [node, device, code])
        // Its beginning is not held: how long it was open nobody knows.
        guard let cells = row.map(Cells.init) else { return }
        let since = WallTime(milliseconds: cells.integer(1))
        let until = max(since, when)
        try db.cachedStatement(sql: "UPDATE conditionSpan SET until = ? WHERE id = ?").execute(
            arguments: [until.milliseconds, cells.integer(0)])
        sheet.add(zone, code, from: since, to: until)
    }

    /// After a restored disk image some of what happened was never told, and the state is all there is: what it does
    /// not show has ended by now, what it shows and nobody raised has been open since it says.
    static func reconcile(
        _ node: Int64, _ zone: ZoneID, with state: ZoneStateJSON, at now: WallTime, into sheet: inout RollupSheet,
        _ db: Database
    ) throws {
        struct Key: Hashable {
            var device: String
            var code: String
        }
        var shown: [Key: ConditionJSON] = [:]
        for device in state.devices {
            for condition in device.conditions { shown[Key(device: device.id.text, code: condition.code)] = condition }
        }
        let rows = try Row.fetchAll(
            db, sql: "SELECT device, code FROM conditionSpan WHERE node = ? AND until IS NULL", arguments: [node])
        for cells in rows.map(Cells.init) {
            let key = Key(device: cells.text(0), code: cells.text(1))
            guard shown.removeValue(forKey: key) == nil else { continue }
            try close(node, key.device, key.code, zone: zone, at: now, into: &sheet, db)
        }
        for (key, condition) in shown where key.code.utf8.count <= longestCode {
            let isPossible = (now.advanced(byMilliseconds: -IngestHistory.farthestBack)...now).contains(condition.since)
            try open(
                node, key.device, key.code, severity: condition.severity.rawValue,
                at: isPossible ? condition.since : now, db)
        }
    }

    /// Milliseconds of a day in which what is still open was open, up to `now`.
    static func openShares(
        of zone: ZoneID, on day: CivilDate, at now: WallTime, _ db: Database
    ) throws -> [(code: String, amount: Int64)] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT code, since FROM conditionSpan JOIN nodeNow ON nodeNow.id = conditionSpan.node
                WHERE nodeNow.zone = ? AND until IS NULL
                """, arguments: [zone.text])
        return rows.map(Cells.init).compactMap { cells in
            let from = max(cells.integer(1), day.start.milliseconds)
            let to = min(now.milliseconds, day.next.start.milliseconds)
            return from < to ? (cells.text(0), to - from) : nil
        }
    }

    /// Writes down that a node's state has changed; one that has not changes nothing.
    static func setLiveness(
        _ liveness: ZoneLiveness, of node: inout IngestNode, at now: WallTime, _ db: Database
    ) throws {
        guard node.liveness != liveness.rawValue else { return }
        try db.cachedStatement(sql: "UPDATE livenessSpan SET until = ? WHERE node = ? AND until IS NULL").execute(
            arguments: [now.milliseconds, node.id])
        try db.cachedStatement(sql: "INSERT INTO livenessSpan (node, state, since) VALUES (?, ?, ?)").execute(
            arguments: [node.id, liveness.rawValue, now.milliseconds])
        node.liveness = liveness.rawValue
    }
}

extension HubStore {
    /// The conditions of a zone that were open at or after `since`, oldest first.
    package func conditionSpans(of zone: ZoneID, since: WallTime, limit: Int) async throws -> [ConditionSpan] {
        try await reader.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT nodeNow.node, device, code, severity, since, until
                    FROM conditionSpan JOIN nodeNow ON nodeNow.id = conditionSpan.node
                    WHERE nodeNow.zone = ? AND (until IS NULL OR until >= ?)
                    ORDER BY since, conditionSpan.id LIMIT ?
                    """, arguments: [zone.text, since.milliseconds, limit]
            ).map(Cells.init).compactMap { cells in
                Slug(cells.text(0)).map { node in
                    ConditionSpan(
                        node: node, device: cells.text(1), code: cells.text(2), severity: cells.text(3),
                        since: WallTime(milliseconds: cells.integer(4)),
                        until: cells.optional(5).map(WallTime.init(milliseconds:)))
                }
            }
        }
    }

    /// The states of a node at or after `since`, oldest first.
    package func livenessSpans(of name: NodeName, since: WallTime, limit: Int) async throws -> [LivenessSpan] {
        try await reader.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT state, since, until FROM livenessSpan JOIN nodeNow ON nodeNow.id = livenessSpan.node
                    WHERE nodeNow.zone = ? AND nodeNow.node = ? AND (until IS NULL OR until >= ?)
                    ORDER BY livenessSpan.id LIMIT ?
                    """, arguments: [name.zone.text, name.node.text, since.milliseconds, limit]
            ).map(Cells.init).compactMap { cells in
                ZoneLiveness(rawValue: cells.text(0)).map { state in
                    LivenessSpan(
                        state: state, since: WallTime(milliseconds: cells.integer(1)),
                        until: cells.optional(2).map(WallTime.init(milliseconds:)))
                }
            }
        }
    }
}

/// That time has made something of a node: it is late, silent, not opened.
package struct LivenessChange: Sendable, Hashable {
    package var name: NodeName
    package var word: ZoneLiveness
    /// When the node was last heard, as far as whoever judged it knew.
    package var heard: WallTime

    package init(name: NodeName, word: ZoneLiveness, heard: WallTime) {
        (self.name, self.word, self.heard) = (name, word, heard)
    }
}

extension HubStore {
    /// Writes down what time has changed. A node that was heard meanwhile is left as it is.
    package func note(_ changes: [LivenessChange], at now: WallTime) async throws {
        guard !changes.isEmpty else { return }
        try await writeRelieved { db in
            for change in changes {
                guard var node = try IngestNode.find(change.name, db),
                    node.heard == change.heard || node.heard > now
                else { continue }
                try IntervalBook.setLiveness(change.word, of: &node, at: now, db)
                try node.save(db)
            }
        }
    }
}
