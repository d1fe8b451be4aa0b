import ZoneJournal
import ZoneJudge
import ZoneModel
import ZoneTime

/// Counts how often each condition came and went today. After `dailyRows` rows the changes are only counted, and told
/// as one `condition.updated` when the condition has come to rest (decision 0011).
struct FlapBook: Sendable {
    static let dailyRows = 20
    /// A condition that has not changed for this long has come to rest.
    static let rest = Duration.seconds(600)

    /// What has to be told: how many changes had no row, and how it stands.
    struct Rest: Sendable, Hashable {
        var count: FlapCount
        var isOpen: Bool
        /// Since the first change without a row; `nil` when that was in an earlier run.
        var lasted: Duration?
    }

    private struct Key: Hashable {
        var device: DeviceID
        var code: ConditionCode
    }

    private struct Page {
        var count: FlapCount
        var isOpen: Bool
        var lastChange: MonoTime?
        var firstUntold: MonoTime?
    }

    private var pages: [Key: Page] = [:]

    /// What an earlier run counted and did not tell is told at the first look.
    init(_ stored: [FlapCount], open devices: [DeviceState]) {
        for count in stored {
            let key = Key(device: count.device, code: count.code)
            guard pages[key].map({ $0.count.date < count.date }) ?? true else { continue }
            let isOpen = devices.contains { state in
                state.card.id == count.device && state.conditions.contains { $0.code == count.code }
            }
            pages[key] = Page(count: count, isOpen: isOpen)
        }
    }

    /// - Returns: the count after this change; `untold` is 0 when the change gets a row of its own.
    mutating func note(_ device: DeviceID, _ code: ConditionCode, isOpen: Bool, at now: Moment) -> FlapCount {
        let (key, today) = (Key(device: device, code: code), ZoneCivil.date(now.wall))
        var count = pages[key]?.count ?? FlapCount(device: device, code: code, date: today)
        // A day that is over begins anew once its untold changes are told; a clock set back changes nothing.
        if count.date < today, count.untold == 0 { count = FlapCount(device: device, code: code, date: today) }
        if count.rows < FlapBook.dailyRows, count.untold == 0 { count.rows += 1 } else { count.untold += 1 }
        let firstUntold = count.untold == 0 ? nil : count.untold == 1 ? now.mono : pages[key]?.firstUntold
        pages[key] = Page(count: count, isOpen: isOpen, lastChange: now.mono, firstUntold: firstUntold)
        return count
    }

    /// Takes out what has come to rest or belongs to a day that is over.
    mutating func settled(at now: Moment) -> [Rest] {
        let today = ZoneCivil.date(now.wall)
        var result: [Rest] = []
        for (key, page) in pages where page.count.untold > 0 {
            let isQuiet = page.lastChange.map { now.mono.since($0) >= FlapBook.rest } ?? true
            guard isQuiet || page.count.date < today else { continue }
            let lasted = page.firstUntold.map { now.mono.since($0) }
            result.append(Rest(count: page.count, isOpen: page.isOpen, lasted: lasted))
            pages[key]?.count.untold = 0
        }
        return result
    }
}
