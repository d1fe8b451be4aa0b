import DriverKit
import Testing
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneUplink
import ZoneWire

@testable import ZoneAgentCore

@Suite("Check looks at everything; a test page is one sheet through the ordinary queue", .serialized)
struct CheckVerbTests {
    private let rig: HubOrdersRig

    init() throws { rig = try HubOrdersRig() }

    private func line(_ command: CommandJSON, _ device: String) -> JSONValue? {
        command.result?["devices"]?.arrayValue?.first { $0["device"] == .string(device) }
    }

    @Test("one answer names each device: what was seen, what is not open, what a person looks after")
    func check() async throws {
        rig.driver.see([Symptom(.printerPaperOut, .wrong(evidence: "media-empty-error"))])
        try await rig.withAgent { agent in
            let byHand = DeviceCard(id: DeviceID(.suggestionBox, 1), kind: .suggestionBox, watch: .person)
            await agent.station.admit(byHand, maxAge: .seconds(90))
            let command = try await agent.done(HubOrdersRig.order("check"))
            #expect(command.state == .succeeded && command.device == HubOrdersRig.pc)
            #expect(line(command, "printer-1")?["outcome"] == "wrong")
            let seen = line(command, "printer-1")?["seen"]?.arrayValue
            #expect(seen == [["code": "prn.paper.out", "evidence": "media-empty-error"]])
            #expect(line(command, "touch-1")?["outcome"] == "notOpen")
            #expect(line(command, "box-1")?["outcome"] == "byPerson")
            let counts: JSONValue = ["asked": 3, "ok": 0, "wrong": 1, "notOpen": 2, "failed": 0]
            #expect(command.result?["counts"] == counts)
        }
    }

    @Test("sent to one device it looks at that one")
    func one() async throws {
        try await rig.withAgent { agent in
            let command = try await agent.done(HubOrdersRig.order("check", HubOrdersRig.printer))
            #expect(command.result?["devices"]?.arrayValue?.count == 1)
            #expect(line(command, "printer-1")?["outcome"] == "ok")
        }
    }

    @Test("sent to the PC alone it looks at the PC; a check that is kept cannot be of one")
    func alone() async throws {
        try await rig.withAgent { agent in
            let command = try await agent.done(HubOrdersRig.order("check", args: ["alone": true]))
            #expect(command.result?["devices"]?.arrayValue?.compactMap { $0["device"] } == ["pc-1"])
            let kept = try await agent.done(
                HubOrdersRig.order("check", id: 2, args: ["alone": true, "check": "full"]))
            #expect(kept.state == .rejected)
        }
    }

    @Test("the page names zone, node, device and time; the job is the hub's, and its end is the result")
    func testPage() async throws {
        try await rig.withAgent { agent in
            let command = try await agent.done(HubOrdersRig.order("testPage", HubOrdersRig.printer))
            #expect(command.state == .succeeded)
            #expect(command.result?["state"] == "printed" && command.result?["pagesProven"] == 1)
            let job = try #require(try await agent.journal.jobs(limit: 1).first?.job)
            #expect(command.result?["job"] == .string(job.id))
            #expect(job.actor == "hub: uid 1000 via office.sock" && job.format == "application/pdf")
        }
        let page = try #require(rig.driver.documents.first)
        for word in ["zone     a", "node     b", "device   printer-1", "2026-11-21 10:00:00"] {
            #expect(page.contains(word), "\(word)")
        }
    }

    @Test(
        "a page that does not come out is a failed command with the printer's word",
        arguments: [
            (PrintResult.failed("media-jam"), "没有打印出来", "failed: media-jam"),
            (.unknown("silent"), "请看出纸口", "unknown: silent"),
            (.cancelled("at the panel"), "被取消", "cancelled: at the panel"),
        ])
    func failedPage(_ outcome: PrintResult, _ chinese: String, _ word: String) async throws {
        rig.driver.become(outcome)
        try await rig.withAgent { agent in
            let command = try await agent.done(HubOrdersRig.order("testPage", HubOrdersRig.printer))
            let told = command.result?.stringValue ?? ""
            #expect(command.state == .failed && told.contains(word) && told.contains(chinese), "\(told)")
        }
    }

    @Test("what is no printer prints no page; whoever cancels the command stops the job")
    func stopped() async throws {
        let gate = Gate()
        rig.driver.hold(at: gate)
        try await rig.withAgent { agent in
            let panel = try await agent.done(HubOrdersRig.order("testPage", StationRig.panel, id: 1))
            #expect(panel.state == .failed && panel.result?.stringValue?.contains("unsupported") == true)
            await agent.orders.take([HubOrdersRig.order("testPage", HubOrdersRig.printer, id: 2)])
            try await gate.reached(1)
            let running = try #require(try await agent.journal.order(HexID(random: 2)))
            _ = try await agent.commands.cancel(running.id, by: HubOrdersRig.technician)
            try await eventuallyTrue("over") { try await agent.journal.order(HexID(random: 2))?.state.isOver == true }
            gate.open()
            #expect(try await agent.end(of: 2).state == .cancelled)
            try await eventuallyTrue("the job, too") {
                try await agent.journal.jobs(limit: 1).first?.job.state == .cancelled
            }
        }
    }

    private func page(
        name: String = "专区", model: String? = "Laser (9) \\ 激光", serial: String? = "S1", counter: Int64? = 7
    )
        throws -> TestPage
    {
        TestPage(
            zone: try #require(ZoneID("a")), node: try #require(NodeID("b")), name: name,
            printer: .init(device: StationRig.printer, model: model, serial: serial, counter: counter),
            version: "zone-agent 1", at: "2026", command: "c")
    }

    @Test("what is known of the printer stands on the page and in the code; what is not known is not made up")
    func facts() throws {
        let page = try page()
        for line in ["serial   S1", "counter  7 before this page", "agent    zone-agent 1"] {
            #expect(page.lines.contains(line), "\(line)")
        }
        #expect(page.message == "a/b/printer-1\n2026\nSN S1\npages 7\nzone-agent 1\n专区\nLaser (9) \\ 激光")
        let shy = try self.page(model: nil, serial: nil, counter: nil)
        #expect(shy.message == "a/b/printer-1\n2026\nzone-agent 1\n专区")
        #expect(shy.lines.count { $0.hasSuffix("not told") } == 3)
        let long = String(repeating: "长", count: 200)
        let longest = try self.page(name: long, model: long, serial: long, counter: .max).message
        #expect(longest.utf8.count <= 106 && longest.hasPrefix("a/b/printer-1\n2026\n"))
    }

    @Test("every object of the page lies where its table says, and no text can leave its brackets")
    func document() throws {
        let page = try page()
        let text = String(decoding: page.document, as: UTF8.self)
        #expect(text.utf8.count == text.unicodeScalars.count, "ASCII")
        #expect(text.contains("(model    Laser \\(9\\) \\\\ ??)"))
        let table = try #require(text.firstRange(of: "xref\n0 6\n"))
        let start = text.utf8.distance(from: text.startIndex, to: table.lowerBound)
        #expect(text.hasSuffix("startxref\n\(start)\n%%EOF\n"))
        let lines = text[table.upperBound...].split(separator: "\n")
        #expect(lines.prefix(6).allSatisfy { $0.utf8.count == 19 }, "twenty bytes with the line feed")
        for number in 1...5 {
            let offset = try #require(Int(lines[number].prefix(10)))
            let place = text.utf8.index(text.startIndex, offsetBy: offset)
            #expect(text[place...].hasPrefix("\(number) 0 obj\n"))
        }
    }
}
