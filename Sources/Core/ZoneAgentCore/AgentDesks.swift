import DriverKit
import Logging
import ZoneAccess
import ZoneConfig
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
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

    init(
        store: ConfigurationStore, places: Places, journal: Journal, station: Station, supervisor: Supervisor,
        restored: Restored, profileComplaints: [FileComplaint], clock: any ZoneClock, log: Logger
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
        commands = CommandDesk(
            journal: journal, clock: clock, verbs: AgentVerbs.all(supervisor, heals), remembered: restored.remembered,
            log: log)
        jobs = JobDesk(
            spool: try Spool(directory: places.spool), journal: journal, clock: clock,
            remembered: restored.remembered, log: log, effect: AgentJobs.effect(supervisor))
        leases = LeaseDesk(clock: clock) { name, device, data in
            let event = EventDraft(
                name, .c, subject: device.text, at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
                data: data)
            _ = journal.submit([Entry(event)])
        }
        staff = StaffDesk(pinFile: places.staffPIN, clock: clock)
        changes = ConfigurationDesk(
            store: store, journal: journal, station: station, roster: Roster(supervisor: supervisor),
            profileComplaints: profileComplaints, clock: clock, log: log)
        rules = PolicyView(places: places)
    }

    /// Once a second.
    func tick() async {
        leases.tick()
        await heals.turnDay()
    }
}
