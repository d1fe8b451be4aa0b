import ZoneConfig
import ZoneTime
import ZoneYAML

extension FuzzEntry {
    /// One year of a calendar of holidays.
    static let calendars = FuzzEntry("calendars") { bytes in
        let files = NamedText.files(bytes, ["2026.yaml"])
        let (text, name) = (files[0].text, files[0].name)
        switch Result(catching: { () throws(FileComplaint) in try CalendarYear(text: text, file: name) }) {
        case .failure(let complaint): try promiseFit(complaint, files)
        case .success(let year):
            try promise(year.year == 2026 && !year.days.isEmpty, "a year without a day, or another one")
            try promiseClean(year.source, "source")
            for (date, day) in year.days {
                try promiseClean(day.holiday, "holiday")
                try promise(date.year == 2026 || date.year == 2025 && date.month == 12, "\(date) is not of the year")
                guard case .worked(let weekday, _) = day else { continue }
                try promise([.sat, .sun].contains(date.weekday), "\(date) is worked anyway")
                try promise(weekday.map { ![.sat, .sun].contains($0) } ?? true, "a weekend stands for a weekend")
            }
        }
    }
}
