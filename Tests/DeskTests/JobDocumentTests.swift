import DriverKit
import Testing
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("A job says what was wanted, and is over in time")
struct JobDocumentTests {
    private let rig: JobRig

    init() throws { rig = try JobRig() }

    private func ticket(_ format: String = "application/pdf", copies: Int = 1, pages: String? = nil) -> JobTicket {
        JobTicket(
            device: DeskRig.printer, format: format, copies: copies,
            options: JobOptions(
                sides: "two-sided-long-edge", color: "monochrome", pages: pages.flatMap(PageRange.init)),
            caller: DeskRig.citizen)
    }

    private func put(_ bytes: [UInt8], _ id: String) async throws {
        let writer = try rig.writer(id)
        try await writer.write(bytes)
        _ = try await writer.finish()
    }

    @Test("what was found and what is wanted reach the device, the answer and the journal")
    func wanted() async throws {
        try await rig.base.withJournal { journal in
            let seen = Notes<JobJSON>()
            let desk = rig.desk(journal) { job, _ in
                seen.add(job)
                return .printed(pagesProven: 4)
            }
            try await put(SampleDocument.pdf(pages: 7), "a")
            let ticket = try await desk.examine("a", ticket("application/octet-stream", pages: "2-5"))
            #expect(ticket.format == "application/pdf" && ticket.pages == 7)
            let job = try await desk.accept("a", ticket, bytes: 1, key: nil)
            #expect(job.pages == 7 && job.pagesWanted == 4 && job.options == ticket.options)
            let over = try await rig.over("a", journal)
            #expect(over.options == ticket.options && over.options?.pages?.description == "2-5")
            #expect(seen.all.map(\.options) == [ticket.options])
            let rows = try await journal.page(after: 0, limit: 100).filter { $0.data["id"] == "a" }
            #expect(rows.allSatisfy { $0.data["pages"] == 7 } && rows.count == 3)
        }
    }

    @Test("what is refused is said in both languages, and nothing waits")
    func refused() async throws {
        try await rig.base.withJournal { journal in
            let desk = rig.desk(journal) { _, _ in .failed("printed") }
            let wrong: [(String, [UInt8], JobTicket)] = [
                ("document.encrypted", SampleDocument.pdf(lock: .password), ticket()),
                ("document.broken", Array("%PDF-1.4\n%%EOF\n".utf8), ticket()),
                ("document.tooManyPages", SampleDocument.pdf(pages: 51), ticket()),
                ("document.tooManyPages", SampleDocument.pdf(pages: 2), ticket(copies: 51)),
                ("document.pageTooLarge", SampleDocument.pdf(box: "0 0 5000 5000"), ticket()),
                ("document.tooLarge", SampleDocument.jpeg(width: 60_000, height: 60_000), ticket("image/jpeg")),
                ("document.range", SampleDocument.pdf(pages: 2), ticket(pages: "2-3")),
                ("document.mismatch", SampleDocument.pdf(), ticket("image/jpeg")),
                ("document.unknown", [0, 1, 2], ticket()),
            ]
            for (number, (code, bytes, ticket)) in wrong.enumerated() {
                try await put(bytes, "wrong-\(number)")
                let error = await #expect(throws: ErrorJSON.self) { try await desk.examine("wrong-\(number)", ticket) }
                #expect(error?.code == code && error?.fixer == Fixer.none)
                #expect(error?.zh.contains { $0 >= "一" } == true && error?.message.isEmpty == false)
            }
            #expect(try journal.restore().jobs.isEmpty)
        }
    }

    @Test("a device that does not end a job in 30 minutes is asked to stop, and its word still counts")
    func stopped() async throws {
        try await rig.base.withJournal { journal in
            let clock = rig.base.clock
            let desk = rig.desk(journal) { _, _ in
                do { try await clock.sleep(for: .seconds(100_000)) } catch { return .cancelled("stopped") }
                return .printed(pagesProven: nil)
            }
            _ = try await rig.submit("a", to: desk)
            try await rig.base.sleepers(2)
            clock.advance(by: .milliseconds(1_799_999))
            #expect(try await journal.job("a")?.job.state == .started)
            clock.advance(by: .milliseconds(1))
            let job = try await rig.over("a", journal)
            #expect(job.state == .failed && job.reason?.contains("30 minutes") == true, "nobody cancelled it")
        }
    }

    @Test("a device that does not even stop keeps nobody waiting: unknown, and the next one's turn")
    func stuck() async throws {
        let gate = Gate()
        try await rig.base.withJournal { journal in
            let desk = rig.desk(journal) { job, _ in
                if job.id == "a" { await gate.pass() }
                return .printed(pagesProven: 1)
            }
            _ = try await rig.submit("a", to: desk)
            try await gate.reached(1)
            try await rig.base.crank("a is given up", by: .seconds(120)) {
                try await journal.job("a")?.job.state == .unknown
            }
            #expect(rig.base.clock.mono().milliseconds >= 1_000_000 + 1_860_000)
            _ = try await rig.submit("b", to: desk)
            #expect(try await rig.over("b", journal).state == .printed)
            gate.open()
            #expect(try await journal.story(of: "a") == [.jobAccepted, .jobStarted, .jobUnknown])
        }
    }

    @Test("the key's answer is found before anybody looks at the document again")
    func repeated() async throws {
        try await rig.base.withJournal { journal in
            let desk = rig.desk(journal) { _, _ in .printed(pagesProven: nil) }
            let key = DeskRig.key("k", route: "/v1/jobs")
            #expect(try await desk.made(by: nil) == nil)
            #expect(try await desk.made(by: key) == nil)
            _ = try await rig.submit("a", to: desk, key: key)
            #expect(try await desk.made(by: key)?.id == "a")
            let other = DeskRig.key("k", route: "/v1/jobs", body: "body?device=printer-1&sides=one-sided")
            let error = await #expect(throws: ErrorJSON.self) { try await desk.made(by: other) }
            #expect(error?.code == "key.reused")
            _ = try await rig.over("a", journal)
        }
    }

    @Test("page ranges have one spelling", arguments: ["1", "2-5", "7-7", "99999"])
    func range(_ text: String) throws {
        let range = try #require(PageRange(text))
        #expect(PageRange(range.description) == range)
        let coded = try WireCoding.decode(JobOptions.self, try WireCoding.encode(JobOptions(pages: range)))
        #expect(coded.pages == range)
    }

    @Test(
        "what is no range is none",
        arguments: ["", "-", "0", "0-3", "3-2", "1-", "-3", "1-2-3", "+1", "01", " 1", "1,3", "100000", "1–2", "१"])
    func noRange(_ text: String) { #expect(PageRange(text) == nil) }
}
