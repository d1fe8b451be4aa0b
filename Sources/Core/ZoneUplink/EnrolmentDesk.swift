import Logging
import ServiceLifecycle
import ZoneIdentity
import ZoneModel
import ZoneTime
import ZoneWire

/// Makes this PC known to a hub: takes a token, asks with a new key, and goes on asking until an officer has decided.
package actor EnrolmentDesk: Service {
    private static let deadline = Duration.seconds(10)
    /// Shorter than what `zonectl` waits for an answer.
    private static let anchorsDeadline = Duration.seconds(7)
    private static let fallbackWait = Duration.seconds(15)
    private static let longestWait = Duration.seconds(600)
    /// For what does not change before a person has done something.
    private static let slowly = Duration.seconds(60)

    package typealias Teller = @Sendable (EventName, JSONValue) async -> Void

    private let keeper: IdentityKeeper
    /// What agent.yaml says this PC is.
    private let name: @Sendable () -> NodeName
    private let facts: EnrolmentRequest.Facts
    private let clock: any ZoneClock
    private let log: Logger
    /// Writes an event of class A.
    private let tell: Teller
    /// Runs when there is an identity to report with.
    private let enrolled: @Sendable () async -> Void
    private let bell: Doorbell
    private var isBeginning = false
    private var backoff = Backoff(base: .seconds(2), cap: .seconds(60))

    package init(
        keeper: IdentityKeeper, name: @escaping @Sendable () -> NodeName, facts: EnrolmentRequest.Facts,
        clock: any ZoneClock, log: Logger, tell: @escaping Teller,
        enrolled: @escaping @Sendable () async -> Void = {}
    ) {
        (self.keeper, self.name, self.facts, self.clock, self.log) = (keeper, name, facts, clock, log)
        (self.tell, self.enrolled, bell) = (tell, enrolled, Doorbell(clock: clock))
    }

    package nonisolated var state: EnrolmentJSON { EnrolmentJSON(keeper.view, mine: name(), at: keeper.now()) }

    /// Looks whether the hub at the token's address is the one that made it, makes a key, and has `run` do the rest.
    /// - Throws: `ErrorJSON`.
    package func begin(_ text: String, by actor: String) async throws -> EnrolmentJSON {
        guard let token = EnrolToken(text: text) else { throw ErrorJSON.badToken }
        if let pending = keeper.view.pending, pending.rejected == nil {
            guard EnrolToken(text: pending.token) == token else { throw ErrorJSON.busyEnrolling }
            bell.ring()
            return state
        }
        guard !isBeginning else { throw ErrorJSON.busyEnrolling }
        isBeginning = true
        defer { isBeginning = false }
        let anchor = try await anchor(of: token)
        let key = IdentityKey()
        let pending = PendingEnrolment(
            token: token.text, key: key.pem, anchor: anchor, fingerprint: key.fingerprint.short, hub: token.address,
            since: clock.wall())
        // On the disk before anybody hears of the key: asked again after a crash, it must be the same one.
        do throws(IdentityComplaint) { try await keeper.save(pending) } catch { throw ErrorJSON.files(error) }
        log.notice("Enrolment begins", metadata: ["hub": "\(pending.hub)", "fingerprint": "\(pending.fingerprint)"])
        await tell(
            .init(rawValue: "identity.requested"),
            ["actor": .string(actor), "hub": .string(pending.hub), "fingerprint": .string(pending.fingerprint)])
        bell.ring()
        return state
    }

    /// - Returns: whether an enrolment was pending or rejected.
    package func forget(by actor: String) async -> Bool {
        let was = await keeper.forgetPending()
        if was { await tell(.init(rawValue: "identity.forgotten"), ["actor": .string(actor)]) }
        return was
    }

    /// The authority that the token names, PEM, among those that whoever answers there says he has.
    private func anchor(of token: EnrolToken) async throws -> String {
        let offered: [String]
        do {
            offered = try await EnrolClient.anchors(of: token.address, within: EnrolmentDesk.anchorsDeadline)
        } catch {
            throw ErrorJSON.noHub(
                token.address, IdentityTrouble(error, hub: token.address, keeper: keeper).notice)
        }
        let named = offered.lazy.compactMap { try? Anchors(pems: [$0]) }.first { $0.hashes == [token.anchorHash] }
        guard let anchor = named?.pems.first else { throw ErrorJSON.foreignHub(token.address) }
        return anchor
    }

    // MARK: Asking

    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.askUntilEnd() }
    }

    private func askUntilEnd() async {
        while !Task.isCancelled {
            var wait = Duration.seconds(3600)
            if let pending = keeper.view.pending, pending.rejected == nil, let next = await ask(pending) { wait = next }
            let due = clock.mono().advanced(by: wait)
            await withTaskCancellationHandler {
                await bell.wait(until: due)
            } onCancel: {
                bell.ring()
            }
        }
    }

    /// - Returns: how long to wait before the next time; `nil` when it is decided.
    private func ask(_ pending: PendingEnrolment) async -> Duration? {
        do {
            guard let token = EnrolToken(text: pending.token) else { throw IdentityError.unreadable(.request) }
            let key = try IdentityKey(pem: pending.key)
            let anchors = try Anchors(pems: [pending.anchor])
            let request = EnrolmentRequest(
                secret: Base64.encode(token.secret, .url), csr: try SigningRequest.make(key: key), facts: facts)
            let answer = try await EnrolClient(hub: token.address, trust: .anchors(anchors, nil)).post(
                "/v1/enrolments", request, within: EnrolmentDesk.deadline)
            // Forgotten, or replaced by another one, while the hub was asked.
            guard keeper.view.pending == pending else { return .zero }
            backoff.reset()
            return try await take(answer, key, anchors, pending)
        } catch let error as IdentityError {
            await reject(pending, .init(zh: error.zh, en: error.en))
            return nil
        } catch let complaint as IdentityComplaint {
            await keeper.tell(complaint.notice)
            return EnrolmentDesk.slowly
        } catch {
            guard keeper.view.pending == pending else { return .zero }
            let trouble = IdentityTrouble(error, hub: pending.hub, keeper: keeper).notice
            log.info("Enrolment: the hub was not reached", metadata: ["error": "\(trouble.en)"])
            await keeper.tell(.init(zh: trouble.zh, en: trouble.en))
            return .seconds(1) + backoff.next()
        }
    }

    private func take(
        _ answer: EnrolAnswer, _ key: IdentityKey, _ anchors: Anchors, _ pending: PendingEnrolment
    ) async throws -> Duration? {
        switch answer {
        case .later(let wait, let why):
            await keeper.tell(IdentityWords.later(why))
            return wait ?? EnrolmentDesk.fallbackWait
        case .refused(let words):
            await reject(pending, IdentityWords.refused(words))
            return nil
        case .reply(let reply):
            let (theirs, mine) = (NodeName(zone: reply.zone, node: reply.node), name())
            guard reply.status != .rejected else {
                await reject(pending, IdentityWords.rejected)
                return nil
            }
            guard theirs == mine else {
                await keeper.tell(IdentityWords.otherName(theirs, mine: mine))
                return EnrolmentDesk.slowly
            }
            guard reply.status == .accepted else {
                await keeper.tell(nil)
                let wait = reply.retryAfter.map { Duration.milliseconds($0) } ?? EnrolmentDesk.fallbackWait
                return min(max(wait, .seconds(1)), EnrolmentDesk.longestWait)
            }
            return try await adopt(reply, key, anchors, pending)
        }
    }

    private func adopt(
        _ reply: EnrolmentReply, _ key: IdentityKey, _ anchors: Anchors, _ pending: PendingEnrolment
    ) async throws -> Duration? {
        let trusted = (try? Anchors(pems: reply.anchors)) ?? anchors
        guard let certificate = reply.certificate.flatMap({ try? NodeCertificate(pem: $0) }),
            certificate.fingerprint == key.fingerprint, certificate.name == name(),
            trusted.standing(of: certificate.der, at: keeper.now()) != .foreign
        else {
            await keeper.tell(IdentityWords.notTheHubs)
            return EnrolmentDesk.slowly
        }
        try await keeper.adopt(
            AgentIdentity(key: key, certificate: certificate, anchors: trusted, hub: pending.hub))
        log.notice("Enrolled", metadata: ["hub": "\(pending.hub)", "until": "\(certificate.notAfter)"])
        await tell(
            .init(rawValue: "identity.enrolled"),
            [
                "hub": .string(pending.hub), "fingerprint": .string(pending.fingerprint),
                "serial": .string(certificate.serial), "notAfter": .string(certificate.notAfter.rfc3339),
            ])
        await enrolled()
        return nil
    }

    private func reject(_ pending: PendingEnrolment, _ why: EnrolmentJSON.Notice) async {
        var rejected = pending
        (rejected.token, rejected.key, rejected.rejected) = ("", "", why)
        log.warning("Enrolment was rejected", metadata: ["why": "\(why.en)"])
        do { try await keeper.save(rejected) } catch { log.error("\(error)") }
        await tell(.init(rawValue: "identity.rejected"), ["hub": .string(pending.hub), "why": .string(why.en)])
    }
}
