import ZoneModel

/// One date as it was closed, for reading, with the records that prove it.
package struct ClosedDay: Sendable, Hashable, Codable {
    package var totals: DayTotals
    /// What the `day.closed` of that date say.
    package var records: [JSONValue]

    package init(totals: DayTotals, records: [JSONValue]) { (self.totals, self.records) = (totals, records) }

    /// By date; of one whose zone record is missing there is nothing to say.
    package static func list(_ records: [DayRecord]) -> [ClosedDay] {
        Dictionary(grouping: records, by: \.date).sorted { $0.key < $1.key }.compactMap { _, day in
            DayTotals(day).map { ClosedDay(totals: $0, records: day.map(\.data)) }
        }
    }
}
