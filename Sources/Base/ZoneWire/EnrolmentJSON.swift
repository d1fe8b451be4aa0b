import ZoneModel

/// `POST /v1/enrolments` on the agents' port, no client certificate: sent again until it is no longer pending.
package struct EnrolmentRequest: Sendable, Hashable, Codable {
    /// What an officer compares with the zone in front of them.
    package struct Facts: Sendable, Hashable, Codable {
        package var hostname: String
        package var version: String

        package init(hostname: String, version: String) { (self.hostname, self.version) = (hostname, version) }
    }

    /// The token's secret, base64url.
    package var secret: String
    /// PKCS #10, PEM.
    package var csr: String
    package var facts: Facts

    package init(secret: String, csr: String, facts: Facts) {
        (self.secret, self.csr, self.facts) = (secret, csr, facts)
    }
}

/// `POST /v1/renewals`, with the certificate that is to be replaced; a new key each time.
package struct RenewalRequest: Sendable, Hashable, Codable {
    package var csr: String
    package init(csr: String) { self.csr = csr }
}

/// Answer to both.
package struct EnrolmentReply: Sendable, Hashable, Codable {
    package var status: HeartbeatReply.Status
    package var zone: ZoneID
    package var node: NodeID
    /// The short fingerprint of the key, for people to compare: `K7QM-2X4P-9TRC`.
    package var fingerprint: String
    /// PEM, once accepted.
    package var certificate: String?
    /// The hub's trust anchors, PEM.
    package var anchors: [String]
    /// ms to wait before asking again while pending.
    package var retryAfter: Int64?

    package init(
        status: HeartbeatReply.Status, name: NodeName, fingerprint: String, certificate: String? = nil,
        anchors: [String], retryAfter: Int64? = nil
    ) {
        (self.status, zone, node, self.fingerprint) = (status, name.zone, name.node, fingerprint)
        (self.certificate, self.anchors, self.retryAfter) = (certificate, anchors, retryAfter)
    }
}
