import ZoneModel

/// The published hours with all that changes them. Of what speaks for a date the first counts: an exception, a market
/// day, the calendar of holidays and make-up workdays, the week. What staff close on the day is a hold, not in here.
package struct OpeningCalendar: Timetable {
    package typealias Day = WeeklyHours.Day

    /// What a statutory day off means for the zone.
    package enum HolidayRule: Sendable, Hashable {
        case closed
        /// As if it were none.
        case asUsual
        case asOn(Weekday)
        case hours(Day)
    }

    /// Which calendar counts, and how.
    package struct Holidays: Sendable, Hashable {
        /// The name of its folder.
        package var calendar: String
        package var rule: HolidayRule

        package init(calendar: String, rule: HolidayRule) { (self.calendar, self.rule) = (calendar, rule) }
    }

    package enum Reason: String, Sendable, Codable, CaseIterable {
        case weekday, holiday, makeUpDay, marketDay, exception
    }

    /// One date with its hours and why they are so.
    package struct Plan: Sendable, Hashable {
        package var date: CivilDate
        package var day: Day
        package var reason: Reason
        /// What the calendar says of the date, whether or not it decides.
        package var marked: CalendarDay?
        /// No notice for this year is here: the week counts, and people must be told.
        package var lacksCalendar: Bool
    }

    package var week: WeeklyHours
    /// `nil`: every week is as the other.
    package var holidays: Holidays?
    package var market: MarketDays?
    /// In which a zone that is never closed may be served. Citizens may use it meanwhile.
    package var maintenance: WeeklyHours?
    /// What is known of `holidays.calendar`.
    package var calendar: HolidayCalendar

    package init(
        week: WeeklyHours, holidays: Holidays? = nil, market: MarketDays? = nil, maintenance: WeeklyHours? = nil,
        calendar: HolidayCalendar = HolidayCalendar()
    ) {
        (self.week, self.holidays, self.market) = (week, holidays, market)
        (self.maintenance, self.calendar) = (maintenance, calendar)
    }

    package var revision: Int64 { week.revision }

    package func day(_ date: CivilDate) -> Day { plan(date).day }

    package func plan(_ date: CivilDate) -> Plan {
        let marked = holidays == nil ? nil : calendar.day(date)
        let (day, reason) = hours(date, marked)
        return Plan(
            date: date, day: day, reason: reason, marked: marked,
            lacksCalendar: holidays != nil && !calendar.knows(date.year))
    }

    private func hours(_ date: CivilDate, _ marked: CalendarDay?) -> (Day, Reason) {
        if let exception = week.exceptions[date] { return (exception, .exception) }
        if let market, market.contains(date) { return (market.hours, .marketDay) }
        switch marked {
        case .off: return (onHoliday(date), .holiday)
        // The notices say which weekends are worked and not for which weekday; where the calendar does not either, an
        // ordinary workday is the nearest guess.
        case .worked(let weekday, _): return (week.day(weekday ?? .mon), .makeUpDay)
        case nil: return (week.day(date.weekday), .weekday)
        }
    }

    private func onHoliday(_ date: CivilDate) -> Day {
        switch holidays?.rule {
        case .closed: .closed
        case .asOn(let weekday): week.day(weekday)
        case .hours(let hours): hours
        case .asUsual, nil: week.day(date.weekday)
        }
    }

    /// Whether nobody is promised anything, so that the PC may be restarted: closed, or in a maintenance window.
    package func allowsInterruption(at time: WallTime) -> Bool {
        !isOpen(at: time) || maintenance?.isOpen(at: time) == true
    }

    package var specialDates: Set<CivilDate> {
        var dates = week.specialDates.union(holidays == nil ? [] : calendar.dates)
        if case .every(_, let first) = market?.rhythm { dates.insert(first) }
        return dates
    }

    /// With markets more than a year: every weekday has met market days and others by then, also where the spacing and
    /// the week repeat together only after 217 days.
    package var rhythmDays: Int { market == nil ? week.rhythmDays : 400 }
}
