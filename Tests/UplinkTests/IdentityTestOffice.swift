import Logging
import Synchronization
import Testing
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

/// The authority, its officer and what they decide; answers for `EnrolTestHub`.
final class IdentityTestOffice: Sendable {
    struct Rules: Sendable {
        var status = HeartbeatReply.Status.pending
        /// For enrolments; before anything else is looked at.
        var refusal: ErrorJSON?
        var name = IdentityTestOffice.name
        /// What stands in replies; `nil`: its own.
        var anchors: [String]?
        var offered: [String]?
        var want: [String] = []
        /// Heartbeats with these keys are turned away.
        var turnedAway: Set<KeyFingerprint> = []
        var hasRenewals = true
    }

    static let name = NodeName("z/pc-1") ?? NodeName(zone: Slug(.network, 1), node: Slug(.queryPC, 1))

    let authority: CertificateAuthority
    private let state: Mutex<(rules: Rules, asked: [KeyFingerprint], secrets: Set<String>)>

    init() throws {
        authority = try CertificateAuthority.make(
            named: "Test", at: SystemClock().wall().advanced(byMilliseconds: -300 * IdentityTestOffice.day))
        state = Mutex((Rules(), [], []))
    }

    static let day: Int64 = 86_400_000

    func decide(_ change: (inout Rules) -> Void) { state.withLock { change(&$0.rules) } }
    /// The keys for which somebody asked, in order, each time.
    var asked: [KeyFingerprint] { state.withLock { $0.asked } }
    var secrets: Set<String> { state.withLock { $0.secrets } }

    func hub(names: [String] = ["127.0.0.1"], shownBy other: CertificateAuthority? = nil) async throws -> EnrolTestHub {
        try await EnrolTestHub(.init(authority: other ?? authority, names: names)) { [self] in try answer($0) }
    }

    func token(_ hub: EnrolTestHub) -> EnrolToken {
        EnrolToken(secret: Array(1...16), anchorHash: authority.anchorHash, address: hub.address)
    }

    /// As if it had been enrolled so many days ago.
    func identity(for hub: EnrolTestHub?, daysAgo: Int64 = 1, days: Int = 90) throws -> AgentIdentity {
        let key = IdentityKey()
        let request = try SigningRequest(pem: SigningRequest.make(key: key))
        let certificate = try authority.issue(
            request, to: IdentityTestOffice.name,
            at: SystemClock().wall().advanced(byMilliseconds: -daysAgo * IdentityTestOffice.day),
            for: .seconds(days * 86_400))
        return AgentIdentity(
            key: key, certificate: certificate, anchors: try Anchors(pems: [authority.certificatePEM]),
            hub: hub?.address ?? "127.0.0.1:1")
    }

    private func answer(_ request: EnrolTestHub.Request) throws -> EnrolTestHub.Answer {
        let rules = state.withLock { $0.rules }
        switch request.route {
        case "GET /v1/anchors": return try .json(200, ["anchors": rules.offered ?? [authority.certificatePEM]])
        case "POST /v1/enrolments":
            let asked = try WireCoding.decode(EnrolmentRequest.self, request.body)
            let csr = try SigningRequest(pem: asked.csr)
            state.withLock { state in
                state.asked.append(csr.fingerprint)
                state.secrets.insert(asked.secret)
            }
            if let refusal = rules.refusal { return try .json(403, refusal) }
            return try reply(csr, rules)
        case "POST /v1/renewals" where rules.hasRenewals:
            guard let client = request.client else { return try .json(401, IdentityTestOffice.none) }
            let csr = try SigningRequest(pem: WireCoding.decode(RenewalRequest.self, request.body).csr)
            state.withLock { $0.asked.append(csr.fingerprint) }
            var rules = rules
            (rules.status, rules.name) = (.accepted, client.name)
            return try reply(csr, rules)
        case "POST /v1/heartbeats":
            guard let client = request.client else { return try .json(401, IdentityTestOffice.none) }
            guard !rules.turnedAway.contains(client.fingerprint) else {
                return try .json(403, ErrorJSON(code: "identity.denied", message: "no", zh: "不"))
            }
            var reply = HeartbeatReply(
                status: .accepted, ackThrough: nil, stateAck: nil, serverTime: SystemClock().wall(),
                interval: .seconds(60), want: rules.want)
            reply.anchors = rules.anchors
            return try .json(200, reply)
        default: return try .json(503, ErrorJSON(code: "hub.storage", message: "later", zh: "稍后"))
        }
    }

