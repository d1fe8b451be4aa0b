import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import ZoneHubCore
import ZoneHubStore
import ZoneTime

/// The agents' port: TLS, a certificate for all but enrolment, limits for everybody.
package struct AgentsDoor: Sendable {
    private let authority: Authority
    private let book: IdentityBook
    private let taker: any HeartbeatTaker
    private let limits: AgentLimits
    private let clock: any ZoneClock
    private let log: Logger
    let room: PeerRoom
    let budget: ByteBudget

    package init(
        authority: Authority, book: IdentityBook, taker: any HeartbeatTaker, limits: AgentLimits = AgentLimits(),
        clock: any ZoneClock, log: Logger
    ) {
        (self.authority, self.book, self.taker) = (authority, book, taker)
        (self.limits, self.clock, self.log) = (limits, clock, log)
        (room, budget) = (PeerRoom(limits: limits), ByteBudget(limit: limits.allBodies))
    }

    package init(
        authority: Authority, book: IdentityBook, ingest: Ingest, limits: AgentLimits = AgentLimits(),
        clock: any ZoneClock, log: Logger
    ) {
        self.init(
            authority: authority, book: book, taker: ingest, limits: limits, clock: clock,
            log: log)
    }

    /// Everything that has to run for it: the port, and who looks after the server's certificate.
    /// - Parameters:
    ///   - address: an address of this machine; `0.0.0.0` and `::` are all of them.
    ///   - port: 0 takes a free one.
    ///   - onListening: gets the port in use.
    package func services(
        address: String, port: Int, onListening: @escaping @Sendable (Int) async -> Void
    ) -> [any Service] {
        [
            application(address: address, port: port, onListening: onListening),
            AuthorityKeeper(authority: authority, clock: clock, log: log),
        ]
    }

    private func application(
        address: String, port: Int, onListening: @escaping @Sendable (Int) async -> Void
    ) -> some ApplicationProtocol {
        let (pass, body) = (AgentPass(denials: book.denials), AgentBody(limits: limits, budget: budget))
        let routes = AgentPort(
            heartbeats: AgentHeartbeats(
                taker: taker, authority: authority, pass: pass, body: body,
                invitations: TokenBuckets(burst: 20, perSecond: 20, clock: clock)),
            enrolments: EnrolRoutes(
                desk: EnrolDesk(authority: authority, book: book, clock: clock, log: log), pass: pass, body: body,
                rates: EnrolRates(clock: clock)),
            log: log)
        let refusals = PeerRefusals(clock: clock, log: log)
        return Application(
            router: routes.router(),
            server: HTTPServerBuilder { [authority, room, limits, clock] responder in
                TLSAgentChannel(
                    authority: authority, room: room, limits: limits, clock: clock, refusals: refusals,
                    responder: responder)
            },
            configuration: .init(
                address: .hostname(address, port: port), serverName: "zone-hub",
                // A district that comes back at once: longer than the kernel's own limit does not help.
                backlog: 4096),
            onServerRunning: { await onListening($0.localAddress?.port ?? 0) }, logger: log)
    }
}
