import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneWire

/// Who this PC is to its hub.
package struct AgentIdentity: Sendable {
    package var key: IdentityKey
    package var certificate: NodeCertificate
    /// The authorities that the hub's own certificate must be by.
    package var anchors: Anchors
    /// `host:port` of the agents' port.
    package var hub: String

    package init(key: IdentityKey, certificate: NodeCertificate, anchors: Anchors, hub: String) {
        (self.key, self.certificate, self.anchors, self.hub) = (key, certificate, anchors, hub)
    }
}

/// An enrolment on its way: asked again until the hub has said yes or no, also after a restart.
package struct PendingEnrolment: Sendable, Hashable, Codable {
    /// Empty once it was rejected.
    package var token: String
    /// PEM; empty once it was rejected.
    package var key: String
    /// The authority that the token names, PEM.
    package var anchor: String
    package var fingerprint: String
    package var hub: String
    package var since: WallTime
    package var rejected: EnrolmentJSON.Notice?

    package init(
        token: String, key: String, anchor: String, fingerprint: String, hub: String, since: WallTime
    ) {
        (self.token, self.key, self.anchor) = (token, key, anchor)
        (self.fingerprint, self.hub, self.since) = (fingerprint, hub, since)
    }
}

/// A file of the identity that cannot be used.
package struct IdentityComplaint: Error, Sendable, Hashable, CustomStringConvertible {
    package var zh: String
    package var en: String

    package init(zh: String, en: String) { (self.zh, self.en) = (zh, en) }

    init(_ file: String, _ error: any Error) {
        switch error {
        case let known as IdentityError: self.init(zh: "\(file)：\(known.zh)", en: "\(file): \(known.en)")
        case let known as IdentityComplaint: self.init(zh: "\(file)：\(known.zh)", en: "\(file): \(known.en)")
        case is SystemError: self.init(zh: "\(file)：读写失败。（\(error)）", en: "\(file): \(error).")
        default:
            let why = WireCoding.explain(error)
            self.init(zh: "\(file)：内容损坏。（\(why)）", en: "\(file): damaged (\(why)).")
        }
    }

    package var description: String { "\(zh) \(en)" }
    var notice: EnrolmentJSON.Notice { .init(zh: zh, en: en) }
}

/// What is on the disk, as far as it can be used.
package struct StoredIdentity: Sendable {
    package var current: AgentIdentity?
    /// On trial: a newer key, certificate or set of anchors that has not worked yet.
    package var next: AgentIdentity?
    package var pending: PendingEnrolment?
    /// The latest time that was known for sure.
    package var lastKnownTime: WallTime?
    /// A switch to the newer identity was cut off, and is to be finished.
    package var isHalfPromoted = false
    package var complaints: [IdentityComplaint] = []
}
