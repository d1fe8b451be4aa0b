import ZoneModel
import ZoneTime

/// A case as agent and hub show it: what follows from the entries, and the entries.
package struct CaseJSON: Sendable, Hashable, Codable {
    package struct Words: Sendable, Hashable, Codable {
        package var zh: String
        package var en: String
    }

    package var id: ULID
    /// To be read out while there is no number.
    package var short: String
    /// Of the district and year, such as 〔2026〕第0012号; the hub gives it.
    package var number: String?
    /// At the hub.
    package var zone: ZoneID?
    package var node: NodeID?
    package var zoneName: String?
    package var device: DeviceID?
    package var kind: DeviceKind?
    package var place: String?
    package var code: String?
    package var symptom: String?
    /// 故障现象.
    package var headline: Words
    /// 影响: what citizens notice of it, where the code says it.
    package var impact: String?
    package var foundBy: FoundBy?
    package var foundByText: String?
    package var state: CaseStep
    package var stateText: String
    package var isOver: Bool
    package var owesAnswer: Bool
    package var openedAt: WallTime?
    package var changedAt: WallTime?
    package var deadline: WallTime?
    package var isOverdue: Bool
    /// Working days; below 0 since the deadline. Absent without one, and when the case is over.
    package var daysLeft: Int?
    /// `2个工作日`, `今天到期`, `超期1个工作日`.
    package var leftText: String?
    package var fixer: Fixer?
    /// By persons, the first one included.
    package var reports: Int
    package var repeats: Int
    package var follows: ULID?
    package var vendor: VendorCard?
    package var entries: [CaseEntry]

    /// - Parameter timetable: whose dates are working days.
    package init(_ file: Case, at now: WallTime, times: CaseTimes = CaseTimes(), in timetable: some Timetable) {
        let subject = file.subject
        (id, short, number) = (file.id, file.id.short, file.number)
        (device, kind, place) = (subject?.device, subject?.kind, subject?.place)
        (code, symptom, headline) = (subject?.code, subject?.symptom, Words(file))
        impact = subject?.code.flatMap { ConditionCode(rawValue: $0) }?.texts.citizen
        (foundBy, foundByText) = (subject?.foundBy, subject?.foundBy.zh)
        (state, isOver, owesAnswer) = (file.state, file.isOver, file.owesAnswer)
        stateText = file.state.stateInChinese(owesAnswer: file.owesAnswer)
        (openedAt, changedAt) = (file.openedAt, file.changedAt)
        let due = times.deadline(of: file, in: timetable)
        (deadline, fixer, reports, repeats) = (due, file.fixer, file.reports, file.repeats)
        isOverdue = !file.isOver && due.map { $0 < now } ?? false
        (follows, vendor, entries) = (file.follows, file.vendor, file.entries)
        guard let due, !file.isOver else { return }
        let left = WorkDays.left(from: now, to: due, in: timetable)
        daysLeft = left
        leftText = isOverdue ? (left < 0 ? "超期\(-left)个工作日" : "已超期") : left == 0 ? "今天到期" : "\(left)个工作日"
    }

    /// What has to be done first: overdue, then by deadline, then the oldest.
    package static func comesFirst(_ left: CaseJSON, _ right: CaseJSON) -> Bool {
        func key(_ view: CaseJSON) -> (Int, Int, Int64, Int64, ULID) {
            let due = view.deadline?.milliseconds ?? .max
            return (
                view.isOver ? 1 : 0, view.isOverdue ? 0 : 1, due, view.openedAt?.milliseconds ?? .max, view.id
            )
        }
        return key(left) < key(right)
    }
}

extension Case {
    /// What is wrong, in words.
    package var headline: CaseJSON.Words { CaseJSON.Words(self) }
}

extension CaseJSON.Words {
    fileprivate init(_ file: Case) {
        let subject = file.subject
        if let texts = subject?.code.flatMap({ ConditionCode(rawValue: $0) })?.texts {
            self.init(zh: texts.headline, en: texts.english)
        } else if let symptom = subject?.symptom.flatMap({ CaseSymptom(rawValue: $0) }) {
            self.init(zh: symptom.zh, en: symptom.english)
        } else if let text = file.opening?.text, !text.isEmpty {
            self.init(zh: text, en: text)
        } else {
            self.init(zh: subject?.code ?? "情况待补充", en: subject?.code ?? "not described yet")
        }
    }
}

/// `POST /v1/cases`.
package struct CaseReportJSON: Sendable, Hashable, Codable {
    package var device: String?
    package var symptom: String?
    package var code: String?
    package var text: String?
    /// `inspection`: found when somebody looked; else who calls says it.
    package var foundBy: FoundBy?

    package init(
        device: String? = nil, symptom: String? = nil, code: String? = nil, text: String? = nil,
        foundBy: FoundBy? = nil
    ) {
        (self.device, self.symptom, self.code) = (device, symptom, code)
        (self.text, self.foundBy) = (text, foundBy)
    }
}

/// `POST /v1/cases/{id}/entries`, and the same at the hub.
package struct CaseStepJSON: Sendable, Hashable, Codable {
    package var step: CaseStep
    package var text: String?
    /// At the hub: `office` or `district`; at the zone the door says who it is.
    package var role: CaseRole?
    package var deadline: WallTime?
    package var fixer: Fixer?

    package init(
        step: CaseStep, text: String? = nil, role: CaseRole? = nil, deadline: WallTime? = nil, fixer: Fixer? = nil
    ) {
        (self.step, self.text, self.role) = (step, text, role)
        (self.deadline, self.fixer) = (deadline, fixer)
    }
}

/// `POST /api/v1/zones/{zone}/cases` at the hub: what an inspection found there, or what reached the office by telephone
/// or letter.
package struct HubReportJSON: Sendable, Hashable, Codable {
    /// `nil`: the zone as a whole.
    package var device: DeviceID?
    package var text: String
    /// `inspection` where nothing is said.
    package var foundBy: FoundBy?
    /// `district`, where nothing is said, or `office`.
    package var role: CaseRole?

    package init(device: DeviceID? = nil, text: String, foundBy: FoundBy? = nil, role: CaseRole? = nil) {
        (self.device, self.text, self.foundBy, self.role) = (device, text, foundBy, role)
    }
}

/// `GET /v1/reportable`: what citizens may report.
package struct ReportableJSON: Sendable, Hashable, Codable {
    package struct Symptom: Sendable, Hashable, Codable {
        package var id: CaseSymptom
        package var zh: String
        package var en: String
    }

    package var device: DeviceID
    package var kind: DeviceKind
    package var place: String?
    package var symptoms: [Symptom]

    package init(_ card: DeviceCard) {
        (device, kind, place) = (card.id, card.kind, card.place)
        symptoms = CaseSymptom.offered(for: card.kind).map { Symptom(id: $0, zh: $0.zh, en: $0.english) }
    }
}
