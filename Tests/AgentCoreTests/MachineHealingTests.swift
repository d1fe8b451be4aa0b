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

    @Test("a query is possible while an app runs and a panel can be touched")
    func query() {
        func device(_ id: DeviceID, _ kind: DeviceKind, _ codes: [ConditionCode]) -> DeviceState {
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
