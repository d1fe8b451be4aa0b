import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing
import ZoneConfig
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

/// Sheets of the real programs: the technician's shell, the agent's sockets, the hub's port for people.
@Suite("A sheet for last month", .serialized)
struct ReportStoryTests {
    private func page(_ url: String) async throws -> (status: Int, type: String, body: String) {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "Host", value: url.hasPrefix("http+unix") ? "localhost" : "127.0.0.1")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let body = try await response.body.collect(upTo: 4 << 20)
        return (
            Int(response.status.code), response.headers.first(name: "Content-Type") ?? "",
            String(decoding: body.readableBytesView, as: UTF8.self)
        )
    }

    private func zonectl(_ zone: RunningZone, _ arguments: [String]) async throws -> String {
        let name = "zonectl-\(HexID.make())"
        try zone.start(name, "zonectl", ["report"] + arguments)
        _ = await zone.ended(name)
        return zone.log(name)
    }

    @Test("drawn, issued once, verified, and a changed file is found out")
    func story() async throws {
        let zone = try RunningZone()
        let hub = try await zone.startHub()
        try zone.writeConfig(purpose: "production")
        try await zone.startAgent()
        let socket = "http+unix://" + zone.places.adminSocket.replacing("/", with: "%2F")
        let draft = try await page("\(socket)/v1/reports/2020-03")
        #expect(draft.status == 200 && draft.type == "text/html; charset=utf-8")
        #expect(draft.body.contains("端到端专区设施设备运行情况月报表（2020年3月）") && draft.body.contains("草稿，未签发"))
        #expect(draft.body.contains("数据不足"))
        #expect(try await page("\(socket)/v1/reports/2020-13").status == 400)
        #expect(try await page("\(socket)/v1/papers/visit-record?format=csv").body.contains("现场检查记录表"))
        let kiosk = "http+unix://" + zone.places.kioskSocket.replacing("/", with: "%2F")
        #expect(try await page("\(kiosk)/v1/reports/2020-03").status == 403)

        let file = zone.root.path + "/march.json"
        let told = try await zonectl(zone, ["2020-03", "--issue", "--problems", "卡纸", "--out", file])
        #expect(told.contains("已签发第1版"), "\(told)")
        // The zone has just started: what it says of its devices may change once more, and that is a revision. The same
        // facts are none.
        try await eventuallyTrue("issued again, and nothing new is made of it") {
            try await zonectl(zone, ["2020-03", "--issue"]).contains("没有变化，仍是第")
        }
        let whole = try await zonectl(zone, ["verify", file])
        #expect(whole.contains("✔ 与本机签发记录一致"), "\(whole)")
        let text = try SmallFile.read(file, limit: 4 << 20)
        let other = zone.root.path + "/other.json"
        try SmallFile.replace(other, with: text.replacing("\"revision\":1", with: "\"revision\":7"))
        let renumbered = try await zonectl(zone, ["verify", other])
        #expect(renumbered.contains("版次被改动"), "\(renumbered)")
        let unsigned = zone.root.path + "/draft.json"
        _ = try await zonectl(zone, ["2020-03", "--draft", "--out", unsigned])
        let drafted = try await zonectl(zone, ["verify", unsigned])
        #expect(drafted.contains("这是草稿"), "\(drafted)")
        try SmallFile.replace(file, with: text.replacing("卡纸", with: "正常"))
        let broken = try await zonectl(zone, ["verify", file])
        #expect(broken.contains("“问题、意见和整改”被改动"), "\(broken)")
        let drawn = try await zonectl(zone, ["render", file])
        #expect(drawn.contains("与其校验码不符") && !drawn.contains("<html"), "\(drawn)")

        let index = try await page("http://127.0.0.1:\(hub.people)/reports")
        #expect(index.status == 200 && index.body.contains("专区运行情况报表"))
        let overview = try await page("http://127.0.0.1:\(hub.people)/api/v1/reports/2020-03?format=csv")
        #expect(overview.type == "text/csv; charset=utf-8" && overview.body.contains("运行情况汇总表（2020年3月）"))
        #expect(try await page("http://127.0.0.1:\(hub.people)/api/v1/reports/none/2020-03").status == 404)
        #expect(try await page("http://127.0.0.1:\(hub.people)/api/v1/reports/2020-03?format=xls").status == 400)
        try await zone.stopAll()
    }
}
