import DriverKit
import Testing
import ZoneAccess
import ZoneConfig
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneUplink
import ZoneWire

@testable import ZoneAgentCore

@Suite("An order of the hub is done once, and its result is told until it was heard", .serialized)
struct HubOrdersTests {
    private let rig: HubOrdersRig

    init() throws { rig = try HubOrdersRig() }

    private func order(
        _ verb: String = "probe", _ device: DeviceID? = HubOrdersRig.printer, id: UInt64 = 1, args: JSONValue? = nil,
        ttl: Int64 = 60_000, requires: [OrderJSON.Requirement]? = nil
    ) -> OrderJSON {
        HubOrdersRig.order(verb, device, id: id, args: args, ttl: ttl, requires: requires)
    }

    @Test("an order becomes a command under the hub's role, with its actor and number in every row")
    func life() async throws {
        try await rig.withAgent { agent in
            let command = try await agent.done(order())
            #expect(command.state == .succeeded && command.actor == "hub: uid 1000 via office.sock")
            let rows = try await agent.journal.rows(.commandAccepted, .commandRunning, .commandSucceeded)
            #expect(rows.count == 3)
            #expect(rows.allSatisfy { $0.data["order"] == .string(HexID(random: 1).text) && $0.class == .a })
            #expect(rows.allSatisfy { $0.data["actor"] == "hub: uid 1000 via office.sock" })
            let results = await agent.orders.pendingResults()
            #expect(results.map(\.state) == [.succeeded] && results.first?.result?["link"] == "up")
        }
    }

    @Test("repeated it is told again and done no second time, also by an agent that was restarted")
    func once() async throws {
        let restart = order("restartService", nil, args: ["unit": "cups.service"])
        try await rig.withAgent { agent in
            _ = try await agent.done(restart)
            let results = await agent.orders.pendingResults()
            await agent.orders.delivered(results)
            #expect(await agent.orders.pendingResults().isEmpty, "heard is heard")
            await agent.orders.take([restart, restart])
            #expect(await agent.orders.pendingResults() == results, "who asks again did not hear")
        }
        try await rig.withAgent { agent in
            #expect(await agent.orders.pendingResults().map(\.state) == [.succeeded])
            var later = restart
            later.ttl = 5000
            await agent.orders.take([later])
            #expect(await agent.orders.pendingResults().map(\.state) == [.succeeded])
        }
        #expect(rig.units.restarted == ["cups.service"])
    }

    @Test("a result that was not delivered is known after a restart; one that was is not told again")
    func restart() async throws {
        try await rig.withAgent { agent in
            _ = try await agent.done(order(id: 1))
            await agent.orders.delivered(await agent.orders.pendingResults())
            _ = try await agent.done(order(id: 2))
        }
        try await rig.withAgent { agent in
            let results = await agent.orders.pendingResults()
            #expect(results.map(\.id) == [HexID(random: 2)] && results.first?.state == .succeeded)
            await agent.orders.delivered(results)
        }
        try await rig.withAgent { agent in
            #expect(await agent.orders.pendingResults().isEmpty)
        }
    }

    @Test("what was told while it ran does not count for its end")
    func told() async throws {
        let gate = Gate()
        rig.driver.hold(at: gate)
        try await rig.withAgent { agent in
            await agent.orders.take([order("testPage")])
            try await gate.reached(1)
            let running = await agent.orders.pendingResults()
            #expect(running.map(\.state) == [.running])
            gate.open()
            _ = try await agent.end()
            await agent.orders.delivered(running)
            #expect(await agent.orders.pendingResults().map(\.state) == [.succeeded])
        }
    }

    @Test("an agent that was killed in the middle says that the outcome is unknown, or does again what may be repeated")
    func killed() async throws {
        for (number, verb) in [(UInt64(1), "heal"), (2, "probe")] {
            var left = CommandJSON(
                id: HexID.make().text, device: HubOrdersRig.printer, verb: verb, args: nil, state: .running,
                actor: "hub: x", requestedAt: rig.base.clock.wall())
            (left.order, left.boot) = (HexID(random: number), "boot")
            left.expires = rig.base.clock.mono().milliseconds + 60_000
            let row = left
            try await rig.base.withStation { _, journal in try await journal.write([Entry(nil, [.command(row)])], .now)
            }
        }
        try await rig.withAgent { agent in
            let (first, second) = (try await agent.end(of: 1), try await agent.end(of: 2))
            #expect(first.state == .interrupted && second.state == .succeeded)
            let told = await agent.orders.pendingResults()
            #expect(Set(told.map(\.state)) == [.interrupted, .succeeded])
        }
    }

