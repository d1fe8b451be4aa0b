// Purpose: a case, from the report to the answer, as a set of entries that zone and hub may each add to without
// asking the other: the union is the same on both sides, whatever the order.

/// What an entry says. Raw values are the words of the wire; the first eight are how far a case has come.
package enum CaseStep: String, Sendable, Codable, CaseIterable, Hashable {
    case open, acknowledged, assigned, vendorContacted, fixed, answered, declined, closed
    /// The same thing was reported once more.
    case repeated = "repeat"
    /// The machine sees it no longer. Closes nothing.
    case cleared
    case note
    /// The hub gives the case its number of the year.
    case numbered

    /// In the order of the work; `nil` for what moves nothing. Who answers or declines does so with words.
    package var rank: Int? {
        switch self {
        case .open: 0
        case .acknowledged: 1
        case .assigned: 2
        case .vendorContacted: 3
        case .fixed: 4
        case .answered: 5
        case .declined: 6
        case .closed: 7
        case .repeated, .cleared, .note, .numbered: nil
        }
    }

    /// Nothing follows.
    package var isEnd: Bool { self == .declined || self == .closed }

    package var needsWords: Bool { [.answered, .declined, .note].contains(self) }

    /// The button, and the row of the history.
    package var zh: String {
        switch self {
        case .open: "报修"
        case .acknowledged: "受理"
        case .assigned: "交办"
        case .vendorContacted: "联系厂家"
        case .fixed: "登记修复"
        case .answered: "答复"
        case .declined: "不予受理"
        case .closed: "办结"
        case .repeated: "再次反映"
        case .cleared: "系统检测已恢复"
        case .note: "备注"
        case .numbered: "编号"
        }
    }

    /// The state that a case is in when this was its furthest step.
    package func stateInChinese(owesAnswer: Bool) -> String {
        switch self {
        case .open: "待受理"
        case .acknowledged: "已受理"
        case .assigned: "已交办"
        case .vendorContacted: "已联系厂家"
        case .fixed: owesAnswer ? "已修复待答复" : "已修复待办结"
        case .answered: "已答复"
        case .declined: "不予受理"
        case .closed: "已办结"
        case .repeated, .cleared, .note, .numbered: rawValue
        }
    }
}

/// In whose name somebody acts. No person's name is kept.
package enum CaseRole: String, Sendable, Codable, CaseIterable, Hashable {
    case system, citizen, staff, technician, vendor, office, district

    package var zh: String {
        switch self {
        case .system: "系统"
        case .citizen: "群众"
        case .staff: "工作人员"
        case .technician: "技术人员"
        case .vendor: "厂家"
        case .office: "办公室"
        case .district: "区级平台"
        }
    }
}

/// 系统 / 工作人员 / 群众反映 / 现场检查.
package enum FoundBy: String, Sendable, Codable, CaseIterable, Hashable {
    case system, staff, citizen, inspection

    /// Somebody has said something and waits to hear of it.
    package var isPerson: Bool { self != .system }

    package var zh: String {
        switch self {
        case .system: "系统"
        case .staff: "工作人员"
        case .citizen: "群众反映"
        case .inspection: "现场检查"
        }
    }
}
