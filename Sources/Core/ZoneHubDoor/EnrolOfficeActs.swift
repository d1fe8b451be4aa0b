import ZoneHubStore
import ZoneIdentity
import ZoneModel
import ZoneTime

/// Who is shut out, and the authority itself.
extension IdentityOffice {
    /// A node by name, or one key, whatever it calls itself. In force for its next request, also on a connection that is
    /// open.
    package func deny(_ subject: DenialRecord.Subject, why: String, by actor: String) async throws -> DenialRecord {
        try await refusing { try await book.deny(subject, why: why, by: actor, at: clock.wall()) }
    }

    package func allow(_ subject: DenialRecord.Subject, by actor: String) async throws {
        try await refusing { try await book.allow(subject, by: actor, at: clock.wall()) }
    }

    package func denials() -> [DenialRecord] { book.denials.all }

    package func caInfo() async throws -> AuthorityJSON {
        let (now, wall) = (authority.now, clock.wall())
        let sha256 = Hex.text(now.issuer.anchorHash)
        let left = now.file.old == nil ? 0 : try await book.nodes(without: sha256, at: wall)
        return AuthorityJSON(
            issuer: .init(sha256: sha256, certificate: now.issuer.certificatePEM),
            notBefore: now.issuer.notBefore, notAfter: now.issuer.notAfter,
            old: try now.file.old.map {
                .init(sha256: try Authority.hex($0.certificate), certificate: $0.certificate)
            },
            oldSince: now.file.old?.since, nodesOnOld: left, anchors: now.anchors.hash,
            serverNames: now.file.server.names, serverUntil: now.file.server.notAfter)
    }

    /// A new authority issues from now on. Tokens that were made before lead nowhere: make new ones.
    package func rotate(by actor: String) async throws -> AuthorityJSON {
        try await refusing {
            try await authority.rotate()
            let info = try await caInfo()
            try await book.note("ca.rotated", info.issuer.sha256, by: actor, at: clock.wall())
            return info
        }
    }

    /// - Parameter hex: SHA-256 of the old authority's certificate, or at least its first 8 digits.
    package func retire(_ hex: String, by actor: String) async throws -> AuthorityJSON {
        try await refusing {
            let before = try await caInfo()
            try await authority.retire(hex)
            try await book.note(
                "ca.retired", before.old?.sha256 ?? "", "nodes shut out: \(before.nodesOnOld)", by: actor,
                at: clock.wall())
            return try await caInfo()
        }
    }
}
