import ZoneModel

/// 逢场日: the days on which a market brings people to town. Those that follow the lunar calendar are exceptions.
package struct MarketDays: Sendable, Hashable {
    package enum Rhythm: Sendable, Hashable {
        /// Days of the month that end in one of these digits: 1, 4 and 7 are the 1st, 4th, 7th, 11th … 31st.
        case endings(Set<Int>)
        /// Every so many days, from a date that is one; before it there are none.
        case every(days: Int, from: CivilDate)
    }

    /// In days, for `every`.
    package static let spacing = 2...31

    package let rhythm: Rhythm
    package let hours: WeeklyHours.Day

    package init(_ rhythm: Rhythm, hours: WeeklyHours.Day) { (self.rhythm, self.hours) = (rhythm, hours) }

    package func contains(_ date: CivilDate) -> Bool {
        switch rhythm {
        case .endings(let digits): digits.contains(date.day % 10)
        case .every(let days, let first):
            date >= first && (date.start.milliseconds - first.start.milliseconds) / 86_400_000 % Int64(days) == 0
        }
    }
}
