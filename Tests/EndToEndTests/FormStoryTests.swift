import Crypto
import NIOHTTP1
import Testing
import ZoneConfig
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

/// The shelf of forms of a running agent, from both doors, with the real pdfinfo and a simulated printer.
@Suite("Forms for citizens and for the rack", .serialized)
struct FormStoryTests {
    private struct Nothing: Encodable {}

    private func put(_ name: String, _ bytes: [UInt8], _ zone: RunningZone) throws {
        let file = try OwnedFD.create("\(zone.places.forms)/\(name)", mode: 0o600)
        try SmallFile.write(bytes, to: file.raw, naming: name)
    }

    private func entry(_ id: String, _ kind: String, _ bytes: [UInt8], pages: Int) -> String {
        """
          - id: \(id)
            title: 某表
            kind: \(kind)
            file: \(id).pdf
            sha256: \(Hex.text(SHA256.hash(data: bytes)))
            pages: \(pages)
            required: true
            source: 某办
            revised: 2026-03-01

        """
    }

    private func refusal(_ work: () async throws -> Void) async -> String {
        do {
            try await work()
            return "nothing"
        } catch {
            return "\(error)"
        }
    }

    private func print(_ client: SocketClient, _ form: String, _ query: String) async throws -> JobJSON {
        try await client.post(JobJSON.self, "/v1/forms/\(form)/print?\(query)", Nothing())
    }

    @Test("one for a citizen, twenty for the rack, nothing of what is not what was issued")
    func story() async throws {
        let zone = try RunningZone()
        let printer = try #require(try await zone.startSimulation()["SIM_PRINTER"])
        let (form, other) = (SampleDocument.pdf(title: "Form"), SampleDocument.pdf(title: "Other"))
        try SmallFile.makeDirectory(zone.places.forms)
        try put("application.pdf", form, zone)
        try put("sample.pdf", other, zone)
        let list =
            entry("application", "application", form, pages: 1) + entry("contact", "contact", other, pages: 1)
            + entry("sample", "sample", other, pages: 3)
        try SmallFile.replace(zone.places.forms + "/forms.yaml", with: "forms:\n" + list)
        try zone.writeConfig(devices: "  - {id: printer-sim, kind: printer, uri: \"\(printer)\"}\n")
        try await zone.startAgent()
        try await eventuallyTrue("the printer is ready") { try await zone.device("printer-sim")?.serviceable == true }
        try await shown(zone, form)
        try await taken(zone)
        try await rack(zone)
        try put("contact.pdf", other, zone)
        try SmallFile.replace(
            zone.places.forms + "/forms.yaml", with: "forms:\n" + list.replacing("pages: 3", with: "pages: 1"))
        _ = try await zone.admin.post(JSONValue.self, "/v1/config/reload", Nothing())
        try await eventuallyTrue("nothing is missing any more") {
            try await zone.device("pc-1")?.conditions.contains { $0.code == "forms.missing" } == false
        }
        try await zone.stopAll()
    }

    private func shown(_ zone: RunningZone, _ document: [UInt8]) async throws {
        let forms = try await eventually("the shelf was looked at") {
            let list = try await zone.kiosk.get(FormListJSON.self, "/v1/forms")
            return list.checkedAt == nil ? nil : list.forms
        }
        #expect(forms.map(\.state) == ["there", "missing", "unreadable"])
        #expect(forms.last?.reason == "it has 1 pages, forms.yaml says 3", "pdfinfo was asked")
        let condition = try await eventually("it is told") {
            try await zone.device("pc-1")?.conditions.first { $0.code == "forms.missing" }
        }
        #expect(condition.evidence == "contact missing, sample unreadable")
        var bytes: [UInt8] = []
        for try await part in try await zone.kiosk.stream(.GET, "/v1/forms/application/document") { bytes += part }
        #expect(bytes == document)
        let missing = await refusal { _ = try await zone.kiosk.stream(.GET, "/v1/forms/contact/document") }
        #expect(missing.contains("请领取纸质表格"), "\(missing)")
        #expect(await refusal { _ = try await zone.kiosk.get(FormJSON.self, "/v1/forms/none") }.contains("no form"))
        #expect(try await zone.kiosk.get(FeesJSON.self, "/v1/fees").text == "免费")
    }

    private func taken(_ zone: RunningZone) async throws {
        let kiosk = zone.kiosk.with(["Idempotency-Key": "a"])
        let first = try await print(kiosk, "application", "device=printer-sim")
        #expect(
            first.copies == 1 && first.pages == 1 && first.fee?.text == "免费" && first.form?.text == "application")
        #expect(try await print(kiosk, "application", "device=printer-sim").id == first.id)
        let other = await refusal { _ = try await print(kiosk, "application", "device=printer-sim&copies=1") }
        #expect(other.contains("Idempotency-Key"), "another request with the same key")
        let many = await refusal { _ = try await print(zone.kiosk, "application", "device=printer-sim&copies=2") }
        #expect(many.contains("一次最多打印 1 份"), "\(many)")
        let gone = await refusal { _ = try await print(zone.kiosk, "contact", "device=printer-sim") }
        #expect(gone.contains("请领取纸质表格"), "\(gone)")
        #expect(await refusal { _ = try await print(zone.kiosk, "application", "device=pc-1") }.contains("不能打印"))
        let done = try await eventually("over") {
            let job = try await zone.kiosk.get(JobJSON.self, "/v1/jobs/\(first.id)")
            return job.state.isOver ? job : nil
        }
        #expect(done.state == .printed, "\(done.reason ?? "")")
    }

    /// 补打20份.
    private func rack(_ zone: RunningZone) async throws {
        let answer = try await print(zone.admin, "application", "copies=20")
        #expect(answer.copies == 20 && answer.device.text == "printer-sim")
        let all = try await zone.admin.get([Event].self, "/v1/journal?after=0&limit=1000")
        let rows = all.filter { $0.name == .jobAccepted }
        #expect(rows.map { $0.data["copies"] } == [1, 20] && rows.allSatisfy { $0.data["form"] == "application" })
        #expect(rows.last?.data["id"]?.stringValue == answer.id && rows.allSatisfy { $0.data["actor"] == nil })
        try await eventuallyTrue("all copies are out") {
            try await zone.admin.get(JobJSON.self, "/v1/jobs/\(answer.id)").state == .printed
        }
        #expect(SmallFile.list(zone.places.spool).isEmpty)
    }
}
