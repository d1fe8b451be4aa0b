import ZoneModel
import ZoneWire

/// Carries heartbeats; HTTP in programs, a closure in tests.
package protocol HubLink: Sendable {
    /// - Throws: `HubFailure`; anything else counts as unreachable. When the deadline is over or the task cancelled,
    ///   it has returned and nothing of the heartbeat is under way any more.
    func send(_ heartbeat: Heartbeat, within deadline: Duration) async throws -> HeartbeatReply
}

/// Why a heartbeat did not arrive, or was not taken.
package struct HubFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// No connection, no trust, no answer in time.
        case unreachable
        /// An HTTP status without a meaning of its own here.
        case refused(status: Int)
        /// 413, or known beforehand to be more than the hub takes.
        case tooLarge
        /// 429 or 503; how long the hub wants to be left alone, if it says so.
        case busy(retryAfter: Duration?)
        /// 401 or 403 about who we are: `identity.none`, `identity.expired`, …
        case identity(code: String)
        /// 426, with the words in which the hub says what it speaks.
        case versions(String)
        /// Answered, but not as a hub does: a captive portal, a wrong address.
        case unreadable
        /// A hub that knows us and does not take our data: not approved yet, or turned away.
        case notAccepted(HeartbeatReply.Status)
    }

    package var kind: Kind
    /// For logs and evidence: cleaned, English.
    package var detail: String

    package init(_ kind: Kind, _ detail: String) { (self.kind, self.detail) = (kind, detail.cleaned()) }
    package init(_ detail: String) { self.init(.unreachable, detail) }
    package var description: String { detail }

    /// The hub was reached and something in this heartbeat is to blame, so that a smaller one may pass.
    var isAboutContent: Bool {
        switch kind {
        // 400: one value that exceeds what the hub reads of a body would otherwise block everything behind it.
        case .tooLarge, .refused(status: 400): true
        default: false
        }
    }

    static func of(_ error: any Error) -> HubFailure { error as? HubFailure ?? HubFailure("\(error)") }
}
