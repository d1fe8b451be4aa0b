import ZoneJournal
import ZoneJudge
import ZoneModel
import ZoneTime

/// When somebody uses this kiosk, and how much, hour by hour. Drivers say only that a panel is touched and that it is
/// not; where and what, nobody keeps. A pure value: the clocks are handed in.
package struct UseBook: Sendable {
    /// So long without a touch, and the use is over.
    package static let gap = Duration.seconds(60)
    /// So long without a touch, and the page asks whether somebody is still there.
    package static let warning = Duration.seconds(30)
    /// 400 hours with use are two months of a village and two weeks of a hall that never closes.
    private static let mostTold = 400
    private static let mostDays = 40
    /// A journal that takes nothing must not become memory.
    private static let mostOver = 48

    package enum News: Sendable, Hashable {
        case began(isFirstOfDay: Bool)
        case warned(idle: Duration, endsIn: Duration)
        case ended(touches: Int, lasted: Duration)
    }

    package private(set) var record: UseRecord
    private let boot: String
    /// Which panels are touched now.
    private var touched: Set<DeviceID> = []

    /// - Parameters:
    ///   - stored: what an earlier run left; a use of another boot, or one that nobody saw go on, ends at the first tick.
    ///   - lastSeq: of the journal; what happened before the first run belongs to no hour.
    package init(_ stored: UseRecord?, boot: String, at now: Moment, lastSeq: Int64) {
        record = stored ?? UseRecord(hour: UseRecord.Hour(number: UseBook.hour(of: now), after: lastSeq))
        self.boot = boot
    }

    /// What a panel says. - Returns: news, and whether the record is another one.
    package mutating func note(
        _ panel: DeviceID, isTouched: Bool, at now: Moment, lastSeq: Int64
    ) -> (news: [News], isChanged: Bool) {
        guard isTouched != touched.contains(panel) else { return ([], false) }
        var news = isTouched ? end(at: now) : []
        if isTouched {
            turn(at: now, lastSeq: lastSeq)
            touched.insert(panel)
            if record.use == nil { news.append(begin(at: now)) }
            record.use?.touches += 1
            record.use?.isWarned = false
            record.hour.touches += 1
        } else {
            touched.remove(panel)
        }
        record.use?.lastTouch = now.mono.milliseconds
        return (news, true)
    }

    /// Time passes.
    package mutating func tick(at now: Moment) -> [News] {
        let over = end(at: now)
        guard over.isEmpty, touched.isEmpty, let use = record.use, !use.isWarned else { return over }
        let idle = now.mono.since(MonoTime(milliseconds: use.lastTouch))
        guard idle >= UseBook.warning else { return [] }
        record.use?.isWarned = true
        return [.warned(idle: idle, endsIn: UseBook.gap - idle)]
    }

    /// Ends the hour when the clock shows another one that was not told yet. A clock that is set back into a told hour
    /// changes nothing: what is counted goes on where it is, until there is an hour that is new.
    package mutating func turn(at now: Moment, lastSeq: Int64) {
        let number = UseBook.hour(of: now)
        guard number != record.hour.number, !record.told.contains(number), record.over.count < UseBook.mostOver,
            !record.over.contains(where: { $0.number == number })
        else { return }
        record.hour.through = lastSeq
        record.over.append(record.hour)
        record.hour = UseRecord.Hour(number: number, after: lastSeq)
    }

    /// Takes an hour that is over out of the record; `isTold`: it gets its event now.
    package mutating func close(_ hour: UseRecord.Hour, isTold: Bool) {
        record.over.removeAll { $0.number == hour.number }
        guard isTold else { return }
        record.told = Array((record.told + [hour.number]).suffix(UseBook.mostTold))
    }

    /// The journal did not take it.
    package mutating func reopen(_ hour: UseRecord.Hour) {
        record.told.removeAll { $0 == hour.number }
        record.over.insert(hour, at: 0)
    }

    private mutating func begin(at now: Moment) -> News {
        let (today, mono) = (ZoneCivil.date(now.wall), now.mono.milliseconds)
        let isFirst = !record.days.contains(today)
        if isFirst { record.days = Array((record.days + [today]).suffix(UseBook.mostDays)) }
        record.use = UseRecord.Use(boot: boot, began: mono, lastTouch: mono)
        record.last = UseRecord.Last(began: now.wall.milliseconds)
        record.hour.touchSessions += 1
        return .began(isFirstOfDay: isFirst)
    }

    private mutating func end(at now: Moment) -> [News] {
        guard let use = record.use, touched.isEmpty else { return [] }
        let isHere = use.boot == boot && now.mono.since(MonoTime(milliseconds: use.lastTouch)) < UseBook.gap
        guard !isHere else { return [] }
        record.use = nil
        record.last?.ended = now.wall.milliseconds
        return [.ended(touches: use.touches, lasted: .milliseconds(max(0, use.lastTouch - use.began)))]
    }

    /// Also before 1970: a clock with an empty battery may say anything.
    private static func hour(of now: Moment) -> Int64 {
        let (hours, rest) = now.wall.milliseconds.quotientAndRemainder(dividingBy: 3_600_000)
        return rest < 0 ? hours - 1 : hours
    }
}

extension UseRecord.Hour {
    /// Where it begins.
    package var beginning: WallTime { WallTime(milliseconds: number * 3_600_000) }
}
