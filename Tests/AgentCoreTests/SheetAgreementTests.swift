import Testing
import ZoneControl
import ZoneDays
import ZoneJournal
import ZoneModel
import ZoneSheets
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneAgentCore

@Suite("The same journal gives the same sheet on agent and hub")
struct SheetAgreementTests {
    private let rig: SheetRig

    init() throws { rig = try SheetRig() }

    /// Of each period the facts are the same bytes, and so are the hashes of all parts. When the hub itself was away, only
    /// the hub knows: that one part is its own.
    private func compare(_ agent: SheetRig.Agent, _ period: SheetPeriod) async throws {
        let own = try await agent.reports.sheet(period, isDraft: true)
        // What was told because somebody wanted the sheet is on its way as any row.
        try await rig.report(agent)
        let hubs = try await rig.hubsSheet(period)
        #expect(hubs.facts.outages == .value([]) && own.facts.outages.value == nil)
        var facts = hubs.facts
        facts.outages = own.facts.outages
        #expect(try WireCoding.text(facts) == WireCoding.text(own.facts), "\(period)")
        #expect(hubs.seal.chain == own.seal.chain && hubs.groups == own.groups, "\(period)")
        for part in ["head", "devices", "cases", "daily", "remarks"] {
            #expect(hubs.seal.parts[part] == own.seal.parts[part], "\(period), \(part)")
        }
    }

    @Test("a month with duties, devices, forms and fees is the same to the last byte, and so is each other period")
    func same() async throws {
        try await rig.withAgent { agent in
            for day in 21...30 {
                try await rig.liveOneDay(agent, cleans: day % 3 != 0)
                try await rig.report(agent)
            }
            for period in ["2026-11", "2026-11-25", "2026-Q4", "2026", "2026-12", "2026-10"] {
                try await compare(agent, try #require(SheetPeriod(period)))
            }
            let facts = try await rig.hubsSheet(SheetRig.month).facts
            #expect(facts.days.count == 10 && facts.head.name == "示例镇政务公开专区")
            #expect(facts.head.unit == .value("示例镇公共服务中心") && facts.head.person == "综合窗口")
            #expect(facts.head.superior == .value("示例镇人民政府") && facts.head.recipient.value != nil)
            #expect(facts.forms == .value("电子表格1种齐全，可随时补打") && facts.fees == .value("免费"))
            let duties = try #require(facts.duties.value)
            #expect(duties.first { $0.name == "启用" } == SheetDuty(name: "启用", due: 10, done: 10))
            // The 21st, 24th, 27th and 30th were forgotten.
            #expect(duties.first { $0.name == "清洁" } == SheetDuty(name: "清洁", due: 10, done: 6))
            #expect(duties.first { $0.name == "查线路" } == SheetDuty(name: "查线路", due: 2, done: 0))
            let devices = try #require(facts.devices.value)
            let printer = try #require(devices.first { $0.id == "printer-1" })
            #expect(printer.asset == .value("示资2021-0032") && printer.required == .value("yes"))
            #expect(devices.contains { $0.id == nil && $0.kind == "ledDisplay" && $0.state == "缺配" })
        }
    }

    @Test("what is entered late, or taken back, changes the count of its date on both")
    func late() async throws {
        try await rig.withAgent { agent in
            for _ in 21...23 { try await rig.liveOneDay(agent, cleans: false) }
            try await compare(agent, SheetRig.month)
            let missed = try #require(CivilDate("2026-11-22"))
            _ = try await agent.duties.enter("clean", DutyEntry(.done, date: missed), by: DutyRig.staff, key: nil)
            try await compare(agent, SheetRig.month)
            let line = try await rig.hubsSheet(SheetRig.month).facts.duties.value?.first { $0.name == "清洁" }
            #expect(line == SheetDuty(name: "清洁", due: 3, done: 1, note: "其中补登1次"))
            _ = try await agent.duties.takeBack("clean", date: missed, by: DutyRig.staff)
            try await compare(agent, SheetRig.month)
            let after = try await rig.hubsSheet(SheetRig.month).facts.duties.value?.first { $0.name == "清洁" }
            #expect(after == SheetDuty(name: "清洁", due: 3, done: 0))
        }
    }

    @Test("rows are written when something has changed and once a month, not each hour; never with a clock in doubt")
    func rows() async throws {
        try await rig.withAgent { agent in
            await agent.teller.tick()
            let early = try await told(agent, .zoneDescribed)
            #expect(early.isEmpty, "devices are still being looked for")
            rig.rig.clock.advance(by: .seconds(301))
            for _ in 0..<5 {
                await agent.teller.tick()
                rig.rig.clock.advance(by: .seconds(3600))
            }
            let first = try await told(agent, .zoneDescribed)
            #expect(first == ["2026-11-21"])
            let counted = try await told(agent, .dutyCounted)
            #expect(counted == ["2026-11-21"], "opening was due, closing is not")
            rig.rig.clock.become(.unsynced)
            rig.rig.clock.set(by: .seconds(-40 * 365 * 86_400))
            await agent.teller.tell()
            rig.rig.clock.set(by: .seconds(40 * 365 * 86_400))
            rig.rig.clock.become(.synced)
            let doubted = try await told(agent, .zoneDescribed)
            #expect(doubted == first)
            rig.rig.clock.advance(by: .seconds(12 * 86_400))
            await agent.teller.tell()
            let later = try await told(agent, .zoneDescribed)
            #expect(later == ["2026-11-21", "2026-12-03"])
            let events = try await agent.journal.rows(.zoneDescribed, .dutyCounted)
            #expect(events.allSatisfy { $0.class == .a && $0.subject == "zone" })
        }
    }

    private func told(_ agent: SheetRig.Agent, _ name: EventName) async throws -> [String] {
        try await agent.journal.rows(name).compactMap { $0.data["date"]?.stringValue }
    }

    @Test("a night without hours does not close the devices on the sheet")
    func night() async throws {
        try await rig.withAgent { agent in
            let hold = Hold(
                subject: Hold.zone, mode: .closed, setter: Hold.setByHours, since: rig.rig.clock.wall())
            try await agent.station.hold(hold)
            let devices = try await agent.reports.sheet(SheetRig.month, isDraft: true).facts.devices.value
            #expect(devices?.contains { $0.state == "暂停开放" } == false)
        }
    }
}