    @Test("news come when there is something to tell, and not for what the hub only asks again")
    func news() async throws {
        try await rig.withAgent { agent in
            let service = Task { try await agent.orders.run() }
            var news = agent.orders.news.makeAsyncIterator()
            await agent.orders.take([order()])
            _ = await news.next(isolation: #isolation)
            let command = try await agent.end()
            #expect(command.state == .succeeded)
            service.cancel()
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var order: OrderJSON
        var code: String
        var word: String
        var testDescription: String { "\(order.verb), \(code)" }

        init(
            _ verb: String, _ device: DeviceID? = nil, args: JSONValue? = nil, ttl: Int64 = 60_000,
            requires: [OrderJSON.Requirement]? = nil, as code: String, saying word: String
        ) {
            order = HubOrdersRig.order(verb, device, args: args, ttl: ttl, requires: requires)
            (self.code, self.word) = (code, word)
        }
    }

    @Test(
        "what will not be done is rejected at once, in words, and stands in the journal",
        arguments: [
            Refused("fly", as: "command.unknown", saying: "fly"),
            Refused("probe", as: "request.invalid", saying: "device"),
            Refused("probe", DeviceID(.printer, 9), as: "not.found", saying: "printer-9"),
            Refused(
                "restartService", HubOrdersRig.printer, args: ["unit": "cups.service"], as: "command.target",
                saying: "PC"),
            Refused("restartService", args: ["unit": "ssh.service"], as: "request.invalid", saying: "cups.service"),
            Refused("restartService", args: ["unit": "cups.service", "x": 1], as: "request.invalid", saying: "x"),
            Refused("configure", as: "request.invalid", saying: "args.text"),
            Refused(
                "configure", args: ["text": .string(String(repeating: "x", count: 70_000))], as: "request.invalid",
                saying: "text"),
            Refused("diagnostics", args: ["files": true], as: "request.invalid", saying: "files"),
            Refused("probe", HubOrdersRig.printer, ttl: 10, as: "request.invalid", saying: "ttl"),
            Refused("probe", HubOrdersRig.printer, requires: [.closedHours], as: "command.unmet", saying: "hours"),
            Refused(
                "probe", HubOrdersRig.printer, requires: [.maintenance], as: "command.unmet", saying: "maintenance"),
        ])
    func rejected(_ refused: Refused) async throws {
        try await rig.withAgent { agent in
            await agent.orders.take([refused.order, refused.order])
            let results = await agent.orders.pendingResults()
            #expect(results.map(\.state) == [.rejected])
            let result = results.first?.result
            #expect(result?["code"] == .string(refused.code))
            #expect(result?["zh"]?.stringValue?.isEmpty == false)
            let rows = try await agent.journal.rows(.commandRejected)
            #expect(rows.count == 1 && rows.first?.class == .a)
            if refused.code != "command.unknown" {
                #expect(result?["message"]?.stringValue?.contains(refused.word) == true)
            }
        }
        #expect(rig.units.restarted.isEmpty)
    }

    @Test("a queue that is full rejects, and an order that waited too long for its turn never runs")
    func queue() async throws {
        let gate = Gate()
        rig.driver.hold(at: gate)
        try await rig.withAgent { agent in
            await agent.orders.take([order("testPage", id: 1)])
            try await gate.reached(1)
            for id in UInt64(2)...32 { await agent.orders.take([order("testPage", id: id, ttl: 1000)]) }
            await agent.orders.take([order("testPage", id: 33)])
            #expect(try await agent.end(of: 33).state == .rejected)
            rig.base.clock.advance(by: .seconds(2))
            gate.open()
            for id in UInt64(2)...32 { #expect(try await agent.end(of: id).state == .expired) }
            #expect(try await agent.end(of: 1).state == .succeeded)
        }
        #expect(rig.driver.documents.count == 1)
    }

    @Test("what is required is looked at when the order begins, not only when it comes")
    func requirements() async throws {
        let gate = Gate()
        rig.driver.hold(at: gate)
        try await rig.withAgent { agent in
            await agent.orders.take([order("testPage", id: 1)])
            try await gate.reached(1)
            await agent.orders.take([order(id: 2, requires: [.noLease])])
            #expect(try await agent.journal.order(HexID(random: 2))?.state == .accepted)
            let kiosk = Caller(door: .kiosk, uid: 1000, role: .kiosk)
            _ = try agent.leases.take(HubOrdersRig.printer, ttl: 60_000, by: kiosk)
            gate.open()
            let command = try await agent.end(of: 2)
            #expect(command.state == .rejected && command.result?["code"] == "command.unmet")
            #expect(try await agent.journal.rows(.commandRunning).count == 1, "the test page ran, the other did not")
        }
    }

    @Test("requirements are met: the zone is closed, the device is in maintenance, nobody has a lease")
    func met() async throws {
        try rig.files.site("hours: 11:00-12:00")
        try await rig.withAgent { agent in
            let hold = Hold(
                subject: Hold.zone, mode: .maintenance, setter: "technician", since: rig.base.clock.wall())
            try await agent.station.hold(hold)
            let all = OrderJSON.Requirement.allCases
            #expect(try await agent.done(order(id: 1, requires: all)).state == .succeeded, "it is ten o'clock")
            rig.base.clock.become(.unsynced)
            #expect(
                try await agent.done(order(id: 2, requires: all)).state == .rejected, "who vouches for ten o'clock?")
            rig.base.clock.become(.synced)
            rig.base.clock.advance(by: .seconds(3600))
            #expect(try await agent.done(order(id: 3, requires: all)).state == .rejected, "it is eleven")
        }
    }

    @Test("a zone that never closes counts as closed in its times of maintenance, and only there")
    func maintenanceWindow() async throws {
        try rig.files.site(
            """
            hours:
              \(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map { "\($0): 00:00-24:00" }.joined(separator: "\n  "))
              maintenance: {sat: 10:00-11:00}
            """)
        try await rig.withAgent { agent in
            let atTen = try await agent.done(order(id: 1, requires: [.closedHours]))
            #expect(atTen.state == .succeeded, "Saturday, ten")
            rig.base.clock.advance(by: .seconds(3600))
            let atEleven = try await agent.done(order(id: 2, requires: [.closedHours]))
            #expect(atEleven.state == .rejected)
        }
    }

    @Test("configure applies the district's layer and names the revision; a mistake is named by file and line")
    func configure() async throws {
        try await rig.withAgent { agent in
            let good = try await agent.done(order("configure", nil, id: 1, args: ["text": "name: 区里说的"]))
            #expect(good.state == .succeeded)
            #expect(good.result?["revision"] == .string(agent.tools.store.current.revision))
            #expect(agent.tools.store.config.name == "区里说的")
            let bad = try await agent.done(order("configure", nil, id: 2, args: ["text": "name: x\npurpose: fun"]))
            #expect(bad.state == .failed && bad.result?.stringValue?.contains("remote.yaml:2") == true)
            #expect(agent.tools.store.config.name == "区里说的", "the good one stays")
            let rows = try await agent.journal.rows(.configApplied, .configRejected)
            #expect(rows.map { $0.data["by"] } == ["hub: uid 1000 via office.sock", "hub: uid 1000 via office.sock"])
        }
    }

    @Test("more results than fit into a heartbeat follow when the first are delivered")
    func bounded() async throws {
        try await rig.withAgent { agent in
            for id in UInt64(1)...5 {
                var command = CommandJSON(
                    id: HexID.make().text, device: HubOrdersRig.pc, verb: "diagnostics", args: nil, state: .succeeded,
                    actor: "hub: x", requestedAt: rig.base.clock.wall())
                command.order = HexID(random: id)
                command.result = .string(String(repeating: "x", count: 250_000))
                try await agent.journal.write([Entry(nil, [.command(command)])], .now)
            }
            var heard: [HexID] = []
            while case let results = await agent.orders.pendingResults(), !results.isEmpty {
                #expect(results.count <= 2)
                heard += results.map(\.id)
                await agent.orders.delivered(results)
            }
            #expect(Set(heard).count == 5 && heard.count == 5)
            #expect(try await agent.journal.order(HexID(random: 1))?.result == nil, "what was heard takes no room")
        }
    }
}
