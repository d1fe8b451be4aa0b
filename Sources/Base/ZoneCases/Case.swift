import ZoneModel

/// A case is the set of its entries: what it says follows from the set alone, so two sides that have the same entries
/// say the same, in whatever order and however often they came.
package struct Case: Sendable, Hashable {
    package let id: ULID
    private var byID: [ULID: CaseEntry] = [:]
    /// By time, then by name.
    package private(set) var entries: [CaseEntry] = []

    package init(id: ULID, _ entries: some Sequence<CaseEntry> = []) {
        self.id = id
        for entry in entries { _ = keep(entry) }
        sort()
    }

    /// - Returns: whether that changed anything.
    @discardableResult
    package mutating func take(_ entry: CaseEntry) -> Bool {
        guard keep(entry) else { return false }
        sort()
        return true
    }

    private mutating func sort() { entries = byID.values.sorted { ($0.at, $0.id) < ($1.at, $1.id) } }

    private mutating func keep(_ entry: CaseEntry) -> Bool {
        guard entry.caseID == id else { return false }
        if let known = byID[entry.id] {
            // The same name for two things is no honest writer's; both sides then keep the same one of them.
            guard known != entry, String(reflecting: entry) < String(reflecting: known) else { return false }
        }
        byID[entry.id] = entry
        return true
    }

    package func holds(_ id: ULID) -> Bool { byID[id] != nil }

    package func merged(with other: Case) -> Case {
        var result = self
        for entry in other.entries { result.take(entry) }
        return result
    }
}

extension Case {
    private func entries(_ step: CaseStep) -> [CaseEntry] { entries.filter { $0.step == step } }

    private func furthest(where isMeant: (CaseStep) -> Bool = { _ in true }) -> CaseStep {
        entries.compactMap(\.step).filter { $0.rank != nil && isMeant($0) }.max { ($0.rank ?? 0) < ($1.rank ?? 0) }
            ?? .open
    }

    /// The furthest step. A case whose opening has not come yet is open.
    ///
    /// Who reported it while the other side ended it, unheard, is still owed an answer: what was said before does not
    /// count for that, so the case is as far as its repair, and the office can answer anew.
    package var state: CaseStep {
        owesAnswer ? furthest { ($0.rank ?? 0) <= (CaseStep.fixed.rank ?? 0) } : furthest()
    }

    package var isOver: Bool { state.isEnd }
    /// Nobody has said yet that it is right again.
    package var isBroken: Bool { (state.rank ?? 0) < (CaseStep.fixed.rank ?? 0) }

    /// The first that said it is right again, or that nothing will be done.
    package var settling: CaseEntry? {
        entries.first { ($0.step?.rank ?? 0) >= (CaseStep.fixed.rank ?? 0) }
    }
    package var settledAt: WallTime? { settling?.at }

    package var opening: CaseEntry? { entries(.open).first }
    package var subject: CaseSubject? { opening?.subject }
    package var openedAt: WallTime? { (opening ?? entries.first)?.at }
    package var changedAt: WallTime? { entries.last?.at }

    package var number: String? { entries(.numbered).compactMap(\.number).first }
    /// What office or district have said; else the earliest of those of whoever reported it.
    package var deadline: WallTime? {
        let told = entries.filter { $0.deadline != nil }
        return (told.last { [.office, .district].contains($0.role) })?.deadline ?? told.compactMap(\.deadline).min()
    }
    package var fixer: Fixer? { entries.last { $0.fixer != nil }?.fixer }
    package var vendor: VendorCard? { entries.last { $0.vendor != nil }?.vendor }
    package var follows: ULID? { opening?.follows }

    /// The entry that brought the case to where it is.
    package var deciding: CaseEntry? { entries.last { $0.step == state } }
}

extension Case {
    /// A person names a device and what it looks like from outside; the machine names a code: both mean the same thing
    /// until it is right again.
    package func isSame(as other: CaseSubject) -> Bool {
        guard let subject, subject.device == other.device, other.device != nil else { return false }
        if let code = other.code, let own = subject.code { return code == own }
        if let symptom = other.symptom, let own = subject.symptom, own != symptom { return other.foundBy == .citizen }
        return true
    }
}

// MARK: People

extension CaseEntry {
    fileprivate var isReport: Bool { step == .open || step == .repeated }
    fileprivate var isAnswer: Bool { step == .answered || step == .declined }

    /// Somebody has said it, and waits to hear of it.
    package var isPersonsReport: Bool { isReport && subject?.foundBy.isPerson == true }
}

extension Case {
    /// 反映n次: by persons; what the machine sees again is not counted.
    package var reports: Int { entries.count { $0.isPersonsReport } }
    /// How often somebody said it after it was found.
    package var repeats: Int { entries.count { $0.isPersonsReport && $0.step == .repeated } }
    /// Whoever found it, a citizen has reported it.
    package var hasCitizen: Bool { entries.contains { $0.isReport && $0.subject?.foundBy == .citizen } }

    /// A person has reported it, and nobody has said anything to that since.
    package var owesAnswer: Bool { entries.last { $0.isPersonsReport || $0.isAnswer }?.isPersonsReport == true }

    /// What the office said to whoever reported it.
    package var answer: CaseEntry? { entries.last { $0.isAnswer } }

    /// An answer stands after what it answers, also where the clock of whoever reported it is ahead.
    package func placed(_ entry: CaseEntry) -> CaseEntry {
        guard entry.isAnswer, let report = entries.last(where: \.isPersonsReport), entry.at <= report.at else {
            return entry
        }
        var later = entry
        later.at = report.at.advanced(byMilliseconds: 1)
        return later
    }
}

// MARK: The machine

extension Case {
    /// When the machine said so last, and has not seen it since. Counted and not compared: a clock that was set back
    /// puts what is written now before what was written an hour ago.
    package var clearedAt: WallTime? {
        let (seen, gone) = (entries.count { $0.isReport && $0.role == .system }, entries(.cleared))
        return gone.count >= seen ? gone.last?.at : nil
    }

    /// - Parameter now: what was said under a clock that was ahead of it counts only where nothing else was said.
    package func clearedAt(by now: WallTime) -> WallTime? {
        guard clearedAt != nil else { return nil }
        let times = entries(.cleared).map(\.at)
        return times.last { $0 <= now } ?? times.first
    }
}
