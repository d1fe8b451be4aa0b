import Testing
import ZoneCases
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("A case follows from its entries")
struct CaseTests {
    /// 2026-03-05 09:00 in the zone, a Thursday.
    static let start = WallTime(milliseconds: 1_772_672_400_000)

    static func entry(
        _ step: CaseStep, _ role: CaseRole, after minutes: Int64 = 0, of file: ULID, text: String = "",
        origin: CaseEntry.Origin = .zone, foundBy: FoundBy? = nil
    ) -> CaseEntry {
        let at = start.advanced(byMilliseconds: minutes * 60_000)
        var entry = CaseEntry(id: .make(at: at), of: file, step, role: role, at: at, text: text, origin: origin)
        entry.subject = foundBy.map { CaseSubject(foundBy: $0, device: DeviceID(.printer, 1), kind: .printer) }
        return entry
    }

    @Test("a name is 26 digits in the order of time, and nothing else is one")
    func names() throws {
        var random = SeededGenerator(seed: 1)
        let first = ULID(at: Self.start, using: &random)
        let second = ULID(at: Self.start.advanced(byMilliseconds: 1), using: &random)
        #expect(first < second && first.text.utf8.count == 26 && first.short.count == 6)
        #expect(ULID(first.text) == first)
        #expect(try WireCoding.decode(ULID.self, try WireCoding.encode(first)) == first)
        for bad in ["", "01", first.text.lowercased(), "8" + first.text.dropFirst(), first.text.dropLast() + "U"] {
            #expect(ULID(String(bad)) == nil)
        }
    }

    @Test("the order and the number of times it came change nothing", arguments: Seeds.first(50))
    func anyOrder(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let id = ULID.make(at: Self.start)
        let steps = CaseStep.allCases.filter { _ in Bool.random(using: &random) }
        var entries = steps.enumerated().map { place, step in
            Self.entry(
                step, .district, after: Int64(place), of: id, text: "\(place)", foundBy: step == .open ? .citizen : nil)
        }
        // The same name with other words: both sides keep the same one of the two.
        if var forged = entries.randomElement(using: &random) {
            forged.text += "!"
            entries.append(forged)
        }
        let whole = Case(id: id, entries)
        let shuffled = (entries + entries).shuffled(using: &random)
        let cut = Int.random(in: 0...shuffled.count, using: &random)
        let (left, right) = (Case(id: id, shuffled[..<cut]), Case(id: id, shuffled[cut...]))
        #expect(left.merged(with: right) == whole, "seed \(seed)")
        #expect(right.merged(with: left) == whole, "seed \(seed)")
        #expect(whole.merged(with: whole) == whole, "seed \(seed)")
    }

    @Test("it is at its furthest step, and repeats are counted")
    func furthest() {
        let id = ULID.make(at: Self.start)
        var file = Case(
            id: id,
            [
                Self.entry(.fixed, .technician, after: 9, of: id), Self.entry(.acknowledged, .staff, after: 5, of: id),
                Self.entry(.repeated, .citizen, after: 3, of: id, foundBy: .citizen),
                Self.entry(.open, .system, of: id, foundBy: .system),
            ])
        #expect(file.state == .fixed && file.repeats == 1 && !file.isBroken && !file.isOver)
        #expect(file.owesAnswer, "the machine found it, and then somebody said it too")
        let isTaken = file.take(Self.entry(.closed, .office, of: ULID.make(at: Self.start)))
        #expect(!isTaken, "another case's line")
        file.take(Self.entry(.cleared, .system, after: 10, of: id))
        #expect(file.state == .fixed && file.clearedAt != nil)
        file.take(Self.entry(.repeated, .system, after: 11, of: id, foundBy: .system))
        #expect(file.clearedAt == nil && file.repeats == 1 && file.reports == 1, "persons are counted")
        #expect(file.settledAt == Self.start.advanced(byMilliseconds: 9 * 60_000), "what came later settles nothing")
    }

    @Test("a word from a newer program is kept and moves nothing; texts are bounded and clean")
    func wire() throws {
        let id = ULID.make(at: Self.start)
        let long = String(repeating: "长", count: 700) + "\u{202E}\u{1B}[2J"
        let text = try WireCoding.text(Self.entry(.note, .staff, of: id)).replacing("\"note\"", with: "\"weighed\"")
            .replacing("\"text\":\"\"", with: "\"text\":\(try WireCoding.text(long))")
        let entry = try WireCoding.decode(CaseEntry.self, Array(text.utf8))
        #expect(entry.step == nil && entry.word == "weighed" && entry.text.unicodeScalars.count == 500)
        #expect(Case(id: id, [entry]).state == .open)
        #expect(Case(id: id, [entry]).entries.count == 1)
        #expect(throws: DecodingError.self) {
            try WireCoding.decode(CaseEntry.self, Array(text.replacing(id.text, with: "x").utf8))
        }
    }
}

