/// A stable name for something that happens and is over: it can be counted, but it is never open.
package enum InstantCode: String, Sendable, Codable, CaseIterable, Hashable {
    case boxDeposit = "box.deposit"
    /// More deposits in a short time than people make: play, or a fluttering sheet. Counted apart.
    case boxBurst = "box.burst"
    case boxLidOpened = "box.lid.opened"
}

extension InstantCode {
    /// Under which name a device adds it up (`counts` of the control API).
    package var counter: String {
        switch self {
        case .boxDeposit: "deposits"
        case .boxBurst: "suspicious"
        case .boxLidOpened: "lidOpenings"
        }
    }

    /// For staff and for developers. A sensor sees paper, not letters: the word is "detected deposits".
    package var texts: (zh: String, english: String) {
        switch self {
        case .boxDeposit: ("检测到投入", "deposit detected")
        case .boxBurst: ("短时间内多次遮挡投入口，可能不是投件", "slot broken many times in a row, perhaps no deposits")
        case .boxLidOpened: ("意见箱被打开", "suggestion box opened")
        }
    }
}

/// Something that happened at a device, as often as `count` says.
package struct Instant: Sendable, Hashable {
    package var code: InstantCode
    /// At least 1.
    package var count: Int
    /// What was seen.
    package var evidence: String

    package init(_ code: InstantCode, count: Int = 1, evidence: String) {
        (self.code, self.count, self.evidence) = (code, count, evidence)
    }
}
