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

    /// The furthest step. A case whose opening has not come yet is open.
    package var state: CaseStep {
        entries.compactMap(\.step).filter { $0.rank != nil }.max { ($0.rank ?? 0) < ($1.rank ?? 0) } ?? .open
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

    package var repeats: Int { entries(.repeated).count }

    /// A person has reported it and waits to hear of it.
    package var owesAnswer: Bool {
        entries.contains { [.open, .repeated].contains($0.step) && $0.subject?.foundBy.isPerson == true }
    }

    /// The machine said so, and it was not reported since.
    package var clearedAt: WallTime? {
        let last = entries.last { [.open, .repeated, .cleared].contains($0.step) }
        return last?.step == .cleared ? last?.at : nil
    }

    package var number: String? { entries(.numbered).compactMap(\.number).min() }
    package var deadline: WallTime? { entries.last { $0.deadline != nil }?.deadline }
    package var fixer: Fixer? { entries.last { $0.fixer != nil }?.fixer }
    package var vendor: VendorCard? { entries.last { $0.vendor != nil }?.vendor }
    package var follows: ULID? { opening?.follows }

    /// The entry that brought the case to where it is.
    package var deciding: CaseEntry? { entries.last { $0.step == state } }

    /// What the office said to whoever reported it.
    package var answer: CaseEntry? { entries.last { $0.step == .answered || $0.step == .declined } }
}
