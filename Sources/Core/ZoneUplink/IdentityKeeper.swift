import Logging
import Synchronization
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// What everybody may know of the identity at one moment.
package struct IdentityView: Sendable {
    package var current: AgentIdentity?
    /// On trial, see `StoredIdentity.next`.
    package var next: AgentIdentity?
    package var pending: PendingEnrolment?
    /// What a person should know: of damaged files, or of the last attempt to do something.
    package var notice: EnrolmentJSON.Notice?
    /// Goes up whenever `current` or `next` changes.
    package var generation = 0
    package var lastKnownTime: WallTime?
    /// The hub asks for a new certificate.
    package var renewalIsWanted = false

    /// The one to be told about and to be renewed: the one on trial, if there is one.
    package var newest: AgentIdentity? { next ?? current }
}

/// The one who reads and writes the identity's files; everybody else looks at `view`.
package actor IdentityKeeper {
    /// After so many failures of the newer identity, while the old one works, the newer one is given up.
    private static let patience = 3

    private nonisolated let lane = BlockingLane(label: "identity")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    private let files: IdentityFiles
    private nonisolated let clock: any ZoneClock
    private nonisolated let log: Logger
    private nonisolated let shared: Mutex<IdentityView>
    /// Rings for the renewer.
    nonisolated let renewals: Doorbell
    private var failuresOfNext = 0
    private var refusedAnchors: String?

    /// Reads the files. Blocks, as everything that is done before the agent runs.
    package init(files: IdentityFiles, clock: any ZoneClock, log: Logger) {
        (self.files, self.clock, self.log) = (files, clock, log)
        renewals = Doorbell(clock: clock)
        var stored = files.load()
        for complaint in stored.complaints { log.error("\(complaint)") }
        if stored.isHalfPromoted, let whole = stored.next ?? stored.current {
            try? files.promote(whole)
            stored = files.load()
        }
        // What is beside without being usable would be complained of for ever.
        if stored.current != nil, stored.next == nil { files.dropNext() }
        shared = Mutex(
            IdentityView(
                current: stored.current, next: stored.next, pending: stored.pending,
                notice: stored.complaints.first?.notice, lastKnownTime: stored.lastKnownTime))
    }

    package nonisolated var view: IdentityView { shared.withLock { $0 } }

    // MARK: Time

    /// A synchronised clock is believed; another one only if it is not behind what was known before (an empty battery
    /// begins with 1970).
    package nonisolated func now() -> WallTime {
        let wall = clock.wall()
        guard clock.quality() != .synced, let known = lowerBound else { return wall }
        return max(wall, known)
    }

    /// Whether the clock is behind a time that has been.
    package nonisolated var isClockBehind: Bool { clock.wall() < now() }

    private nonisolated var lowerBound: WallTime? {
        let view = view
        return [view.lastKnownTime, view.current?.certificate.notBefore].compactMap { $0 }.max()
    }

    /// Once an hour: writes down how late it is at least, if that is known.
    package func noteTime() {
        guard clock.quality() == .synced else { return }
        keep(clock.wall())
    }

    /// What the hub said over an authenticated connection.
    func noteTime(ofHub time: WallTime) {
        guard let known = lowerBound, time.milliseconds - known.milliseconds > 3_600_000 else { return }
        // Who has just taken our certificate does not live after its end.
        if let end = view.current?.certificate.notAfter, time > end { return }
        keep(time)
    }

    private func keep(_ time: WallTime) {
        shared.withLock { $0.lastKnownTime = time }
        do { try files.save(lastKnownTime: time) } catch { log.warning("\(error)") }
    }

    // MARK: Enrolment

    func save(_ pending: PendingEnrolment) throws(IdentityComplaint) {
        try files.save(pending)
        shared.withLock { view in (view.pending, view.notice) = (pending, pending.rejected) }
    }

    /// - Returns: whether there was one.
    func forgetPending() -> Bool {
        files.forgetPending()
        return shared.withLock { view in
            let was = view.pending != nil
            if was { (view.pending, view.notice) = (nil, nil) }
            return was
        }
    }

    func adopt(_ identity: AgentIdentity) throws(IdentityComplaint) {
        try files.adopt(identity)
        failuresOfNext = 0
        change { view in (view.current, view.next, view.pending, view.notice) = (identity, nil, nil, nil) }
        renewals.ring()
    }

    /// Tells people of a problem, or with `nil` that it is over.
    func tell(_ notice: EnrolmentJSON.Notice?) { shared.withLock { $0.notice = notice } }

    // MARK: Renewal

    /// The hub wants a new certificate, as long as none newer is on trial.
    func wantRenewal() {
        let isNews = shared.withLock { view in
            guard view.next?.certificate == nil || view.next?.certificate == view.current?.certificate else {
                return false
            }
            defer { view.renewalIsWanted = true }
            return !view.renewalIsWanted
        }
        if isNews { renewals.ring() }
    }

    /// A newer identity, to be tried beside the current one.
    func stage(_ next: AgentIdentity) throws(IdentityComplaint) {
        guard let current = view.current else { return }
        let isNew = !next.isSame(as: current)
        if isNew { try files.stage(next, beside: current) } else { files.dropNext() }
        failuresOfNext = 0
        change { view in
            view.next = isNew ? next : nil
            if next.certificate != current.certificate { view.renewalIsWanted = false }
        }
    }

    /// Other anchors, as the hub gave them over an authenticated connection.
    func take(anchors pems: [String]) {
        let view = view
        guard let newest = view.next ?? view.current else { return }
        do {
            let anchors = try Anchors(pems: pems)
            guard anchors != newest.anchors, anchors.hash != refusedAnchors else { return }
            var next = newest
            next.anchors = anchors
            try stage(next)
            log.notice("The hub has other trust anchors now", metadata: ["anchors": "\(anchors.hash)"])
        } catch {
            log.warning("The hub's trust anchors are not usable", metadata: ["error": "\(error)"])
        }
    }

    /// - Parameter next: the one that worked; another may have been staged meanwhile.
    func worked(_ next: AgentIdentity) {
        guard let staged = view.next, staged.isSame(as: next) else { return }
        do {
            try files.promote(next)
            failuresOfNext = 0
            change { view in (view.current, view.next, view.notice) = (next, nil, nil) }
            log.notice("The newer identity works", metadata: ["until": "\(next.certificate.notAfter)"])
        } catch {
            log.error("\(error)")
        }
    }

    /// The newer one did not get through; whether it is to blame shows when the current one does.
    func failed(_ next: AgentIdentity) {
        guard let staged = view.next, staged.isSame(as: next) else { return }
        failuresOfNext += 1
    }

    /// The current identity has worked though a newer one is on trial.
    func oldWorked() {
        guard failuresOfNext >= IdentityKeeper.patience, let next = view.next else { return }
        log.warning("The newer identity does not work and is given up")
        if next.anchors != view.current?.anchors { refusedAnchors = next.anchors.hash }
        files.dropNext()
        failuresOfNext = 0
        change { $0.next = nil }
    }

    private func change(_ edit: (inout IdentityView) -> Void) {
        shared.withLock { view in
            edit(&view)
            view.generation += 1
        }
    }
}

extension AgentIdentity {
    func isSame(as other: AgentIdentity) -> Bool { certificate == other.certificate && anchors == other.anchors }
}
