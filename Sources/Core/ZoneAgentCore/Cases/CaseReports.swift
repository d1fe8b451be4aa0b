import ZoneAccess
import ZoneCases
import ZoneControl
import ZoneDesks
import ZoneModel
import ZoneTime
import ZoneWire

/// How often whoever stands at the kiosk may report.
struct CaseVisitors: Sendable {
    /// The same device again within this time is the same person, or the one behind.
    static let pause = Duration.seconds(60)
    private static let (hour, mostAnHour) = (Duration.seconds(3600), 12)

    private var reports: [MonoTime] = []
    private var devices: [DeviceID: (at: MonoTime, file: ULID)] = [:]

    /// The file that this device was reported in just now.
    func justReported(_ device: DeviceID, at now: MonoTime) -> ULID? {
        devices[device].flatMap { now.since($0.at) < CaseVisitors.pause ? $0.file : nil }
    }

    mutating func admit(at now: MonoTime) -> Bool {
        reports.removeAll { now.since($0) >= CaseVisitors.hour }
        guard reports.count < CaseVisitors.mostAnHour else { return false }
        reports.append(now)
        return true
    }

    mutating func note(_ device: DeviceID, _ file: ULID, at now: MonoTime) { devices[device] = (now, file) }
}

/// What people report.
extension CaseDesk: CasesBackend {
    package nonisolated func list() -> [CaseJSON] {
        let (settings, now) = (settings(), clock.wall())
        return book.all.map { settings.view($0, at: now) }.sorted(by: CaseJSON.comesFirst)
    }

    package func file(_ id: ULID) async throws -> CaseJSON? { try await file(stored: id).map(view) }

    package nonisolated func reportable() -> [ReportableJSON] { states().map { ReportableJSON($0.card) } }

    package func add(_ step: CaseStepJSON, to id: ULID, by caller: Caller) async throws -> CaseJSON {
        try await take(step, to: id, by: caller)
    }

    package func report(_ report: CaseReportJSON, by caller: Caller) async throws -> CaseJSON {
        // Two reports at the same moment are one case.
        try await turns.add { try await self.reportNow(report, caller) }.value
    }

    private static let tooMany = ErrorJSON(
        code: "case.tooMany", message: "many reports came in already; staff have been told: try again later",
        zh: "已收到多次反映，工作人员正在处理，请稍后再试", fixer: .none)

    private func reportNow(_ report: CaseReportJSON, _ caller: Caller) async throws -> CaseJSON {
        let role = CaseRole(caller)
        let (subject, text) = try subject(of: report, role)
        let now = clock.mono()
        if role == .citizen, let device = subject.device {
            if let id = visitors.justReported(device, at: now), let file = book.file(id) { return view(file) }
            guard visitors.admit(at: now) else { throw CaseDesk.tooMany }
        }
        let entry = line(of: subject, role, caller.description, text)
        if let file = book.file(entry.caseID), !CaseRules.hasRoom(for: entry.step, in: file) {
            throw role == .citizen ? CaseDesk.tooMany : ErrorJSON(CaseRules.full)
        }
        try await write([entry])
        if let device = subject.device { visitors.note(device, entry.caseID, at: now) }
        return view(book.file(entry.caseID) ?? Case(id: entry.caseID, [entry]))
    }

    /// A line in the file that is about this already, or the first one of a new file.
    private func line(of subject: CaseSubject, _ role: CaseRole, _ by: String, _ text: String) -> CaseEntry {
        let before = subject.device.map { book.files(about: $0).filter { $0.isSame(as: subject) } } ?? []
        if let file = before.first(where: \.isBroken) {
            var entry = line(.repeated, of: file.id, role: role, by: by, text: text)
            entry.subject = subject
            // The case is due when the first of those is who found and reported it.
            entry.deadline = settings().deadline(of: subject, from: entry.at)
            return entry
        }
        return opening(of: subject, role, by, text, follows: before.first?.id)
    }

