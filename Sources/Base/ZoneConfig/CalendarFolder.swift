import ZoneLinux
import ZoneTime
import ZoneYAML

/// What the files say of one calendar, and what is wrong with them. Agent and hub read the same files with it.
package struct CalendarFolder: Sendable {
    /// Of each folder; a century is more than anybody has.
    private static let mostFiles = 100

    package private(set) var calendar = HolidayCalendar()
    package private(set) var complaints: [FileComplaint] = []

    /// Reads `NAME/YEAR.yaml` of each folder, the shipped one first, then the site's: a file of the site replaces that
    /// year. A file with a mistake is a complaint, and what was known of its year without it stays.
    package init(_ name: String, in folders: [String]) {
        var years: [CalendarYear] = []
        for folder in folders.map({ "\($0)/\(name)" }) {
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
