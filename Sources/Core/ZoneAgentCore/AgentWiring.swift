import ServiceLifecycle
import ZoneAccess
import ZoneConfig
import ZoneControl
import ZoneIdentity
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneService
import ZoneTime
import ZoneUplink
import ZoneWire

extension Agent {
    /// The long-running parts, the ones others need first.
    func services() -> [any Service] {
        let readiness = DoorCount(expected: Door.allCases.count)
        let hub = HubLine(self)
        let backend = AgentBackend(
            store: store, journal: journal, station: station, supervisor: supervisor, commands: desks.commands,
            jobs: desks.jobs, leases: desks.leases, changes: desks.changes,
            recordings: RecordingDesk(supervisor: supervisor, station: station, journal: journal, clock: clock),
            rules: desks.rules, clock: clock, startedAt: startedAt, identity: hub,
            forms: desks.forms, copies: desks.copies, touch: desks.touch, cases: desks.cases,
            publicReports: { [cases = desks.cases] in cases.publicReports() }, kiosk: desks.kiosk,
            reports: desks.reports, opening: desks.hours, care: desks.care, dutyDesk: desks.duties)
        let keepers = DoorKeepers(
            household: .ofThisMachine(), staff: desks.staff, visitors: Visitors(clock: clock))
        let doors: [any Service] = [(Door.kiosk, places.kioskSocket), (.admin, places.adminSocket)].map { door, path in
            ControlServer.make(
                door: door, path: path, backend: backend, keepers: keepers, clock: clock, log: log,
                onListening: readiness.arrived)
        }
        return doors + loops() + hub.services
    }

    private func loops() -> [any Service] {
        var limits = JournalLimits()
        (limits.bytes, limits.days) = (Int64(store.config.journal.sizeMiB) << 20, Int64(store.config.journal.days))
        let (journal, station, supervisor, desks, store) = (journal, station, supervisor, desks, store)
        return [
            Ticker(
                station: station, supervisor: supervisor, everySecond: { await desks.tick() }, journal: journal,
                stalls: stalls, clock: clock, log: log),
            JournalKeeper(journal: journal, station: station, limits: limits, clock: clock, log: log),
            HotplugService(supervisor: supervisor, cards: { store.config.devices }, log: log),
            ReloadOnHangup(changes: desks.changes),
            FormsKeeper(forms: desks.forms, clock: clock),
            DayKeeper(
                journal: journal, station: station, node: store.config.node, hours: { store.config.hours },
                countsSimulated: store.config.purpose == .demo, clock: clock, log: log),
            Watchdog(
                vitals: [
                    { await journal.pulse() }, { await station.pulse() }, { await supervisor.pulse() },
                ], manager: ServiceManager(), clock: clock),
        ]
    }

    /// What the hub is told.
    func uplinkSource(_ keeper: IdentityKeeper) -> UplinkSource {
        let (store, board, printing, clock, startedAt) = (store, station.board, printing, clock, startedAt)
        let (stalls, cases, opening) = (stalls, desks.cases, desks.hours)
        var source = UplinkSource(
            zone: store.config.zone, node: store.config.node,
            hoursRevision: { HoursForWire.revision(store.config.hours) },
            hours: { HoursForWire.intervals(store.config.hours, at: clock.wall()) },
            anchors: { keeper.view.current?.anchors.hash },
            state: {
                let config = store.config
                var state = ZoneStateJSON(
                    name: config.name, purpose: config.purpose.rawValue, type: config.type.rawValue,
                    devices: board.states.map(DeviceJSON.init))
                state.closure = opening.now.closure.map(HoursJSON.ClosureJSON.init)
                return state
            },
            aboutSelf: { failed in
                let late = stalls.stalls
                return SelfJSON(
                    version: AgentVersion.text, uptimeMs: clock.mono().since(startedAt).milliseconds,
                    failedHeartbeats: failed, workerKills: await printing.kills, stalls: late.count,
                    longestStallMs: late.longest.milliseconds)
            },
            tellReachability: { [station] failure in
                let network = DeviceID(.network, 1)
                let open = station.board.state(of: network)?.conditions.map(\.code) ?? []
                let sight = HubSight.sight(of: failure, open: open, hub: store.config.hubURL)
                await station.take(Report(symptoms: [Symptom(.networkHub, sight)]), from: network)
            }, heard: { reply in await cases.take(reply.entries) })
        source.entriesHeld = { await cases.entriesHeld }
        return source
    }
}
