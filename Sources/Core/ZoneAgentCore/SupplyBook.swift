import ZoneDesks
import ZoneJournal
import ZoneJudge
import ZoneModel
import ZoneTime

/// What each day began and ended with, and what that promises. Kept from the details that drivers tell anyway; a device
/// without supplies, trays and counter has no page here (decision 0026).
struct SupplyBook: Sendable {
    /// A device's rows go to the disk at most once in this time: a power cut costs an hour's readings.
    static let spacing = Duration.seconds(3600)
    private static let mostNames = 16
    private static let nameLimit = 64

    private struct Key: Hashable {
        var date: CivilDate
        var part: SupplyDay.Part
        var name: String
    }

    private struct Page {
        var days: [Key: SupplyDay] = [:]
        var untold: Set<Key> = []
        var toldAt: MonoTime?
        /// What was shown last, and for which levels on which day.
        var shown: (levels: [SupplyForecast.Level], today: CivilDate, json: JSONValue)?
    }

    private var pages: [DeviceID: Page] = [:]
    private let hours: @Sendable () -> OpeningCalendar?

    init(_ stored: [SupplyDay] = [], hours: @escaping @Sendable () -> OpeningCalendar? = { nil }) {
        self.hours = hours
        for day in stored {
            pages[day.device, default: Page()].days[Key(date: day.date, part: day.part, name: day.name)] = day
        }
    }

    /// Notes what a report tells of levels and pages, and adds to it how long they last.
    /// - Returns: rows that are to be written now.
    mutating func note(
        _ report: inout Report, from device: DeviceID, at now: Moment, _ quality: ClockQuality
    ) -> [SupplyDay] {
        guard case .object(var details)? = report.details else { return [] }
        let (levels, pagesCounted) = (SupplyBook.levels(details), details["impressionsCompleted"]?.integerValue)
        guard !levels.isEmpty || pagesCounted != nil else { return [] }
        // With an empty battery nobody knows what day it is.
        guard quality != .unsynced else {
            details["forecast"] = SupplyForecast(levels, doubt: .clockUnknown).json
            report.details = .object(details)
            return []
        }
        var (page, today) = (pages[device] ?? Page(), CivilDate(of: now.wall))
        func put(_ part: SupplyDay.Part, _ name: String, _ value: Int?) {
            guard let value else { return }
            let key = Key(date: today, part: part, name: name)
            var day =
                page.days[key]
                ?? SupplyDay(
                    device: device, date: today, part: part, name: name, serial: report.identity?.serial, first: value,
                    last: value)
            // Another device under this name begins its day anew.
            if let old = day.serial, let new = report.identity?.serial, old != new {
                (day.serial, day.first) = (new, value)
            }
            day.last = value
            guard page.days[key] != day else { return }
            page.days[key] = day
            page.untold.insert(key)
        }
        for level in levels { put(level.part, level.name, level.percent) }
        put(.pages, "", pagesCounted.map { Int(clamping: $0) })
        details["forecast"] = forecast(&page, levels, today)
        report.details = .object(details)
        let due = page.toldAt.map { now.mono.since($0) >= SupplyBook.spacing } ?? true
        let told = due ? page.untold.compactMap { page.days[$0] } : []
        if !told.isEmpty { (page.untold, page.toldAt) = ([], now.mono) }
        pages[device] = page
        return told
    }

    private func forecast(_ page: inout Page, _ levels: [SupplyForecast.Level], _ today: CivilDate) -> JSONValue {
        if let shown = page.shown, shown.levels == levels, shown.today == today { return shown.json }
        let oldest = today.advanced(byDays: -61)
        page.days = page.days.filter { $0.key.date >= oldest && $0.key.date <= today.next }
        let hours = hours()
        let forecast = SupplyForecast(Array(page.days.values), levels: levels, today: today) { date in
            hours.map { !$0.day(date).spans.isEmpty } ?? true
        }
        page.shown = (levels, today, forecast.json)
        return forecast.json
    }

    private static func levels(_ details: [String: JSONValue]) -> [SupplyForecast.Level] {
        let lists: [(String, SupplyDay.Part)] = [("supplies", .supply), ("trays", .tray)]
        return lists.flatMap { list, part in
            var names: Set<String> = []
            return (details[list]?.arrayValue ?? []).prefix(mostNames).compactMap { item -> SupplyForecast.Level? in
                // Two of one name cannot be told apart from day to day.
                guard let name = item["name"]?.stringValue.map({ String($0.prefix(nameLimit)) }),
                    names.insert(name).inserted
                else { return nil }
                let percent = item["level"]?.integerValue.flatMap { (0...100).contains($0) ? Int($0) : nil }
                return SupplyForecast.Level(part, name, percent: percent, fillsUp: item["fillsUp"] == .bool(true))
            }
        }
    }
}
