import ZoneIdentity
import ZoneModel
import ZoneWire

extension EnrolmentJSON {
    /// - Parameter mine: what agent.yaml says this PC is.
    init(_ view: IdentityView, mine: NodeName, at now: WallTime) {
        self.init(.none)
        notice = view.notice
        if let current = view.current { describe(current, mine: mine, at: now) }
        if let pending = view.pending {
            state = pending.rejected == nil ? .pending : .rejected
            (fingerprint, since, hub) = (pending.fingerprint, pending.since, pending.hub)
            notice = pending.rejected ?? view.notice
        } else if view.current == nil, view.notice != nil {
            state = .damaged
        }
    }

    private mutating func describe(_ identity: AgentIdentity, mine: NodeName, at now: WallTime) {
        let certificate = identity.certificate
        state = .enrolled
        (zone, node) = (certificate.name.zone, certificate.name.node)
        (fingerprint, notAfter, hub) = (certificate.fingerprint.short, certificate.notAfter, identity.hub)
        if now > certificate.notAfter {
            state = .expired
            // What went wrong with the renewal is more than that there is one.
            let canRenew = certificate.canRenew(at: now)
            if !canRenew || notice == nil { notice = IdentityWords.expired(certificate.notAfter, canRenew: canRenew) }
        } else if certificate.name != mine {
            notice = IdentityWords.otherName(certificate.name, mine: mine)
        }
    }
}

extension NodeCertificate {
    /// Not expired, or not for longer than an expired one may be.
    func canRenew(at now: WallTime) -> Bool {
        now <= notAfter.advanced(byMilliseconds: Renewal.grace.milliseconds)
    }
}
