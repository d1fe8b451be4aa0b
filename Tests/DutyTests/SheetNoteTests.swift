import Glibc
import Testing
import ZoneDays
import ZoneLinux
import ZoneModel
import ZoneSheets
import ZoneTime
import ZoneWire

@Suite("What PCs tell for sheets")
struct SheetNoteTests {
    private static let march = SheetPeriod.month(year: 2026, month: 3)

    private static func date(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

    private static func description(
        _ date: String, unit: String? = nil, devices: [SheetDevice] = [], forms: Known<String> = .value("齐全"),
        duties: Known<[SheetDutyName]> = .value([SheetDutyName(id: "clean", name: "清洁", since: "2026-01-01")])
    ) throws -> ZoneDescription {
        let head = SheetHead(name: "示例专区", type: "hall", unit: unit.map { .value($0) } ?? .unknown("未登记"))
        return ZoneDescription(
            try Self.date(date), head: head, devices: devices, forms: forms, fees: .value("免费"), duties: duties)
    }

    private static func counts(_ date: String, _ due: Int64, _ done: Int64, late: Int64 = 0) throws -> DutyCounts {
        DutyCounts(
            try Self.date(date), [.init(id: "clean", name: "清洁", due: due, done: done, late: late)])
    }

    private func facts(_ notes: [NodeNotes], _ period: SheetPeriod = march) async throws -> SheetFacts {
        var source = SheetSource(zone: "z", head: SheetHead(name: "名册上的名称", type: "village"))
        source.notes = { _ in notes }
        return try await source.facts(period, at: try Self.date("2026-04-05").start)
    }

    /// Notes as a table holds them.
    private func read(_ notes: [ZoneDescription], _ period: SheetPeriod = march) async throws -> ZoneDescription? {
        let rows = try notes.map { try SheetNote($0, on: Self.date($0.date)) }.sorted { $0.date < $1.date }
        return try await NodeNotes(node: "pc-1", period) { name, first, last, pick in
            let found = rows.filter { $0.name == name && $0.date >= first && $0.date <= last }.map(\.data)
            return pick == .all ? found : (pick == .first ? found.first : found.last).map { [$0] } ?? []
        }.description
    }

    @Test("of a month counts what was said until ten days after it; for who came later, what was said first")
    func window() async throws {
        let before = try Self.description("2026-02-27", unit: "二月")
        let within = try Self.description("2026-03-12", unit: "三月")
        let soon = try Self.description("2026-04-10", unit: "补登")
        let later = try Self.description("2026-04-11", unit: "四月")
        #expect(try await read([before, within, later]) == within)
        #expect(try await read([before, within, soon, later]) == soon, "an asset's number that was entered afterwards")
        #expect(try await read([before, later]) == later, "February's says nothing of March")
        #expect(try await read([before]) == nil)
        let day = try #require(SheetPeriod("2026-03-20"))
        #expect(try await read([within], day) == within, "told once a month, and as nothing changed it still holds")
    }

    @Test("how a device is is no reason to tell everything again on the same date; what it is, is one")
    func states() throws {
        func told(_ state: String, place: String = "咨询台", on date: String = "2026-03-12") throws -> ZoneDescription {
            try Self.description(
                date, devices: [SheetDevice(id: "printer-1", kind: "printer", place: place, state: state)])
        }
        let (before, after) = (try told("正常"), try told("故障"))
        let (moved, next) = (try told("故障", place: "东门"), try told("故障", on: "2026-03-13"))
        #expect(before.differsInStateOnly(from: after) && !before.says(what: after))
        #expect(!before.differsInStateOnly(from: moved))
        #expect(!before.differsInStateOnly(from: next), "once on each date")
    }

    @Test("nothing told is a dash with its reason, and what is known besides stays")
    func untold() async throws {
        let facts = try await facts([NodeNotes(node: "pc-1", description: nil, counts: [])])
        #expect(facts.head.name == "名册上的名称" && facts.duties == .unknown("专区电脑未报送"))
        #expect(facts.forms == .unknown("专区电脑未报送") && facts.fees == .unknown("专区电脑未报送"))
        let rows = try Sheet(facts).paper.sections[3].parts
        #expect("\(rows)".contains("专区电脑未报送"))
    }

    @Test(
        "two PCs of one zone: a duty is done where it was done, a printer counted once, a name taken where there is one"
    )
    func two() async throws {
        func printer(_ required: String = "yes") -> SheetDevice {
            SheetDevice(
                id: "printer-1", kind: "printer", required: .value(required), wanted: .value(1), serial: "EX-1",
                state: "正常")
        }
        let sign = SheetDevice(id: nil, kind: "ledDisplay", wanted: .value(1), state: "缺配")
        let lamp = SheetDevice(id: "led-1", kind: "ledDisplay", wanted: .value(1), state: "正常")
        let one = NodeNotes(
            node: "pc-1", description: try Self.description("2026-03-31", devices: [printer(), sign]),
            counts: [try Self.counts("2026-03-02", 1, 1), try Self.counts("2026-03-03", 1, 0)])
        let other = NodeNotes(
            node: "pc-2",
            description: try Self.description(
                "2026-03-31", unit: "示例单位", devices: [printer(), lamp], forms: .unknown("尚未检查")),
            counts: [try Self.counts("2026-03-02", 1, 0), try Self.counts("2026-03-03", 1, 1, late: 1)])
        let facts = try await facts([other, one])
        #expect(facts.duties == .value([SheetDuty(name: "清洁", due: 2, done: 2, note: "其中补登1次")]))
        #expect(facts.devices.value?.map(\.id) == ["pc-1/printer-1", "pc-2/led-1"], "what one lacks the other has")
        #expect(facts.head.unit == .value("示例单位") && facts.forms == .value("齐全") && facts.fees == .value("免费"))
        let later = NodeNotes(
            node: "pc-0", description: try Self.description("2026-05-01", devices: [lamp]), counts: [])
        let same = try await self.facts([other, later, one])
        #expect(same == facts, "a PC that came in May is not on March's sheet")
    }

    @Test("a duty that the rules do not name any more keeps what was counted; one that began later is not there")
    func changed() async throws {
        let new = SheetDutyName(id: "wires", name: "查线路", since: "2026-04-01")
        let notes = NodeNotes(
            node: "pc-1", description: try Self.description("2026-04-02", duties: .value([new])),
            counts: [try Self.counts("2026-03-30", 1, 1), try Self.counts("2026-03-31", 1, -5)])
        let facts = try await facts([notes])
        #expect(facts.duties == .value([SheetDuty(name: "清洁", due: 1, done: 1)]), "and a number below 0 is none")
    }

    @Test("who fills it in has a line where one is named, and none where not")
    func person() async throws {
        var facts = try ExampleMonth.facts()
        let plain = try Sheet(facts).paper
        #expect(!plain.head.contains { $0.label == "填报人" })
        facts.head.person = "综合窗口"
        let paper = try Sheet(facts).paper
        #expect(paper.head.contains { $0.label == "填报人" && $0.cell == .text("综合窗口") })
        for format in [PaperFormat.html, .csv, .json] {
            let bytes = try FrozenSheet(try Sheet(facts)).bytes(as: format)
            #expect(String(decoding: bytes, as: UTF8.self).contains("综合窗口"), "\(format)")
        }
    }

    @Test(
        "the rows of the repository: another form of them is another contract",
        arguments: ["zone.described", "duty.counted"])
    func golden(_ name: String) throws {
        let month = try ExampleMonth.facts()
        let date = try Self.date("2026-03-31")
        let description = ZoneDescription(
            date, head: month.head, devices: month.devices.value ?? [], demands: month.demands, forms: month.forms,
            fees: month.fees,
            duties: .value([SheetDutyName(id: "clean", name: "清洁", since: "2026-01-01")]))
        let counts = try Self.counts("2026-03-31", 1, 1, late: 1)
        let isDescription = name == "zone.described"
        let note = try isDescription ? SheetNote(description, on: date) : SheetNote(counts, on: date)
        let parts = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let file = "/\(parts)/Sheets/Golden/\(name).json"
        let made = try WireCoding.text(note.data) + "\n"
        if getenv("ZONE_WRITE_GOLDEN") != nil { try SmallFile.replace(file, with: made, mode: 0o644) }
        #expect(try SmallFile.read(file) == made)
        #expect(SheetNote(note.name, data: note.data) == note)
        #expect(SheetNote.read(ZoneDescription.self, note.data) == (isDescription ? description : nil))
    }
}
