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
            let all = SmallFile.list(folder).sorted()
            for file in all.filter({ $0.hasSuffix(".yml") }).prefix(CalendarFolder.mostFiles) {
                let name = file.dropLast(4)
                complaints.append(
                    FileComplaint(
                        file: "\(folder)/\(file)", line: 1, field: "",
                        expected: "the name \(name).yaml: .yml is not read",
                        zh: "文件名 \(name).yaml，.yml 不会读取"))
            }
            for file in all.filter({ $0.hasSuffix(".yaml") }).prefix(CalendarFolder.mostFiles) {
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
