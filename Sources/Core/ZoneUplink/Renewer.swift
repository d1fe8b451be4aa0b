import Logging
import ServiceLifecycle
import ZoneIdentity
import ZoneModel
import ZoneTime
import ZoneWire

/// Gets the next certificate before this one ends, with a new key each time. The old identity stays until the new one has
/// worked once (`TLSHubLink`). An expired one may only renew, for 30 days.
package actor Renewer: Service {
    private static let deadline = Duration.seconds(10)
    private static let longestSleep = Duration.seconds(3600)
    /// The least time between two tries, whatever the hub wants.
    private static let pause = Duration.seconds(60)

    private let keeper: IdentityKeeper
    private let address: @Sendable () -> String?
    private let clock: any ZoneClock
    private let log: Logger
    private let tell: EnrolmentDesk.Teller
    private let renewed: @Sendable () async -> Void
    private var backoff = Backoff(base: .seconds(60), cap: .seconds(3600))
    /// Not before then, whoever wants it.
    private var notBefore: MonoTime?

    /// - Parameters:
    ///   - address: as for `TLSHubLink`.
    ///   - renewed: runs when a newer identity waits to be tried.
    package init(
        keeper: IdentityKeeper, address: @escaping @Sendable () -> String? = { nil }, clock: any ZoneClock, log: Logger,
        tell: @escaping EnrolmentDesk.Teller, renewed: @escaping @Sendable () async -> Void = {}
    ) {
        (self.keeper, self.address, self.clock, self.log) = (keeper, address, clock, log)
        (self.tell, self.renewed) = (tell, renewed)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.renewUntilEnd() }
    }

    private func renewUntilEnd() async {
        let bell = keeper.renewals
        while !Task.isCancelled {
            await keeper.noteTime()
            if let wait = untilDue(), wait <= .zero { await renew() }
            let wait = min(max(untilDue() ?? Renewer.longestSleep, .seconds(1)), Renewer.longestSleep)
            let due = clock.mono().advanced(by: wait)
            await withTaskCancellationHandler {
                await bell.wait(until: due)
            } onCancel: {
                bell.ring()
            }
        }
    }

    /// How long until the next try; `nil` when there is nothing to renew.
    private func untilDue() -> Duration? {
        let (view, now) = (keeper.view, keeper.now())
        guard let current = view.current, current.certificate.canRenew(at: now) else { return nil }
        if let next = view.next, next.certificate != current.certificate { return nil }
        let due = view.renewalIsWanted ? now : current.certificate.renewalDue
        let wait = Duration.milliseconds(max(0, due.milliseconds - now.milliseconds))
        guard let notBefore else { return wait }
        return max(wait, notBefore.since(clock.mono()))
    }

    private func renew() async {
        guard let current = keeper.view.current else { return }
        notBefore = clock.mono().advanced(by: Renewer.pause + backoff.next())
        do {
            let key = IdentityKey()
            let request = RenewalRequest(csr: try SigningRequest.make(key: key))
            let hub = address() ?? current.hub
            let answer = try await EnrolClient(hub: hub, trust: .anchors(current.anchors, current)).post(
                "/v1/renewals", request, within: Renewer.deadline)
            // Another identity has taken its place while the hub was asked.
            guard let latest = keeper.view.current, latest.isSame(as: current) else { return }
            try await take(answer, key, current)
        } catch let complaint as IdentityComplaint {
            await keeper.tell(complaint.notice)
            log.error("The new certificate could not be kept", metadata: ["error": "\(complaint.en)"])
        } catch {
            let trouble = IdentityTrouble(error, hub: address() ?? current.hub, keeper: keeper).notice
            await complain(.init(zh: trouble.zh, en: trouble.en))
        }
    }

    private func take(_ answer: EnrolAnswer, _ key: IdentityKey, _ current: AgentIdentity) async throws {
        switch answer {
        case .later(let wait, let why):
            if let wait { notBefore = max(clock.mono().advanced(by: wait), notBefore ?? clock.mono()) }
            await complain(IdentityWords.later(why))
        case .refused(let words): await complain(IdentityWords.refused(words))
        case .reply(let reply):
            guard reply.status == .accepted, let pem = reply.certificate else {
                return await complain(IdentityWords.later("the hub says \(reply.status.rawValue)"))
            }
            // Over a connection that was checked against the old ones.
            let anchors = (try? Anchors(pems: reply.anchors)) ?? current.anchors
            guard let certificate = try? NodeCertificate(pem: pem), certificate.fingerprint == key.fingerprint,
                certificate.name == current.certificate.name,
                anchors.standing(of: certificate.der, at: keeper.now()) != .foreign
            else { return await complain(IdentityWords.notTheHubs) }
            try await keeper.stage(
                AgentIdentity(key: key, certificate: certificate, anchors: anchors, hub: current.hub))
            (backoff, notBefore) = (
                Backoff(base: backoff.base, cap: backoff.cap), clock.mono().advanced(by: Renewer.pause)
            )
            log.notice("Certificate renewed", metadata: ["until": "\(certificate.notAfter)"])
            await tell(
                .init(rawValue: "identity.renewed"),
                [
                    "fingerprint": .string(certificate.fingerprint.short), "serial": .string(certificate.serial),
                    "notAfter": .string(certificate.notAfter.rfc3339),
                ])
            await renewed()
        }
    }

    private func complain(_ notice: EnrolmentJSON.Notice) async {
        log.warning("Certificate was not renewed", metadata: ["why": "\(notice.en)"])
        await keeper.tell(notice)
    }
}

extension NodeCertificate {
    /// The spread follows from the key, so that it stays the same over restarts.
    var renewalDue: WallTime {
        let share = Double(UInt64(fingerprint.hex.prefix(8), radix: 16) ?? 0) / Double(UInt64(1) << 32)
        return Renewal.due(notBefore: notBefore, notAfter: notAfter, spread: share)
    }
}
