import ZoneConfig
import ZoneLinux
import ZoneTime
import ZoneYAML

/// What the files say of one calendar, and what is wrong with them.
struct CalendarFolder: Sendable {
    /// Of each folder; a century is more than anybody has.
    private static let mostFiles = 100

    private(set) var calendar = HolidayCalendar()
    private(set) var complaints: [FileComplaint] = []

    /// Reads `NAME/YEAR.yaml`, the shipped ones and then the site's: a file of the site replaces that year. A file with a
    /// mistake is a complaint, and what was known of its year without it stays.
    init(_ name: String, _ places: Places) {
        var years: [CalendarYear] = []
        for folder in [places.shippedCalendars, places.siteCalendars].map({ "\($0)/\(name)" }) {
            let files = SmallFile.list(folder).filter { $0.hasSuffix(".yaml") }.sorted()
            for file in files.prefix(CalendarFolder.mostFiles) {
                do throws(FileComplaint) {
                    years.append(try CalendarFolder.year("\(folder)/\(file)"))
                } catch {
                    complaints.append(error)
                }
            }
        }
        calendar = HolidayCalendar(years)
    }

    private static func year(_ path: String) throws(FileComplaint) -> CalendarYear {
        // A file that cannot be read becomes a complaint about its content, with its name.
        let text = (try? SmallFile.read(path, limit: CalendarYear.longestFile)) ?? "unreadable"
        return try CalendarYear(text: text, file: path)
    }
}

extension ReadConfiguration {
    /// Adds what is known of the calendar that the hours name.
    /// - Returns: what is wrong with its files.
    mutating func addCalendar(_ places: Places) -> [FileComplaint] {
        guard let name = config.hours?.holidays?.calendar else { return [] }
        let folder = CalendarFolder(name, places)
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