@Suite("Who may take which step")
struct CaseRuleTests {
    private func refusal(_ step: CaseStep, _ role: CaseRole, on file: Case, text: String = "说明") -> CaseRefusal.Reason?
    {
        do throws(CaseRefusal) {
            try CaseRules.check(step, by: role, text: text, on: file)
            return nil
        } catch {
            #expect(!error.zh.isEmpty && !error.english.isEmpty)
            return error.reason
        }
    }

    private func file(_ foundBy: FoundBy, _ steps: (CaseStep, CaseRole)...) -> Case {
        let id = ULID.make(at: CaseTests.start)
        let first = CaseTests.entry(.open, .system, of: id, foundBy: foundBy)
        return Case(id: id, [first] + steps.map { CaseTests.entry($0, $1, after: 1, of: id, text: "x") })
    }

    @Test("a citizen only reports; answers are the office's")
    func roles() {
        let open = file(.citizen)
        for step in CaseStep.allCases where ![.open, .repeated].contains(step) {
            #expect(refusal(step, .citizen, on: open) == .role)
        }
        #expect(refusal(.answered, .staff, on: open) == .role)
        #expect(refusal(.answered, .technician, on: open) == .role)
        #expect(refusal(.answered, .office, on: open) == nil)
        #expect(refusal(.declined, .district, on: open) == nil)
        #expect(refusal(.declined, .district, on: open, text: "  ") == .words, "with a reason")
        #expect(refusal(.vendorContacted, .staff, on: open) == nil)
        #expect(refusal(.assigned, .staff, on: open) == .role)
        #expect(refusal(.fixed, .vendor, on: open) == nil)
    }

    @Test("nothing closes silently")
    func closing() {
        #expect(refusal(.closed, .district, on: file(.citizen, (.fixed, .technician))) == .state, "answer first")
        #expect(refusal(.closed, .staff, on: file(.citizen, (.fixed, .technician))) == .role)
        #expect(refusal(.closed, .district, on: file(.citizen, (.fixed, .technician), (.answered, .office))) == nil)
        #expect(refusal(.closed, .staff, on: file(.system, (.fixed, .system))) == nil, "a person looks at it")
        #expect(refusal(.closed, .district, on: file(.system)) == .state, "nobody has said that it is fixed")
        #expect(refusal(.fixed, .system, on: file(.staff)) == .role, "the machine settles nothing a person waits for")
        #expect(refusal(.fixed, .system, on: file(.system)) == nil)
    }

    @Test("whoever may not is told who may")
    func words() {
        func words(_ step: CaseStep, _ role: CaseRole, on file: Case) -> String {
            do throws(CaseRefusal) {
                try CaseRules.check(step, by: role, text: "说明", on: file, among: Set(CaseRole.allCases))
                return "done"
            } catch {
                return error.zh
            }
        }
        let owed = file(.citizen, (.fixed, .technician))
        #expect(words(.closed, .technician, on: owed) == "“办结”不由技术人员办理，请由办公室、区级平台办理")
        for step in [CaseStep.numbered, .cleared] {
            #expect(words(step, .technician, on: owed).hasSuffix("只由系统自动登记；需要说明的请用“备注”"))
        }
    }

    @Test("at the hub only office and district act, also with what others may do in the zone")
    func hub() {
        let open = file(.citizen)
        for role in CaseRole.allCases {
            var isTaken = true
            do throws(CaseRefusal) {
                try CaseRules.check(.note, by: role, text: "说明", on: open, among: CaseRules.hubRoles)
            } catch {
                isTaken = false
                #expect(error.reason == .role && error.zh.hasSuffix("请由办公室、区级平台办理"))
            }
            #expect(isTaken == [.office, .district].contains(role))
        }
    }

    @Test("a case that is full takes no more words, but the steps that lead it to its end")
    func full() {
        let id = ULID.make(at: CaseTests.start)
        var random = SeededGenerator(seed: 1)
        var lines = [CaseTests.entry(.open, .citizen, of: id, foundBy: .citizen)]
        func note(_ count: Int) {
            for _ in 0..<count {
                lines.append(
                    CaseEntry(
                        id: ULID(at: CaseTests.start, using: &random), of: id, .note, role: .staff,
                        at: CaseTests.start, text: "x", origin: .zone))
            }
        }
        note(CaseRules.mostLines - 1)
        let file = Case(id: id, lines)
        #expect(refusal(.note, .staff, on: file) == .state && refusal(.answered, .office, on: file) == nil)
        note(100)
        #expect(refusal(.answered, .office, on: Case(id: id, lines)) == .state)
    }

    @Test("steps lead forward, and nothing follows the end")
    func forward() {
        let fixed = file(.system, (.fixed, .technician))
        #expect(refusal(.acknowledged, .staff, on: fixed) == .state)
        #expect(refusal(.note, .staff, on: fixed) == nil)
        let over = file(.system, (.declined, .office))
        #expect(refusal(.closed, .office, on: over) == .state)
        #expect(refusal(.fixed, .technician, on: over) == .state)
    }
}

@Suite("Until when a case should be settled")
struct CaseTimesTests {
    private let week = WeeklyHours.officeDays

