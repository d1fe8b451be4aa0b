import Crypto
import Glibc
import Logging
import Synchronization
import Testing
import ZoneConfig
import ZoneForms
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@testable import ZoneAgentCore

@Suite("The shelf of forms: what is missing is a condition, what was changed is not given out")
struct FormsDeskTests {
    private let rig: StationRig
    private let files: ConfigurationRig
    private let pc = DeviceID(.queryPC, 1)
    private let pdf = Array("%PDF-1.4\n%%EOF\n".utf8)
    private let answer = Answer()

    /// What a reader of PDFs says.
    private final class Answer: Sendable {
        private let value = Mutex<FormTrouble?>(nil)
        var trouble: FormTrouble? { value.withLock { $0 } }
        func say(_ trouble: FormTrouble?) { value.withLock { $0 = trouble } }
    }

    init() throws {
        (rig, files) = (try StationRig(), try ConfigurationRig())
        try files.site("type: hall")
        try SmallFile.makeDirectory(files.places.forms)
    }

    private func put(_ name: String, _ bytes: [UInt8]) throws {
        let path = "\(files.places.forms)/\(name)"
        let file = try OwnedFD(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        try SmallFile.write(bytes, to: file.raw, naming: name)
    }

    private func list(required: Bool = true, types: String = "[hall]", pages: Int = 1) throws {
        try put(
            FormList.name,
            Array(
                """
                forms:
                  - id: application
                    title: 申请表
                    kind: application
                    file: a.pdf
                    sha256: \(Hex.text(SHA256.hash(data: pdf)))
                    pages: \(pages)
                    zoneTypes: \(types)
                    required: \(required)
                    source: 某办
                    revised: 2026-03-01

                """.utf8))
    }

    private func withDesk(_ body: (FormsDesk, Station, Journal) async throws -> Void) async throws {
        try await rig.withStation { station, journal in
            await station.admit(DeviceCard(id: pc, kind: .queryPC), maxAge: .seconds(90))
            let answer = answer
            let desk = FormsDesk(
                places: files.places, store: try files.store(), station: station, journal: journal, clock: rig.clock,
                log: Logger(label: "test")
            ) { _, _ in answer.trouble }
            try await body(desk, station, journal)
        }
    }

    private func evidence(_ station: Station) -> String? {
        station.board.state(of: pc)?.conditions.first { $0.code == .formsMissing }?.evidence
    }

    @Test("a required form that goes missing, changes, or cannot be opened raises forms.missing until it is back")
    func condition() async throws {
        try list()
        try await withDesk { desk, station, _ in
            await desk.check()
            #expect(evidence(station) == "application missing")
            try put("a.pdf", pdf)
            await desk.check()
            #expect(evidence(station) == nil)
            try put("a.pdf", pdf + [0x0A])
            await desk.check()
            #expect(evidence(station) == "application changed")
            try put("a.pdf", pdf)
            answer.say(FormTrouble(.unreadable, "it has 3 pages"))
            await desk.check()
            #expect(evidence(station) == "application unreadable")
            answer.say(nil)
            await desk.check()
            #expect(evidence(station) == nil)
        }
    }

    @Test("what is not required, or not for this type of zone, accuses nobody; a list that is wrong does")
    func notRequired() async throws {
        try await withDesk { desk, station, _ in
            await desk.check()
            #expect(evidence(station) == nil && desk.list().forms.isEmpty && desk.list().checkedAt != nil)
            try list(required: false)
            await desk.check()
            #expect(evidence(station) == nil && desk.list().forms.map(\.state) == ["missing"])
            try list(types: "[village]")
            await desk.check()
            #expect(evidence(station) == nil && desk.list().forms.isEmpty && desk.form("application") == nil)
            try list(pages: 0)
            await desk.check()
            #expect(evidence(station)?.contains("forms.yaml:7") == true)
            #expect(desk.list().complaint?.contains("forms.yaml:7") == true)
        }
    }

    @Test("the document is held against its hash again when it is taken, and a look is wanted when it fails")
    func document() async throws {
        try list()
        try put("a.pdf", pdf)
        try await withDesk { desk, station, _ in
            await desk.check()
            var bytes: [UInt8] = []
            for try await piece in try await desk.document("application") { bytes += piece }
            #expect(bytes == pdf)
            try put("a.pdf", Array("%PDF-1.4 forged".utf8))
            let refusal = await #expect(throws: ErrorJSON.self) { try await desk.document("application") }
            #expect(refusal?.code == "form.unavailable" && refusal?.message.contains("changed") == true)
            var wishes = desk.wishes.makeAsyncIterator()
            await wishes.next()
            await desk.check()
            #expect(evidence(station) == "application changed")
            let unknown = await #expect(throws: ErrorJSON.self) { try await desk.document("../agent.yaml") }
            #expect(unknown?.code == "not.found")
        }
    }

    @Test("a pdf that no reader opens is not given out, though its hash is right")
    func unreadable() async throws {
        try list()
        try put("a.pdf", pdf)
        answer.say(FormTrouble(.unreadable, "not a PDF that can be opened"))
        try await withDesk { desk, _, _ in
            await desk.check()
            let refusal = await #expect(throws: ErrorJSON.self) { try await desk.document("application") }
            #expect(refusal?.code == "form.unavailable" && refusal?.fixer == .staff)
        }
    }

    @Test("forms are printed on the printer that is named, or on the only one; with two nobody guesses")
    func printer() async throws {
        try await withDesk { desk, station, _ in
            #expect(desk.printer() == StationRig.printer)
            let second = DeviceID(.printer, 2)
            await station.admit(DeviceCard(id: second, kind: .printer, watch: .person), maxAge: .seconds(90))
            #expect(desk.printer() == StationRig.printer, "one that only a person looks after prints nothing for us")
            await station.admit(DeviceCard(id: second, kind: .printer), maxAge: .seconds(90))
            #expect(desk.printer() == nil)
        }
        try files.site("forms:\n  printer: printer-2")
        try await withDesk { desk, _, _ in #expect(desk.printer()?.text == "printer-2") }
    }

    @Test("answers say 免费 where nothing is to be paid, and the sum with its document where something is")
    func fees() throws {
        let store = try files.store()
        #expect(store.config.fees.json.text == "免费" && store.config.fees.json.free)
        #expect(
            store.config.fees.json(.init(.form, sides: 40))
                == FeeQuoteJSON(free: true, fen: 0, text: "免费", document: nil))
        try files.site(
            """
            fees:
              policy: approved
              document: 渝发改价〔2026〕12号
              prices:
                - {item: 表格, service: form, per: side, price: 0.05}
                - {item: 彩色打印, service: print, color: color, per: side, price: 1}
            """)
        let fees = try files.store().config.fees
        #expect(!fees.json.free && fees.json.document == "渝发改价〔2026〕12号" && fees.json.text.contains("核定文件"))
        #expect(fees.json.prices.map(\.text) == ["0.05 元/面", "1.00 元/面"])
        let quote = fees.json(.init(.form, sides: 40))
        #expect(quote.fen == 200 && quote.text == "2.00 元（表格）" && quote.document == "渝发改价〔2026〕12号" && !quote.free)
        #expect(fees.json(.init(.print, sides: 1)).fen == nil && fees.json(.init(.copy)).text == "免费")
    }
}
