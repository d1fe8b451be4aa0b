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
    let rules: PolicyRules
    let forms: FormsDesk
    let copies: CopyDesk
    let touch: TouchDesk
    let cases: CaseDesk
    let kiosk: KioskDesk
    let reports: ReportDesk
    let sheets: SheetTeller
    let hours: HoursKeeper
    let healing: HealingRound
    let checks: CheckKeeper
    let care: CareView
    let duties: DutyDesk
    private let isBusy: @Sendable () async -> Bool

    init(
        store: ConfigurationStore, places: Places, journal: Journal, station: Station, supervisor: Supervisor,
        restored: Restored, rules: PolicyRules, kiosk: KioskDesk, profileComplaints: [FileComplaint],
        clock: any ZoneClock, log: Logger
    ) throws {
        let units = places.root.isEmpty ? SystemdUnits(clock: clock) : nil
        let machine = MachineHealing(supervisor: supervisor, restarter: units)
        heals = .live(machine, station, journal, restored, clock)
        jobs = try .live(store, places, journal, supervisor, restored, clock, log)
        leases = .live(journal, clock)
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
        let duties = DutyDesk.live(rules, store, forms, journal, station, restored, clock, log)
        changes = ConfigurationDesk(
            store: store, journal: journal, station: station, roster: Roster(supervisor: supervisor),
            profileComplaints: profileComplaints, rules: rules, clock: clock, log: log, applied: forms.wish)
        let hours = HoursKeeper(
            restored, station: station, journal: journal, clock: clock,
            seams: .live(store, station, leases: leases, supervisor, duties), acts: .live(journal, forms), log: log)
        let ladder = AgentHealing(
            machine: machine, station: station, leases: leases, jobs: jobs, copies: copies, touch: touch,
            app: kiosk.app,
            isClosedNow: AgentHealing.isClosed(store, clock), isNight: { await hours.isActing }, clock: clock)
        healing = HealingRound(heals: heals, seams: ladder.seams, ladders: restored.ladders)
        isBusy = { await ladder.isAnyDeviceBusy() }
        let tools = AgentTools(
            supervisor: supervisor, station: station, heals: heals, jobs: jobs, changes: changes, store: store,
            journal: journal, units: units, profileComplaints: profileComplaints, clock: clock,
            startedAt: clock.mono(), machine: machine)
        let requirements = HubOrdersRequirements(store: store, board: station.board, leases: leases, clock: clock)
        commands = CommandDesk(
            journal: journal, clock: clock, verbs: AgentVerbs.all(tools), remembered: restored.remembered,
            unmet: requirements.complaint, log: log)
        checks = .live(commands, store, station, journal, tools.checks, hours, clock, log)
        care = CareView(round: healing, keeper: checks, board: tools.checks, journal: journal)
        (self.rules, self.kiosk) = (rules, kiosk)
        (self.duties, self.hours) = (duties, hours)
        cases = CaseDesk(
            journal: journal, restored: restored, states: { station.board.states }, settings: { CaseSettings(store) },
            clock: clock, log: log)
        let source = AgentSheetSource(
            store: store, station: station, rules: rules, forms: forms, journal: journal, duties: duties)
        sheets = SheetTeller(source, clock: clock, log: log)
        reports = .live(source, sheets, places, clock)
    }

    /// Once a second.
    func tick() async {
        leases.tick()
        await heals.turnDay()
        await copies.tick()
        await cases.tick()
        await kiosk.residue.tick(isBusy: isBusy)
        await hours.tick()
        await healing.tick()
        await checks.tick()
        await duties.tick()
        await sheets.tick()
    }
}
