import ZoneConfig
import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

/// What a technician can do from the shell; each function is one subcommand of zonectl.
package struct Technician: Sendable {
    private let places: Places
    let clock: any ZoneClock
    let show: @Sendable (String) -> Void

    package init(root: String, clock: any ZoneClock, show: @escaping @Sendable (String) -> Void) {
        (places, self.clock, self.show) = (Places(root: root), clock, show)
    }

    var agent: SocketClient { SocketClient(path: places.adminSocket) }

    package func status(asJSON: Bool) async throws {
        let list = try await agent.get(DeviceListJSON.self, "/v1/devices")
        guard !asJSON else { return show(try WireCoding.text(list) + "\n") }
        // The table is worth showing without it.
        let month = try? await agent.get(ChecksJSON.self, "/v1/checks?limit=1").monthly
        show(StatusTable.text(list, now: clock.wall()) + CheckText.wanted(month))
    }

    /// The table first, then a line for every event, until interrupted.
    package func watch() async throws {
        for try await event in try await agent.events("/v1/events") {
            if event.name == "snapshot" {
                let list = try WireCoding.decode(DeviceListJSON.self, Array(event.data.utf8))
                show(StatusTable.text(list, now: clock.wall()) + "\n")
            } else if let row = try? WireCoding.decode(Event.self, Array(event.data.utf8)) {
                show(EventLine.text(row) + "\n")
            }
        }
    }

    package func access() async throws {
        struct Row: Decodable {
            var action: String
            var roles: [String]
            var why: String
        }
        var table = TextTable(header: ["动作 ACTION", "角色 ROLES", "理由 WHY"])
        for row in try await agent.get([Row].self, "/v1/access") {
            table.add([row.action, row.roles.joined(separator: ", "), row.why])
        }
        let me = try await agent.get(CallerJSON.self, "/v1/me")
        show("您是 you are: \(Words.role(me.role))（uid \(me.uid)，\(me.door)）\n\n" + table.text)
    }

    /// The demo's faults. Without a device: what the simulators are like inside.
    package func simulate(_ device: String?, _ moves: [String]) async throws {
        let simulation = SocketClient(path: places.simulationSocket)
        let truth =
            if let device {
                try await simulation.post(JSONValue.self, "/v1/sim/\(device)", moves)
            } else {
                try await simulation.get(JSONValue.self, "/v1/sim")
            }
        show(try WireCoding.text(truth) + "\n")
    }
}
