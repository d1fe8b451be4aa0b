import DriverKit
import Logging
import ServiceLifecycle
import UnixSignals
import ZoneAccess
import ZoneConfig
import ZoneControl
import ZoneDays
import ZoneDesks
import ZoneJournal
import ZoneJudge
import ZoneLinux
import ZoneModel
import ZoneNetwork
import ZonePrinting
import ZoneProfiles
import ZoneTime
import ZoneUdev
import ZoneUplink
import ZoneWire
import ZoneYAML

/// One agent, opened and ready to be run. Everything it needs is made here, in the order in which it can fail.
package struct Agent: Sendable {
    let store: ConfigurationStore
    let places: Places
    let clock: any ZoneClock
    let log: Logger
    let journal: Journal
    let station: Station
    let supervisor: Supervisor
    let desks: AgentDesks
    let printing: PrintingWorkerClient
    let restored: Restored
    let startedAt: MonoTime
    let stalls = StallMeter()
    private let lock: StateLock

    /// - Throws: `FileComplaint` for the configuration, `StateLock.Held`, `UnixSocket.PathTooLong`, SQLite's errors.
    package init(places: Places, clock: any ZoneClock = SystemClock(), log: Logger) throws {
        try UnixSocket.check(places.adminSocket)
        try SmallFile.makeDirectory(places.agentState)
        try SmallFile.makeDirectory(places.runtime, mode: 0o755)
        lock = try StateLock(directory: places.agentState, program: "zone-agent")
        let store = try ConfigurationStore(places: places)
        (self.store, self.places, self.clock, self.log, startedAt) = (store, places, clock, log, clock.mono())
        let ballast = Ballast(path: places.ballast, beside: places.agentState)
        journal = try Journal(path: places.journal, boot: Machine.bootID(), clock: clock, ballast: ballast)
        restored = try Agent.restore(journal, places, log)
        let rules = PolicyRules(places: places, names: store.config.policies, origin: store.policyOrigin)
        station = Station(
            journal: journal, clock: clock, restored: restored, hours: { store.config.hours },
            displays: DisplayBook(
                site: { store.config.displaysOfPanels },
                rules: { rules.view.results(for: store.config.type, $0) }),
            countsSimulated: store.config.purpose == .demo, log: log)
        printing = PrintingWorkerClient(
            clock: clock, log: log,
            launch: PrintingLauncher.launcher(executable: try Machine.executablePath(), log: log))
        let kiosk = KioskDesk(store: store, places: places, station: station, journal: journal, clock: clock, log: log)
        let drivers = DriverRegistry.all(
            DeviceSeams(
                printing: printing,
                printSystem: CUPSTools(
                    units: places.root.isEmpty ? SystemdUnits(clock: clock) : nil, folder: places.agentState,
                    clock: clock),
                portals: { store.config.portals }, isHallOpen: { store.config.hours?.isOpen(at: $0) },
                statePath: places.agentState, pc: kiosk.seams),
            clock: clock)
        let shelf = ProfileShelf(places: places)
        let complaints = shelf.lint(drivers: DriverRegistry.facts(drivers))
        for complaint in complaints { log.error("\(complaint)") }
        let bindings = Bindings(restored.bindings, reserved: Set(store.config.devices.map(\.card.id)))
        supervisor = Supervisor(
            station: station, journal: journal, scout: HardwareScout(shelf: shelf, drivers: drivers),
            bindings: bindings,
            bindingsFile: places.bindings, clock: clock, log: log)
        desks = try AgentDesks(
            store: store, places: places, journal: journal, station: station, supervisor: supervisor,
            restored: restored, rules: rules, kiosk: kiosk, profileComplaints: complaints, clock: clock, log: log)
    }

    /// After damage the tables may be empty; which device is which is known from the exported file.
    private static func restore(_ journal: Journal, _ places: Places, _ log: Logger) throws -> Restored {
        var restored = try journal.restore()
        guard journal.quarantined != nil, restored.bindings.isEmpty, SmallFile.exists(places.bindings) else {
            return restored
        }
        do {
            restored.bindings = try Bindings.read(try SmallFile.read(places.bindings), file: places.bindings)
        } catch {
            log.error("Bindings are lost", metadata: ["error": "\(error)"])
        }
        return restored
    }

    /// Runs until SIGTERM or SIGINT.
    package func run() async throws {
        try await begin()
        let group = ServiceGroup(
            configuration: .init(
                services: services(), gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        try await group.run()
        await end()
    }

    private func begin() async throws {
        let revision = store.current.revision
        let isNewConfiguration = restored.configRevision != revision
        try await note(.agentStarted, startData())
        if let salvaged = journal.salvaged, salvaged.missing > 0 { try await noteMissing(salvaged) }
        try await journal.write(restored.bindings.map { Entry(nil, [.binding($0)]) }, .now)
        if journal.quarantined != nil { try await journal.write([Entry(nil, [.salvageTold])], .now) }
        await desks.hours.begin()
        await Roster(supervisor: supervisor).admit(store.config, restored)
        await desks.changes.tellStart(isNew: isNewConfiguration)
        try await desks.commands.settle(restored.commands)
        await desks.jobs.settle(restored.jobs)
        await journal.restoreBallast()
    }

    private func startData() -> JSONValue {
        let alive = restored.alive.map { sign -> JSONValue in
            ["boot": .string(sign.boot), "at": .string(sign.at.rfc3339), "mono": .integer(sign.mono)]
        }
        guard let name = journal.quarantined else {
            return .members([
                "reason": restored.devices.isEmpty ? "first" : "start", "version": .string(AgentVersion.text),
                "lastAlive": alive,
            ])
        }
        log.error("Journal was damaged and is set aside", metadata: ["file": "\(name)"])
        return .members([
            "reason": "journalDamaged", "quarantined": .string(name), "version": .string(AgentVersion.text),
            "salvaged": .integer(Int64(journal.salvaged?.events ?? 0)), "lastAlive": alive,
        ])
    }

    /// Rows that the damage took before the hub had them; of which class, nobody knows.
    private func noteMissing(_ salvaged: SalvageReport) async throws {
        try await note(
            .journalGap,
            [
                "from": .integer(restored.acknowledged + 1), "to": .integer(journal.lastSeq), "class": "unknown",
                "count": .integer(Int64(salvaged.missing)),
            ])
    }

    private func note(_ name: EventName, _ data: JSONValue = [:]) async throws {
        let event = EventDraft(
            name, .a, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(), data: data)
        try await journal.write([Entry(event)], .now)
    }

    /// For what is worth a row and no reason to stop when there is no room for it.
    func tell(_ name: EventName, _ data: JSONValue) async {
        do { try await note(name, data) } catch { log.error("\(error)", metadata: ["event": "\(name.rawValue)"]) }
    }

    private func end() async {
        ServiceManager().stopping()
        await desks.touch.stop()
        await supervisor.stop()
        await printing.close()
        await desks.hours.stop()
        try? await note(.agentStopping)
        await journal.close()
    }
}
