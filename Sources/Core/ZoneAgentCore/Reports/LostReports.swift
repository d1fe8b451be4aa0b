import ZoneJournal
import ZoneModel
import ZoneSheets
import ZoneTime

extension IssuedReport {
    /// As its row in the journal has it; `nil` for what is no such row.
    init?(_ event: Event) {
        guard let period = event.data["period"]?.stringValue.flatMap(SheetPeriod.init),
            case .integer(let revision)? = event.data["revision"], let number = Int(exactly: revision),
            case .integer(let through)? = event.data["through"], let sha256 = event.data["sha256"]?.stringValue
        else { return nil }
        self.init(period: period, revision: number, issuedAt: event.at, sha256: sha256, through: through)
    }
}

extension [IssuedReport] {
    /// Adds what the journal knows was issued and has no file any more; class A outlives a folder.
    /// - Parameter rows: of `report.issued`, the latest first.
    func withLost(_ rows: [Event]) -> [IssuedReport] {
        var all = self
        for var report in rows.compactMap(IssuedReport.init) {
            guard !all.contains(where: { ($0.period, $0.revision) == (report.period, report.revision) }) else {
                continue
            }
            report.isLost = true
            all.append(report)
        }
        return all.sorted {
            ($0.period.first, $0.period.description, $0.revision) < (
                $1.period.first, $1.period.description, $1.revision
            )
        }
    }
}
