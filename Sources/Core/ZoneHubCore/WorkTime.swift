import Logging
import ZoneCases
import ZoneLinux
import ZoneModel
import ZoneTime

/// When people at the district work: Monday to Friday, but for statutory days off and the weekends worked for them.
/// Deadlines count by it.
package actor WorkTime {
    /// What the calendar's files say just now.
    package struct Reading: Sendable {
        package var calendar: HolidayCalendar
        /// Of files with a mistake, for people.
        package var complaints: [String]

        package init(calendar: HolidayCalendar, complaints: [String] = []) {
            (self.calendar, self.complaints) = (calendar, complaints)
        }
    }

    private let name: String
    private let read: (@Sendable () -> Reading)?
    private let clock: any ZoneClock
    private let log: Logger
    private let lane = BlockingLane(label: "calendars")
    private var known: (date: CivilDate, reading: Reading)?

    /// - Parameters:
    ///   - name: of the calendar.
    ///   - read: reads its files, once a date; `nil`: holidays are not asked for.
    package init(_ name: String = "", clock: any ZoneClock, log: Logger, read: (@Sendable () -> Reading)? = nil) {
        (self.name, self.clock, self.log, self.read) = (name, clock, log, read)
    }

    package func timetable() async -> OpeningCalendar {
        guard let reading = await reading() else { return OpeningCalendar(week: .officeDays) }
        return OpeningCalendar(
            week: .officeDays, holidays: OpeningCalendar.Holidays(calendar: name, rule: .closed),
            calendar: reading.calendar)
    }

    /// What people must know of it: years without a file, files with a mistake. The next year is announced in November:
    /// its file is missed from December on.
    package func notices() async -> [String] {
        guard let reading = await reading() else { return [] }
        let today = CivilDate(of: clock.wall())
        let years = [today.year] + (today.month == 12 ? [today.year + 1] : [])
        return reading.complaints + years.filter { !reading.calendar.knows($0) }.map { lacking($0) }
    }

    private func lacking(_ year: Int) -> String {
        "没有\(year)年的节假日安排，办理期限暂按周一至周五计算：请更新软件，或在 /etc/zone-hub/calendars/\(name)/\(year).yaml 补充。 "
            + "The holidays of \(year) are not known, deadlines count Monday to Friday: update the software, or add "
            + "/etc/zone-hub/calendars/\(name)/\(year).yaml."
    }

    /// Read anew on each date: a file of the next year needs no restart.
    private func reading() async -> Reading? {
        guard let read else { return nil }
        let today = CivilDate(of: clock.wall())
        if let known, known.date == today { return known.reading }
        let reading = await lane.run { read() }
        known = (today, reading)
        for notice in await notices() { log.warning("\(notice)") }
        return reading
    }
}
