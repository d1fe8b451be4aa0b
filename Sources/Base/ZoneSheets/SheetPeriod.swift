// Purpose: the inspection sheet: one value made of what agent or hub know of a period, and its pictures on paper
// (A4 page, document, table, JSON), the same on both.
import ZoneTime

/// What one sheet is about.
package enum SheetPeriod: Sendable, Hashable {
    case day(CivilDate)
    case month(year: Int, month: Int)
    case quarter(year: Int, quarter: Int)
    case year(Int)
}
