import ZoneModel
import ZoneTime
import ZoneYAML

/// Which checks of the devices are due. None by default: a duty comes from a district's rule, not from a program.
package struct CheckConfig: Sendable, Hashable {
    package var monthly: MonthlyCheck?

    package init() {}

    init(in root: inout LayeredSection) throws(FileComplaint) {
        guard var section = try root.section("checks") else { return }
        if var monthly = try section.section("monthly") {
            let day = try monthly.required("day", expected: "a day of the month, 1 to 31") {
                Int($0).flatMap { (1...31).contains($0) ? $0 : nil }
            }
            let words = MonthlyCheck.Reminder.allCases.map(\.rawValue).joined(separator: " or ")
            let remind = try monthly.value("remind", expected: words, MonthlyCheck.Reminder.init)
            self.monthly = MonthlyCheck(day: day, remind: remind ?? .lastWorkdayBefore)
            try monthly.finish()
            section.absorb(monthly)
        }
        try section.finish()
        root.absorb(section)
    }
}

extension AgentConfig {
    /// Whether the house works on that day: as the calendar of holidays says, else from Monday to Friday.
    package func isWorkday(_ date: CivilDate) -> Bool {
        (hours?.calendar ?? HolidayCalendar()).isWorkday(date)
    }
}
