import DriverKit
import ZoneConfig
import ZoneDesks
import ZoneModel
import ZoneTime

/// What the gates of the ladder are held against in this agent.
struct AgentHealing: Sendable {
    let machine: MachineHealing
    let station: Station
    let leases: LeaseDesk
    let jobs: JobDesk
    let copies: CopyDesk
    let touch: TouchDesk
    let app: KioskApp
    /// By the published hours; `nil`: nobody knows.
    var isClosedNow: @Sendable () -> Bool?
    /// The acts of the night, whoever does them.
    var isNight: @Sendable () async -> Bool
    let clock: any ZoneClock

    var seams: HealingSeams {
        HealingSeams(
            devices: { station.board.states }, steps: { await machine.steps(of: $0) }, facts: { await facts($0) },
            judging: { AgentHealing.judging(await machine.supervisor.assignments[$0]?.profile.probeInterval) })
    }

    /// When the PC may be restarted without anybody missing it; `nil`: no hours are published, or the clock may say anything.
    static func isClosed(_ store: ConfigurationStore, _ clock: any ZoneClock) -> @Sendable () -> Bool? {
        {
            guard clock.quality() != .unsynced else { return nil }
            return store.config.hours.map { $0.allowsInterruption(at: clock.wall()) }
        }
    }

    /// Two looks, and the ten seconds for which a good one must last.
    static func judging(_ interval: Duration?) -> Duration {
        max(HealingLadder.leastRest, (interval ?? .zero) * 2 + .seconds(15))
    }

    private func facts(_ state: DeviceState) async -> HealingFacts {
        let (id, states) = (state.card.id, station.board.states)
        var facts = HealingFacts()
        facts.isWatchedByPerson = state.card.watch == .person
        facts.isHeld = state.mode == .maintenance || state.mode == .disabled
        facts.isLeased = await isTaken(id)
        facts.hasDocument = await hasDocument(id)
        for other in states {
            if !facts.isAnyLeased { facts.isAnyLeased = await isTaken(other.card.id) }
            if !facts.hasAnyDocument { facts.hasAnyDocument = await hasDocument(other.card.id) }
        }
        facts.isClosed = await station.closure != nil ? true : isClosedNow()
        facts.isTouched = await isTouched(state.card.kind, states, isClosed: facts.isClosed)
        facts.isQueryPossible = AgentHealing.isQueryPossible(states)
        (facts.isNight, facts.uptime) = (await isNight(), clock.mono().since(MonoTime(milliseconds: 0)))
        return facts
    }

    private func isTouched(_ kind: DeviceKind, _ states: [DeviceState], isClosed: Bool?) async -> Bool {
        if await station.isInUse { return true }
        return AgentHealing.mayBeUsedUnseen(
            kind, states, word: app.isInUse, isClosed: isClosed,
            countsSimulated: station.countsSimulated)
    }

    /// Where no panel reports, somebody may sit at keyboard and mouse, and only the kiosk's program can see it.
    /// - Parameters:
    ///   - kind: of the device that is to be healed.
    ///   - word: what the program says; `nil`: nothing.
    static func mayBeUsedUnseen(
        _ kind: DeviceKind, _ states: [DeviceState], word: Bool?, isClosed: Bool?, countsSimulated: Bool
    ) -> Bool {
        let isSeen = states.contains { state in
            state.card.kind == .touchPanel && state.card.watch == .machine && state.presence == .present
                && (countsSimulated || !state.simulated)
        }
        // Nobody touches a panel that is away, and nobody uses a program that does not run, or does not answer any more.
        let isUseless = states.contains { state in
            state.conditions.contains { [.appAbsent, .appFrozen].contains($0.code) }
        }
        guard !isSeen, !isUseless, kind != .touchPanel else { return false }
        return word ?? (isClosed != true)
    }

    /// By a program, or by whoever wipes or checks the glass.
    private func isTaken(_ id: DeviceID) async -> Bool {
        if leases.isLeased(id) { return true }
        return await touch.isAttended(id)
    }

    /// A program has a device, or a document is on its way, printed or copied. What waits in a queue needs neither the
    /// kiosk's program nor its files.
    func isAnyDeviceBusy() async -> Bool {
        for id in station.board.states.map(\.card.id) {
            if await isTaken(id) { return true }
            if await jobs.isReceiving(for: id) { return true }
            if await copies.isBusy(with: id) { return true }
            if await machine.supervisor.isPrinting(id) { return true }
        }
        return false
    }

    private func hasDocument(_ id: DeviceID) async -> Bool {
        if await jobs.isBusy(with: id) { return true }
        if await copies.isBusy(with: id) { return true }
        return await machine.supervisor.isPrinting(id)
    }

    /// The kiosk's app runs, and where there are panels one can be touched.
    static func isQueryPossible(_ states: [DeviceState]) -> Bool {
        let dead: Set<ConditionCode> = [.appAbsent, .appFrozen, .appCrashLoop]
        let panels = states.filter { $0.card.kind == .touchPanel && $0.card.watch == .machine }
        let runs = !states.contains { $0.conditions.contains { dead.contains($0.code) } }
        return runs && (panels.isEmpty || panels.contains(where: \.serviceable))
    }
}
