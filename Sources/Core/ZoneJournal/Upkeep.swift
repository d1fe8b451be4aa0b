import GRDB

extension Journal {
    /// What takes a while and is better done while nobody is there: fresh statistics for SQLite's planner, and what the
    /// write-ahead log holds goes into the file. Nothing is lost when it does not come to its end.
    package func keepUp() async {
        try? await writer.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA optimize")
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }
}
