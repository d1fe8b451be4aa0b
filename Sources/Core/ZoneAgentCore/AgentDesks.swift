import DriverKit
import Logging
import ZoneAccess
import ZoneConfig
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneScanning
import ZoneTime
import ZoneYAML

/// Everything that people and programs can ask of the agent.
struct AgentDesks: Sendable {
    let commands: CommandDesk
    let jobs: JobDesk
    let leases: LeaseDesk
    let heals: HealDesk
    let staff: StaffDesk
    let changes: ConfigurationDesk
    let rules: PolicyView
    let forms: FormsDesk
    let copies: CopyDesk
    let touch: TouchDesk
    let duties: DutyDesk

    init(
        store: ConfigurationStore, places: Places, journal: Journal, station: Station, supervisor: Supervisor,
        restored: Restored, rules: PolicyView, profileComplaints: [FileComplaint], clock: any ZoneClock, log: Logger
    ) throws {
        let spent = restored.devices.filter { state in state.conditions.contains { $0.code == .healBudgetSpent } }
        heals = HealDesk(
            journal: journal, clock: clock, counts: restored.heals, spent: Set(spent.map(\.card.id))
        ) { id, step throws(DeviceError) in
            try await supervisor.heal(id, step)
        } tellSpent: { id, isSpent in
            let sight: Symptom.Sight = isSpent ? .wrong(evidence: "daily budget spent") : .fine
            await station.takeForGood(Symptom(.healBudgetSpent, sight), from: id)
        }
        jobs = JobDesk(
            spool: try Spool(directory: places.spool, memory: places.copies), journal: journal, clock: clock,
            remembered: restored.remembered, log: log, saw: AgentJobs.sight(supervisor),
            collect: { store.config.collect($0) }, effect: AgentJobs.effect(supervisor))
        leases = LeaseDesk(clock: clock) { name, device, data in
            let event = EventDraft(
                name, .c, subject: device.text, at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
                data: data)
            _ = journal.submit([Entry(event)])
        }
        staff = StaffDesk(pinFile: places.staffPIN, clock: clock)
        let forms = FormsDesk(
            places: places, store: store, station: station, journal: journal, clock: clock, log: log,
            rendering: FormsDesk.reading(clock, log))
        self.forms = forms
        copies = CopyDesk(
            CopyTools(
                scanner: ScanProgram(folder: places.scan, clock: clock), jobs: jobs, journal: journal,
                remembered: restored.remembered, station: station,
                address: { await supervisor.scannerAddress(of: $0) }, fee: forms.fee(for:), clock: clock, log: log))
        touch = TouchDesk(
            .live(
                supervisor, station, leases: leases, places: places, journal: journal, clock: clock, log: log))
        duties = DutyDesk(
            DutyTools(
                policy: rules.policy, type: { store.config.type }, hours: { store.config.hours },
                shelf: forms.list, journal: journal, station: station, clock: clock, log: log),
            restored: restored)
        changes = ConfigurationDesk(
            store: store, journal: journal, station: station, roster: Roster(supervisor: supervisor),
            profileComplaints: profileComplaints, clock: clock, log: log, applied: forms.wish)
        let tools = AgentTools(
            supervisor: supervisor, station: station, heals: heals, jobs: jobs, changes: changes, store: store,
            journal: journal, units: places.root.isEmpty ? SystemdUnits(clock: clock) : nil,
            profileComplaints: profileComplaints, clock: clock, startedAt: clock.mono())
        let requirements = HubOrdersRequirements(store: store, board: station.board, leases: leases, clock: clock)
        commands = CommandDesk(
            journal: journal, clock: clock, verbs: AgentVerbs.all(tools), remembered: restored.remembered,
            unmet: requirements.complaint, log: log)
        self.rules = rules
    }

    /// Once a second.
    func tick() async {
        leases.tick()
        await heals.turnDay()
        await copies.tick()
        await duties.tick()
    }
}
