import ZoneModel
import ZoneWire

/// Why somebody does not become, or stay, a node of this hub.
package enum IdentityRefusal: Error, Sendable, Hashable {
    case unknownToken
    case tokenExpired
    case tokenUsed
    /// The key belongs to another node.
    case keyTaken(NodeName)
    case denied(String)
    case noSuchEnrolment
    /// What was typed fits more than one.
    case ambiguous
    case decided(EnrolmentRecord.State)
    case notDenied

    /// For the one who asked.
    package var body: ErrorJSON {
        switch self {
        case .unknownToken:
            ErrorJSON(
                code: "token.unknown", message: "this hub has not made this token: ask the district for a new one",
                zh: "本中心没有发出过这个令牌，请向区里要一个新的", fixer: .office)
        case .tokenExpired:
            ErrorJSON(
                code: "token.expired", message: "the token is too old: ask the district for a new one",
                zh: "令牌已过期，请向区里要一个新的", fixer: .office)
        case .tokenUsed:
            ErrorJSON(
                code: "token.used", message: "the token was used by another key: ask the district for a new one",
                zh: "令牌已被另一台设备用过，请向区里要一个新的，并告知此事", fixer: .office)
        case .keyTaken(let name):
            ErrorJSON(
                code: "key.taken", message: "this key belongs to \(name): make a new one",
                zh: "此密钥已属于 \(name)，请重新生成", fixer: .technician)
        case .denied(let why):
            ErrorJSON(
                code: "identity.denied", message: "shut out by the district: \(why.cleaned())",
                zh: "区里已停用此设备：\(why.cleaned())", fixer: .office)
        case .noSuchEnrolment:
            ErrorJSON(
                code: "not.found", message: "no enrolment with this fingerprint: see zone-hub enroll list",
                zh: "没有这个指纹的申请，请看 zone-hub enroll list", fixer: .office)
        case .ambiguous:
            ErrorJSON(
                code: "enrolment.ambiguous", message: "more than one enrolment fits: use the whole fingerprint",
                zh: "符合的申请不止一个，请用完整的指纹", fixer: .office)
        case .decided(let state):
            ErrorJSON(
                code: "enrolment.decided",
                message: "it is \(state.rawValue) already: for another answer make a new token",
                zh: "这个申请已经有了结论（\(state == .approved ? "同意" : "拒绝")），要改变请重新发令牌", fixer: .office)
        case .notDenied:
            ErrorJSON(
                code: "not.found", message: "it is not on the list of those shut out", zh: "它不在停用名单上", fixer: .office)
        }
    }
}
