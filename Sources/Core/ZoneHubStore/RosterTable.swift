import GRDB
import ZoneModel
import ZoneWire

/// One zone of the district's list, with or without an agent.
package struct RosterEntry: Sendable, Hashable, Codable {
    package var zone: ZoneID
    package var name: String
    /// `hall`, `township`, `archive`, `library`, `village`.
    package var type: String
    /// `production`, `demo`.
    package var purpose: String
    package var place: String?
    /// 主管单位, which answers for it and is not the place.
    package var unit: String?
    /// Who is to be called there: a role, never a person's name.
    package var contactRole: String?
    /// `false`: nothing is to be heard from there.
    package var hasAgent: Bool
    package var isRetired: Bool
    /// `false`: it was heard, and the list imported last does not have it any more.
    package var onRoster: Bool

    package init(zone: ZoneID, name: String, type: String, purpose: String, hasAgent: Bool, isRetired: Bool) {
        (self.zone, self.name, self.type, self.purpose) = (zone, name, type, purpose)
        (self.hasAgent, self.isRetired, onRoster) = (hasAgent, isRetired, true)
    }
}

/// What an import of the roster changed.
package struct RosterReport: Sendable, Hashable, Codable {
    /// Zones on the list now.
    package var zones: Int
    package var added = 0
    package var changed = 0
    /// Gone from the list and never heard.
    package var removed = 0
    /// Gone from the list, and kept because they were heard.
    package var kept = 0

    package init(zones: Int, added: Int = 0, changed: Int = 0, removed: Int = 0, kept: Int = 0) {
        (self.zones, self.added, self.changed, self.removed, self.kept) = (zones, added, changed, removed, kept)
    }
}

extension HubStore {
    /// All zones that are or were on the list, in the order of their ids.
    package func roster() throws -> [RosterEntry] { try reader.read(RosterTable.all) }

    /// The same for whoever must not wait on his thread.
    package func currentRoster() async throws -> [RosterEntry] {
        try await reader.read { try RosterTable.all($0) }
    }

    /// Puts a new list in place of the old one, all or nothing.
    package func replaceRoster(_ entries: [RosterEntry]) async throws -> RosterReport {
        try await writeRelieved { try RosterTable.replace(entries, $0) }
    }
}

enum RosterTable {
    static func all(_ db: Database) throws -> [RosterEntry] {
        try Row.fetchAll(db, sql: "SELECT content, listed FROM roster ORDER BY zone").map(Cells.init).compactMap {
            var entry = try? WireCoding.decode(RosterEntry.self, Array($0.text(0).utf8))
            entry?.onRoster = $0.integer(1) != 0
            return entry
        }
    }

    static func replace(_ entries: [RosterEntry], _ db: Database) throws -> RosterReport {
        let before = Dictionary(try all(db).map { ($0.zone, $0) }) { first, _ in first }
        let wanted = Set(entries.map(\.zone))
        var report = RosterReport(zones: entries.count)
        for old in before.values where !wanted.contains(old.zone) {
            let heard = try Int.fetchOne(
                db, sql: "SELECT 1 FROM nodeNow WHERE zone = ? LIMIT 1", arguments: [old.zone.text])
            if heard == nil {
                try db.execute(sql: "DELETE FROM roster WHERE zone = ?", arguments: [old.zone.text])
                report.removed += 1
            } else {
                try db.execute(sql: "UPDATE roster SET listed = 0 WHERE zone = ?", arguments: [old.zone.text])
                report.kept += 1
            }
        }
        for entry in entries where before[entry.zone] != entry {
            if before[entry.zone] == nil { report.added += 1 } else { report.changed += 1 }
            try db.execute(
                sql: "INSERT OR REPLACE INTO roster VALUES (?, 1, ?)",
                arguments: [entry.zone.text, try WireCoding.text(entry)])
        }
        return report
    }
}