    func opening(
        of subject: CaseSubject, _ role: CaseRole, _ by: String?, _ text: String, follows: ULID?
    ) -> CaseEntry {
        var entry = line(.open, of: .make(at: clock.wall()), role: role, by: by, text: text)
        (entry.subject, entry.follows) = (subject, follows)
        let settings = settings()
        entry.deadline = settings.deadline(of: subject, from: entry.at)
        // Whoever picks it up, here or at the hub, has the number to call.
        entry.vendor = settings.vendor(of: states().first { $0.card.id == subject.device })
        return entry
    }

    private func subject(of report: CaseReportJSON, _ role: CaseRole) throws -> (CaseSubject, String) {
        let text = (report.text ?? "").cleaned(limit: CaseEntry.longestText)
        let card = try report.device.map { try listed($0) }
        let symptom = try report.symptom.map { try CaseDesk.symptom($0, of: card) }
        if role == .citizen {
            guard text.isEmpty, report.code == nil, report.foundBy == nil else {
                throw ErrorJSON.invalid("text, code, foundBy: citizens choose a device and a symptom, nothing else")
            }
            guard card != nil, symptom != nil else {
                throw ErrorJSON.invalid("device, symptom: both are needed, see GET /v1/reportable")
            }
        }
        guard card != nil || !text.allSatisfy(\.isWhitespace) else {
            throw ErrorJSON.invalid("device or text: say what is wrong")
        }
        if let code = report.code, ConditionCode(rawValue: code) == nil {
            throw ErrorJSON.invalid("code: not one of the condition codes")
        }
        let foundBy: FoundBy = role == .citizen ? .citizen : report.foundBy == .inspection ? .inspection : .staff
        return (
            CaseSubject(
                foundBy: foundBy, device: card?.id, kind: card?.kind, place: card?.place, code: report.code,
                symptom: symptom?.rawValue), text
        )
    }

    private func listed(_ id: String) throws -> DeviceCard {
        guard let card = states().first(where: { $0.card.id.text == id })?.card else {
            let name = id.cleaned(limit: 40)
            throw ErrorJSON(code: "not.found", message: "no device \(name)", zh: "没有编号为“\(name)”的设备", fixer: .none)
        }
        return card
    }

    private static func symptom(_ word: String, of card: DeviceCard?) throws -> CaseSymptom {
        guard let symptom = CaseSymptom(rawValue: word), let card,
            CaseSymptom.offered(for: card.kind).contains(symptom)
        else { throw ErrorJSON.invalid("symptom: not one that GET /v1/reportable offers for this device") }
        return symptom
    }

    // MARK: What everybody may know

    private static let toldFor: Int64 = 7 * 86_400_000
    private static let mostTold = 20

    /// What is broken or has no answer yet, and for a week what became of it. No part, address or brand; no word of who reported it.
    package nonisolated func publicReports() -> [PublicJSON.Report] {
        let now = clock.wall()
        let told = book.all.filter { file in
            let moved = file.deciding?.at ?? .distantPast
            return file.isBroken || file.owesAnswer || now.milliseconds - moved.milliseconds < CaseDesk.toldFor
        }
        let latest = told.sorted { ($0.openedAt ?? .distantPast) > ($1.openedAt ?? .distantPast) }
        return latest.prefix(CaseDesk.mostTold).map { PublicJSON.Report(of: $0) }
    }
}

extension PublicJSON.Report {
    fileprivate init(of file: Case) {
        let (began, moved) = (file.openedAt.map { CivilDate(of: $0) }, file.deciding.map { CivilDate(of: $0.at) })
        let (zh, en) =
            switch file.state {
            case .open: ("已报修（\(began.zh)），修好后在此告知", "Reported on \(began.en); what becomes of it is told here")
            case .fixed: ("已修复（\(moved.zh)）", "Repaired on \(moved.en)")
            case .answered, .closed, .declined: ("已答复（\(moved.zh)）", "Answered on \(moved.en)")
            default: ("正在维修（\(began.zh)报修），修好后在此告知", "Being repaired, reported on \(began.en)")
            }
        self.init(kind: file.subject?.kind, text: zh, en: en, answer: file.answer?.text)
    }
}

extension CivilDate? {
    fileprivate var zh: String { map { "\($0.month)月\($0.day)日" } ?? "—" }
    fileprivate var en: String { map(\.description) ?? "—" }
}
