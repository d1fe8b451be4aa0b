import GRDB
import ZoneIdentity
import ZoneModel
import ZoneWire

/// From a token to a certificate.
extension IdentityBook {
    /// What comes with a token.
    package struct Asked: Sendable {
        package var tokenHash: String
        package var fingerprint: KeyFingerprint
        package var csr: String
        package var facts: EnrolmentRequest.Facts
        /// Where it came from.
        package var address: String

        package init(
            tokenHash: String, fingerprint: KeyFingerprint, csr: String, facts: EnrolmentRequest.Facts, address: String
        ) {
            (self.tokenHash, self.fingerprint, self.csr) = (tokenHash, fingerprint, csr)
            (self.facts, self.address) = (facts, address)
        }
    }

    /// The token is used up and the request is kept in one transaction: a token enrols one key, whatever is cut off.
    /// Asked again with the same key, the answer is the same.
    /// - Throws: `IdentityRefusal`, SQLite's errors.
    package func enrol(_ asked: Asked, at now: WallTime) async throws -> EnrolmentRecord {
        let known = try await store.reader.read { try IdentityRows.enrolment($0, token: asked.tokenHash) }
        if let known { return try IdentityBook.same(known, asked) }
        return try await store.writer.write { db in
            if let known = try IdentityRows.enrolment(db, token: asked.tokenHash) {
                return try IdentityBook.same(known, asked)
            }
            guard var token = try IdentityRows.token(db, asked.tokenHash) else { throw IdentityRefusal.unknownToken }
            guard token.consumedAt == nil else { throw IdentityRefusal.tokenUsed }
            guard now < token.expires else { throw IdentityRefusal.tokenExpired }
            try IdentityBook.check(db, token.name, asked.fingerprint)
            if let other = try IdentityRows.owner(db, of: asked.fingerprint, besides: token.name) {
                throw IdentityRefusal.keyTaken(other)
            }
            let enrolment = EnrolmentRecord(
                token: token, fingerprint: asked.fingerprint, csr: asked.csr, facts: asked.facts,
                address: asked.address, askedAt: now)
            (token.consumedAt, token.fingerprint) = (now, asked.fingerprint)
            try IdentityRows.put(db, token)
            try IdentityRows.put(db, enrolment)
            try OrderRows.audit(
                db, now, "node", "enrolment.asked", token.name.description,
                "\(asked.fingerprint.short) from \(asked.address)")
            return enrolment
        }
    }

    /// Whether a token with this hash was ever made: asked before anything that costs more.
    package func knows(tokenHash: String) async throws -> Bool {
        try await store.reader.read { try IdentityRows.token($0, tokenHash) != nil }
    }

    private static func same(_ known: EnrolmentRecord, _ asked: Asked) throws -> EnrolmentRecord {
        guard known.fingerprint == asked.fingerprint else { throw IdentityRefusal.tokenUsed }
        return known
    }

    /// The latest first. - Parameter state: only those.
    package func enrolments(_ state: EnrolmentRecord.State? = nil, limit: Int) async throws -> [EnrolmentRecord] {
        let limit = min(max(1, limit), IdentityBook.longestPage)
        return try await store.reader.read { db in
            guard let state else {
                return try IdentityRows.all(
                    db, EnrolmentRecord.self,
                    "SELECT content FROM identity_enrolment ORDER BY asked DESC, token LIMIT ?", [limit])
            }
            return try IdentityRows.all(
                db, EnrolmentRecord.self,
                "SELECT content FROM identity_enrolment WHERE state = ? ORDER BY asked DESC, token LIMIT ?",
                [state.rawValue, limit])
        }
    }

    /// Those whose key's fingerprint begins so; an officer types the first 60 bits of it.
    /// - Parameter prefix: lower-case hex digits.
    package func enrolments(keyPrefix prefix: String) async throws -> [EnrolmentRecord] {
        try await store.reader.read { db in
            try IdentityRows.all(
                db, EnrolmentRecord.self,
                "SELECT content FROM identity_enrolment WHERE fingerprint >= ? AND fingerprint < ? ORDER BY asked DESC",
                // 'g' comes after every hex digit.
                [prefix, prefix + "g"])
        }
    }

    /// - Parameter certificate: for approval; `nil` rejects.
    /// - Throws: `IdentityRefusal` when it is decided already or gone.
    package func decide(
        token: String, certificate: CertificateRecord?, by actor: String, at now: WallTime
    ) async throws -> EnrolmentRecord {
        try await store.writer.write { db in
            guard var enrolment = try IdentityRows.enrolment(db, token: token) else {
                throw IdentityRefusal.noSuchEnrolment
            }
            guard enrolment.state == .pending else { throw IdentityRefusal.decided(enrolment.state) }
            if certificate != nil { try IdentityBook.check(db, enrolment.name, enrolment.fingerprint) }
            (enrolment.decidedAt, enrolment.decidedBy) = (now, actor)
            (enrolment.state, enrolment.certificate) = (certificate == nil ? .rejected : .approved, certificate?.pem)
            try IdentityRows.put(db, enrolment)
            if let certificate { try IdentityRows.put(db, certificate) }
            try OrderRows.audit(
                db, now, actor, "enrolment.\(enrolment.state.rawValue)", enrolment.name.description,
                [enrolment.fingerprint.short, certificate?.serial].compactMap { $0 }.joined(separator: " "))
            return enrolment
        }
    }

    /// - Throws: `IdentityRefusal.denied`.
    static func check(_ db: Database, _ name: NodeName, _ key: KeyFingerprint) throws {
        let denial = try IdentityRows.denial(db, .node(name)) ?? IdentityRows.denial(db, .key(key))
        if let denial { throw IdentityRefusal.denied(denial.why) }
    }
}
