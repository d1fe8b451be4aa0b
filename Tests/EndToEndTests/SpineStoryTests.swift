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

/// What people and programs ask of a running agent, over restarts.
@Suite("Asked of a running agent", .serialized)
struct SpineStoryTests {
    private func zoneWithPrinter() async throws -> RunningZone {
        let zone = try RunningZone()
        let addresses = try await zone.startSimulation()
        let printer = try #require(addresses["SIM_PRINTER"])
        try zone.writeConfig(devices: "  - {id: printer-sim, kind: printer, uri: \"\(printer)\"}\n")
        try await zone.startAgent()
        try await eventuallyTrue("the printer is ready") { try await zone.device("printer-sim")?.serviceable == true }
        return zone
    }

    private func submit(_ zone: RunningZone, key: String, copies: Int = 2) async throws -> JobJSON {
        var request = HTTPClientRequest(
            url: SocketURL.base(zone.places.kioskSocket) + "/v1/jobs?device=printer-sim&copies=\(copies)")
        request.method = .POST
        request.headers.add(name: "Host", value: "localhost")
        request.headers.add(name: "Content-Type", value: "application/pdf")
        request.headers.add(name: "Idempotency-Key", value: key)
        request.body = .bytes(SampleDocument.pdf())
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let body = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        #expect(response.status == .accepted, "\(String(decoding: body, as: UTF8.self))")
        return try WireCoding.decode(JobJSON.self, body)
    }

    @Test("a document is printed once, however often it is sent under one key, and leaves nothing in the spool")
    func job() async throws {
        let zone = try await zoneWithPrinter()
        let first = try await submit(zone, key: "a")
        #expect(try await submit(zone, key: "a").id == first.id)
        let done = try await eventually("printed") {
            let job = try await zone.kiosk.get(JobJSON.self, "/v1/jobs/\(first.id)")
            return job.state.isOver ? job : nil
        }
        #expect(done.state == .printed)
        #expect(done.pagesProven == 2)
        #expect(SmallFile.list(zone.places.spool).isEmpty)
        try await zone.stop("agent", 9)
        try await zone.startAgent()
        try await eventuallyTrue("ready again") { try await zone.device("printer-sim")?.serviceable == true }
        #expect(try await submit(zone, key: "a").id == first.id, "the key is remembered over a crash")
        #expect(try await zone.kiosk.get([JobJSON].self, "/v1/jobs").count == 1)
        try await zone.stopAll()
    }

    @Test("a lease bound to a stream ends with the stream, and nobody else prints meanwhile")
    func lease() async throws {
        let zone = try await zoneWithPrinter()
        let lease = try await zone.kiosk.post(
            LeaseJSON.self, "/v1/devices/printer-sim/lease", LeaseRequest(ttl: 2000))
        await #expect(throws: SocketClientError.self) {
            _ = try await zone.kiosk.post(LeaseJSON.self, "/v1/devices/printer-sim/lease", LeaseRequest())
        }
        let stream = try await zone.kiosk.with(["Lease-Token": lease.token]).events("/v1/events")
        let reader = Task { for try await _ in stream {} }
        let holder = zone.kiosk.with(["Lease-Token": lease.token])
        _ = try await holder.put(LeaseJSON.self, "/v1/devices/printer-sim/lease", LeaseRequest(ttl: 300_000))
        reader.cancel()
        try await eventuallyTrue("free again") {
            (try? await zone.kiosk.post(LeaseJSON.self, "/v1/devices/printer-sim/lease", LeaseRequest(ttl: 1000)))
                != nil
        }
        let released = try await eventually("the row is committed") {
            try await zone.admin.get([Event].self, "/v1/journal?limit=1000").first { $0.name == .leaseReleased }
        }
        #expect(released.data["why"] == "streamClosed")
        try await zone.stopAll()
    }

    @Test("holds outlive a crash; the strongest counts; a disabled device is left alone")
    func holds() async throws {
        let zone = try await zoneWithPrinter()
        _ = try await zone.admin.put(Hold.self, "/v1/holds/zone/closed", HoldRequest(reason: "停电"))
        _ = try await zone.admin.put(Hold.self, "/v1/holds/printer-sim/disabled", HoldRequest())
        #expect(try await zone.device("printer-sim")?.mode == .disabled)
        #expect(try await zone.device("printer-sim")?.link == .unknown)
        try await zone.stop("agent", 9)
        try await zone.startAgent()
        #expect(try await zone.device("printer-sim")?.mode == .disabled)
        #expect(try await zone.device("pc-1")?.mode == .closed)
        try await zone.admin.send(.DELETE, "/v1/holds/printer-sim/disabled")
        try await zone.admin.send(.DELETE, "/v1/holds/zone/closed")
        try await eventuallyTrue("in service again") { try await zone.device("printer-sim")?.serviceable == true }
        try await zone.stopAll()
    }

    @Test("the house logs in with a PIN, closes a device, and can do no more than its list")
    func staff() async throws {
        let zone = try await zoneWithPrinter()
        try await zone.admin.send(.PUT, "/v1/staff/pin", Array("{\"pin\":\"482913\"}".utf8))
        await #expect(throws: SocketClientError.self) {
            _ = try await zone.kiosk.post(StaffSessionJSON.self, "/v1/staff/session", PINRequest(pin: "111222"))
        }
        let session = try await zone.kiosk.post(StaffSessionJSON.self, "/v1/staff/session", PINRequest(pin: "482913"))
        let staff = zone.kiosk.with(["Staff-Token": session.token])
        #expect(try await staff.get(CallerJSON.self, "/v1/me").role == "staff")
        _ = try await staff.put(Hold.self, "/v1/holds/printer-sim/closed", HoldRequest(reason: "缺纸"))
        #expect(try await zone.device("printer-sim")?.mode == .closed)
        await #expect(throws: SocketClientError.self) {
            _ = try await staff.put(Hold.self, "/v1/holds/printer-sim/disabled", HoldRequest())
        }
        await #expect(throws: SocketClientError.self) { _ = try await staff.get([Event].self, "/v1/journal") }
        try await staff.send(.DELETE, "/v1/staff/session")
        await #expect(throws: SocketClientError.self) { _ = try await staff.get(CallerJSON.self, "/v1/me") }
        try await zone.stopAll()
    }
}
