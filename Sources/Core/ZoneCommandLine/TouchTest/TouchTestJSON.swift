import ZoneWire

/// What `zonectl touch test --json` prints: sums of one run, which are kept nowhere.
package struct TouchTestJSON: Sendable, Hashable, Codable {
    package struct Rate: Sendable, Hashable, Codable {
        package var min: Double
        package var median: Double
        package var max: Double
    }

    /// A strip of the glass, from the left or the top.
    package struct Share: Sendable, Hashable, Codable {
        package var fromPercent: Double
        package var toPercent: Double

        init(_ run: ClosedRange<Int>, of count: Int) {
            fromPercent = tenths(Double(run.lowerBound) * 100 / Double(count))
            toPercent = tenths(Double(run.upperBound + 1) * 100 / Double(count))
        }
    }

    package var device: String
    package var simulated: Bool
    package var end: TouchTestEnd
    package var durationMs: Int64
    package var touches: Int
    package var contactsMost: Int
    /// Who is on the glass at the end: a finger, or a contact that sticks.
    package var contactsAtEnd: Int
    /// No key when no finger moved long enough.
    package var reportRateHz: Rate?
    package var reports: Int
    /// Those from outside of the range that the panel declares.
    package var reportsOutside: Int
    package var cells: Int
    package var cellsUntouched: Int
    package var coveragePercent: Double
    package var untouchedColumns: [Share]
    package var untouchedRows: [Share]
    /// Rows from the top, `#` for a cell that was touched, `.` for another.
    package var touchedCells: [String]

    package init(_ session: TouchTestSession, _ end: TouchTestEnd, elapsedMs: Int64) {
        let (glass, map) = (session.glass, session.glass.map)
        (device, simulated, self.end) = (session.device, session.panel?.simulated ?? false, end)
        durationMs = elapsedMs
        (touches, contactsMost, contactsAtEnd) = (glass.touches, glass.fingersMost, glass.fingers.count)
        reportRateHz = glass.rate.range.map {
            Rate(min: tenths($0.min), median: tenths($0.median), max: tenths($0.max))
        }
        (reports, reportsOutside) = (glass.reports, glass.reportsOutside)
        (cells, cellsUntouched) = (map.count, map.count - map.touchedCount)
        coveragePercent = tenths(Double(map.touchedCount) * 100 / Double(map.count))
        untouchedColumns = map.untouchedColumns.map { Share($0, of: TouchedCells.columns) }
        untouchedRows = map.untouchedRows.map { Share($0, of: TouchedCells.rows) }
        touchedCells = (0..<TouchedCells.rows).map { row in
            String((0..<TouchedCells.columns).map { map[$0, row] > 0 ? "#" : "." })
        }
    }
}

private func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
