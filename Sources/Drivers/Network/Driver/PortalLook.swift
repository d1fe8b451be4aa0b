import DriverKit
import ZoneModel
import ZoneTime

/// Everything that was found out about one portal.
struct PortalSight: Sendable {
    var portal: Portal
    /// Its own layers.
    var states: [NetworkLayer: LayerState]
    /// `nil` for a page on this machine, which says nothing about the line, and for one that was not looked at.
    var witness: CaptiveSight.Witness?
    var trail: PageTrail?
    var daysLeft: Int64?
    /// It has addresses of this family only, to which the line does not lead. It was not looked at.
    var lacking: IPFamily?

    /// Somebody at the far end of the line did, whatever it was.
    var isAnswered: Bool { trail.map { !portal.isOnThisMachine && ($0.isAnswered || $0.isWithoutTLS) } ?? false }

    /// The line is good enough for it, whatever others miss.
    mutating func stand(on line: [NetworkLayer: LayerState]) { states.merge(line) { own, _ in own } }

    /// It led out of the site by an answer that nobody signed, and other pages show that the line is open.
    mutating func blameThePage() {
        guard let sign = witness?.sign, trail?.leadAway != nil else { return }
        states[.page] = states[.page] ?? .good
        states[.content] = .bad(evidence: "\(portal.name): \(sign)")
    }
}

struct KnownCertificate: Sendable {
    var host: String
    var fact: CertificateFact
}

/// One portal looked at: page, certificate, and whether somebody is in between.
struct PortalLook: Sendable {
    let portal: Portal
    let walk: PageWalk
    let patience: Duration
    /// What was good a moment ago; asking again each time would be a second connection each time.
    let known: KnownCertificate?

    struct Outcome: Sendable {
        var sight: PortalSight
        /// What is worth remembering: one that is good for long.
        var certificate: KnownCertificate?
    }

    /// A page on this machine needs no line.
    func begin(_ names: NameSight, isLineGood: Bool) async -> Outcome {
        guard let start = portal.address else {
            return stays([.page: .bad(evidence: "\(portal.name): no web address")])
        }
        if start.isOnThisMachine {
            return await look(start, at: [start.hostIsAddress ? start.host : "127.0.0.1"])
        }
        guard isLineGood else { return stays([:]) }
        if start.hostIsAddress {
            var outcome = await go(to: start, [start.host])
            outcome.sight.states[.names] = .good
            return outcome
        }
        guard !names.state.isBad else { return stays([:]) }
        switch names.find(start.host) {
        case .addresses(let addresses) where addresses.contains(where: WebAddress.isHere):
            return stays([.page: .bad(evidence: "\(portal.name): its name leads to this PC")])
        case .addresses(let addresses): return await go(to: start, addresses)
        case .nothing(let words): return stays([.page: .bad(evidence: "\(portal.name): \(words)")])
        }
    }

    private func stays(_ states: [NetworkLayer: LayerState]) -> Outcome {
        Outcome(sight: PortalSight(portal: portal, states: states))
    }

    private func go(to start: WebAddress, _ addresses: [String]) async -> Outcome {
        let reached = walk.reachable(addresses)
        guard reached.isEmpty else { return await look(start, at: reached) }
        var outcome = stays([:])
        outcome.sight.lacking = addresses.first.flatMap { IPAddress($0) }?.family
        return outcome
    }

    private func look(_ start: WebAddress, at addresses: [String]) async -> Outcome {
        let trail = await walk.walk(from: start, at: addresses, within: patience)
        let page = PageSight(portal: portal, trail: trail)
        var states = page.states
        var sight = PortalSight(portal: portal, states: [:], trail: trail)
        let (certificate, state) = await lookAtCertificate(trail)
        if let state {
            states[.certificate] = state
        } else if trail.isWithoutTLS {
            // TLS did not come about and there is no certificate to blame: the page's own trouble.
            states[.certificate] = .unknown(why: "no certificate was shown")
        }
        let now = walk.clock.wall()
        sight.daysLeft = certificate.map { CertificateSight.daysLeft($0, at: now) }
        sight.states = states
        if !start.isOnThisMachine {
            sight.witness = await witness(page, start, addresses)
            sight.witness?.isForeign =
                trail.isWithoutTLS && !isItsOwn(certificate, of: trail.last?.place.host ?? "", at: now)
        }
        // One that ends soon is read with each look: it is about to be renewed, and that should be seen.
        let good = state == .good ? certificate : nil
        return Outcome(
            sight: sight,
            certificate: good.flatMap { fact in trail.last.map { .init(host: $0.place.host, fact: fact) } })
    }

    /// The site's, and only its dates are wrong, or this PC's.
    private func isItsOwn(_ certificate: CertificateFact?, of host: String, at now: WallTime) -> Bool {
        guard let certificate, certificate.names.contains(where: { CertificateSight.covers($0, host) }) else {
            return false
        }
        return now < certificate.notBefore || certificate.notAfter < now
    }

    /// Of whoever was asked last, over TLS.
    private func lookAtCertificate(_ trail: PageTrail) async -> (CertificateFact?, LayerState?) {
        guard let stop = trail.last, stop.place.isSecure else { return (nil, .good) }
        let isBelieved = !trail.isFailed
        guard isBelieved || trail.isUntrusted else { return (nil, nil) }
        let fact: CertificateFact?
        if isBelieved, let known, known.host == stop.place.host {
            fact = known.fact
        } else {
            fact = await walk.probes.certificate(
                of: stop.place.host, address: stop.address, port: stop.place.port, within: patience)
        }
        guard let fact else { return (nil, isBelieved ? .unknown(why: "not to be read") : nil) }
        let state = CertificateSight.state(
            fact, of: stop.place.host, isBelieved: isBelieved, at: walk.clock.wall())
        return (fact, state.named(portal.name))
    }

    /// Nobody in between can answer for an https page. Where one does not open, the same host is asked without TLS.
    private func witness(
        _ page: PageSight, _ start: WebAddress, _ addresses: [String]
    ) async -> CaptiveSight.Witness {
        var witness = CaptiveSight.Witness(
            portal: portal.name, sign: page.captiveSign, answer: page.answer, isForeign: false)
        guard start.isSecure, start.port == 443, !page.trail.isAnswered else { return witness }
        let bare = Portal(name: portal.name, url: start.plain.text, mark: portal.mark)
        let trail = await walk.walk(from: start.plain, at: addresses, within: patience)
        let plain = PageSight(portal: bare, trail: trail)
        witness.sign = plain.captiveSign
        // Any other answer without TLS says nothing: that the site leads back to its https, for example.
        if [.proof, .markless].contains(plain.answer) { witness.answer = plain.answer }
        return witness
    }
}

extension PageTrail {
    var isFailed: Bool { if case .failure = end { true } else { false } }

    var isUntrusted: Bool {
        if case .failure(let failure) = end { failure.kind == .untrusted } else { false }
    }

    var isWithoutTLS: Bool {
        if case .failure(let failure) = end { failure.kind != .connection } else { false }
    }
}

extension LayerState {
    fileprivate func named(_ portal: String) -> LayerState {
        switch self {
        case .bad(let evidence): .bad(evidence: "\(portal): \(evidence)")
        case .ailing(let evidence): .ailing(evidence: "\(portal): \(evidence)")
        case .good, .unknown, .hidden: self
        }
    }
}