    private static let none = ErrorJSON(code: "identity.none", message: "no certificate", zh: "没有证书")

    private func reply(_ csr: SigningRequest, _ rules: Rules) throws -> EnrolTestHub.Answer {
        var reply = EnrolmentReply(
            status: rules.status, name: rules.name, fingerprint: csr.fingerprint.short,
            anchors: rules.anchors ?? [authority.certificatePEM], retryAfter: 5000)
        if rules.status == .accepted {
            reply.certificate = try authority.issue(csr, to: rules.name, at: SystemClock().wall()).pem
        }
        return try .json(rules.status == .accepted ? 200 : rules.status == .pending ? 202 : 403, reply)
    }
}

/// The agent's side: a state folder, a clock that the test moves, and what runs on it.
final class IdentityTestAgent: Sendable {
    let root: TemporaryRoot
    let clock = ManualClock(wall: SystemClock().wall())
    let files: IdentityFiles
    let told = Mutex<[String]>([])

    init() throws {
        root = try TemporaryRoot()
        files = IdentityFiles(state: root.path)
    }

    static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// As a start of the agent makes it.
    func keeper(clock other: (any ZoneClock)? = nil) -> IdentityKeeper {
        IdentityKeeper(files: files, clock: other ?? clock, log: IdentityTestAgent.log)
    }

    func desk(_ keeper: IdentityKeeper, name: NodeName = IdentityTestOffice.name) -> EnrolmentDesk {
        EnrolmentDesk(
            keeper: keeper, name: { name }, facts: .init(hostname: "pc", version: "t"), clock: clock,
            log: IdentityTestAgent.log, tell: { [self] event, _ in told.withLock { $0.append(event.rawValue) } })
    }

    func renewer(_ keeper: IdentityKeeper) -> Renewer {
        Renewer(
            keeper: keeper, clock: clock, log: IdentityTestAgent.log,
            tell: { [self] event, _ in told.withLock { $0.append(event.rawValue) } })
    }

    func link(_ keeper: IdentityKeeper, name: NodeName = IdentityTestOffice.name) -> TLSHubLink {
        TLSHubLink(keeper: keeper, name: { name }, clock: clock, log: IdentityTestAgent.log)
    }

    var events: [String] { told.withLock { $0 } }

    func heartbeat() -> Heartbeat {
        Heartbeat(
            zone: IdentityTestOffice.name.zone, node: IdentityTestOffice.name.node, stream: HexID(random: 1),
            epoch: HexID(random: 2), boot: "boot", hb: 1, reason: .periodic, sentAt: clock.wall(), mono: clock.mono(),
            clock: .synced, interval: .seconds(60), stateHash: "")
    }

    /// Runs a service of the agent for as long as `body` takes.
    func running(
        _ service: @escaping @Sendable () async throws -> Void, _ body: () async throws -> Void
    ) async throws {
        let task = Task { try await service() }
        do { try await body() } catch {
            task.cancel()
            _ = await task.result
            throw error
        }
        task.cancel()
        try await task.value
    }

    /// Lets time pass in steps until something is so.
    func waiting(_ what: String, by step: Duration = .seconds(5), _ check: () async throws -> Bool) async throws {
        try await eventuallyTrue(what) {
            if try await check() { return true }
            if clock.sleeperCount > 0 { clock.advance(by: step) }
            return false
        }
    }
}

/// A clock that stands wherever it was put, and that nobody has set.
struct UnsetClock: ZoneClock {
    var time: WallTime
    func mono() -> MonoTime { MonoTime(milliseconds: 1000) }
    func wall() -> WallTime { time }
    func quality() -> ClockQuality { .unsynced }
    func sleep(until deadline: MonoTime) async throws {}
}
