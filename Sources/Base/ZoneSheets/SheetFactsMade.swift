import ZoneCases
import ZoneDays
import ZoneModel
import ZoneTime

// How other parts' values become facts of a sheet: the same for agent and hub.

extension SheetDay {
    /// - Parameter records: of one node, by date and device, as they were closed.
    package static func all(of records: [DayRecord]) throws -> [SheetDay] {
        try Dictionary(grouping: records, by: \.date).sorted { $0.key < $1.key }.compactMap { _, records in
            let zone = records.first { $0.device == DayRecord.zone }
            return try DayTotals(records).map { try SheetDay($0, sha256: zone?.sha256) }
        }
    }
}

extension Known where Value == [SheetDay] {
    /// How often lids were opened, as sensors saw them.
    package var boxOpenings: Known<Int64> {
        switch self {
        case .unknown(let reason): return .unknown(reason)
        case .value(let days):
            let counted = days.compactMap { $0.counts["boxOpenings"] }
            return counted.isEmpty ? .unknown("无带传感器的意见箱") : .value(counted.reduce(0) { $0 &+ max(0, $1) })
        }
    }
}

extension SheetCase {
    package init(_ file: Case) {
        func first(_ step: CaseStep) -> WallTime? { file.entries.first { $0.step == step }?.at }
        let subject = file.subject
        self.init(
            number: file.number ?? file.id.short, foundAt: file.openedAt ?? WallTime(milliseconds: 0),
            device: SheetCase.name(of: subject),
            symptom: file.headline.zh, foundBy: subject?.foundBy.rawValue ?? "")
        vendorContacted = first(.vendorContacted)
        (fixed, answered, closed) = (first(.fixed), first(.answered), first(.closed))
        declined = file.entries.first { $0.step == .declined }?.text
    }

    /// As block 2 writes it, so that one of two printers is known.
    private static func name(of subject: CaseSubject?) -> String {
        let kind = subject?.kind.map { SheetWords.kind($0.rawValue) }
        return switch (kind, subject?.device?.text) {
        case (let kind?, let device?): "\(kind)（\(device)）"
        case (let one?, nil), (nil, let one?): one
        case (nil, nil): "专区"
        }
    }

    /// What a sheet's ledger holds: found in the period, or found earlier and not over when it began.
    package static func all(of files: [Case], in period: SheetPeriod) -> [SheetCase] {
        let (from, to) = (period.first.start, period.last.next.start)
        return files.filter { file in
            guard let found = file.openedAt, found < to else { return false }
            return found >= from || !file.isOver || (file.changedAt ?? found) >= from
        }.map(SheetCase.init).sorted { ($0.foundAt, $0.number) < ($1.foundAt, $1.number) }
    }
}
