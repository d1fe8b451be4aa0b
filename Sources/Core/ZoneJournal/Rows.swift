import GRDB
import ZoneModel
import ZoneWire

/// Between rows and values. JSON columns are written by us; a row that does not decode is skipped, not fatal.
enum Rows {
    static func insert(_ event: Event, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            event.seq, event.epoch.text, event.name.rawValue, event.class.rawValue, event.subject,
            event.at.milliseconds, event.clockQuality.rawValue, event.boot, event.mono, event.schema,
            try WireCoding.text(event.data),
        ])
    }

    static func event(_ row: Row) -> Event? {
        guard let epoch = HexID(row["epoch"]), let eventClass = EventClass(rawValue: row["class"]),
            let quality = ClockQuality(rawValue: row["clockQuality"]),
            let data = try? WireCoding.decode(JSONValue.self, Array((row["data"] as String).utf8))
        else { return nil }
        var event = Event(
            seq: row["seq"], epoch: epoch, boot: row["boot"],
            draft: EventDraft(
                EventName(rawValue: row["name"]), eventClass, subject: row["subject"],
                at: WallTime(milliseconds: row["at"]), clockQuality: quality, mono: MonoTime(milliseconds: row["mono"]),
                data: data))
        event.schema = row["schema"]
        return event
    }

    static func apply(_ projection: Projection, _ db: Database) throws {
        switch projection {
        case .device(let state):
            try put(
                db, "INSERT OR REPLACE INTO device VALUES (?, ?)", [state.card.id.text, try StoredDevice(state).text])
        case .conditionOpened(let device, let condition):
            try put(
                db, "INSERT OR REPLACE INTO condition VALUES (?, ?, ?)",
                [device.text, condition.code.rawValue, try WireCoding.text(condition)])
        case .conditionClosed(let device, let code):
            try put(db, "DELETE FROM condition WHERE device = ? AND code = ?", [device.text, code.rawValue])
        case .command(let command):
            try put(
                db, "INSERT OR REPLACE INTO command VALUES (?, ?, ?)",
                [command.id, command.state.rawValue, try WireCoding.text(command)])
        case .binding(let binding):
            try put(
                db, "INSERT OR REPLACE INTO binding VALUES (?, ?, ?)",
                [binding.key, binding.device.text, binding.kind.rawValue])
        case .acknowledged(let seq): try setMeta(db, MetaKey.acknowledged, String(seq))
        }
    }

    static func meta(_ db: Database, _ key: String) throws -> String? {
        try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
    }

    static func setMeta(_ db: Database, _ key: String, _ value: String) throws {
        try put(db, "INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])
    }

    static func restore(_ db: Database) throws -> Restored {
        var restored = Restored()
        restored.acknowledged = try meta(db, MetaKey.acknowledged).flatMap { Int64($0) } ?? 0
        restored.bindings = try Row.fetchAll(db, sql: "SELECT * FROM binding ORDER BY device").compactMap { row in
            guard let device = Slug(row["device"]), let kind = DeviceKind(rawValue: row["kind"]) else { return nil }
            return Binding(key: row["key"], device: device, kind: kind)
        }
        restored.commands = try texts(db, "SELECT content FROM command WHERE state IN ('accepted', 'running')")
            .compactMap {
                decode(CommandJSON.self, $0)
            }
        let open = try Row.fetchAll(db, sql: "SELECT device, content FROM condition")
        restored.devices = try texts(db, "SELECT state FROM device ORDER BY id").compactMap { text in
            guard var state = decode(StoredDevice.self, text)?.state else { return nil }
            state.conditions = open.filter { $0["device"] == state.card.id.text }.compactMap {
                decode(Condition.self, $0["content"])
            }
            return state
        }
        return restored
    }

    private static func put(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    private static func texts(_ db: Database, _ sql: String) throws -> [String] { try String.fetchAll(db, sql: sql) }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) -> Value? {
        try? WireCoding.decode(type, Array(text.utf8))
    }
}

/// What of a device outlives a restart; its axes do not, for they must be seen again.
private struct StoredDevice: Codable {
    var card: DeviceCard
    var identity: Identity
    var simulated: Bool
    var lastSeen: WallTime?

    init(_ state: DeviceState) {
        (card, identity, simulated, lastSeen) = (state.card, state.identity, state.simulated, state.lastSeen)
    }

    var text: String { get throws { try WireCoding.text(self) } }

    var state: DeviceState {
        var state = DeviceState(card: card)
        (state.identity, state.simulated, state.lastSeen) = (identity, simulated, lastSeen)
        return state
    }
}
