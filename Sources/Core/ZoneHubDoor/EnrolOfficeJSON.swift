import ZoneHubStore
import ZoneIdentity
import ZoneModel
import ZoneWire

/// A token, shown once: the hub keeps only a hash of its secret.
package struct TokenJSON: Sendable, Hashable, Codable {
    package var zone: ZoneID
    package var node: NodeID
    /// For `zonectl enroll`.
    package var token: String
    package var expires: WallTime
}

/// A request for a certificate, as an officer sees it.
package struct EnrolmentCaseJSON: Sendable, Hashable, Codable {
    package var zone: ZoneID
    package var node: NodeID
    /// To be compared with what the PC shows.
    package var short: String
    package var fingerprint: KeyFingerprint
    package var state: EnrolmentRecord.State
    package var facts: EnrolmentRequest.Facts
    /// Where it came from.
    package var address: String
    package var askedAt: WallTime
    package var decidedAt: WallTime?
    package var decidedBy: String?

    init(_ record: EnrolmentRecord) {
        (zone, node, fingerprint) = (record.zone, record.node, record.fingerprint)
        (short, state, facts) = (record.fingerprint.short, record.state, record.facts)
        (address, askedAt) = (record.address, record.askedAt)
        (decidedAt, decidedBy) = (record.decidedAt, record.decidedBy)
    }
}

/// What an approval came to.
package struct ApprovalJSON: Sendable, Hashable, Codable {
    package var enrolment: EnrolmentCaseJSON
    package var certificate: CertificateJSON
    /// Other keys that speak for the same node: of the PC that was replaced, or of somebody who should be shut out.
    package var others: [CertificateJSON]
}

package struct CertificateJSON: Sendable, Hashable, Codable {
    package var zone: ZoneID
    package var node: NodeID
    package var short: String
    package var fingerprint: KeyFingerprint
    package var serial: String
    package var notBefore: WallTime
    package var notAfter: WallTime
    package var cause: CertificateRecord.Cause
    /// Whether the authority that issues now has issued it.
    package var isCurrent: Bool
    /// Why its holder is shut out.
    package var denied: String?

    init(_ record: CertificateRecord, issuer: CertificateAuthority, denials: Denials) {
        (zone, node, fingerprint) = (record.zone, record.node, record.fingerprint)
        (short, serial) = (record.fingerprint.short, record.serial)
        (notBefore, notAfter, cause) = (record.notBefore, record.notAfter, record.cause)
        isCurrent = Hex.text(issuer.anchorHash) == record.authority
        denied = denials.why(record.name, record.fingerprint)
    }
}

/// The hub's authority, for people.
package struct AuthorityJSON: Sendable, Hashable, Codable {
    package struct Anchor: Sendable, Hashable, Codable {
        /// SHA-256 of the certificate in DER, hex.
        package var sha256: String
        package var certificate: String
    }

    package var issuer: Anchor
    package var notBefore: WallTime
    package var notAfter: WallTime
    /// Still accepted, issues nothing more.
    package var old: Anchor?
    package var oldSince: WallTime?
    /// Nodes whose certificates are all by the old authority: they would be shut out if it were retired now.
    package var nodesOnOld: Int
    /// Names the set of anchors, as in a heartbeat.
    package var anchors: String
    package var serverNames: [String]
    package var serverUntil: WallTime
}
