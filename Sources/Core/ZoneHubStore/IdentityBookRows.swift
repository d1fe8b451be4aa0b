import GRDB
import ZoneIdentity
import ZoneModel
import ZoneWire

/// Between rows and records. A row that does not decode is skipped, not fatal.
enum IdentityRows {
    static func all<Record: Decodable>(
        _ db: Database, _ type: Record.Type, _ sql: String, _ arguments: StatementArguments = []
    ) throws -> [Record] {
        try DatabaseValue.fetchAll(db, sql: sql, arguments: arguments).compactMap { value in
            String.fromDatabaseValue(value).flatMap { try? WireCoding.decode(type, Array($0.utf8)) }
        }
    }

    static func token(_ db: Database, _ hash: String) throws -> TokenRecord? {
        try all(db, TokenRecord.self, "SELECT content FROM identity_token WHERE hash = ?", [hash]).first
    }

    static func enrolment(_ db: Database, token: String) throws -> EnrolmentRecord? {
        try all(db, EnrolmentRecord.self, "SELECT content FROM identity_enrolment WHERE token = ?", [token]).first
    }

    static func certificates(_ db: Database, of key: KeyFingerprint) throws -> [CertificateRecord] {
        try all(
            db, CertificateRecord.self,
            "SELECT content FROM identity_certificate WHERE fingerprint = ? ORDER BY not_after DESC", [key.hex])
    }

    static func denials(_ db: Database) throws -> [DenialRecord] {
        try all(db, DenialRecord.self, "SELECT content FROM identity_denial ORDER BY subject")
    }

    static func denial(_ db: Database, of name: NodeName) throws -> DenialRecord? {
        try denial(db, .node(name))
    }

    static func denial(_ db: Database, _ subject: DenialRecord.Subject) throws -> DenialRecord? {
        try all(
            db, DenialRecord.self, "SELECT content FROM identity_denial WHERE subject = ?", [subject.description]
        ).first
    }

    /// The other node that a key belongs to already; a key that speaks for two would make denials ambiguous.
    static func owner(_ db: Database, of key: KeyFingerprint, besides name: NodeName) throws -> NodeName? {
        let enrolled = try all(
            db, EnrolmentRecord.self, "SELECT content FROM identity_enrolment WHERE fingerprint = ?", [key.hex])
        let names = try certificates(db, of: key).map(\.name) + enrolled.map(\.name)
        return names.first { $0 != name }
    }

    static func put(_ db: Database, _ token: TokenRecord) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO identity_token VALUES (?, ?, ?)").execute(
            arguments: [token.hash, token.madeAt.milliseconds, try WireCoding.text(token)])
    }

    static func put(_ db: Database, _ enrolment: EnrolmentRecord) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO identity_enrolment VALUES (?, ?, ?, ?, ?, ?, ?)").execute(
            arguments: [
                enrolment.token, enrolment.fingerprint.hex, enrolment.zone.text, enrolment.node.text,
                enrolment.state.rawValue, enrolment.askedAt.milliseconds, try WireCoding.text(enrolment),
            ])
    }

    static func put(_ db: Database, _ certificate: CertificateRecord) throws {
        try db.cachedStatement(sql: "INSERT INTO identity_certificate VALUES (?, ?, ?, ?, ?, ?, ?)").execute(
            arguments: [
                certificate.serial, certificate.fingerprint.hex, certificate.zone.text, certificate.node.text,
                certificate.notAfter.milliseconds, certificate.authority, try WireCoding.text(certificate),
            ])
    }

    static func put(_ db: Database, _ denial: DenialRecord, _ subject: DenialRecord.Subject) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO identity_denial VALUES (?, ?)").execute(
            arguments: [subject.description, try WireCoding.text(denial)])
    }
}
