import Logging
import ZoneAccess
import ZoneCases
import ZoneControl
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// The case files of this PC: what the machine finds, what people report, what the hub adds. Each line is one event and
/// one row in one transaction.
package actor CaseDesk {
    /// A step that somebody wanted and may not take.
    private struct Attempt: Hashable {
        var uid: UInt32
        var file: ULID
        var step: CaseStep
    }

    package nonisolated let book: CaseBook
    let states: @Sendable () -> [DeviceState]
    let settings: @Sendable () -> CaseSettings
    let clock: any ZoneClock
    let log: Logger
    private let journal: Journal
    private let denials = DenialSampler<Attempt>()
    var watch = CaseWatch()
    var visitors = CaseVisitors()
    var turns = Turns()
    /// Lines of the hub that are on the disk since its last answer.
    package private(set) var entriesHeld: [String] = []

    package init(
        journal: Journal, restored: Restored, states: @escaping @Sendable () -> [DeviceState],
        settings: @escaping @Sendable () -> CaseSettings, clock: any ZoneClock, log: Logger
    ) {
        (self.journal, self.states, self.settings) = (journal, states, settings)
        (self.clock, self.log) = (clock, log)
        book = CaseBook(CaseDesk.entries(restored.caseEntries))
    }

    private static func entries(_ texts: [String]) -> [CaseEntry] {
        texts.compactMap { try? WireCoding.decode(CaseEntry.self, Array($0.utf8)) }
    }

    // MARK: Writing

    /// On the disk when it returns.
    func write(_ entries: [CaseEntry]) async throws {
        guard !entries.isEmpty else { return }
        var files: [ULID: Case] = [:]
        var rows: [Entry] = []
        for entry in entries {
            var file = files[entry.caseID] ?? Case(id: entry.caseID)
            // What was over long ago is whole in the journal only.
            if files[entry.caseID] == nil, let known = try await self.file(stored: entry.caseID) { file = known }
            file.take(entry)
            files[entry.caseID] = file
            rows.append(try row(entry, file))
        }
        let whole = files.values.flatMap(\.entries)
        _ = try await journal.submit(rows, .now) { [book] in book.take(whole) }.committed()
    }

    private func row(_ entry: CaseEntry, _ file: Case) throws -> Entry {
        let text = try WireCoding.text(entry)
        let event = EventDraft(
            .caseEntry, .a, subject: file.subject?.device?.text ?? "zone", at: clock.wall(),
            clockQuality: clock.quality(), mono: clock.mono(),
            data: try WireCoding.decode(JSONValue.self, Array(text.utf8)))
        let row = CaseRow(
            id: entry.id.text, caseID: entry.caseID.text, isOver: file.isOver, at: clock.wall(), content: text)
        return Entry(event, [.caseEntry(row)])
    }

    func line(_ step: CaseStep, of file: ULID, role: CaseRole, by: String? = nil, text: String = "") -> CaseEntry {
        let now = clock.wall()
        return CaseEntry(id: .make(at: now), of: file, step, role: role, by: by, at: now, text: text, origin: .zone)
    }

    // MARK: The hub

    /// What came down with a reply. What is written, now or before, is told with the next heartbeat.
    package func take(_ values: [JSONValue]) async {
        var held: [String] = []
        for value in values.prefix(CaseDesk.mostFromHub) {
            do {
                let entry = try WireCoding.decode(CaseEntry.self, try WireCoding.encode(value))
                if try await !knows(entry) { try await write([entry]) }
                held.append(entry.id.text)
            } catch {
                log.error("A line of the hub could not be kept", metadata: ["error": "\(WireCoding.explain(error))"])
            }
        }
        entriesHeld = held
    }

    private static let mostFromHub = 64

    private func knows(_ entry: CaseEntry) async throws -> Bool {
        if let file = book.file(entry.caseID) { return file.holds(entry.id) }
        // Over and not in memory any more.
        let old = Case(id: entry.caseID, CaseDesk.entries(try await journal.caseEntries(of: entry.caseID.text)))
        book.take(old.entries)
        return old.holds(entry.id)
    }

    // MARK: People

    func file(stored id: ULID) async throws -> Case? {
        if let file = book.file(id) { return file }
        let entries = CaseDesk.entries(try await journal.caseEntries(of: id.text))
        return entries.isEmpty ? nil : Case(id: id, entries)
    }

    /// - Throws: `ErrorJSON` in words, what the journal says.
    func take(_ step: CaseStepJSON, to id: ULID, by caller: Caller) async throws -> CaseJSON {
        guard let file = try await file(stored: id) else {
            throw ErrorJSON(code: "not.found", message: "no case \(id)", zh: "没有这个报修件", fixer: .none)
        }
        // What was over long ago is in memory again from here on.
        book.take(file.entries)
        let role = CaseRole(caller)
        do throws(CaseRefusal) {
            guard ![.open, .repeated].contains(step.step) else {
                throw CaseRefusal(.state, "step: report it with POST /v1/cases", zh: "再次报修请用报修功能")
            }
            try CaseRules.check(step.step, by: role, text: step.text ?? "", on: file)
        } catch {
            if error.reason == .role { noteRefusal(step.step, id, caller) }
            throw ErrorJSON(error)
        }
        var entry = line(step.step, of: id, role: role, by: caller.description, text: step.text ?? "")
        if [.office, .district].contains(role) { entry.deadline = step.deadline }
        if [.technician, .office, .district].contains(role) { entry.fixer = step.fixer }
        if step.step == .vendorContacted {
            entry.vendor = settings().vendor(of: states().first { $0.card.id == file.subject?.device })
        }
        try await write([file.placed(entry)])
        return view(book.file(id) ?? file)
    }

    /// Each step in each case, at most once per user and minute.
    private func noteRefusal(_ step: CaseStep, _ id: ULID, _ caller: Caller) {
        let attempt = Attempt(uid: caller.uid, file: id, step: step)
        guard denials.isFirst(attempt, minute: clock.mono().milliseconds / 60_000) else { return }
        let event = EventDraft(
            .accessDenied, .d, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: [
                "uid": .integer(Int64(caller.uid)), "door": .string(caller.door.rawValue),
                "role": .string(caller.role.rawValue), "action": .string(Action.actOnCase.rawValue),
                "case": .string(id.text), "step": .string(step.rawValue),
            ])
        _ = journal.submit([Entry(event)], .now)
    }

    nonisolated func view(_ file: Case) -> CaseJSON { settings().view(file, at: clock.wall()) }
}

extension CaseRole {
    init(_ caller: Caller) {
        switch caller.role {
        case .kiosk, .stranger: self = .citizen
        case .staff: self = .staff
        case .technician, .root: self = .technician
        case .hub: self = .district
        }
    }
}

extension ErrorJSON {
    package init(_ refusal: CaseRefusal) {
        let code =
            switch refusal.reason {
            case .role: "case.role"
            case .state: "case.state"
            case .words: "case.words"
            }
        self.init(code: code, message: refusal.english, zh: refusal.zh, fixer: .office)
    }
}
