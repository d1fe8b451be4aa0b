import ZoneModel

/// `POST /v1/enrolment` of the control socket.
package struct EnrolRequest: Sendable, Hashable, Codable {
    /// The one-time token as the hub's officer gave it, `za1.…@host:port`.
    package var token: String

    package init(token: String) { self.token = token }
}

/// `GET /v1/enrolment`: who this PC is to its hub. Never holds the token or a key.
package struct EnrolmentJSON: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Codable, CaseIterable {
        case none
        /// Asked; an officer of the hub has to compare the fingerprint and approve.
        case pending
        case enrolled
        /// The certificate is over: it can only be renewed, for at most 30 days, then a new token is needed.
        case expired
        /// The hub said no.
        case rejected
        /// The files are there but not usable.
        case damaged
    }

    /// What a person should know, in both languages.
    package struct Notice: Sendable, Hashable, Codable {
        package var zh: String
        package var en: String

        package init(zh: String, en: String) { (self.zh, self.en) = (zh, en) }
    }

    package var state: State
    /// What the certificate in use says.
    package var zone: ZoneID?
    package var node: NodeID?
    /// The short fingerprint of the key, for people to compare: `K7QM-2X4P-9TRC`.
    package var fingerprint: String?
    /// When it was asked.
    package var since: WallTime?
    package var notAfter: WallTime?
    /// `host:port`.
    package var hub: String?
    /// Why it is rejected, damaged or expired, or what went wrong lately though the state is good.
    package var notice: Notice?

    package init(_ state: State) { self.state = state }
}
