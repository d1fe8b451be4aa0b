import ZoneIdentity
import ZoneModel
import ZoneWire

/// What people are told about the identity.
enum IdentityWords {
    typealias Notice = EnrolmentJSON.Notice

    static let notEnrolled = Notice(
        zh: "本机还没有注册到监管中心：zonectl enroll 令牌", en: "not enrolled with a hub: zonectl enroll TOKEN")

    static func expired(_ end: WallTime, canRenew: Bool) -> Notice {
        canRenew
            ? Notice(
                zh: "证书已于 \(end) 到期，正在自动续期；续期前不上报。",
                en: "The certificate ended on \(end); it is being renewed by itself, until then nothing is reported.")
            : Notice(
                zh: "证书已于 \(end) 到期，超过 30 天不能再续期。请向监管中心要新的令牌：zonectl enroll 令牌",
                en: "The certificate ended on \(end), which is over 30 days ago. Ask the hub for a new token: "
                    + "zonectl enroll TOKEN")
    }

    static func otherName(_ name: NodeName, mine: NodeName) -> Notice {
        Notice(
            zh: "证书（令牌）属于 \(name)，而本机 agent.yaml 写的是 \(mine)。请改正 agent.yaml，或要一个 \(mine) 的新令牌。",
            en: "The certificate (token) is for \(name), but agent.yaml of this PC says \(mine). "
                + "Correct agent.yaml, or ask for a new token for \(mine).")
    }

    static let notTheHubs = Notice(
        zh: "监管中心发来的证书不可用（不是由它自己的机构签发给本机密钥的）。请联系监管中心。",
        en: "The certificate that the hub sent is not usable: not by its own authority, or not for this PC's key. "
            + "Call the hub's office.")

    static func refused(_ body: ErrorJSON) -> Notice { Notice(zh: body.zh, en: body.message) }

    static func later(_ why: String) -> Notice {
        Notice(zh: "监管中心暂时不能受理，会自动重试。（\(why)）", en: "The hub cannot take it now; trying again: \(why).")
    }

    static let rejected = Notice(
        zh: "监管中心拒绝了本机的注册。请核对后要一个新的令牌。",
        en: "The hub's officer rejected this PC. Find out why, then ask for a new token.")
}

extension ErrorJSON {
    static let badToken = ErrorJSON(
        code: "enrolment.token",
        message: "token: this is no token of a hub, or a letter of it is wrong: copy the whole line, za1.…@host:port",
        zh: "令牌不对：请完整复制整行（za1. 开头，以 @主机:端口 结尾）")

    static let busyEnrolling = ErrorJSON(
        code: "enrolment.pending", message: "an enrolment has begun already: zonectl enrolment --forget, then again",
        zh: "已有注册在进行中：先执行 zonectl enrolment --forget 再试")

    static func foreignHub(_ address: String) -> ErrorJSON {
        ErrorJSON(
            code: "enrolment.foreignHub",
            message: "who answers at \(address) is not the hub that made this token; nothing was sent. "
                + "Check the address and the network, or ask for a new token",
            zh: "\(address) 上应答的不是发出此令牌的监管中心，没有发送任何内容。请检查地址和网络，或要一个新的令牌")
    }

    static func noHub(_ address: String, _ trouble: (zh: String, en: String)) -> ErrorJSON {
        ErrorJSON(
            code: "enrolment.unreachable", message: trouble.en, zh: trouble.zh, fixer: .network)
    }

    static func files(_ complaint: IdentityComplaint) -> ErrorJSON {
        ErrorJSON(code: "enrolment.files", message: complaint.en, zh: complaint.zh)
    }
}
