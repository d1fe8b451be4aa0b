import ZoneAccess
import ZoneControl
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneSheets
import ZoneTime
import ZoneWire

/// Inspection sheets of this zone: drawn from what is known now, or as they were issued.
actor ReportDesk: ReportsBackend {
    private let shelf: ReportShelf
    private let source: @Sendable () -> SheetSource
    private let notices: @Sendable (DeviceID) -> String?
    private let openConditions: @Sendable () -> [String]
    private let journal: Journal
    private let clock: any ZoneClock
    /// Two at once would both be the same revision.
    private var turns = Turns()

    /// - Parameters:
    ///   - source: read anew for each sheet, for the configuration may have changed.
    ///   - notices: what citizens may read of a device that is out of use.
    ///   - openConditions: a line for each, for the office's papers.
    init(
        shelf: ReportShelf, source: @escaping @Sendable () -> SheetSource,
        notices: @escaping @Sendable (DeviceID) -> String? = { _ in nil },
        openConditions: @escaping @Sendable () -> [String] = { [] }, journal: Journal, clock: any ZoneClock
    ) {
        (self.shelf, self.source, self.notices) = (shelf, source, notices)
        (self.openConditions, self.journal, self.clock) = (openConditions, journal, clock)
    }

    func issued() async -> [IssuedReport] {
        let rows = (try? await journal.audit(.reportIssued, of: "zone", limit: ReportShelf.mostFiles)) ?? []
        return await shelf.all().withLost(rows)
    }

    func sheet(_ period: SheetPeriod, isDraft: Bool) async throws -> FrozenSheet {
        if !isDraft, let frozen = try await latest(period) { return frozen }
        return FrozenSheet(try Sheet(try await source().facts(period, at: clock.wall())))
    }

    private func latest(_ period: SheetPeriod) async throws -> FrozenSheet? {
        do { return try await shelf.latest(period) } catch {
            throw ErrorJSON(
                code: "report.unreadable",
                message: "the issued sheet of \(period) cannot be read (\(error)): restore it, or ask for draft=yes",
                zh: "已签发的\(period.title)报表文件读不出来，请从备份恢复，或查看草稿")
        }
    }

    func issue(_ period: SheetPeriod, _ remarks: SheetRemarks, by caller: Caller) async throws -> IssuedReport {
        try await turns.add { try await self.issueAlone(period, remarks, by: caller) }.value
    }

    private func issueAlone(
        _ period: SheetPeriod, _ remarks: SheetRemarks, by caller: Caller
    ) async throws -> IssuedReport {
        let now = clock.wall()
        guard period.last < CivilDate(of: now) else {
            throw ErrorJSON(
                code: "report.notOver", message: "\(period) is not over: issue it from \(period.last.next) on",
                zh: "\(period.title)还没有结束，\(period.last.next)起才能签发，现在可以查看草稿", fixer: .staff)
        }
        let before = try await latest(period)
        var facts = try await source().facts(period, at: now)
        facts.remarks = remarks.filled(from: before?.facts.remarks)
        let draft = try Sheet(facts)
        if let before, before.seal.sha256 == draft.seal.sha256, var same = IssuedReport(before) {
            same.isNew = false
            return same
        }
        // The file of one may be lost; its number is not given to another.
        let known = await issued().last { $0.period == period }
        let revision = max(before?.issue?.revision ?? 0, known?.revision ?? 0) + 1
        guard revision <= ReportShelf.mostRevisions else {
            throw ErrorJSON(
                code: "report.tooOften", message: "\(period) was issued \(ReportShelf.mostRevisions) times: no more",
                zh: "\(period.title)已签发\(ReportShelf.mostRevisions)次，不能再签发，请联系办公室", fixer: .office)
        }
        let issue = SheetIssue(revision: revision, issuedAt: now)
        let frozen = FrozenSheet(try Sheet(facts, issue: issue), replaces: known?.sha256 ?? before?.seal.sha256)
        guard var report = IssuedReport(frozen) else { throw ErrorJSON.invalid("period") }
        // The journal first: no sheet is handed out that it does not know of.
        try await note(report, by: caller)
        do { try await shelf.add(frozen) } catch {
            throw ErrorJSON(
                code: "report.noRoom",
                message: "the sheet could not be written (\(error)): free disk space, issue again",
                zh: "报表没有保存成功，请腾出硬盘空间后重新签发")
        }
        report.isNew = true
        return report
    }

    private func note(_ report: IssuedReport, by caller: Caller) async throws {
        let event = EventDraft(
            .reportIssued, .a, subject: "zone", at: report.issuedAt, clockQuality: clock.quality(), mono: clock.mono(),
            data: [
                "period": .string(report.period.description), "revision": .integer(Int64(report.revision)),
                "sha256": .string(report.sha256), "through": .integer(report.through),
                "actor": .string(caller.description),
            ])
        try await journal.write([Entry(event)], .now)
    }

    func paper(_ kind: SmallPaper, about device: DeviceID?) async throws -> Paper {
        let (source, now) = (source(), clock.wall())
        let today = CivilDate(of: now)
        let all = try await source.devices(.day(today)).value ?? []
        let devices = all.filter { $0.id == device?.text } + all.filter { $0.id != device?.text }
        return kind.paper(
            SmallPaperFacts(
                head: source.head, today: today, devices: device == nil && kind == .faultNotice ? [] : devices,
                notice: device.flatMap(notices), open: openConditions()))
    }
}

extension SheetRemarks {
    /// What nobody said anew stays as it was said before.
    fileprivate func filled(from before: SheetRemarks?) -> SheetRemarks {
        SheetRemarks(
            problems: problems ?? before?.problems, improvements: improvements ?? before?.improvements,
            rectification: rectification ?? before?.rectification)
    }
}
