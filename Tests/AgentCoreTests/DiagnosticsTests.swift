import DriverKit
import FoundationEssentials
import Testing
import ZoneConfig
import ZoneDeflate
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneUplink
import ZoneWire

@testable import ZoneAgentCore

@Suite("A bundle of diagnostics says what is needed and nothing that is private", .serialized)
struct DiagnosticsTests {
    private let rig: HubOrdersRig

    init() throws { rig = try HubOrdersRig() }

    private func unpacked(_ result: JSONValue?) throws -> (value: JSONValue, text: String) {
        let packed = try #require(result?["data"]?.stringValue)
        #expect(packed.utf8.count <= DiagnosticsBundle.limit)
        let bytes = try Inflate.bounded(Array(try #require(Data(base64Encoded: packed))), limit: 8 << 20)
        #expect(result?["bytes"] == .integer(Int64(bytes.count)))
        return (try WireCoding.decode(JSONValue.self, bytes), String(decoding: bytes, as: UTF8.self))
    }

    @Test("it holds versions, configuration, devices, conditions, units and history")
    func whole() async throws {
        rig.driver.see([Symptom(.printerPaperOut, .wrong(evidence: "media-empty-error"))], details: ["trays": [1, 2]])
        try await rig.withAgent { agent in
            _ = try await agent.done(HubOrdersRig.order("probe", HubOrdersRig.printer, id: 1))
            let command = try await agent.done(HubOrdersRig.order("diagnostics", id: 2))
            #expect(command.state == .succeeded && command.result?["leftOut"] == [])
            let bundle = try unpacked(command.result).value
            #expect(bundle["v"] == 1 && bundle["zone"] == "a" && bundle["node"] == "b")
            #expect(bundle["agent"]?["version"] == .string(AgentVersion.text))
            #expect(bundle["units"]?["cups.service"]?["ActiveState"] == "active")
            let printer = bundle["devices"]?.arrayValue?.first { $0["id"] == "printer-1" }
            #expect(printer?["health"] == "failed" && printer?["details"]?["trays"] == [1, 2])
            let condition = bundle["conditions"]?.arrayValue?.first
            #expect(condition?["code"] == "prn.paper.out" && condition?["evidence"] == "media-empty-error")
            let keys = bundle["configuration"]?["keys"]?.arrayValue
            #expect(keys?.first { $0["key"] == "hub.url" }?["value"] == "https://127.0.0.1:8081")
            let events = bundle["events"]?.arrayValue ?? []
            #expect(events.contains { $0["name"] == "command.succeeded" && $0["data"]?["verb"] == "probe" })
            #expect(events.map { $0["seq"]?.integerValue ?? 0 } == events.map { $0["seq"]?.integerValue ?? 0 }.sorted())
        }
    }

    /// Written wherever words of people or secrets may come from; none may be found in the bundle.
    private static let planted = [
        "张三", "13812345678", "511028199001011234", "secret-pw", "hall-user", "申请表", "report-final", "482913",
        "-----BEGIN EC PRIVATE KEY-----", "MHcCAQEEIBkg4LVWM9nuwNSk3yByxZpYRTBnVJk5oGMjvVqcDbvzoAoGCCqGSM49",
        "za1.AAECAwQFBgcICQoLDA0ODw", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "lisi@example.cn",
        "apitoken", "修打印机的人", "院内一楼", "uid 4711",
    ]

    @Test("no key, PIN, token, file name, number or name of a person gets in, wherever it stood")
    func privacy() async throws {
        try plantFiles()
        let words = Self.planted.joined(separator: " ")
        rig.driver.see(
            [
                Symptom(.printerPaperOut, .wrong(evidence: "no paper for 申请表.pdf by 张三")),
                Symptom(.printerJam, .wrong(evidence: "call 13812345678 or lisi@example.cn, code 482913")),
                Symptom(
                    .printerCoverOpen,
                    .wrong(evidence: "key MHcCAQEEIBkg4LVWM9nuwNSk3yByxZpYRTBnVJk5oGMjvVqcDbvzoAoGCCqGSM49")
                ),
            ],
            details: [
                "message": .string("打印 申请表.pdf 张三"), "job": ["name": "report-final.docx"], "source": "ipp",
                "url": "http://hall-user:secret-pw@10.0.0.9/x?apitoken=1", "13812345678": 1,
                "reasons": [
                    "marker-supply-low-warning", "za1.AAECAwQFBgcICQoLDA0ODw@10.0.0.1:8081",
                    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "-----BEGIN EC PRIVATE KEY-----",
                ],
            ])
        try await rig.withAgent { agent in
            try await plantHistory(agent, words)
            let command = try await agent.done(HubOrdersRig.order("diagnostics", id: 9))
            let (bundle, text) = try unpacked(command.result)
            for secret in Self.planted { #expect(!text.contains(secret), "\(secret)") }
            #expect(text.contains("http://10.0.0.9") && text.contains("marker-supply-low-warning"), "the rest is there")
            let keys = bundle["configuration"]?["keys"]?.arrayValue
            let portal = keys?.first { $0["key"] == "network.portals.*.url" }
            #expect(portal?["value"] == "https://www.example.gov.cn/index.html")
            #expect(keys?.first { $0["key"] == "name" }?["isSet"] == true)
        }
    }

    /// A configuration with people in it, and files beside it that nobody may read into a bundle.
    private func plantFiles() throws {
        try rig.files.site(
            """
            name: 张三的专区
            hub:
              url: https://hub.example.cn:8081
            devices:
              - id: printer-7
                kind: printer
                uri: ipp://hall-user:secret-pw@10.0.0.7/printers/hall?apitoken=1
                place: 找张三
            network:
              portals:
                - name: 找张三
                  url: https://hall-user:secret-pw@www.example.gov.cn/index.html?apitoken=482913
                  mark: 13812345678
            nodes:
              - node: b
                place: 院内一楼 张三 13812345678
            """)
        try SmallFile.replace(rig.files.places.staffPIN, with: "482913")
        let key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBkg4LVWM9nuwNSk3yByxZpYRTBnVJk5oGMjvVqcDbvzoAoGCCqGSM49\n"
        try SmallFile.replace(rig.files.places.agentState + "/node.key", with: key)
    }

    private func plantHistory(_ agent: HubOrdersRig.Agent, _ words: String) async throws {
        try await agent.station.hold(
            Hold(
                subject: HubOrdersRig.printer.text, mode: .maintenance, setter: "张三", reason: "修打印机的人",
                since: rig.base.clock.wall()))
        let names = [
            "command.succeeded", "command.rejected", "heal.attempted", "heal.failed", "mode.held", "lease.granted",
            "job.accepted", "job.failed", "job.cancelled", "access.denied", "config.applied", "config.rejected",
            "device.recorded", "device.state", "condition.raised", "instant.occurred", "case.entry", "agent.started",
            "journal.gap", "something.new",
        ]
        let everyName = [
            "actor", "args", "result", "cause", "error", "setter", "reason", "why", "holder", "name", "title",
            "document",
            "contacts", "token", "by", "file", "expected", "field", "evidence", "text", "id", "order", "step", "door",
            "role", "action", "code", "kind", "version", "revision",
        ]
        let data = JSONValue.object(Dictionary(uniqueKeysWithValues: everyName.map { ($0, .string(words)) }))
        let entries = names.map { name in
            Entry(
                EventDraft(
                    EventName(rawValue: name), .b, subject: "张三 13812345678", at: rig.base.clock.wall(),
                    clockQuality: .synced, mono: rig.base.clock.mono(), data: data))
        }
        try await agent.journal.write(entries, .now)
        _ = try await agent.done(HubOrdersRig.order("probe", HubOrdersRig.printer, id: 8))
    }

    @Test("what is too large loses its oldest events first, then details, and says so")
    func bounded() throws {
        var random = SeededGenerator(seed: 5)
        // Noise does not deflate.
        func noise(_ count: Int) -> JSONValue { .string(Hex.text(random.bytes(count))) }
        var bundle = DiagnosticsBundle(
            parts: ["v": 1, "devices": [["id": "x", "details": ["a": noise(2000)]]]],
            events: (0..<200).map { ["seq": .integer($0), "data": noise(400)] })
        let all = try bundle.packed(limit: 1 << 20)
        #expect(all.leftOut.isEmpty)
        let some = try bundle.packed(limit: 40_000)
        #expect(some.text.utf8.count <= 40_000 && some.leftOut == ["events: the oldest 150 of 200"])
        let (value, _) = try unpacked(some.json)
        #expect(value["events"]?.arrayValue?.map { $0["seq"]?.integerValue } == (150..<200).map { Int64($0) })
        #expect(value["leftOut"] == ["events: the oldest 150 of 200"])
        let few = try bundle.packed(limit: 1500)
        #expect(few.text.utf8.count <= 1500 && few.leftOut.contains("details of devices"))
        bundle.parts["configuration"] = noise(5000)
        let least = try bundle.packed(limit: 1500)
        #expect(least.leftOut.contains("configuration") && least.text.utf8.count <= 1500)
    }

    @Test("a bundle is not copied into the history, which keeps its rows for a year")
    func history() async throws {
        try await rig.withAgent { agent in
            var random = SeededGenerator(seed: 1)
            for id in UInt64(2)...30 {
                // Numbers that do not deflate away.
                let evidence = (0..<30).map { _ in String(UInt8.random(in: 0...99, using: &random)) }
                rig.driver.see([Symptom(.printerJam, .wrong(evidence: evidence.joined(separator: " ")))])
                _ = try await agent.done(HubOrdersRig.order("probe", HubOrdersRig.printer, id: id))
            }
            let command = try await agent.done(HubOrdersRig.order("diagnostics"))
            let row = try await agent.journal.rows(.commandSucceeded).last
            let length = try WireCoding.encode(try #require(command.result)).count
            #expect(length > 2048 && row?.data["result"] == ["bytes": .integer(Int64(length))])
        }
    }

    @Test(
        "texts of devices stay readable",
        arguments: [
            "media-empty-error", "beam blocked for 1200 ms", "open /dev/input/event3: permission", "12 % free",
            "marker-supply-empty-warning", "no answer within 30000 ms", "usb-0000:00:14.0-2", "222a:0001",
            "printer-1: timedOut (cups.service)", "f407b85a58f6b6cf", "缺纸 3",
        ])
    func harmless(_ text: String) { #expect(DiagnosticsScrub.text(text) == text) }

    @Test(
        "texts of people do not",
        arguments: [
            "申请表.pdf", "我的 申请.PDF", "see (x.docx)", "tel:13812345678", "a482913b", "023-87654321", "x@y", "za1.abc",
            "-----BEGIN", "AKIAIOSFODNN7EXAMPLE", "f407b85a58f6b6cff407b85a58f6b6cf", "file=/media/u/身份证.jpg.",
        ])
    func harmful(_ text: String) {
        let clean = DiagnosticsScrub.text(text)
        #expect(clean.contains(DiagnosticsScrub.removed) && !clean.contains("138") && !clean.contains("申请"))
    }
}
