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

/// A document's way as the kiosk sees it, and what staff says where nothing is proven.
@Suite("How far a document is, and who looked into the tray", .serialized)
struct JobStoryTests {
    private func submit(_ zone: RunningZone, copies: Int) async throws -> String {
        var request = HTTPClientRequest(
            url: SocketURL.base(zone.places.kioskSocket) + "/v1/jobs?device=printer-sim&copies=\(copies)")
        request.method = .POST
        request.headers.add(name: "Host", value: "localhost")
        request.headers.add(name: "Content-Type", value: "application/pdf")
        request.body = .bytes(SampleDocument.pdf())
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let body = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        return try WireCoding.decode(JobJSON.self, body).id
    }

    private func move(_ zone: RunningZone, _ moves: String...) async throws {
        let simulation = SocketClient(path: zone.places.simulationSocket)
        _ = try await simulation.post(JSONValue.self, "/v1/sim/printer-sim", moves)
    }

    private func say(_ paper: String, of job: String, by client: SocketClient) async throws -> JobJSON {
        try await client.post(JobJSON.self, "/v1/jobs/\(job)/confirmation", ["paper": .string(paper)] as JSONValue)
    }

    private func refusal(_ act: () async throws -> JobJSON) async -> String {
        do { _ = try await act() } catch { return "\(error)" }
        return "not refused"
    }

    @Test("pages are counted while they come out; no page is believed that staff did not find")
    func story() async throws {
        let zone = try RunningZone()
        let printer = try #require(try await zone.startSimulation()["SIM_PRINTER"])
        try zone.writeConfig(devices: "  - {id: printer-sim, kind: printer, uri: \"\(printer)\"}\n")
        try await zone.startAgent()
        try await eventuallyTrue("the printer is ready") { try await zone.device("printer-sim")?.serviceable == true }
        try await progress(zone)
        try await confirmation(zone)
        try await zone.stopAll()
    }

    private func progress(_ zone: RunningZone) async throws {
        try await move(zone, "pace=1")
        let id = try await submit(zone, copies: 6)
        var seen: [Int] = []
        let done = try await eventually("printed") {
            let job = try await zone.kiosk.get(JobJSON.self, "/v1/jobs/\(id)")
            if !job.state.isOver, let impressions = job.impressions, impressions != seen.last {
                seen.append(impressions)
            }
            return job.state.isOver ? job : nil
        }
        #expect(done.pagesProven == 6 && done.impressions == 6)
        #expect(!seen.isEmpty && seen == seen.sorted() && (seen.last ?? 7) <= 6, "\(seen)")
        let rows = try await zone.admin.get([Event].self, "/v1/journal?limit=1000").filter {
            $0.data["id"] == .string(id)
        }
        let told = rows.filter { $0.name == .jobProgressed }
        #expect(
            !told.isEmpty && told.count <= 6 && told.allSatisfy { $0.class == .d } && rows.last?.name == .jobPrinted)
    }

    private func confirmation(_ zone: RunningZone) async throws {
        try await move(zone, "pace=all", "feed=slips")
        let id = try await submit(zone, copies: 1)
        try await eventuallyTrue("unknown") {
            try await zone.kiosk.get(JobJSON.self, "/v1/jobs/\(id)").state == .unknown
        }
        #expect(await refusal { try await say("none", of: id, by: zone.kiosk) }.contains("job.confirm"))
        try await zone.admin.send(.PUT, "/v1/staff/pin", Array("{\"pin\":\"482913\"}".utf8))
        let session = try await zone.kiosk.post(StaffSessionJSON.self, "/v1/staff/session", PINRequest(pin: "482913"))
        let staff = zone.kiosk.with(["Staff-Token": session.token])
        #expect(await refusal { try await say("maybe", of: id, by: staff) }.contains("paper"))
        let job = try await say("all", of: id, by: staff)
        #expect(
            job.confirmed?.paper == .all && job.confirmed?.actor == "staff, uid \(UserDatabase.ownUID) via kiosk.sock")
        #expect(try await say("all", of: id, by: zone.admin) == job, "the same answer again")
        #expect(await refusal { try await say("none", of: id, by: zone.admin) }.contains("looked after before"))
        #expect(await refusal { try await say("all", of: "0000000000000000", by: zone.admin) }.contains("no job"))
        try await eventuallyTrue("paper was there: nothing is wrong with the printer") {
            try await zone.device("printer-sim")?.conditions.contains { $0.code == "prn.print.unproven" } == false
        }
        let rows = try await zone.admin.get([Event].self, "/v1/journal?limit=1000").filter { $0.name == .jobConfirmed }
        #expect(rows.count == 1 && rows.first?.data["paper"] == "all" && rows.first?.class == .c)
    }
}
