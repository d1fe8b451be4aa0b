import GRDB
import ZoneIdentity
import ZoneModel
import ZoneTime

/// Tokens, enrolments, certificates and denials. Whoever changes something is named in the audit, in the same
/// transaction.
package struct IdentityBook: Sendable {
    static let longestPage = 1000

    let store: HubStore
    /// Who is shut out; each request asks here and not the database.
    package let denials: Denials

    /// - Throws: SQLite's errors.
    package init(store: HubStore) throws {
        self.store = store
        denials = Denials(try store.reader.read { try IdentityRows.denials($0) })
    }

    static func register(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("2 identity") { db in
            try db.execute(
                sql: """
                    CREATE TABLE identity_token (
                        hash TEXT NOT NULL PRIMARY KEY, made INTEGER NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
                    CREATE TABLE identity_enrolment (
                        token TEXT NOT NULL PRIMARY KEY REFERENCES identity_token (hash),
                        fingerprint TEXT NOT NULL, zone TEXT NOT NULL, node TEXT NOT NULL, state TEXT NOT NULL,
                        asked INTEGER NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
                    CREATE INDEX identity_enrolment_key ON identity_enrolment (fingerprint);
                    CREATE INDEX identity_enrolment_asked ON identity_enrolment (state, asked);
                    CREATE TABLE identity_certificate (
                        serial TEXT NOT NULL PRIMARY KEY, fingerprint TEXT NOT NULL, zone TEXT NOT NULL,
                        node TEXT NOT NULL, not_after INTEGER NOT NULL, authority TEXT NOT NULL,
                        content TEXT NOT NULL) WITHOUT ROWID;
                    CREATE INDEX identity_certificate_key ON identity_certificate (fingerprint);
                    CREATE INDEX identity_certificate_node ON identity_certificate (zone, node, not_after);
                    CREATE TABLE identity_denial (
                        subject TEXT NOT NULL PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
                    """)
        }
    }

    /// - Throws: `IdentityRefusal.denied` for a node that is shut out, SQLite's errors.
    package func add(_ token: TokenRecord) async throws {
        try await store.writer.write { db in
            if let denial = try IdentityRows.denial(db, of: token.name) { throw IdentityRefusal.denied(denial.why) }
            try IdentityRows.put(db, token)
            try OrderRows.audit(
                db, token.madeAt, token.madeBy, "token.made", token.name.description, "until \(token.expires)")
        }
    }

    /// The latest first.
    package func tokens(limit: Int) async throws -> [TokenRecord] {
        try await store.reader.read { db in
            try IdentityRows.all(
                db, TokenRecord.self, "SELECT content FROM identity_token ORDER BY made DESC, hash LIMIT ?",
                [min(max(1, limit), IdentityBook.longestPage)])
        }
    }

    /// For acts on the authority, which is kept in a file.
    package func note(_ act: String, _ subject: String, _ detail: String = "", by actor: String, at now: WallTime)
        async throws
    {
        try await store.writer.write { try OrderRows.audit($0, now, actor, act, subject, detail) }
    }
}
