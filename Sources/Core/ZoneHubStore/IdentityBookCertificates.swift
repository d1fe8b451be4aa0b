import GRDB
import ZoneIdentity
import ZoneModel

/// Who holds which certificate.
extension IdentityBook {
    /// The latest first within each node.
    /// - Parameters:
    ///   - zone: only of that zone.
    ///   - end: only those that end after it.
    package func certificates(of zone: ZoneID? = nil, endingAfter end: WallTime, limit: Int) async throws
        -> [CertificateRecord]
    {
        try await store.reader.read { db in
            try IdentityRows.all(
                db, CertificateRecord.self,
                """
                SELECT content FROM identity_certificate WHERE zone = coalesce(?, zone) AND not_after > ?
                ORDER BY zone, node, not_after DESC LIMIT ?
                """,
                [zone?.text, end.milliseconds, min(max(1, limit), IdentityBook.longestPage)])
        }
    }

    /// Nodes that could not come in if only this authority were accepted.
    /// - Parameter authority: `CertificateRecord.authority`.
    package func nodes(without authority: String, at now: WallTime) async throws -> Int {
        try await store.reader.read { db in
            let count = try DatabaseValue.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM (
                        SELECT max(authority = ?) AS has FROM identity_certificate WHERE not_after > ?
                        GROUP BY zone, node) WHERE has = 0
                    """,
                arguments: [authority, now.advanced(byMilliseconds: -Renewal.grace.milliseconds).milliseconds])
            return count.flatMap { Int.fromDatabaseValue($0) } ?? 0
        }
    }

    /// Of one key, the one that ends last first.
    package func certificates(of key: KeyFingerprint) async throws -> [CertificateRecord] {
        try await store.reader.read { try IdentityRows.certificates($0, of: key) }
    }

    /// On the disk before the node gets it: a certificate nobody has noted could not be found again.
    /// - Throws: `IdentityRefusal` when the key is another node's, or shut out.
    package func add(renewal certificate: CertificateRecord) async throws {
        try await store.writer.write { db in
            try IdentityBook.check(db, certificate.name, certificate.fingerprint)
            if let other = try IdentityRows.owner(db, of: certificate.fingerprint, besides: certificate.name) {
                throw IdentityRefusal.keyTaken(other)
            }
            try IdentityRows.put(db, certificate)
            let late = certificate.cause == .lateRenewal ? " late" : ""
            try OrderRows.audit(
                db, certificate.issuedAt, "node", "certificate.renewed", certificate.name.description,
                "\(certificate.fingerprint.short) \(certificate.serial)\(late)")
        }
    }
}
