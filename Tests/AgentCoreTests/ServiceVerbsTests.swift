import DriverKit
import Testing
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneUplink
import ZoneWire

@testable import ZoneAgentCore

@Suite("Services are restarted from a closed list, within a daily budget", .serialized)
struct ServiceVerbsTests {
    private let rig: HubOrdersRig

    init() throws { rig = try HubOrdersRig() }

    private func restart(_ id: UInt64) -> OrderJSON {
        HubOrdersRig.order("restartService", id: id, args: ["unit": "cups.service"])
    }

    @Test("a restart is a healing step of the PC: counted before it begins, told afterwards, four times a day")
    func budget() async throws {
        try await rig.withAgent { agent in
            for id in UInt64(1)...4 {
                let command = try await agent.done(restart(id))
                #expect(command.state == .succeeded && command.result?["activeState"] == "active")
            }
            let fifth = try await agent.done(restart(5))
            #expect(fifth.state == .failed && fifth.result?.stringValue?.contains("budgetSpent") == true)
            let rows = try await agent.journal.rows(.healAttempted, .healSucceeded, .healBudgetSpent)
            #expect(rows.count == 9 && rows.last?.name == .healBudgetSpent)
            #expect(rows.first?.data["cause"] == "hub: uid 1000 via office.sock")
            #expect(rows.allSatisfy { $0.subject == "pc-1" && $0.data["step"] == "restart cups.service" })
        }
        #expect(rig.units.restarted.count == 4)
        try await rig.withAgent { agent in
            let sixth = try await agent.done(restart(6))
            #expect(sixth.state == .failed, "a new agent knows the day's count")
            rig.base.clock.advance(by: .seconds(86_400))
            let seventh = try await agent.done(restart(7))
            #expect(seventh.state == .succeeded, "a new day is a new budget")
        }
    }

    @Test("while a document is being printed, and by an agent with a root of its own, nothing is restarted")
    func refused() async throws {
        let gate = Gate()
        rig.driver.hold(at: gate)
        try await rig.withAgent { agent in
            await agent.orders.take([HubOrdersRig.order("testPage", HubOrdersRig.printer, id: 1)])
            try await gate.reached(1)
            let busy = try await agent.done(restart(2))
            #expect(busy.state == .failed && busy.result?.stringValue?.contains("printer-1 is printing") == true)
            gate.open()
            _ = try await agent.end(of: 1)
        }
        try await rig.withAgent(hasUnits: false) { agent in
            let command = try await agent.done(restart(3))
            #expect(command.state == .failed && command.result?.stringValue?.contains("unsupported") == true)
        }
        #expect(rig.units.restarted.isEmpty)
    }

    @Test("what systemd says against it is the result")
    func failure() async throws {
        rig.units.fail(DeviceError(.ioFailed, doing: "restart cups.service", "Unit cups.service not found."))
        try await rig.withAgent { agent in
            let command = try await agent.done(restart(1))
            #expect(command.state == .failed)
            #expect(command.result?.stringValue?.contains("Unit cups.service not found.") == true)
        }
    }

    @Test("the answer of systemctl is read by unit")
    func blocks() {
        let text = "Id=a.service\nActiveState=active\nNRestarts=0\n\nId=b.service\nActiveState=failed\nNote=x=y\n"
        let facts = SystemdUnits.blocks(text)
        #expect(facts["a.service"] == ["ActiveState": "active", "NRestarts": "0"])
        #expect(facts["b.service"] == ["ActiveState": "failed", "Note": "x=y"])
        #expect(SystemdUnits.blocks("").isEmpty && SystemdUnits.blocks("\n\n=\n").isEmpty)
    }

    @Test("a command that somebody could not have given shows them neither its arguments nor its result")
    func shown() async throws {
        try await rig.withAgent { agent in
            let command = try await agent.done(HubOrdersRig.order("configure", args: ["text": "name: x"]))
            let shown = agent.commands.shown(command, to: HubOrdersRig.technician)
            #expect(shown.args == nil && shown.result == nil && shown.state == .succeeded)
            let probe = try await agent.done(HubOrdersRig.order("probe", HubOrdersRig.printer, id: 2))
            #expect(agent.commands.shown(probe, to: HubOrdersRig.technician) == probe)
        }
    }
}
