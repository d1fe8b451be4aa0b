import Logging
import ZoneConfig
import ZoneHubCore
import ZoneTime

extension WorkTime {
    /// Of this hub: the files that the agents read, too, and over them the hub's own.
    static func live(_ config: HubConfig, _ places: Places, _ clock: any ZoneClock, _ log: Logger) -> WorkTime {
        guard let name = config.calendar else { return WorkTime(clock: clock, log: log) }
        let folders = [config.calendarFolder ?? places.shippedCalendars, places.hubCalendars]
        return WorkTime(name, clock: clock, log: log) {
            let folder = CalendarFolder(name, in: folders)
            return Reading(calendar: folder.calendar, complaints: folder.complaints.map { "\($0)" })
        }
    }
}
