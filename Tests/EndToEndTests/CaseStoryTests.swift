import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing
import ZoneCases
import ZoneControlClient
import ZoneModel
import ZoneTestKit
import ZoneWire

/// From the citizen's tap to the office's answer and back, through the real programs.
@Suite("A report and its answer", .serialized)
struct CaseStoryTests {
    private func ask<Value: Decodable>(
        _ type: Value.Type, _ method: HTTPMethod, _ address: String, _ body: (any Encodable)? = nil,
        _ headers: [String: String] = [:]
    ) async throws -> (status: UInt, value: Value) {
        var request = HTTPClientRequest(url: address)
        request.method = method
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(try WireCoding.encode(body))
        }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let bytes = Array(try await answer.body.collect(upTo: 4 << 20).readableBytesView)
        return (answer.status.code, try WireCoding.decode(type, bytes))
    }

    @Test("what is reported at the kiosk appears at the hub, what is answered there appears at the kiosk")
    func story() async throws {
        let zone = try RunningZone()
        try zone.writeConfig(devices: "  - {id: printer-1, kind: printer, place: 咨询台旁, watch: person}\n")
        let ports = try await zone.startHub()
        try await zone.startAgent()
        try await zone.enrol()
        let page = try await KioskPage(of: zone)
        let offered = try await page.ask([ReportableJSON].self, .GET, "/v1/reportable")
        #expect(offered.contains { $0.device.text == "printer-1" })
        let report = CaseReportJSON(device: "printer-1", symptom: "noPaper")
        let taken = try await page.ask(JSONValue.self, .POST, "/v1/cases", report)
        #expect(taken["stateText"] == "待受理" && taken["entries"] == nil)
        #expect(try await page.ask(.GET, "/v1/cases").status == 403, "the files are the house's")
        let hub = "http://127.0.0.1:\(ports.people)"
        let file = try await atHub(hub)
        #expect(file.number?.hasPrefix("〔") == true && file.foundBy == .citizen && file.zoneName == "端到端专区")
        try await answer(hub, file)
        let told = try await eventually("the answer is at the kiosk", within: .seconds(120)) {
            let view = try await page.ask(PublicJSON.self, .GET, "/v1/public")
            return view.reports?.first { $0.answer != nil }
        }
        #expect(told.answer == "已换硒鼓，可以打印" && told.kind == .printer)
        let own = try #require(try await zone.admin.get([CaseJSON].self, "/v1/cases").first)
        #expect(own.number == file.number && own.state == .answered)
        let closed = CaseStepJSON(step: .closed)
        _ = try await zone.admin.post(CaseJSON.self, "/v1/cases/\(file.id)/entries", closed)
        _ = try await eventually("closed on both sides", within: .seconds(120)) {
            let over = try await ask([CaseJSON].self, .GET, "\(hub)/api/v1/cases?state=closed").value
            return over.first { $0.id == file.id && $0.entries.count == own.entries.count + 1 }
        }
        try await zone.stop("kiosk")
        try await zone.stopAll()
    }

    @Test("what an inspector enters at the hub is at the zone, and what is wrong with it is said")
    func inspection() async throws {
        let zone = try RunningZone()
        try zone.writeConfig(devices: "  - {id: printer-1, kind: printer, place: 咨询台旁, watch: person}\n")
        let ports = try await zone.startHub()
        try await zone.startAgent()
        try await zone.enrol()
        let address = "http://127.0.0.1:\(ports.people)/api/v1/zones/e2e/cases"
        let printer = try #require(DeviceID("printer-1"))
        let found = HubReportJSON(device: printer, text: "现场检查：字迹不清")
        let taken = try await eventually("the hub knows the device", within: .seconds(120)) {
            let answer = try await ask(JSONValue.self, .POST, address, found)
            return answer.status == 201 ? answer.value : nil
        }
        #expect(
            taken["foundBy"] == "inspection" && taken["device"] == "printer-1" && taken["owesAnswer"] == .bool(true))
        let own = try await eventually("the zone has it", within: .seconds(120)) {
            try await zone.admin.get([CaseJSON].self, "/v1/cases").first { $0.number != nil }
        }
        #expect(own.id.text == taken["id"]?.stringValue && own.foundBy == .inspection)
        for (body, status) in [
            (HubReportJSON(device: printer, text: " "), 400), (HubReportJSON(text: "x", foundBy: .system), 400),
            (HubReportJSON(device: DeviceID(.printer, 9), text: "x"), 404),
            (HubReportJSON(text: "x", role: .staff), 403),
        ] as [(HubReportJSON, UInt)] {
            let answer = try await ask(ErrorJSON.self, .POST, address, body)
            #expect(answer.status == status && !answer.value.zh.isEmpty, "\(answer.value)")
        }
        let foreign = ["Origin": "http://elsewhere.example"]
        #expect(try await ask(ErrorJSON.self, .POST, address, found, foreign).status == 403)
        try await zone.stopAll()
    }

    private func atHub(_ hub: String) async throws -> CaseJSON {
        try await eventually("the report is at the hub", within: .seconds(120)) {
            try await ask([CaseJSON].self, .GET, "\(hub)/api/v1/cases").value.first { $0.zone?.text == "e2e" }
        }
    }

    private func answer(_ hub: String, _ file: CaseJSON) async throws {
        let address = "\(hub)/api/v1/cases/\(file.id)/entries"
        let words = CaseStepJSON(step: .answered, text: "已换硒鼓，可以打印")
        let foreign = ["Origin": "http://elsewhere.example"]
        #expect(try await ask(ErrorJSON.self, .POST, address, words, foreign).status == 403)
        #expect(try await ask(ErrorJSON.self, .POST, address, CaseStepJSON(step: .closed)).status == 409)
        let foreigner = CaseStepJSON(step: .note, text: "x", role: .staff)
        #expect(try await ask(ErrorJSON.self, .POST, address, foreigner).status == 403)
        let answered = try await ask(CaseJSON.self, .POST, address, words)
        #expect(answered.status == 200 && answered.value.state == .answered)
    }
}
