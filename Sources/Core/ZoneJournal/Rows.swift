import GRDB
import ZoneDays
import ZoneModel
import ZoneWire

/// Between rows and values. JSON columns are written by us; a row that does not decode is skipped, not fatal.
enum Rows {
    static func insert(_ event: Event, _ db: Database) throws { try insert(event, "INSERT", db) }

    /// - Returns: whether its number was free.
    static func insertIfNew(_ event: Event, _ db: Database) throws -> Bool {
        try insert(event, "INSERT OR IGNORE", db)
        return db.changesCount > 0
    }

    private static func insert(_ event: Event, _ verb: String, _ db: Database) throws {
        try db.cachedStatement(
            sql: "\(verb) INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            event.seq, event.epoch.text, event.name.rawValue, event.class.rawValue, event.subject,
            event.at.milliseconds, event.clockQuality.rawValue, event.boot, event.mono, event.schema,
            try WireCoding.text(event.data),
        ])
    }

    /// `nil` for a row that is not one of ours: a damaged file may hold anything in any column.
    static func event(_ row: Row) -> Event? {
        guard let seq: Int64 = row.value("seq"), let epoch = row.value("epoch").flatMap({ HexID($0) }),
            let eventClass = row.value("class").flatMap({ EventClass(rawValue: $0) }),
            let quality = row.value("clockQuality").flatMap({ ClockQuality(rawValue: $0) }),
            let name: String = row.value("name"), let subject: String = row.value("subject"),
            let at: Int64 = row.value("at"), let mono: Int64 = row.value("mono"),
            let boot: String = row.value("boot"), let schema: Int = row.value("schema"),
            let data = row.value("data").flatMap({ decode(JSONValue.self, $0) })
        else { return nil }
        var event = Event(
            seq: seq, epoch: epoch, boot: boot,
            draft: EventDraft(
                EventName(rawValue: name), eventClass, subject: subject, at: WallTime(milliseconds: at),
                clockQuality: quality, mono: MonoTime(milliseconds: mono), data: data))
        event.schema = schema
        return event
    }

    static func apply(_ projection: Projection, _ db: Database) throws {
        switch projection {
        case .device(let state):
            try put(
                db, "INSERT OR REPLACE INTO device VALUES (?, ?)", [state.card.id.text, try StoredDevice(state).text])
        case .deviceGone(let id):
            try put(db, "DELETE FROM device WHERE id = ?", [id.text])
            try LearnedRows.remove(id, db)
        case .conditionOpened(let device, let condition):
            try put(
                db, "INSERT OR REPLACE INTO condition VALUES (?, ?, ?)",
                [device.text, condition.code.rawValue, try WireCoding.text(condition)])
        case .conditionClosed(let device, let code):
            try put(db, "DELETE FROM condition WHERE device = ? AND code = ?", [device.text, code.rawValue])
        case .binding(let binding):
            try put(
                db, "INSERT OR REPLACE INTO binding VALUES (?, ?, ?)",
                [binding.key, binding.device.text, binding.kind.rawValue])
        case .bindingGone(let id): try put(db, "DELETE FROM binding WHERE device = ?", [id.text])
        case .acknowledged(let seq, let at):
            try setMeta(db, MetaKey.acknowledged, String(seq))
            try AckLog.note(seq, at: at, db)
        case .salvageTold: try db.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [MetaKey.salvaging])
        case .configRevision(let revision): try setMeta(db, MetaKey.configRevision, revision)
        case .supplyDays(let days): try SupplyRows.put(days, db)
        case .use(let record): try setMeta(db, MetaKey.use, try WireCoding.text(record))
        case .hours(let record): try setMeta(db, MetaKey.hours, try WireCoding.text(record))
        case .hoursOfDates(let dates): try HoursOfDateRows.put(dates, db)
        case .learned(let device, let content): try LearnedRows.put(device, content, db)
        case .day(let record): try DayRows.put(record, db)
        case .sheetNote(let note): try SheetRows.put(note, db)
        case .alive(let sign): try setMeta(db, MetaKey.alive, try WireCoding.text(sign))
        case .caseEntry(let row): try CaseRows.put(row, db)
        case .ladder(let record): try LadderRows.put(record, db)
        case .duty(let change): try DutyRows.apply(change, db)
        case .command, .orderTold, .orderUntold, .held, .released, .healed, .remembered, .job, .flap:
            try applyAct(projection, db)
        }
    }

    /// What people and programs asked for.
    private static func applyAct(_ projection: Projection, _ db: Database) throws {
        switch projection {
        case .command(let command):
            try put(
                db, "INSERT OR REPLACE INTO command (id, state, content, orderID) VALUES (?, ?, ?, ?)",
                [command.id, command.state.rawValue, try WireCoding.text(command), command.order?.text])
        case .orderTold(let order, let state):
            try put(
                db, "UPDATE command SET told = 1 WHERE orderID = ? AND state = ?", [order.text, state.rawValue])
            // What was long has served its purpose: a bundle of diagnostics need not lie here for a week.
            try put(
                db,
                """
                UPDATE command SET content = \(Rows.briefContent)
                    WHERE orderID = ? AND told = 1 AND state NOT IN ('accepted', 'running')
                """, [order.text])
        case .orderUntold(let order): try put(db, "UPDATE command SET told = 0 WHERE orderID = ?", [order.text])
        case .held(let hold):
            try put(
                db, "INSERT OR REPLACE INTO hold VALUES (?, ?, ?)",
                [hold.subject, hold.mode.rawValue, try WireCoding.text(hold)])
        case .released(let subject, let mode):
            try put(db, "DELETE FROM hold WHERE subject = ? AND mode = ?", [subject, mode.rawValue])
        case .healed(let heal):
            try put(
                db, "INSERT OR REPLACE INTO heal VALUES (?, ?, ?, ?)",
                [heal.device.text, heal.step, heal.date, heal.count])
        case .remembered(let request):
            try put(
                db, "INSERT OR REPLACE INTO remembered VALUES (?, ?, ?, ?, ?)",
                [
                    Int64(request.user), request.route, request.key, request.at.milliseconds,
                    try WireCoding.text(request),
                ])
        case .job(let record):
            try put(
                db, "INSERT OR REPLACE INTO job VALUES (?, ?, ?)",
                [record.job.id, record.job.state.rawValue, try WireCoding.text(record)])
        case .flap(let flap):
            try put(
                db, "INSERT OR REPLACE INTO flap VALUES (?, ?, ?, ?)",
                [flap.device.text, flap.code.rawValue, flap.date, try WireCoding.text(flap)])
        default: break
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
        restored.configRevision = try meta(db, MetaKey.configRevision)
        restored.use = try meta(db, MetaKey.use).flatMap { decode(UseRecord.self, $0) }
        restored.alive = try meta(db, MetaKey.alive).flatMap { decode(LastAlive.self, $0) }
        restored.hours = try meta(db, MetaKey.hours).flatMap { decode(HoursRecord.self, $0) }
        restored.bindings = try Row.fetchAll(db, sql: "SELECT * FROM binding ORDER BY device").compactMap { row in
            guard let key: String = row.value("key"), let device = row.value("device").flatMap({ Slug($0) }),
                let kind = row.value("kind").flatMap({ DeviceKind(rawValue: $0) })
            else { return nil }
            return Binding(key: key, device: device, kind: kind)
        }
        try restoreActs(&restored, db)
        let open = try Row.fetchAll(db, sql: "SELECT device, content FROM condition")
        restored.devices = try texts(db, "SELECT state FROM device ORDER BY id").compactMap { text in
            guard var state = decode(StoredDevice.self, text)?.state else { return nil }
            state.conditions = open.filter { $0.value("device") == state.card.id.text }.compactMap { row in
                row.value("content").flatMap { decode(Condition.self, $0) }
            }
            return state
        }
        return restored
    }

    private static func restoreActs(_ restored: inout Restored, _ db: Database) throws {
        restored.commands = try all(
            db, CommandJSON.self,
            "SELECT content FROM command WHERE state IN ('accepted', 'running') \(order("$.requestedAt"))")
        restored.holds = try all(db, Hold.self, "SELECT content FROM hold ORDER BY subject, mode")
        restored.remembered = try all(db, RememberedRequest.self, "SELECT content FROM remembered ORDER BY at")
        restored.jobs = try all(
            db, JobRecord.self,
            "SELECT content FROM job WHERE state IN ('accepted', 'started') \(order("$.job.requestedAt"))")
        restored.supplyDays = try SupplyRows.all(db)
        restored.ladders = try LadderRows.all(db)
        restored.duties = try DutyRows.all(db)
        restored.hoursOfDates = try HoursOfDateRows.read(db, "ORDER BY date")
        restored.flaps = try all(db, FlapCount.self, "SELECT content FROM flap")
        restored.caseEntries = try CaseRows.recent(db)
        restored.heals = try Row.fetchAll(db, sql: "SELECT * FROM heal").compactMap { row in
            guard let device = row.value("device").flatMap({ Slug($0) }), let step: String = row.value("step"),
                let date: String = row.value("date"), let count: Int = row.value("count")
            else { return nil }
            return HealCount(device: device, step: step, date: date, count: count)
        }
    }

    /// The order of acceptance.
    private static func order(_ path: String) -> String { "ORDER BY json_extract(content, '\(path)'), id" }

    static let commandByID = "SELECT content FROM command WHERE id = ?"
    /// Without what is long; whoever wants that asks for the one command.
    static let briefContent =
        "CASE WHEN length(content) > 16384 THEN json_remove(content, '$.result', '$.args') ELSE content END"
    static let latestCommands =
        "SELECT \(briefContent) FROM command ORDER BY json_extract(content, '$.requestedAt') DESC, id DESC LIMIT ?"
    static let commandByOrder = "SELECT content FROM command WHERE orderID = ?"
    /// The oldest news first.
    static let untoldOrders = """
        SELECT content FROM command WHERE orderID IS NOT NULL AND told = 0
            ORDER BY json_extract(content, '$.changedAt'), id LIMIT ?
        """
    static let jobByID = "SELECT content FROM job WHERE id = ?"
    static let latestJobs =
        "SELECT content FROM job ORDER BY json_extract(content, '$.job.requestedAt') DESC, id DESC LIMIT ?"

    /// Rows that decode; one that does not is skipped, not fatal.
    static func all<Value: Decodable>(
        _ db: Database, _ type: Value.Type, _ sql: String, _ arguments: StatementArguments = []
    ) throws -> [Value] {
        try texts(db, sql, arguments).compactMap { decode(type, $0) }
    }

    private static func put(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    private static func texts(
        _ db: Database, _ sql: String, _ arguments: StatementArguments = []
    ) throws -> [String] {
        try DatabaseValue.fetchAll(db, sql: sql, arguments: arguments).compactMap { String.fromDatabaseValue($0) }
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) -> Value? {
        try? WireCoding.decode(type, Array(text.utf8))
    }
}

extension Row {
    /// `nil` where the column holds something else; the library's own subscript ends the program then.
    fileprivate func value<Value: DatabaseValueConvertible>(_ column: String) -> Value? {
        (self[column] as DatabaseValue?).flatMap { Value.fromDatabaseValue($0) }
    }

    fileprivate func value(_ column: String) -> String? {
        (self[column] as DatabaseValue?).flatMap { String.fromDatabaseValue($0) }
    }
}

/// What of a device outlives a restart; its axes do not, for they must be seen again.
private struct StoredDevice: Codable {
    var card: DeviceCard
    var identity: Identity
    var simulated: Bool
    var lastSeen: WallTime?
    /// Older files have none.
    var counts: [String: Int64]?

    init(_ state: DeviceState) {
        (card, identity, simulated, lastSeen) = (state.card, state.identity, state.simulated, state.lastSeen)
        counts = state.counts.isEmpty ? nil : state.counts
    }

    var text: String { get throws { try WireCoding.text(self) } }

    var state: DeviceState {
        var state = DeviceState(card: card)
        (state.identity, state.simulated, state.lastSeen) = (identity, simulated, lastSeen)
        state.counts = counts ?? [:]
        return state
    }
}
