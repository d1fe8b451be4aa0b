import GRDB
import ZoneModel
import ZoneWire

/// How far the healing of one device has come; with the counts of `HealCount` all that must survive a restart.
package struct LadderRecord: Sendable, Hashable, Codable {
    /// The latest step, by whomever.
    package struct Step: Sendable, Hashable, Codable {
        package var name: String
        package var harm: String
        /// What the ladder did it for, until it was judged; empty for a person's step.
        package var codes: [ConditionCode]
        package var boot: String
        /// CLOCK_BOOTTIME in ms of that boot.
        package var began: Int64
        /// `nil` while it goes on, and for ever when the agent ended meanwhile.
        package var ended: Int64?
        /// Whether it could be done; whether it helped is another question.
        package var isDone = false

        package init(name: String, harm: String, codes: [ConditionCode], boot: String, began: Int64) {
            (self.name, self.harm, self.codes, self.boot, self.began) = (name, harm, codes, boot, began)
        }
    }

    package var device: DeviceID
    package var last: Step?
    /// The steps of this round, since the conditions opened.
    package var tried: [String] = []
    /// The day on which a person was asked last, such as `2026-11-21`.
    package var asked: String?

    package init(device: DeviceID) { self.device = device }
}

enum LadderRows {
    static func create(_ db: Database) throws {
        try db.execute(sql: "CREATE TABLE ladder (device TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID")
    }

    static func put(_ record: LadderRecord, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO ladder VALUES (?, ?)")
            .execute(arguments: [record.device.text, try WireCoding.text(record)])
    }

    static func all(_ db: Database) throws -> [LadderRecord] {
        try Rows.all(db, LadderRecord.self, "SELECT content FROM ladder ORDER BY device")
    }
}
