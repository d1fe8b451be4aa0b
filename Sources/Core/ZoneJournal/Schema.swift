import GRDB

/// Additive only: version N-1 opens N's database.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 first zone", migrate: first)
        migrator.registerMigration("2 spine", migrate: spine)
        migrator.registerMigration("3 orders", migrate: orders)
        migrator.registerMigration("4 supplies", migrate: SupplyRows.create)
        migrator.registerMigration("5 learned", migrate: LearnedRows.create)
        migrator.registerMigration("6 days", migrate: DayRows.create)
        migrator.registerMigration("7 cases", migrate: CaseRows.create)
        migrator.registerMigration("10 ladder", migrate: LadderRows.create)
        migrator.registerMigration("8 duties", migrate: DutyRows.create)
        migrator.registerMigration("11 sheets", migrate: SheetRows.create)
        migrator.registerMigration("12 hours", migrate: HoursOfDateRows.create)
        return migrator
    }

    private static func first(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
                CREATE TABLE event (
                    seq INTEGER PRIMARY KEY, epoch TEXT NOT NULL, name TEXT NOT NULL, class TEXT NOT NULL,
                    subject TEXT NOT NULL, at INTEGER NOT NULL, clockQuality TEXT NOT NULL, boot TEXT NOT NULL,
                    mono INTEGER NOT NULL, schema INTEGER NOT NULL, data TEXT NOT NULL);
                CREATE TABLE device (id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
                CREATE TABLE condition (
                    device TEXT NOT NULL, code TEXT NOT NULL, content TEXT NOT NULL,
                    PRIMARY KEY (device, code)) WITHOUT ROWID;
                CREATE TABLE command (id TEXT PRIMARY KEY, state TEXT NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
                CREATE TABLE binding (key TEXT PRIMARY KEY, device TEXT NOT NULL UNIQUE, kind TEXT NOT NULL) WITHOUT ROWID;
                """)
    }

    /// `told`: whether the hub knows the state that the row shows. A new state is a new row, which is not told yet.
    private static func orders(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE command ADD COLUMN orderID TEXT;
                ALTER TABLE command ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
                CREATE INDEX commandByOrder ON command (orderID) WHERE orderID IS NOT NULL;
                CREATE INDEX commandUntold ON command (told) WHERE orderID IS NOT NULL AND told = 0;
                """)
    }

    private static func spine(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE hold (
                    subject TEXT NOT NULL, mode TEXT NOT NULL, content TEXT NOT NULL,
                    PRIMARY KEY (subject, mode)) WITHOUT ROWID;
                CREATE TABLE heal (
                    device TEXT NOT NULL, step TEXT NOT NULL, date TEXT NOT NULL, count INTEGER NOT NULL,
                    PRIMARY KEY (device, step, date)) WITHOUT ROWID;
                CREATE TABLE remembered (
                    user INTEGER NOT NULL, route TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL,
                    content TEXT NOT NULL, PRIMARY KEY (user, route, key)) WITHOUT ROWID;
                CREATE TABLE job (
                    id TEXT PRIMARY KEY, state TEXT NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
                CREATE TABLE flap (
                    device TEXT NOT NULL, code TEXT NOT NULL, date TEXT NOT NULL, content TEXT NOT NULL,
                    PRIMARY KEY (device, code, date)) WITHOUT ROWID;
                CREATE TABLE ack (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL);
                CREATE INDEX eventByClass ON event (class, seq);
                """)
    }
}

/// Names of rows in `meta`.
enum MetaKey {
    static let stream = "stream"
    static let lastSeq = "lastSeq"
    static let acknowledged = "acknowledged"
    /// The damaged file that is being read.
    static let salvaging = "salvaging"
    static let configRevision = "configRevision"
    static let use = "use"
    static let alive = "alive"
    static let hours = "hours"
}
