import ZoneModel
import ZoneTime
import ZoneYAML

/// Something that people do at fixed times: 每日清洁、定期消毒 (濯水府发〔2021〕66号), 10个工作日内 (梁平府办发〔2021〕88号).
package struct Duty: Cited {
    package enum Due: String, Sendable, CaseIterable { case opening, closing }
    package enum Role: String, Sendable, CaseIterable { case staff, technician, office }
    /// Which condition says that it is overdue; `none` where another one says so already.
    package enum Alarm: String, Sendable, CaseIterable { case duty, cleaning, none }
    /// Which of the three taps of a day enters it.
    package enum Tap: String, Sendable, CaseIterable { case opened, cleaned, closed }

    package enum Rhythm: Sendable, Hashable {
        /// On each date on which the zone opens.
        case daily(Due)
        /// Once from Monday to Sunday, by this weekday.
        case weekly(Weekday)
        /// Once a month, by this day of it; 31 is the last day of each.
        case monthly(Int)
        /// So many days after it was done last.
        case everyDays(Int)
        /// Within so many workdays after something has happened.
        case after(event: String, workdays: Int)
        /// 定期: nobody has said how often. It can be entered, and is never due.
        case unconfirmed
    }

    package let source: Citation
    /// What lists call it, where the clause's own words speak of more than this one thing; else these words.
    package let label: String
    package let rhythm: Rhythm
    /// What it waits for, in words for people; `nil` where it waits for nothing.
    package let trigger: String?
    /// How long after its time it is overdue.
    package let grace: Duration
    /// How far back it may be entered, in days.
    package let lateDays: Int
    package let role: Role
    package let alarm: Alarm
    package let tap: Tap?
    package let required: Requirement

    init(_ section: YAMLSection) throws(FileComplaint) {
        var section = section
        let source = try Citation(&section)
        label = try section.value("name", expected: DutyReader.short, DutyReader.word)?.value ?? source.text
        rhythm = try DutyReader.rhythm(&section)
        trigger = try DutyReader.triggerWord(&section, rhythm)
        grace = try DutyReader.grace(&section, rhythm)
        lateDays = try section.number("lateDays", 0...31) ?? 3
        role = try section.word("role") ?? .staff
        alarm = try section.word("condition") ?? .duty
        tap = try section.word("tap")
        required = try section.requirement(clause: source.clause)
        try section.finish()
        self.source = source
    }

    /// Whether it is a fault when it is not done: only what somebody confirmed, for a type of zone that is known.
    package func obliges(_ zoneType: String) -> Bool {
        required == .yes && (zoneTypes == nil || ZoneTypeName(rawValue: zoneType) != nil)
    }
}

extension Policy {
    package func duties(for zoneType: String) -> [Duty] {
        let type = ZoneTypeName(rawValue: zoneType)
        return sections.duties.filter { $0.source.concerns(type) }
    }
}

/// When a duty is due, as a file says it.
private enum DutyReader {
    private enum Period: String, CaseIterable { case daily, weekly, monthly, unconfirmed }

    static let short = "a word or two, at most 40 characters"
    private static let ways = ["period", "everyDays", "after"]
    private static let longestDailyGrace = Duration.seconds(86_400)

    static func rhythm(_ section: inout YAMLSection) throws(FileComplaint) -> Duty.Rhythm {
        let said = ways.filter(section.keys.contains)
        guard said.count == 1 else {
            throw section.complaint(said.last ?? "period", expected: "one of the keys " + ways.joined(separator: ", "))
        }
        if let days = try section.number("everyDays", 1...366) { return .everyDays(days) }
        if said == ["after"] { return try trigger(&section) }
        guard let period = try section.word("period", as: Period.self) else {
            throw section.complaint(said[0], expected: "a value")
        }
        switch period {
        case .daily: return .daily(try section.word("due", as: Duty.Due.self) ?? .closing)
        case .weekly: return .weekly(try section.word("day", as: Weekday.self) ?? .sun)
        case .monthly: return .monthly(try section.number("day", 1...31) ?? 31)
        case .unconfirmed: return .unconfirmed
        }
    }

    private static func trigger(_ section: inout YAMLSection) throws(FileComplaint) -> Duty.Rhythm {
        let event = try section.required(
            "after",
            expected: "an event of docs/duties.md such as report.issued, or one of your own such as local.begun"
        ) { DutyTrigger.isKnown($0) ? $0 : nil }
        guard let days = try section.number("workdays", 1...250) else {
            throw section.complaint("workdays", expected: "a whole number from 1 to 250")
        }
        return .after(event: event, workdays: days)
    }

    static func triggerWord(_ section: inout YAMLSection, _ rhythm: Duty.Rhythm) throws(FileComplaint) -> String? {
        guard case .after(let event, _) = rhythm else { return nil }
        return try section.value("afterText", expected: short, word)?.value ?? DutyTrigger.word(for: event)
    }

    static func word(_ text: String) -> String? { text.count <= 40 ? printable(text) : nil }

    static func grace(_ section: inout YAMLSection, _ rhythm: Duty.Rhythm) throws(FileComplaint) -> Duration {
        guard let grace = try section.value("grace", expected: "a time such as 2h or 30m", Duration.init(shortText:))
        else { return .zero }
        if case .daily = rhythm, grace.value > longestDailyGrace {
            throw section.complaint("grace", expected: "at most 24h for what is done daily")
        }
        return grace.value
    }
}
