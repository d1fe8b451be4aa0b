import ZoneIdentity
import ZoneModel
import ZoneWire

/// A token as it is kept: its secret only as a hash, so that a stolen database enrols nobody.
package struct TokenRecord: Sendable, Hashable, Codable {
    /// Hex of SHA-256 over the secret. The secret is 128 random bits: salt and slowness would add nothing.
    package var hash: String
    package var zone: ZoneID
    package var node: NodeID
    /// `host:port` that the token sends its bearer to.
    package var address: String
    package var madeAt: WallTime
    package var madeBy: String
    package var expires: WallTime
    package var consumedAt: WallTime?
    /// The key that came with it.
    package var fingerprint: KeyFingerprint?

    package init(
        hash: String, name: NodeName, address: String, madeAt: WallTime, madeBy: String, expires: WallTime
    ) {
        (self.hash, zone, node, self.address) = (hash, name.zone, name.node, address)
        (self.madeAt, self.madeBy, self.expires) = (madeAt, madeBy, expires)
    }

    package var name: NodeName { NodeName(zone: zone, node: node) }
}

/// A request that came with a token, and what an officer made of it.
package struct EnrolmentRecord: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Codable { case pending, approved, rejected }

    /// `TokenRecord.hash`.
    package var token: String
    package var zone: ZoneID
    package var node: NodeID
    package var fingerprint: KeyFingerprint
    /// PKCS #10, PEM.
    package var csr: String
    package var facts: EnrolmentRequest.Facts
    /// Where it came from.
    package var address: String
    package var askedAt: WallTime
    package var state: State
    package var decidedAt: WallTime?
    package var decidedBy: String?
    /// PEM, once approved.
    package var certificate: String?

    package init(
        token: TokenRecord, fingerprint: KeyFingerprint, csr: String, facts: EnrolmentRequest.Facts, address: String,
        askedAt: WallTime
    ) {
        (self.token, zone, node) = (token.hash, token.zone, token.node)
        (self.fingerprint, self.csr, self.facts, self.address) = (fingerprint, csr, facts, address)
        (self.askedAt, state) = (askedAt, .pending)
    }

    package var name: NodeName { NodeName(zone: zone, node: node) }
}

/// A certificate that was issued.
package struct CertificateRecord: Sendable, Hashable, Codable {
    package enum Cause: String, Sendable, Codable {
        case enrolment, renewal
        /// The one before had run out already: a person should know that the node was away so long.
        case lateRenewal
    }

    package var serial: String
    package var fingerprint: KeyFingerprint
    package var zone: ZoneID
    package var node: NodeID
    package var notBefore: WallTime
    package var notAfter: WallTime
    package var issuedAt: WallTime
    package var cause: Cause
    /// SHA-256 of the issuing authority's certificate in DER, hex.
    package var authority: String
    package var pem: String

    package init(_ certificate: NodeCertificate, _ cause: Cause, by issuer: CertificateAuthority, at now: WallTime) {
        (serial, fingerprint) = (certificate.serial, certificate.fingerprint)
        (zone, node) = (certificate.name.zone, certificate.name.node)
        (notBefore, notAfter, issuedAt) = (certificate.notBefore, certificate.notAfter, now)
        (self.cause, authority, pem) = (cause, Hex.text(issuer.anchorHash), certificate.pem)
    }

    package var name: NodeName { NodeName(zone: zone, node: node) }
}

/// Somebody who is shut out: a key, or whoever calls itself that node.
package struct DenialRecord: Sendable, Hashable, Codable {
    package enum Subject: Sendable, Hashable {
        case node(NodeName)
        case key(KeyFingerprint)
    }

    package var zone: ZoneID?
    package var node: NodeID?
    package var fingerprint: KeyFingerprint?
    package var why: String
    package var at: WallTime
    package var by: String

    package init(_ subject: Subject, why: String, at: WallTime, by: String) {
        switch subject {
        case .node(let name): (zone, node) = (name.zone, name.node)
        case .key(let key): fingerprint = key
        }
        (self.why, self.at, self.by) = (why, at, by)
    }

    /// `nil` for a row that names neither.
    package var subject: Subject? {
        if let fingerprint { return .key(fingerprint) }
        guard let zone, let node else { return nil }
        return .node(NodeName(zone: zone, node: node))
    }
}

extension DenialRecord.Subject: CustomStringConvertible {
    package var description: String {
        switch self {
        case .node(let name): name.description
        case .key(let key): key.hex
        }
    }
}
