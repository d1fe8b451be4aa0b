import DriverKit
import Synchronization
import Testing
import ZoneDesks
import ZoneModel
import ZoneTestKit
import ZoneUplink
import ZoneWire

@testable import ZoneAgentCore

@Suite("Steps of the PC itself", .serialized)
struct MachineHealingTests {
    private let rig: HubOrdersRig

    init() throws { rig = try HubOrdersRig() }

    private final class FakeRestarter: MachineRestarter {
        private let count = Mutex(0)
        var restarts: Int { count.withLock { $0 } }
        func reboot(within deadline: Duration) async throws(DeviceError) { count.withLock { $0 += 1 } }
    }

    @Test("the PC is restarted where somebody can; a device has its driver's steps only")
    func steps() async throws {
        let restarter = FakeRestarter()
        try await rig.withAgent { agent in
            var machine = MachineHealing(supervisor: agent.tools.supervisor, restarter: nil)
            #expect(await machine.steps(of: HubOrdersRig.pc).map(\.name) == [])
            machine = MachineHealing(supervisor: agent.tools.supervisor, restarter: restarter)
            #expect(await machine.steps(of: HubOrdersRig.pc).map(\.name) == ["reboot"])
            #expect(await machine.steps(of: HubOrdersRig.printer).map(\.name) == ["reopen"])
            try await machine.heal(HubOrdersRig.pc, .reboot)
        }
        #expect(restarter.restarts == 1)
        #expect(HealingStep.reboot.dailyBudget == 1 && HealingStep.reboot.harm == .restartsPC)
    }

    @Test("nobody restarts the PC under a document")
    func printing() async throws {
        let (restarter, gate) = (FakeRestarter(), Gate())
        rig.driver.hold(at: gate)
        try await rig.withAgent { agent in
            let machine = MachineHealing(supervisor: agent.tools.supervisor, restarter: restarter)
            await agent.orders.take([HubOrdersRig.order("testPage", HubOrdersRig.printer)])
            try await gate.reached(1)
            let error = await #expect(throws: DeviceError.self) { try await machine.heal(HubOrdersRig.pc, .reboot) }
            #expect(error?.code == .busy && restarter.restarts == 0)
            gate.open()
            _ = try await agent.end()
        }
    }

    @Test("the ladder of a running agent: opened anew, well again, and a line for the sheet")
    func ladder() async throws {
        rig.driver.see([Symptom(.boxSensorDead, .wrong(evidence: "test"))])
        try await rig.withAgent { agent in
            let tools = agent.tools
            let machine = MachineHealing(supervisor: tools.supervisor, restarter: nil)
            let seams = HealingSeams(
                devices: { tools.station.board.states }, steps: { await machine.steps(of: $0) },
                facts: { _ in HealingFacts() })
            let round = HealingRound(heals: tools.heals, seams: seams)
            try await rig.base.crank("a step was done") {
                await round.tick()
                return try await !agent.journal.rows(.healSucceeded).isEmpty
            }
            rig.driver.see([Symptom(.boxSensorDead, .fine)])
            try await eventuallyTrue("open again") { await tools.supervisor.takesDocuments(HubOrdersRig.printer) }
            _ = try await tools.supervisor.probe(HubOrdersRig.printer)
            try await rig.base.crank("the healing is told") {
                await round.tick()
                return try await agent.journal.rows(.healSucceeded).contains { $0.data["healed"] == .bool(true) }
            }
            let attempts = try await agent.journal.rows(.healAttempted).count
            let standing = try #require(await round.standing(of: HubOrdersRig.printer))
            let json = HealingJSON(HubOrdersRig.printer, standing)
            #expect(json.state == .resting && json.used == attempts && json.last == "reopen")
            #expect(json.steps.map(\.name) == ["reopen"])
        }
    }

    private func device(_ id: DeviceID, _ kind: DeviceKind, _ codes: [ConditionCode] = []) -> DeviceState {
        var state = DeviceState(card: DeviceCard(id: id, kind: kind))
        (state.presence, state.link) = (.present, .up)
        let at = WallTime(milliseconds: 0)
        state.conditions = codes.map {
            Condition(
                code: $0, severity: $0.severity, since: at, lastSeen: at, fixer: $0.fixer, evidence: nil,
                simulated: false)
        }
        return state
    }

    @Test("where no panel reports, somebody may be there unseen in open hours, unless the kiosk's program says no")
    func unseen() {
        let pc = device(HubOrdersRig.pc, .queryPC, [.pcMemory])
        let panel = device(StationRig.panel, .touchPanel)
        func mayBe(
            _ states: [DeviceState], _ kind: DeviceKind = .queryPC, word: Bool? = nil, isClosed: Bool? = false,
            inDemo: Bool = false
        ) -> Bool {
            AgentHealing.mayBeUsedUnseen(
                kind, states, word: word, isClosed: isClosed, countsSimulated: inDemo)
        }
        #expect(mayBe([pc]) && mayBe([pc], isClosed: nil) && mayBe([pc], .printer))
        #expect(!mayBe([pc], isClosed: true) && mayBe([pc], word: true, isClosed: true))
        #expect(!mayBe([pc], word: false) && mayBe([pc], word: true))
        #expect(!mayBe([pc, panel]) && !mayBe([pc, panel], word: true), "the station tells what a panel sees")
        var (away, simulated, byPerson) = (panel, panel, panel)
        (away.presence, simulated.simulated, byPerson.card.watch) = (.absent, true, .person)
        #expect(mayBe([pc, away]) && mayBe([pc, byPerson]))
        #expect(mayBe([pc, simulated]) && !mayBe([pc, simulated], inDemo: true))
        #expect(!mayBe([pc, away], .touchPanel), "it is opened anew")
        for code in [ConditionCode.appAbsent, .appFrozen] {
            #expect(!mayBe([device(HubOrdersRig.pc, .queryPC, [code])]), "what does not run is used by nobody")
        }
    }

    @Test("a query is possible while an app runs and a panel can be touched")
    func query() {
        func isPossible(_ pc: [ConditionCode], _ panel: [ConditionCode]?) -> Bool {
            let own = device(HubOrdersRig.pc, .queryPC, pc)
            return AgentHealing.isQueryPossible(
                [own] + (panel.map { [device(StationRig.panel, .touchPanel, $0)] } ?? []))
        }
        #expect(isPossible([], nil) && isPossible([], []) && isPossible([.pcMemory], []))
        #expect(!isPossible([.appFrozen], []) && !isPossible([.appAbsent], nil))
        #expect(!isPossible([], [.touchAbsent]))
    }

    @Test("a step is judged by two looks")
    func judging() {
        #expect(AgentHealing.judging(nil) == .seconds(60))
        #expect(AgentHealing.judging(.seconds(5)) == .seconds(60))
        #expect(AgentHealing.judging(.seconds(60)) == .seconds(135))
    }
}
