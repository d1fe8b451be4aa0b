/// A step that is not taken, in words.
package struct CaseRefusal: Error, Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// Somebody else has to do it.
        case role
        /// Not now, or not so.
        case state, words
    }

    package var reason: Reason
    package var english: String
    package var zh: String

    package init(_ reason: Reason, _ english: String, zh: String) {
        (self.reason, self.english, self.zh) = (reason, english, zh)
    }
}

/// Who may take which step from where. One table for the zone's PC and the hub.
package enum CaseRules {
    /// Lines; more is no honest case.
    package static let mostLines = 1000
    /// Besides them, for the steps that lead a case to its end: nobody may fill it up against that.
    private static let mostSteps = 100

    package static let full = CaseRefusal(
        .state, "the case has too many lines: settle it, and what comes again is reported anew",
        zh: "此件记录过多，不能再添加；请先办结，再次发生请重新报修")

    /// In whose name somebody acts at the hub.
    package static let hubRoles: Set<CaseRole> = [.office, .district]

    package static func hasRoom(for step: CaseStep?, in file: Case) -> Bool {
        file.entries.count < (step?.rank == nil ? mostLines : mostLines + mostSteps)
    }

    package static func roles(for step: CaseStep) -> Set<CaseRole> {
        switch step {
        case .open, .repeated: [.system, .citizen, .staff, .technician, .office, .district]
        case .acknowledged, .vendorContacted: [.staff, .technician, .office, .district]
        case .assigned: [.technician, .office, .district]
        // The machine marks only what owes nobody an answer: see `check`.
        case .fixed: [.system, .staff, .technician, .vendor, .office, .district]
        case .answered, .declined: [.office, .district]
        // Staff end only what owes nobody an answer: see `check`.
        case .closed: [.staff, .technician, .office, .district]
        case .note: [.system, .staff, .technician, .vendor, .office, .district]
        case .cleared, .numbered: [.system]
        }
    }

    /// - Parameter door: whom the place where it was wanted lets act at all.
    /// - Throws: `CaseRefusal` with words for whoever wanted it.
    package static func check(
        _ step: CaseStep, by role: CaseRole, text: String, on file: Case,
        among door: Set<CaseRole> = Set(CaseRole.allCases)
    ) throws(CaseRefusal) {
        var who = roles(for: step).intersection(door)
        if file.owesAnswer, step == .fixed { who.remove(.system) }
        if file.owesAnswer, step == .closed { who.subtract([.staff, .technician]) }
        guard who.contains(role) else { throw wrongRole(step, role, who.subtracting([.system])) }
        guard hasRoom(for: step, in: file) else { throw full }
        if step.needsWords, text.allSatisfy(\.isWhitespace) {
            throw CaseRefusal(.words, "text: \(step.rawValue) needs words", zh: "“\(step.zh)”要写明内容")
        }
        // A first line has nothing that it could follow.
        guard let rank = step.rank, !file.entries.isEmpty else { return }
        guard !file.isOver else {
            throw CaseRefusal(
                .state, "the case is over: report it again, which makes a new case linked to it",
                zh: "此件已结束；再次发生请重新报修，会生成关联的新件")
        }
        guard rank > (file.state.rank ?? 0) else {
            throw CaseRefusal(
                .state, "the case is at \(file.state.rawValue) already",
                zh: "此件已是“\(file.state.stateInChinese(owesAnswer: file.owesAnswer))”，不能再“\(step.zh)”")
        }
        if step == .closed { try checkClosing(file) }
    }

    /// Nothing closes silently.
    private static func checkClosing(_ file: Case) throws(CaseRefusal) {
        if file.owesAnswer {
            throw CaseRefusal(.state, "somebody waits for an answer: answer first", zh: "有人反映过此事，请先答复再办结")
        }
        if file.isBroken {
            throw CaseRefusal(.state, "nobody has said that it is fixed: enter that first", zh: "还没有登记修复，请先登记修复")
        }
    }

    /// - Parameter who: the people that it is for here.
    private static func wrongRole(_ step: CaseStep, _ role: CaseRole, _ who: Set<CaseRole>) -> CaseRefusal {
        let names = CaseRole.allCases.filter(who.contains)
        guard !names.isEmpty else {
            return CaseRefusal(
                .role, "\(step.rawValue) is written by the system only: say it with a note",
                zh: "“\(step.zh)”只由系统自动登记；需要说明的请用“备注”")
        }
        return CaseRefusal(
            .role,
            "\(step.rawValue) is not for \(role.rawValue) here; it is for \(names.map(\.rawValue).joined(separator: ", "))",
            zh: "“\(step.zh)”不由\(role.zh)办理，请由\(names.map(\.zh).joined(separator: "、"))办理")
    }
}
