import NIOHTTP1
import Testing
import ZoneModel
import ZoneWire

@testable import ZoneHubDoor

@Suite("What may be ordered")
struct OrderRequestTests {
    struct Wrong: Sendable, CustomTestStringConvertible {
        var body: String
        var field: String
        var testDescription: String { "\(field): \(body)" }
    }

    @Test(
        "what cannot be is refused at the desk, with the field",
        arguments: [
            Wrong(body: #"{"zone":"z","node":"pc-1","verb":"reboot"}"#, field: "verb"),
            Wrong(body: #"{"zone":"z","node":"pc-1","verb":"probe"}"#, field: "device"),
            Wrong(body: #"{"zone":"z","node":"pc-1","verb":"configure","device":"x"}"#, field: "device"),
            Wrong(body: #"{"zone":"z","node":"pc-1","verb":"check","ttl":999}"#, field: "ttl"),
            Wrong(body: #"{"zone":"z","node":"pc-1","verb":"check","ttl":86400001}"#, field: "ttl"),
            Wrong(body: #"{"zone":"z","node":"pc-1","verb":"check","args":[1]}"#, field: "args"),
            Wrong(body: #"{"zone":"z","node":"pc-1","verb":"check","requires":["rain"]}"#, field: "requires"),
            Wrong(
                body: #"{"zone":"z","node":"pc-1","verb":"check","requires":["noLease","noLease"]}"#,
                field: "requires"),
            Wrong(body: #"{"zone":"Z!","node":"pc-1","verb":"check"}"#, field: "zone"),
            Wrong(body: #"{"node":"pc-1","verb":"check"}"#, field: "zone"),
            Wrong(body: "[", field: "body"),
        ])
    func refused(_ wrong: Wrong) async throws {
        try await OfficeBench.run { hub in
            try await hub.report(try AgentModel(hub.clock))
            let answer = try await hub.send(.POST, "/v1/orders", Array(wrong.body.utf8))
            #expect(answer.status == 400)
            #expect(answer.error?.message.hasPrefix(wrong.field) == true, "\(answer.error?.message ?? "")")
            #expect(answer.error?.zh.isEmpty == false)
            #expect(try await hub.get([OrderRecordJSON].self, "/v1/orders").isEmpty)
        }
    }

    @Test("an order for a node that nobody knows is refused: it would wait for ever")
    func unknownNode() async throws {
        try await OfficeBench.run { hub in
            let name = try #require(NodeName("z/pc-1"))
            let answer = try await hub.post("/v1/orders", OrderRequest(name: name, verb: .check))
            #expect(answer.status == 404)
            #expect(answer.error?.message.contains("z/pc-1") == true)
        }
    }

    @Test("who ordered what goes down with the order and stands in the audit")
    func actor() async throws {
        try await OfficeBench.run { hub in
            let agent = try AgentModel(hub.clock)
            try await hub.report(agent)
            var request = OrderRequest(name: agent.name, verb: .heal, device: Slug("printer-1"))
            (request.args, request.requires) = (["step": "reopen"], [.closedHours])
            let order = try await hub.place(request)
            let sent = try #require(try await hub.report(agent).orders.first)
            #expect(sent.actor == order.actor)
            #expect(sent.actor.hasPrefix("uid ") && sent.actor.hasSuffix(" via office.sock"))
            #expect(sent.args == ["step": "reopen"])
            #expect(sent.requires == [.closedHours])
            let line = try #require(try await hub.audit.first)
            #expect(line.actor == order.actor)
            #expect(line.subject == "z/pc-1")
            #expect(line.detail == "\(order.id) heal printer-1 {\"step\":\"reopen\"}")
            let other = try await hub.get([OrderRecordJSON].self, "/v1/orders?zone=y")
            #expect(other.isEmpty)
            #expect(try await hub.get([OrderRecordJSON].self, "/v1/orders?zone=z").map(\.id) == [order.id])
        }
    }
}
