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

    /// Due and done in a period, for its sheet.
    func sheet(_ period: SheetPeriod) -> Known<[SheetDuty]> {
        guard tools.isChosen() else { return .unknown("没有选定本地规则") }
        guard !isClockDoubtful else { return .unknown("电脑时间没有校准") }
        let book = book
        let lines = duties.compactMap { duty -> SheetDuty? in
            guard let since = since[duty.id], book.status(of: duty, at: now).state != .unknown else { return nil }
            let first = max(since, period.first)
            guard first <= period.last else { return nil }
            let sum = book.summary(of: duty, from: first, through: period.last, at: now)
            return SheetDuty(
                name: duty.text, due: Int64(sum.due), done: Int64(sum.done),
                note: sum.late > 0 ? "其中补登\(sum.late)次" : nil)
        }
        return lines.isEmpty ? .unknown("没有选定本地规则") : .value(lines)
    }
}
