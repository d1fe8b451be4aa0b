import Testing
import ZoneDays
import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneSheets
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneHubDoor

@Suite("Sheets at the hub")
struct HubReportTests {
    /// 2026-09-21 in the evening: August is over.
    private static let period = SheetPeriod.month(year: 2026, month: 8)

    private func agent(_ bench: IngestBench, _ devices: [DeviceJSON]) throws -> AgentModel {
        let agent = try AgentModel(bench.clock)
        agent.state = ZoneStateJSON(name: "示例专区", purpose: "production", type: "hall", devices: devices)
        return agent
    }

    private func printer(_ serial: String, simulated: Bool = false) -> DeviceJSON {
        var state = DeviceState(card: DeviceCard(id: DeviceID(.printer, 1), kind: .printer, place: "咨询台旁"))
        (state.presence, state.link, state.activity) = (.present, .up, .idle)
        (state.identity.serial, state.identity.model, state.simulated) = (serial, "示例打印机200", simulated)
        return DeviceJSON(state)
    }

    /// Eight hours a day, the printer out of use for one of them.
    private func days() throws -> [SheetDay] {
        try Self.period.dates(through: Self.period.last).map { date in
            let (whole, broken) = (DayBuckets(up: 28_800), DayBuckets(up: 25_200, down: 3600))
            return try SheetDay(
                DayTotals(
                    date: "\(date)", published: 28_800, groups: .init(network: whole, query: whole, print: broken),
                    devices: [], counts: [:], through: Int64(date.day)))
        }
    }

    private func roster(_ bench: IngestBench) async throws {
        var entries = ["z", "z-2", "z-3"].enumerated().compactMap { number, id in
            Slug(id).map {
                RosterEntry(
                    zone: $0, name: "示例\(number + 1)号专区", type: "village", purpose: "production",
                    hasAgent: number < 2, isRetired: false)
            }
        }
        entries[0].unit = "示例镇人民政府"
        _ = try await bench.store.replaceRoster(entries)
        await bench.wall.setRoster(try bench.store.roster())
    }

    @Test("the same days give the same lines and the same chain as on the agent")
    func same() async throws {
        let bench = try IngestBench()
        let agent = try agent(bench, [printer("EX-1")])
        try await bench.send(agent)
        let days = try days()
        var sources = HubReports.Sources()
        sources.days = { _, _ in .value(days) }
        let reports = HubReports(store: bench.store, wall: bench.wall, sources: sources, clock: bench.clock)
        let atHub = try #require(try await reports.sheet(of: agent.name.zone, Self.period))
        var source = SheetSource(
            zone: agent.name.zone.text, head: SheetHead(name: "示例专区", type: "hall"))
        source.days = { _ in .value(days) }
        source.boxOpenings = { _ in Known.value(days).boxOpenings }
        let state = printer("EX-1")
        source.devices = { _ in
            .value([
                SheetDevice(
                    id: "printer-1", kind: .printer, identity: state.identity, place: state.place,
                    health: state.health, mode: state.mode, watch: state.watch, rules: [])
            ])
        }
        let onAgent = FrozenSheet(try Sheet(try await source.facts(Self.period, at: bench.clock.wall())))
        #expect(try atHub.bytes() == onAgent.bytes(), "what both know is the same sheet, to the last byte")
        #expect(atHub.seal.chain == onAgent.seal.chain && atHub.groups == onAgent.groups)
        #expect(atHub.groups.map(\.verdict) == ["保障到位", "保障到位", "有中断（31日）"])
    }

    @Test("the dates that a zone's one PC has closed are those of its sheet, whatever rows the hub has")
    func closed() async throws {
        let bench = try IngestBench()
        let agent = try agent(bench, [])
        let reckoning = DayReckoning(Self.period.first, published: [], countsSimulated: false)
        let bounds = DayBounds(after: 0, through: 1, countedAfter: 0, next: 1)
        let records = try DayRecord.all(reckoning, DayLedger(node: "pc-1"), bounds) { _ in nil }
        try await bench.send(agent, records.map { agent.event(.dayClosed, .a, device: $0.device, $0.data) })
        let history = HubDays(store: bench.store, clock: bench.clock)
        let sources = HubReports.Sources.live(
            bench.store, bench.wall, history, CaseLedger(store: bench.store), bench.clock)
        let (days, own) = (try await sources.days(agent.name.zone, Self.period), try SheetDay.all(of: records))
        #expect(days == .value(own) && own.first?.sha256 == records.last?.sha256)
    }

    @Test("a printer that two nodes see is one line; a simulated one is none in a real zone")
    func merged() async throws {
        let bench = try IngestBench()
        let one = try agent(bench, [printer("EX-1"), printer("SIM", simulated: true)])
        let other = try AgentModel(bench.clock, node: "pc-2")
        other.state = ZoneStateJSON(
            name: "示例专区", purpose: "production", type: "hall", devices: [printer("EX-1")])
        try await bench.send(one)
        try await bench.send(other)
        let reports = HubReports(store: bench.store, wall: bench.wall, clock: bench.clock)
        let sheet = try #require(try await reports.sheet(of: one.name.zone, Self.period))
        let devices = try #require(sheet.facts.devices.value)
        #expect(devices.count == 1 && devices.first?.serial == "EX-1")
        #expect(sheet.facts.duties == .unknown("专区电脑未报送"), "an agent of before has no such rows")
        #expect(sheet.groups.allSatisfy { $0.verdict == "数据不足" }, "nobody delivers days yet")
    }

