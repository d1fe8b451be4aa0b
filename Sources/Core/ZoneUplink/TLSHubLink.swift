import AsyncHTTPClient
import Logging
import NIOCore
import ZoneIdentity
import ZoneModel
import ZoneTime
import ZoneWire

/// Heartbeats over TLS with the agent's own certificate. Without one nothing leaves the PC.
package actor TLSHubLink: HubLink {
    private struct Line {
        var identity: AgentIdentity
        var hub: String
        var http: HTTPClient
    }

    private struct Choice {
        var identity: AgentIdentity
        /// The one on trial.
        var isNext: Bool
    }

    private let keeper: IdentityKeeper
    private let name: @Sendable () -> NodeName
    private let otherAddress: @Sendable () -> String?
    private let clock: any ZoneClock
    private let log: Logger
    private var line: Line?
    private var isClosed = false
    /// The newer identity has just failed: is it that one, or is it the hub?
    private var oldIsNext = false

    /// - Parameters:
    ///   - name: what agent.yaml says this PC is; a certificate for another one is not used.
    ///   - address: `host:port` of a hub that has moved; by default the one of the token.
    package init(
        keeper: IdentityKeeper, name: @escaping @Sendable () -> NodeName,
        address: @escaping @Sendable () -> String? = { nil }, clock: any ZoneClock, log: Logger
    ) {
        (self.keeper, self.name, otherAddress) = (keeper, name, address)
        (self.clock, self.log) = (clock, log)
    }

    package func send(_ heartbeat: Heartbeat, within deadline: Duration) async throws -> HeartbeatReply {
        let choice = try choose()
        let line = try line(for: choice.identity)
        do {
            let link = HTTPHubLink(hub: "https://\(line.hub)", http: line.http, clock: clock)
            let reply = try await link.send(heartbeat, within: deadline)
            await worked(choice)
            // Here only, where it is certain who speaks.
            await keeper.noteTime(ofHub: reply.serverTime)
            if let anchors = reply.anchors { await keeper.take(anchors: anchors) }
            if reply.want.contains("renew") { await keeper.wantRenewal() }
            return reply
        } catch {
            await failed(choice, error)
            throw explained(error, line.hub)
        }
    }

    /// Lets go of the connection; nothing can be sent afterwards.
    package func close() async {
        isClosed = true
        let last = line
        line = nil
        try? await last?.http.shutdown()
    }

    // MARK: Which identity

    private func choose() throws(HubFailure) -> Choice {
        let view = keeper.view
        guard !isClosed else { throw HubFailure("the agent is ending") }
        guard let current = view.current else {
            throw HubFailure(.identity(code: "identity.notEnrolled"), IdentityWords.notEnrolled.en)
        }
        guard current.certificate.name == name() else {
            let words = IdentityWords.otherName(current.certificate.name, mine: name())
            throw HubFailure(.identity(code: "identity.mismatch"), words.en)
        }
        let now = keeper.now()
        let isOver = now > current.certificate.notAfter
        if let next = view.next, now <= next.certificate.notAfter, isOver || !oldIsNext {
            return Choice(identity: next, isNext: true)
        }
        guard !isOver else {
            let words = IdentityWords.expired(
                current.certificate.notAfter, canRenew: current.certificate.canRenew(at: now))
            throw HubFailure(.identity(code: "identity.expired"), words.en)
        }
        return Choice(identity: current, isNext: false)
    }

    private func worked(_ choice: Choice) async {
        oldIsNext = false
        if choice.isNext { await keeper.worked(choice.identity) } else { await keeper.oldWorked() }
    }

    private func failed(_ choice: Choice, _ error: any Error) async {
        oldIsNext = choice.isNext
        guard choice.isNext, HubFailure.of(error).saysNothingOfContent else { return }
        await keeper.failed(choice.identity)
    }

    // MARK: The connection

    /// A new client whenever the identity or the address has changed.
    private func line(for identity: AgentIdentity) throws -> Line {
        let hub = otherAddress() ?? identity.hub
        if let line, line.hub == hub, line.identity.isSame(as: identity) { return line }
        let http: HTTPClient
        do { http = try IdentityTLS.client(.anchors(identity.anchors, identity)) } catch {
            throw HubFailure(.identity(code: "identity.damaged"), "the certificate is not usable: \(error)")
        }
        let fresh = Line(identity: identity, hub: hub, http: http)
        if let old = line {
            // Not waited for: what is under way there is given up at once, and nobody needs its end.
            Task { try? await old.http.shutdown() }
        }
        line = fresh
        return fresh
    }

    /// The client's own words name a function of a library.
    private func explained(_ error: any Error, _ hub: String) -> HubFailure {
        if let failure = error as? HubFailure { return failure }
        return HubFailure(.unreachable, IdentityTrouble(error, hub: hub, keeper: keeper).notice.en)
    }
}

extension HubFailure {
    /// It may be the identity that is to blame; a heartbeat that is too large proves that it was accepted.
    fileprivate var saysNothingOfContent: Bool {
        switch kind {
        case .unreachable, .identity, .refused, .unreadable: true
        case .tooLarge, .busy, .versions, .notAccepted: false
        }
    }
}
