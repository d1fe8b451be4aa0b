import Logging
import ZoneDays
import ZoneJournal
import ZoneModel
import ZoneSheets
import ZoneTime

/// Tells what sheets need beside days and cases, as rows of the journal: this agent's sheets and the hub's are made of
/// the same rows. It tells what has changed, each hour and before a sheet is drawn.
actor SheetTeller {
    private static let pace = Duration.seconds(3600)
    /// Devices are found and asked within this time; before, nobody knows how they are.
    private static let settling = Duration.seconds(300)
    /// How far back a duty may still be entered, and how far ahead one may be done early, in days. What is older stays
    /// as it was told, whatever hours and rules say by now.
    private static let reach = 62

    private let sheets: AgentSheetSource
    private let clock: any ZoneClock
    private let log: Logger
    private var due: MonoTime
    /// Two at once would tell the same twice.
    private var turns = Turns()

    init(_ sheets: AgentSheetSource, clock: any ZoneClock, log: Logger) {
        (self.sheets, self.clock, self.log) = (sheets, clock, log)
        due = clock.mono().advanced(by: SheetTeller.settling)
    }

    /// Called once a second.
    func tick() async {
        let now = clock.mono()
        guard now >= due else { return }
        due = now.advanced(by: SheetTeller.pace)
        await tell(forDrawing: false)
    }

    /// - Parameter forDrawing: what is drawn now is exact; between drawings how devices are is told once a date.
    func tell(forDrawing: Bool = true) async {
        do { try await turns.add { try await self.tellAlone(forDrawing) }.value } catch {
            log.error("What sheets are made of could not be told", metadata: ["error": "\(error)"])
        }
    }

    private func tellAlone(_ forDrawing: Bool) async throws {
        let today = CivilDate(of: clock.wall())
        let (first, last) = (
            today.advanced(byDays: -SheetTeller.reach), today.advanced(byDays: SheetTeller.reach)
        )
        guard let duties = await sheets.duties.forSheets(from: first, through: last) else { return }
        var notes: [SheetNote] = []
        let description = await sheets.description(on: today, duties: duties.names)
        // Once a month anew: who reads of a month need not look for what was said long before.
        let month = SheetPeriod(monthOf: today).first
        let told = try await sheets.journal.sheetNotes(.zoneDescribed, from: month, to: today, .last)
        let before = told.first.flatMap { SheetNote.read(ZoneDescription.self, $0) }
        let isTold =
            before.map { $0.says(what: description) || (!forDrawing && $0.differsInStateOnly(from: description)) }
            ?? false
        if !isTold { notes.append(try SheetNote(description, on: today)) }
        if duties.names.value != nil { notes += try await changes(duties.counts, from: first, to: last) }
        guard !notes.isEmpty else { return }
        try await sheets.journal.write(notes.map { entry($0) }, .now)
    }

    /// Dates of which something else is so than what was told.
    private func changes(
        _ counts: [CivilDate: [DutyCounts.One]], from first: CivilDate, to last: CivilDate
    ) async throws -> [SheetNote] {
        var told: [CivilDate: DutyCounts] = [:]
        for data in try await sheets.journal.sheetNotes(.dutyCounted, from: first, to: last) {
            guard let one = SheetNote.read(DutyCounts.self, data), let date = CivilDate(one.date) else { continue }
            told[date] = one
        }
        return try Set(counts.keys).union(told.keys).sorted().compactMap { date in
            let now = DutyCounts(date, counts[date] ?? [])
            let before = told[date] ?? DutyCounts(date, [])
            return try now == before ? nil : SheetNote(now, on: date)
        }
    }

    private func entry(_ note: SheetNote) -> Entry {
        Entry(
            EventDraft(
                note.name, .a, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
                data: note.data), [.sheetNote(note)])
    }
}