    @Test("an older PC beside one that tells: its devices are on the list, and what only the other knows is said")
    func older() async throws {
        let bench = try IngestBench()
        let (one, other) = (try agent(bench, []), try AgentModel(bench.clock, node: "pc-2"))
        other.state = ZoneStateJSON(name: "示例专区", purpose: "production", type: "hall", devices: [printer("EX-2")])
        let date = CivilDate(of: bench.clock.wall())
        let head = SheetHead(name: "告知的名称", type: "hall", unit: .value("示例单位"))
        let listed = SheetDevice(id: "touch-1", kind: "touchPanel", asset: .value("示资1"), state: "正常")
        let note = try SheetNote(
            ZoneDescription(
                date, head: head, devices: [listed], forms: .value("齐全"), fees: .value("免费"),
                duties: .unknown("没有选定本地规则")), on: date)
        try await bench.send(one, [one.event(.zoneDescribed, .a, note.data)])
        try await bench.send(other)
        let history = HubDays(store: bench.store, clock: bench.clock)
        let reports = HubReports(
            store: bench.store, wall: bench.wall,
            sources: .live(bench.store, bench.wall, history, CaseLedger(store: bench.store), bench.clock),
            clock: bench.clock)
        let facts = try #require(try await reports.sheet(of: one.name.zone, .month(year: 2026, month: 9))).facts
        #expect(facts.devices.value?.map(\.id) == ["pc-2/printer-1", "pc-1/touch-1"])
        #expect(facts.devices.value?.last?.asset == .value("示资1"))
        #expect(facts.head.name == "告知的名称" && facts.head.unit == .value("示例单位"))
        #expect(facts.forms == .value("齐全") && facts.duties == .unknown("没有选定本地规则"))
    }

    @Test("rows that are no notes are history and nothing more")
    func nonsense() async throws {
        let bench = try IngestBench()
        let agent = try agent(bench, [printer("EX-1")])
        let rows: [JSONValue] = [
            [:], ["date": "soon"], ["date": "2026-9-1"], ["date": "2026-09-01"], ["date": "2026-09-02", "duties": 7],
            ["date": "2026-09-03", "duties": [["id": "a", "name": "b", "due": 1, "done": 1_000_000, "late": 0]]],
        ]
        for row in rows {
            try await bench.send(
                agent, [agent.event(.zoneDescribed, .a, row), agent.event(.dutyCounted, .a, row)])
        }
        let held = try await bench.held(agent)
        #expect(held.count == 2 * rows.count)
        let history = HubDays(store: bench.store, clock: bench.clock)
        let reports = HubReports(
            store: bench.store, wall: bench.wall,
            sources: .live(bench.store, bench.wall, history, CaseLedger(store: bench.store), bench.clock),
            clock: bench.clock)
        let facts = try #require(try await reports.sheet(of: agent.name.zone, .month(year: 2026, month: 9))).facts
        #expect(facts.duties == .unknown("专区电脑未报送") && facts.devices.value?.count == 1)
    }

    @Test("the overview has every zone of the roster, heard or not, under its unit")
    func overview() async throws {
        let bench = try IngestBench()
        try await roster(bench)
        try await bench.send(try agent(bench, []))
        let reports = HubReports(store: bench.store, wall: bench.wall, district: "示例区", clock: bench.clock)
        let sheet = try await reports.district(Self.period)
        #expect(sheet.title.hasPrefix("示例区政务公开专区运行情况"))
        #expect(sheet.rows.map(\.zone) == ["z", "z-2", "z-3"])
        #expect(sheet.rows[0].superior == .value("示例镇人民政府") && sheet.rows[2].apart == .byHand)
        let page = PaperHTML.text(sheet.paper)
        #expect(page.contains("主管单位：示例镇人民政府") && page.contains("主管单位未登记"))
        let json = DistrictJSON(sheet)
        #expect(json.zones.count == 3 && json.zones[0].groups.count == 3)
        let nobody = try #require(Slug("nobody"))
        #expect(try await reports.sheet(of: nobody, Self.period) == nil)
    }

    @Test("the page of links escapes what a zone is called")
    func index() async throws {
        let bench = try IngestBench()
        let agent = try agent(bench, [])
        agent.state?.name = "<b>专区"
        try await bench.send(agent)
        let reports = HubReports(store: bench.store, wall: bench.wall, clock: bench.clock)
        let page = ReportIndex.page(zones: await reports.zones(), today: reports.today)
        #expect(page.contains("&lt;b&gt;专区") && !page.contains("<b>专区"))
        #expect(page.contains("/api/v1/reports/2026-08?format=csv") && page.contains("/api/v1/reports/2026-Q2"))
        #expect(page.contains("/api/v1/reports/z/2026-08?format=docx"))
    }
}
