import ZoneConfig
import ZoneTime
import ZoneYAML

extension ReadConfiguration {
    /// Adds what is known of the calendar that the hours name.
    /// - Returns: what is wrong with its files.
    mutating func addCalendar(_ places: Places) -> [FileComplaint] {
        guard let name = config.hours?.holidays?.calendar else { return [] }
        let folder = CalendarFolder(name, in: [places.shippedCalendars, places.siteCalendars])
        config.hours?.calendar = folder.calendar
        guard folder.calendar.years.isEmpty, folder.complaints.isEmpty else { return folder.complaints }
        let origin = origins.values["hours.calendar"]
        return [
            FileComplaint(
                file: origin?.file ?? places.agentConfig, line: origin?.line ?? 1, field: "hours.calendar",
                expected: "a calendar with files below \(places.shippedCalendars) or \(places.siteCalendars)")
        ]
    }
}
