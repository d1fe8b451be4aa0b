import ZoneModel
import ZonePolicy
import ZoneSheets
import ZoneTime

/// What others ask of the book of duties.
extension DutyDesk {
    /// When staff said that the zone was in use on a date (启用正常); `nil`: nobody did.
    func openedAt(_ date: CivilDate) -> WallTime? {
        let taps = Set(duties.filter { $0.tap == .opened }.map(\.id))
        return marks.filter { taps.contains($0.duty) && $0.kind == .done && $0.date == date }.map(\.at).min()
    }

    /// What sheets say of duties.
    struct ForSheets: Sendable {
        /// Those that count here, with the policy's order.
        var names: Known<[SheetDutyName]>
        /// By the date under which it counts; dates without anything are absent.
        var counts: [CivilDate: [DutyCounts.One]] = [:]
    }

    /// - Returns: `nil` when nobody knows what day it is.
    func forSheets(from first: CivilDate, through last: CivilDate) -> ForSheets? {
        guard !isClockDoubtful else { return nil }
        guard tools.isChosen() else { return ForSheets(names: .unknown("没有选定本地规则")) }
        let book = book
        var (names, counts) = ([SheetDutyName](), [CivilDate: [DutyCounts.One]]())
        for duty in duties {
            guard let since = since[duty.id], book.status(of: duty, at: now).state != .unknown else { continue }
            names.append(SheetDutyName(id: duty.id.text, name: duty.label, since: since.description))
            guard since <= last else { continue }
            let days = book.summaries(of: duty, from: max(since, first), through: last, at: now)
            for (date, sum) in days {
                counts[date, default: []].append(
                    DutyCounts.One(
                        id: duty.id.text, name: duty.label, due: Int64(sum.due), done: Int64(sum.done),
                        late: Int64(sum.late)))
            }
        }
        return ForSheets(names: names.isEmpty ? .unknown("没有需要登记的日常工作") : .value(names), counts: counts)
    }
}
