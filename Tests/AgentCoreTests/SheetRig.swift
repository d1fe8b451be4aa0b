import Crypto
import Logging
import Testing
import ZoneAccess
import ZoneConfig
import ZoneControl
import ZoneHubCore
import ZoneHubDoor
import ZoneHubStore
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZonePolicy
import ZoneSheets
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

@testable import ZoneAgentCore

/// The parts of an agent that sheets are made of, with a configuration, a policy and a form on disk; and a hub without
/// doors that hears of it by heartbeats only. It is ten o'clock in the zone, on 2026-11-21.
final class SheetRig {
    static let month = SheetPeriod.month(year: 2026, month: 11)
    /// DutyRig's duties, and a rule that the zone meets and one that it does not.
    private static let policy =
        DutyRig.policy + """

            rules:
              - {id: has-printer, notice: 一号, clause: 八, text: 打印机, anyOf: [printer, copier], required: yes}
              - {id: has-sign, notice: 一号, clause: 九, text: 大屏, anyOf: [ledDisplay], required: yes}
            """

    struct Agent {
        let station: Station
        let journal: Journal
        let duties: DutyDesk
        let forms: FormsDesk
        let keeper: DayKeeper
        let teller: SheetTeller
        let reports: ReportDesk
    }

    let rig: StationRig
    let files: ConfigurationRig
    private let store: HubStore
    private let wall: Wall
    private let ingest: Ingest
    private let log = Logger(label: "test")
    private var beats: Int64 = 0
    private var told: Int64 = 0

    init() throws {
        (rig, files) = (try StationRig(), try ConfigurationRig())
        store = try HubStore(path: files.root.path + "/hub.db", clock: rig.clock)
        wall = Wall(clock: rig.clock, nodes: [])
        ingest = Ingest(store: store, wall: wall, clock: rig.clock, log: log)
        try files.site(
            """
            name: 示例镇政务公开专区
            type: hall
            hours: 09:00-17:00
            sheet:
              unit: 示例镇公共服务中心
              superior: 示例镇人民政府
              recipient: 示例区人民政府办公室
              person: 综合窗口
            assets:
              printer-1: 示资2021-0032
            """)
        try SmallFile.makeDirectory(files.places.sitePolicy)
        try SmallFile.replace(files.places.sitePolicy + "/rules.yaml", with: Self.policy)
        try putForm()
    }

    private func putForm() throws {
        let form = "%PDF-1.4\n%%EOF\n"
        try SmallFile.makeDirectory(files.places.forms)
        try SmallFile.replace(files.places.forms + "/a.pdf", with: form)
        try SmallFile.replace(
            files.places.forms + "/forms.yaml",
            with: """
                forms:
                  - id: application
                    title: 申请表
                    kind: application
                    file: a.pdf
                    sha256: \(Hex.text(SHA256.hash(data: Array(form.utf8))))
                    pages: 1
                    zoneTypes: [hall]
                    required: true
                    source: 某办
                    revised: 2026-03-01

                """)
    }

    deinit { store.close() }

    func withAgent(_ story: (Agent) async throws -> Void) async throws {
        try await rig.withStation { station, journal in
            let (store, clock, log, places) = (try files.store(), rig.clock, log, files.places)
            let rules = PolicyRules(places: places, names: store.config.policies)
            let forms = FormsDesk(
                places: places, store: store, station: station, journal: journal, clock: clock, log: log
            ) { _, _ in nil }
            await forms.check()
            let duties = DutyDesk.live(rules, store, forms, journal, station, try journal.restore(), clock, log)
            await duties.tick()
            let source = AgentSheetSource(
                store: store, station: station, rules: rules, forms: forms, journal: journal, duties: duties)
            let teller = SheetTeller(source, clock: clock, log: log)
            let keeper = DayKeeper(
                journal: journal, station: station, node: store.config.node, hours: { store.config.hours },
                countsSimulated: false, clock: clock, log: log)
            try await story(
                Agent(
                    station: station, journal: journal, duties: duties, forms: forms, keeper: keeper, teller: teller,
                    reports: .live(source, teller, places, clock)))
        }
    }

    /// From now to ten o'clock of the next date: the zone is in use, people clean or forget it, the date is closed.
    func liveOneDay(_ agent: Agent, cleans: Bool) async throws {
        for device in [StationRig.panel, StationRig.printer] {
            await agent.station.take(Report(presence: .present, link: .up), from: device)
        }
        _ = try await agent.duties.enter("open", DutyEntry(.done), by: DutyRig.staff, key: nil)
        if cleans { _ = try await agent.duties.enter("clean", DutyEntry(.done), by: DutyRig.staff, key: nil) }
        await agent.teller.tick()
        await pass(7 * 3600 + 120, agent)
        await agent.keeper.look()
        await pass(17 * 3600 - 120, agent)
    }

    private func pass(_ seconds: Int, _ agent: Agent) async {
        rig.clock.advance(by: .seconds(seconds))
        await agent.duties.tick()
        await agent.teller.tick()
    }

    /// What the hub does not have yet, as heartbeats bring it.
    func report(_ agent: Agent) async throws {
        let (config, journal) = (try files.store().config, agent.journal)
        repeat {
            let events = try await journal.page(after: told, limit: 200)
            beats += 1
            var beat = Heartbeat(
                zone: config.zone, node: config.node, stream: journal.stream, epoch: journal.epoch,
                boot: journal.boot, hb: beats, reason: .periodic, sentAt: rig.clock.wall(), mono: rig.clock.mono(),
                clock: .synced, interval: .seconds(60), stateHash: "h")
            beat.state = ZoneStateJSON(name: config.name, purpose: "production", type: "hall", devices: [])
            beat.events = events.isEmpty ? nil : events
            _ = try await ingest.take(
                try WireCoding.encode(beat), from: NodeName(zone: config.zone, node: config.node))
            told = events.last?.seq ?? told
        } while told < journal.lastSeq
    }

    /// As the hub draws it from what it was told.
    func hubsSheet(_ period: SheetPeriod) async throws -> FrozenSheet {
        let history = HubDays(store: store, clock: rig.clock)
        let reports = HubReports(
            store: store, wall: wall,
            sources: .live(store, wall, history, CaseLedger(store: store), rig.clock), clock: rig.clock)
        return try #require(try await reports.sheet(of: try files.store().config.zone, period))
    }
}
