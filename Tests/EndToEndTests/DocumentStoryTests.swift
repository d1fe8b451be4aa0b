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

/// Documents at the kiosk's door of a running agent, with the real pdfinfo behind it.
@Suite("A citizen's document at the door", .serialized)
struct DocumentStoryTests {
    private struct Answer {
        var status: UInt
        var job: JobJSON?
        var error: ErrorJSON?
    }

    private func send(
        _ bytes: [UInt8], _ query: String, as type: String = "application/octet-stream", key: String? = nil,
        to zone: RunningZone
    ) async throws -> Answer {
        var request = HTTPClientRequest(
            url: SocketURL.base(zone.places.kioskSocket) + "/v1/jobs?device=printer-sim" + query)
        request.method = .POST
        request.headers.add(name: "Host", value: "localhost")
        request.headers.add(name: "Content-Type", value: type)
        if let key { request.headers.add(name: "Idempotency-Key", value: key) }
        request.body = .bytes(bytes)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        return Answer(
            status: response.status.code, job: try? WireCoding.decode(JobJSON.self, body),
            error: try? WireCoding.decode(ErrorJSON.self, body))
    }

    @Test("it is taken as it is wanted, or refused with a reason; nothing stays in the spool")
    func story() async throws {
        let zone = try RunningZone()
        let printer = try #require(try await zone.startSimulation()["SIM_PRINTER"])
        try zone.writeConfig(devices: "  - {id: printer-sim, kind: printer, uri: \"\(printer)\"}\n")
        try await zone.startAgent()
        try await eventuallyTrue("the printer is ready") { try await zone.device("printer-sim")?.serviceable == true }
        try await taken(zone)
        try await refused(zone)
        try await malformed(zone)
        #expect(SmallFile.list(zone.places.spool).isEmpty)
        try await zone.stopAll()
    }

    private func taken(_ zone: RunningZone) async throws {
        let wanted = "&copies=2&sides=two-sided-long-edge&media=iso_a4_210x297mm&color=monochrome&pages=3"
        let answer = try await send(SampleDocument.pdf(pages: 3), wanted, key: "a", to: zone)
        let job = try #require(answer.job, "\(String(describing: answer.error))")
        #expect(answer.status == 202 && job.format == "application/pdf" && job.pages == 3 && job.copies == 2)
        let options = JobOptions(
            sides: "two-sided-long-edge", media: "iso_a4_210x297mm", color: "monochrome", pages: PageRange("3"))
        #expect(job.options == options)
        let done = try await eventually("over") {
            let job = try await zone.kiosk.get(JobJSON.self, "/v1/jobs/\(job.id)")
            return job.state.isOver ? job : nil
        }
        #expect(done.state == .printed && done.options == options, "\(done.reason ?? "")")
        #expect(try await send(SampleDocument.pdf(pages: 3), wanted, key: "a", to: zone).job?.id == job.id)
        let other = try await send(SampleDocument.pdf(pages: 3), wanted + "&x=1", key: "a", to: zone)
        #expect(other.status == 422 && other.error?.code == "key.reused")
        #expect(try await zone.kiosk.get([JobJSON].self, "/v1/jobs").count == 1)
    }

    private func refused(_ zone: RunningZone) async throws {
        let wrong: [(String, [UInt8], String, String)] = [
            ("document.encrypted", SampleDocument.pdf(lock: .password), "", "application/pdf"),
            ("document.broken", Array("%PDF-1.4\n%%EOF\n".utf8), "", "application/pdf"),
            ("document.broken", SampleDocument.pdf(claim: 1_000_000), "", "application/pdf"),
            ("document.tooManyPages", SampleDocument.pdf(pages: 51), "", "application/pdf"),
            ("document.tooManyPages", SampleDocument.pdf(pages: 3), "&copies=34", "application/pdf"),
            ("document.pageTooLarge", SampleDocument.pdf(box: "0 0 14400 14400"), "", "application/pdf"),
            ("document.tooLarge", SampleDocument.jpeg(width: 60_000, height: 60_000), "", "image/jpeg"),
            ("document.range", SampleDocument.pdf(pages: 3), "&pages=3-4", "application/pdf"),
            ("document.mismatch", SampleDocument.pdf(), "", "text/plain; charset=utf-8"),
            ("document.unknown", [0x50, 0x4B, 3, 4, 0], "", "application/zip"),
        ]
        for (code, bytes, query, type) in wrong {
            let answer = try await send(bytes, query, as: type, to: zone)
            #expect(answer.status == 422 && answer.error?.code == code, "\(code): \(answer)")
            #expect(answer.error?.zh.isEmpty == false && answer.error?.fixer == Fixer.none)
        }
    }

    private func malformed(_ zone: RunningZone) async throws {
        for query in ["copies=100", "sides=both", "media=A4", "color=blue", "pages=5-2", "pages=0", "pages="] {
            let answer = try await send(SampleDocument.pdf(), "&" + query, to: zone)
            let name = String(query.prefix { $0 != "=" })
            #expect(answer.status == 400 && answer.error?.message.hasPrefix(name + ":") == true, "\(query): \(answer)")
        }
    }
}
