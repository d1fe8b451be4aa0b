import ZoneJournal
import ZoneModel
import ZoneTime

/// Whether this PC was on while its zone was open: 按时启用. A pure judgement of one time in which it was off.
struct Attendance: Sendable {
    /// How often a PC that is on leaves a sign while the zone is open.
    static let signs = Duration.seconds(300)

    /// A time in which nothing ran here.
    struct Dark: Sendable, Hashable {
        var from: WallTime
        var to: WallTime
    }

    /// Those of now: they say until when staff are asked.
    let hours: OpeningCalendar
    /// Those that were in force on past dates.
    var kept: [CivilDate: [Range<WallTime>]] = [:]
    let closures: [HoursRecord.Closure]
    let grace: Duration

    /// - Returns: `nil` when the PC was not off: nothing is known of an earlier boot, or it is the same one.
    static func dark(before boot: String, at bootedAt: WallTime, _ last: HoursRecord.Sign?) -> Dark? {
        guard let last, last.boot != boot else { return nil }
        // Without a goodbye it may have been on until the next sign was due.
        let from = last.isGoodbye ? last.at : last.at.advanced(byMilliseconds: signs.milliseconds)
        return from < bootedAt ? Dark(from: from, to: bootedAt) : nil
    }

    /// What staff are asked about.
    /// - Parameters:
    ///   - openedBy: when staff said that the zone was in use on a date, by whatever way.
    ///   - now: decides until when they are asked.
    func lapses(_ dark: Dark, openedBy: [CivilDate: WallTime], now: WallTime) -> [HoursRecord.Lapse] {
        let dates = [dark.from, dark.to].flatMap { time in
            let date = CivilDate(of: time)
            return [date.previous, date]
        }
        let days = Set(dates).sorted().map { ($0, spans(of: $0, dark)) }
        return [closedEarly(dark, days, now), openedLate(dark, days, openedBy, now)].compactMap { $0 }
    }

    private func openedLate(
        _ dark: Dark, _ days: [(CivilDate, [HoursSpan])], _ openedBy: [CivilDate: WallTime], _ now: WallTime
    ) -> HoursRecord.Lapse? {
        for (date, spans) in days {
            guard let opening = spans.first?.range.lowerBound, let end = spans.last?.range.upperBound else { continue }
            let inUse = min(dark.to, openedBy[date] ?? dark.to)
            let isLate = opening.advanced(byMilliseconds: grace.milliseconds) < inUse
            guard dark.from <= opening, isLate, dark.to < end else { continue }
            return lapse(.zoneOpenedLate, date, opening..<inUse, spans, now)
        }
        return nil
    }

    private func closedEarly(_ dark: Dark, _ days: [(CivilDate, [HoursSpan])], _ now: WallTime) -> HoursRecord.Lapse? {
        for (date, spans) in days {
            guard let opening = spans.first?.range.lowerBound, let end = spans.last?.range.upperBound else { continue }
            guard opening < dark.from, dark.from < end else { continue }
            let off = dark.from..<min(dark.to, end)
            guard missed(off, spans) > grace.milliseconds else { continue }
            return lapse(.zoneClosedInHours, date, dark.from..<dark.to, spans, now)
        }
        return nil
    }

    private func lapse(
        _ code: ConditionCode, _ date: CivilDate, _ time: Range<WallTime>, _ spans: [HoursSpan], _ now: WallTime
    ) -> HoursRecord.Lapse {
        HoursRecord.Lapse(
            code: code, date: "\(date)", from: time.lowerBound, to: time.upperBound,
            minutes: Int(missed(time, spans) / 60_000), endsAt: hours.endOfDay(after: now))
    }

    private func missed(_ time: Range<WallTime>, _ spans: [HoursSpan]) -> Int64 {
        spans.reduce(0) { sum, span in
            let common = span.range.clamped(to: time)
            return sum + common.upperBound.milliseconds - common.lowerBound.milliseconds
        }
    }

    /// The hours of one date without the times at which staff had closed it. Hours that are under way for days, as in a
    /// zone that never closes, belong to the date on which the PC went off: they are no opening to be late for.
    private func spans(of date: CivilDate, _ dark: Dark) -> [HoursSpan] {
        let all = hours.spans(from: date.advanced(byDays: -2), through: date.advanced(byDays: 2), kept: kept)
        let own = all.filter { span in
            guard span.range.lowerBound < date.previous.start else { return span.date == date }
            return span.range.contains(dark.from) && date == CivilDate(of: dark.from)
        }
        return own.flatMap { $0.without(closures) }.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
}

extension HoursRecord.Lapse {
    /// What staff read beside the headline.
    var evidence: String {
        func clock(_ time: WallTime) -> Substring { ZoneCivil.text(time).dropFirst(5).prefix(11) }
        switch code {
        case .zoneOpenedLate:
            return "\(clock(from)) 应开放，\(clock(to)) 才启用，晚 \(minutes) 分钟 "
                + "hours began \(clock(from)), in use from \(clock(to)), \(minutes) min of hours missed"
        default:
            return "\(clock(from)) 至 \(clock(to)) 电脑关闭，占开放时间 \(minutes) 分钟 "
                + "off from \(clock(from)) to \(clock(to)), \(minutes) min of hours missed"
        }
    }
}
