import Testing
import ZoneControlClient
import ZoneModel
import ZoneTestKit
import ZoneWire

/// What a running agent does for its devices by itself, and what a technician sees of it.
@Suite("Healing and checks of a running agent", .serialized)
struct CareStoryTests {
    @Test("a check of all devices is a command with evidence; the ladder of each device can be seen")
    func check() async throws {
        let zone = try RunningZone()
        let printer = try #require(try await zone.startSimulation()["SIM_PRINTER"])
        try zone.writeConfig(devices: "  - {id: printer-sim, kind: printer, uri: \"\(printer)\"}\n")
        try await zone.startAgent()
        try await eventuallyTrue("the printer is ready") { try await zone.device("printer-sim")?.serviceable == true }
        let keyed = zone.admin.with(["Idempotency-Key": "a"])
        let begun = try await keyed.post(CommandJSON.self, "/v1/checks", CheckRequest(check: .full, print: true))
        #expect(
            try await keyed.post(CommandJSON.self, "/v1/checks", CheckRequest(check: .full, print: true)).id == begun.id
        )
        let check = try await eventually("the check is done", within: .seconds(300)) {
            let check = try await zone.admin.get(CheckJSON.self, "/v1/checks/\(begun.id)")
            return check.state == .done ? check : nil
        }
        let line = try #require(check.devices.first { $0.device.text == "printer-sim" })
        #expect(line.outcome == "ok" && line.page == "printed")
        #expect(check.of == check.devices.count)
        let list = try await zone.admin.get(ChecksJSON.self, "/v1/checks?limit=1")
        #expect(list.checks.map(\.id) == [begun.id] && list.monthly == nil)
        let healing = try await zone.admin.get(HealingJSON.self, "/v1/devices/printer-sim/healing")
        #expect(healing.state == .resting && healing.steps.contains { $0.name == "reopen" && $0.budget == 12 })
        await #expect(throws: SocketClientError.self) {
            _ = try await zone.kiosk.get(ChecksJSON.self, "/v1/checks")
        }
        await #expect(throws: SocketClientError.self) {
            _ = try await zone.admin.post(
                CommandJSON.self, "/v1/checks", CheckRequest(check: .opening, print: true))
        }
        try await zone.stopAll()
    }
}
