import Testing
import ZoneConfig
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneYAML

@Suite("The monthly check is due by a day, and announced on the last workday before")
struct MonthlyCheckTests {
    private let rule = MonthlyCheck(day: 25)

    private func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

    /// Monday to Friday, but for what is listed.
    private func workdays(off: Set<String> = [], worked: Set<String> = []) -> (CivilDate) -> Bool {
        { date in
            if off.contains(date.description) { return false }
            return worked.contains(date.description) || ![.sat, .sun].contains(date.weekday)
        }
    }

    private func phase(
        _ today: String, _ lastDone: String?, since: String? = nil, rule: MonthlyCheck? = nil,
        off: Set<String> = [], worked: Set<String> = []
    ) throws -> MonthlyCheck.Phase {
        try (rule ?? self.rule).standing(
            on: day(today), lastDone: lastDone.map(day), knownSince: since.map(day),
            isWorkday: workdays(off: off, worked: worked)
        ).phase
    }

    @Test("quiet, then a reminder, then overdue until it is done")
    func month() throws {
        // 25 November 2026 is a Wednesday.
        #expect(try phase("2026-11-23", "2026-10-20") == .later)
        #expect(try phase("2026-11-24", "2026-10-20") == .remind)
        #expect(try phase("2026-11-25", "2026-10-20") == .remind, "the day itself is not over")
        #expect(try phase("2026-11-26", "2026-10-20") == .overdue)
        #expect(try phase("2026-12-03", "2026-10-20") == .overdue, "a new month forgives nothing")
        #expect(try phase("2026-11-26", "2026-11-26") == .later, "done late; the next one is December's")
        #expect(try phase("2026-11-24", "2026-11-02") == .done)
        #expect(try phase("2026-12-03", "2026-12-02") == .done, "one check ends November's and is December's")
    }

    @Test("weekends, holidays and make-up days move the reminder, not the due day")
    func reminder() throws {
        func reminder(_ due: String, off: Set<String> = [], worked: Set<String> = []) throws -> String? {
            try rule.reminder(before: day(due), isWorkday: workdays(off: off, worked: worked))?.description
        }
        #expect(try reminder("2026-10-25") == "2026-10-23", "a Sunday: Friday before")
        #expect(try reminder("2026-10-26") == "2026-10-23", "a Monday: Friday before")
        #expect(try reminder("2026-10-26", worked: ["2026-10-25"]) == "2026-10-25")
        let holidays = Set((1...8).map { "2026-10-0\($0)" })
        #expect(try reminder("2026-10-08", off: holidays) == "2026-09-30")
        let quiet = MonthlyCheck(day: 25, remind: .none)
        #expect(try quiet.reminder(before: day("2026-10-25"), isWorkday: workdays()) == nil)
        #expect(try phase("2026-10-24", "2026-09-20", rule: quiet) == .later)
    }

    @Test("who does it at the reminder in the month before has done it")
    func overTheMonthsEnd() throws {
        let first = MonthlyCheck(day: 1)
        // 1 November 2026 is a Sunday; the Friday before is 30 October.
        #expect(try phase("2026-10-29", "2026-10-01", rule: first) == .later)
        #expect(try phase("2026-10-30", "2026-10-01", rule: first) == .remind)
        #expect(try phase("2026-11-02", "2026-10-01", rule: first) == .overdue)
        #expect(try phase("2026-11-02", "2026-10-30", rule: first) == .later)
    }

    @Test("what was before the zone began to watch is nobody's fault")
    func beginning() throws {
        #expect(try phase("2026-11-26", nil, since: "2026-11-26") == .later)
        #expect(try phase("2026-11-26", nil, since: "2026-11-25") == .overdue)
        #expect(try phase("2026-11-26", nil) == .overdue)
    }

    @Test(
        "over whole years: one due day a month, a reminder on a workday before it, overdue exactly when it was not done",
        arguments: Seeds.first(20))
    func years(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rule = MonthlyCheck(day: Int.random(in: 1...31, using: &random))
        let start = try day("2026-01-01")
        let dates = (0..<1096).map { start.advanced(byDays: $0) }
        let off = Set(dates.filter { _ in Int.random(in: 0..<12, using: &random) == 0 })
        let isWorkday: (CivilDate) -> Bool = { !off.contains($0) && ![.sat, .sun].contains($0.weekday) }
        var last: CivilDate?
        var (dues, done): (Set<CivilDate>, Set<CivilDate>) = ([], [])
        for today in dates {
            let standing = rule.standing(on: today, lastDone: last, knownSince: start, isWorkday: isWorkday)
            let due = standing.due
            dues.insert(due)
            #expect(due.day == min(rule.day, due.lastOfMonth), "seed \(seed)")
            if let reminder = standing.remindsOn {
                #expect(reminder < due && isWorkday(reminder), "seed \(seed)")
                let between = (1..<40).map { reminder.advanced(byDays: $0) }.prefix { $0 < due }
                #expect(!between.contains(where: isWorkday), "seed \(seed)")
            }
            let window = min(due.firstOfMonth, standing.remindsOn ?? due)
            let isDone = last.map { $0 >= window } ?? false
            switch standing.phase {
            case .overdue: #expect(due < today && due >= start && !isDone, "\(today), seed \(seed)")
            case .done: #expect(due >= today && isDone, "\(today), seed \(seed)")
            case .remind: #expect(due >= today && !isDone && today >= standing.remindsOn ?? due, "seed \(seed)")
            case .later: #expect(due >= today && !isDone && today < standing.remindsOn ?? due, "seed \(seed)")
            }
            if Int.random(in: 0..<35, using: &random) == 0 {
                last = today
                done.insert(today)
            }
        }
        #expect(Set(dues.map { $0.description.prefix(7) }).count == dues.count, "seed \(seed)")
        // Overdue until its own due day, and done on that: such a month is never spoken of.
        let missing = dates.dropLast().filter { $0.day == min(rule.day, $0.lastOfMonth) && !dues.contains($0) }
        #expect(missing.allSatisfy { done.contains($0) }, "seed \(seed)")
    }

    private func config(_ checks: String) throws(FileComplaint) -> AgentConfig {
        let text = "zone: a\nnode: b\n" + checks
        return try ReadConfiguration(site: ConfigurationText(file: "agent.yaml", text: text)).config
    }

    @Test("a duty comes from the configuration; a day that no month has is a mistake with its line")
    func configured() throws {
        #expect(try config("").checks.monthly == nil)
        #expect(try config("checks: {monthly: {day: 25}}\n").checks.monthly == rule)
        let quiet = try config("checks:\n  monthly: {day: 31, remind: none}\n")
        #expect(quiet.checks.monthly == MonthlyCheck(day: 31, remind: .none))
        for (text, field) in [
            ("{day: 32}", "checks.monthly.day"), ("{day: 0}", "checks.monthly.day"), ("{}", "checks.monthly.day"),
            ("{day: 3, remind: never}", "checks.monthly.remind"), ("{day: 3, hour: 9}", "checks.monthly.hour"),
        ] {
            let complaint = #expect(throws: FileComplaint.self) { try config("checks:\n  monthly: \(text)\n") }
            #expect(complaint?.field == field && complaint?.line == 4, "\(text): \(String(describing: complaint))")
        }
    }
}

extension CivilDate {
    fileprivate var firstOfMonth: CivilDate { advanced(byDays: 1 - day) }
    fileprivate var lastOfMonth: Int {
        var date = self
        while date.next.month == month { date = date.next }
        return date.day
    }
}
