import DriverKit
import Logging
import ServiceLifecycle
import UnixSignals
import ZoneConfig
import ZoneControl
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
    private let config: AgentConfig
    private let places: Places
    private let clock: any ZoneClock
    private let log: Logger
    private let lock: StateLock
    private let journal: Journal
    private let station: Station
    private let supervisor: Supervisor
    private let desk: CommandDesk
    private let printing: PrintingWorkerClient
    private let restored: Restored
    private let startedAt: MonoTime
    private let complaints: [FileComplaint]

    /// - Throws: `FileComplaint` for the configuration, `StateLock.Held`, `UnixSocket.PathTooLong`, SQLite's errors.
    package init(places: Places, clock: any ZoneClock = SystemClock(), log: Logger) throws {
        config = try Agent.readConfig(places.agentConfig)
        try UnixSocket.check(places.adminSocket)
        try SmallFile.makeDirectory(places.agentState)
        try SmallFile.makeDirectory(places.runtime, mode: 0o755)
        lock = try StateLock(directory: places.agentState, program: "zone-agent")
        (self.places, self.clock, self.log, startedAt) = (places, clock, log, clock.mono())
        journal = try Journal(path: places.journal, boot: Machine.bootID(), clock: clock)
        restored = try Agent.restore(journal, places, log)
        station = Station(journal: journal, clock: clock, log: log)
        printing = PrintingWorkerClient(
            clock: clock, log: log,
            launch: PrintingLauncher.launcher(executable: try Machine.executablePath(), log: log))
        let drivers = DriverRegistry.all(
            input: AnyInputOpener(), printing: printing, network: LinuxNetwork(), portals: config.portals,
            statePath: places.agentState, clock: clock)
        let shelf = ProfileShelf(places: places)
        complaints = shelf.lint(drivers: DriverRegistry.facts(drivers))
        for complaint in complaints { log.error("\(complaint)") }
        let bindings = Bindings(restored.bindings, reserved: Set(config.devices.map(\.card.id)))
        supervisor = Supervisor(
            station: station, journal: journal, shelf: shelf, drivers: drivers, bindings: bindings,
            bindingsFile: places.bindings, clock: clock, log: log)
        desk = CommandDesk(
            journal: journal, clock: clock, effects: [CommandDesk.probe: AgentEffects.probe(supervisor)], log: log)
    }

    private static func readConfig(_ path: String) throws -> AgentConfig {
        guard SmallFile.exists(path) else {
            throw FileComplaint(
                file: path, line: 1, field: "", expected: "a file that names zone, node and hub; see README")
        }
        return try AgentConfig(text: try SmallFile.read(path), file: path)
    }

    /// After damage the tables are empty; which device is which is known from the exported file.
    private static func restore(_ journal: Journal, _ places: Places, _ log: Logger) throws -> Restored {
        var restored = try journal.restore()
        guard journal.quarantined != nil, SmallFile.exists(places.bindings) else { return restored }
        do {
            restored.bindings = try Bindings.read(try SmallFile.read(places.bindings), file: places.bindings)
        } catch {
            log.error("Bindings are lost", metadata: ["error": "\(error)"])
        }
        return restored
    }

    /// A bad profile is one condition of this PC; the good ones work.
    private func tellComplaints() async {
        let sight: Symptom.Sight =
            complaints.first.map { first in
                .wrong(evidence: complaints.count > 1 ? "\(first) (+\(complaints.count - 1))" : "\(first)")
            } ?? .fine
        // Nobody looks again while the agent runs, and a condition ends only after several good facts.
        for _ in 0..<JudgeRules().goodFactsToClear {
            await station.take(
                Report(symptoms: [Symptom(.configurationInvalid, sight)]), from: DeviceID(.queryPC, 1))
        }
    }

    /// Runs until SIGTERM or SIGINT.
    package func run() async throws {
        try await begin()
        let readiness = DoorCount(expected: Door.allCases.count)
        let backend = AgentBackend(
            config: config, journal: journal, board: station.board, desk: desk, clock: clock, startedAt: startedAt,
            denials: DenialSampler())
        var services: [any Service] = [
            ControlServer.make(
                door: .kiosk, path: places.kioskSocket, backend: backend, clock: clock, log: log,
                onListening: readiness.arrived),
            ControlServer.make(
                door: .admin, path: places.adminSocket, backend: backend, clock: clock, log: log,
                onListening: readiness.arrived),
            Ticker(station: station, clock: clock),
            HotplugService(supervisor: supervisor, cards: config.devices, log: log),
        ]
        if let hub = config.hubURL { services.append(uplink(to: hub)) }
        let group = ServiceGroup(
            configuration: .init(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        try await group.run()
        await end()
    }

    private func begin() async throws {
        var data: JSONValue = [
            "reason": restored.devices.isEmpty ? "first" : "start", "version": .string(AgentVersion.text),
        ]
        if let name = journal.quarantined {
            log.error("Journal was damaged and is set aside", metadata: ["file": "\(name)"])
            data = ["reason": "journalDamaged", "quarantined": .string(name), "version": .string(AgentVersion.text)]
        }
        try await note(.agentStarted, data)
        try await desk.settle(restored.commands)
        try await journal.write(restored.bindings.map { Entry(nil, [.binding($0)]) }, .now)
        await admitDevices()
        await tellComplaints()
    }

    private func note(_ name: EventName, _ data: JSONValue = [:]) async throws {
        let event = EventDraft(
            name, .a, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(), data: data)
        try await journal.write([Entry(event)], .now)
    }

    /// The machine itself, what the configuration names, and what was seen before.
    private func admitDevices() async {
        func before(_ id: DeviceID) -> DeviceState? { restored.devices.first { $0.card.id == id } }
        for kind in [DeviceKind.network, .queryPC] {
            let card = DeviceCard(id: DeviceID(kind, 1), kind: kind)
            await supervisor.run(card, at: .machine, facts: ["machine": "yes"], restored: before(card.id))
        }
        for device in config.devices {
            let known = before(device.card.id)
            switch (device.card.watch, device.uri) {
            case (.machine, let uri?):
                let scheme = String(uri.prefix { $0 != ":" })
                await supervisor.run(device.card, at: .address(uri), facts: ["scheme": scheme], restored: known)
            case (.machine, nil), (.person, _): await supervisor.expect(device.card, restored: known)
            }
        }
        for binding in restored.bindings where !config.devices.contains(where: { $0.card.id == binding.device }) {
            let card = DeviceCard(id: binding.device, kind: binding.kind)
            await supervisor.expect(card, restored: before(card.id))
        }
    }

    private func uplink(to hub: String) -> Uplink {
        let (config, board, printing, clock, startedAt) = (config, station.board, printing, clock, startedAt)
        let source = UplinkSource(
            zone: config.zone, node: config.node,
            state: {
                ZoneStateJSON(
                    name: config.name, purpose: config.purpose.rawValue, type: config.type.rawValue,
                    devices: board.states.map(DeviceJSON.init))
            },
            aboutSelf: { failed in
                SelfJSON(
                    version: AgentVersion.text, uptimeMs: clock.mono().since(startedAt).milliseconds,
                    failedHeartbeats: failed, workerKills: await printing.kills)
            },
            tellReachability: { [station] failure in
                let sight = failure.map { Symptom.Sight.wrong(evidence: $0.detail) } ?? .fine
                await station.take(Report(symptoms: [Symptom(.networkHub, sight)]), from: DeviceID(.network, 1))
            })
        return Uplink(
            source: source, journal: journal, acknowledged: restored.acknowledged, link: HTTPHubLink(hub: hub),
            isDemo: config.purpose == .demo, clock: clock, log: log)
    }

    private func end() async {
        ServiceManager().stopping()
        await supervisor.stop()
        await printing.close()
        try? await note(.agentStopping)
        await journal.close()
    }
}