    @Test("working hours end in an opening hour, working days with the last of them")
    func terms() throws {
        // Thursday 09:00; the office is open 9 to 17, Monday to Friday.
        let start = CaseTests.start
        func text(_ term: String, _ from: WallTime = CaseTests.start) throws -> String {
            let wanted = try #require(WorkTerm(term))
            return ZoneCivil.text(try #require(wanted.end(from: from, in: week)))
        }
        #expect(try text("4h") == "2026-03-05 13:00:00")
        #expect(try text("8h") == "2026-03-05 17:00:00")
        #expect(try text("9h") == "2026-03-06 10:00:00")
        #expect(try text("1d") == "2026-03-06 17:00:00")
        #expect(try text("2d") == "2026-03-09 17:00:00", "Saturday and Sunday are none")
        #expect(try text("1h", start.advanced(byMilliseconds: 10 * 3_600_000)) == "2026-03-06 10:00:00")
        #expect(WorkTerm("1d")?.end(from: start, in: WeeklyHours(days: [:])) == nil, "never open")
        for bad in ["", "d", "0d", "61d", "+3d", "3", "201h", "3w", "-1h"] { #expect(WorkTerm(bad) == nil) }
    }

    @Test("a day ends with its hours, at midnight or in the night after it")
    func nights() throws {
        func every(_ text: String) throws -> WeeklyHours {
            let day = try #require(WeeklyHours.Day(text))
            return WeeklyHours(days: Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, day) }))
        }
        func hours(_ count: Int64) -> WallTime { CaseTests.start.advanced(byMilliseconds: count * 3_600_000) }
        let (always, late) = (try every("00:00-24:00"), try every("18:00-02:00"))
        // From Thursday 09:00.
        let midnight = try #require(WorkTerm.days(2).end(from: CaseTests.start, in: always))
        #expect(ZoneCivil.text(midnight) == "2026-03-08 00:00:00")
        #expect(WorkDays.left(from: CaseTests.start, to: midnight, in: always) == 2)
        #expect(WorkDays.left(from: hours(49), to: midnight, in: always) == 0, "it is due today")
        let night = try #require(WorkTerm.days(1).end(from: CaseTests.start, in: late))
        #expect(ZoneCivil.text(night) == "2026-03-07 02:00:00")
        #expect(WorkDays.left(from: CaseTests.start, to: night, in: late) == 1)
        #expect(WorkDays.left(from: hours(40), to: night, in: late) == 0, "at one o'clock it is still that night")
        #expect(WorkTerm.days(1).end(from: hours(16), in: late) == night, "reported in the night of Thursday")
    }

    @Test("a citizen's term counts also where the machine was first; the office's word counts most")
    func earliest() throws {
        var times = CaseTimes()
        times.byFinder[.citizen] = .days(2)
        let id = ULID.make(at: CaseTests.start)
        var file = Case(
            id: id,
            [
                CaseTests.entry(.open, .system, of: id, foundBy: .system),
                CaseTests.entry(.repeated, .citizen, after: 60, of: id, foundBy: .citizen),
            ])
        let due = try #require(WorkTerm.days(2).end(from: CaseTests.start, in: week))
        #expect(times.deadline(of: file, in: week) == due)
        func told(_ step: CaseStep, _ role: CaseRole, _ minute: Int64, _ days: Int64) {
            var entry = CaseTests.entry(step, role, after: minute, of: id, foundBy: role == .citizen ? .citizen : nil)
            entry.deadline = CaseTests.start.advanced(byMilliseconds: days * 86_400_000)
            file.take(entry)
        }
        told(.repeated, .citizen, 61, 3)
        told(.repeated, .citizen, 62, 2)
        #expect(file.deadline == CaseTests.start.advanced(byMilliseconds: 2 * 86_400_000))
        told(.acknowledged, .office, 63, 9)
        told(.repeated, .citizen, 64, 4)
        #expect(times.deadline(of: file, in: week) == CaseTests.start.advanced(byMilliseconds: 9 * 86_400_000))
    }

    @Test("what is left is counted in working days; without data there is no deadline")
    func left() throws {
        let due = try #require(WorkTerm.days(2).end(from: CaseTests.start, in: week))
        #expect(WorkDays.left(from: CaseTests.start, to: due, in: week) == 2)
        let tuesday = due.advanced(byMilliseconds: 86_400_000)
        #expect(WorkDays.left(from: tuesday, to: due, in: week) == -1)
        let id = ULID.make(at: CaseTests.start)
        let file = Case(id: id, [CaseTests.entry(.open, .citizen, of: id, foundBy: .citizen)])
        #expect(CaseJSON(file, at: tuesday, in: week).deadline == nil)
        var times = CaseTimes()
        times.byFinder[.citizen] = .days(2)
        let late = CaseJSON(file, at: tuesday, times: times, in: week)
        #expect(late.deadline == due && late.isOverdue && late.leftText == "超期1个工作日")
        #expect(CaseJSON(file, at: CaseTests.start, times: times, in: week).leftText == "2个工作日")
        let plain = CaseJSON(file, at: tuesday, in: week)
        #expect([plain, late].sorted(by: CaseJSON.comesFirst).first == late)
    }
}
