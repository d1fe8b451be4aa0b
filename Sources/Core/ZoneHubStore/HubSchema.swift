// Purpose: the district's side: takes heartbeats, keeps them, and shows the wall. Never imports device targets.
import GRDB

/// Additive only: version N-1 opens N's database.
enum HubSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 first zone") { db in
            try db.execute(
                sql: """
                    CREATE TABLE node (
                        zone TEXT NOT NULL, node TEXT NOT NULL, content TEXT NOT NULL,
                        PRIMARY KEY (zone, node)) WITHOUT ROWID;
                    CREATE TABLE position (
                        zone TEXT NOT NULL, node TEXT NOT NULL, stream TEXT NOT NULL, ack INTEGER NOT NULL,
                        PRIMARY KEY (zone, node, stream)) WITHOUT ROWID;
                    CREATE TABLE event (
                        zone TEXT NOT NULL, node TEXT NOT NULL, stream TEXT NOT NULL, epoch TEXT NOT NULL,
                        seq INTEGER NOT NULL, received INTEGER NOT NULL, name TEXT NOT NULL, class TEXT NOT NULL,
                        content TEXT NOT NULL, PRIMARY KEY (zone, node, stream, epoch, seq)) WITHOUT ROWID;
                    CREATE TABLE quarantine (
                        id INTEGER PRIMARY KEY, zone TEXT NOT NULL, node TEXT NOT NULL, received INTEGER NOT NULL,
                        why TEXT NOT NULL, content BLOB NOT NULL);
                    """)
        }
        IdentityBook.register(&migrator)
        IngestSchema.register(&migrator)
        OrderBook.register(&migrator)
        DayBook.register(&migrator)
        SheetBook.register(&migrator)
        CaseFiles.register(&migrator)
        return migrator
    }
}
