import NIOHTTP1
import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

/// Who this PC is to its hub: `zonectl enroll` and `zonectl enrolment`.
extension Technician {
    private static let enrolment = "/v1/enrolment"
    private static let look = Duration.seconds(2)
    private static let patience = Duration.seconds(30)

    /// The hub said no, or somebody gave it up.
    package struct NotEnrolled: Error, CustomStringConvertible {
        package let description: String
    }

    /// Asks the hub, shows what is to be compared, and waits until an officer has decided.
    package func enroll(_ token: String) async throws {
        show("正在联系监管中心… Asking the hub…\n")
        // Behind the answer is a key, a connection with TLS and the hub's own answer, on whatever line there is.
        let begun = try await agent.waiting(Technician.patience * 2).post(
            EnrolmentJSON.self, Technician.enrolment, EnrolRequest(token: token))
        show(EnrolmentText.compare(begun))
        let begin = clock.mono()
        var (told, heard) = (begin, EnrolmentText.notice(begun))
        while true {
            try await clock.sleep(for: Technician.look)
            let now = try await look()
            guard now.state == .pending, now.fingerprint == begun.fingerprint else { return try end(now, begun) }
            let notice = EnrolmentText.notice(now)
            guard notice != heard || clock.mono().since(told) >= Technician.patience else { continue }
            (told, heard) = (clock.mono(), notice)
            let minutes = told.since(begin).components.seconds / 60
            show("等待批准，已 \(minutes) 分钟。 Waiting for approval, \(minutes) min.\(notice)\n")
        }
    }

    /// A service that is being restarted is waited for.
    private func look() async throws -> EnrolmentJSON {
        let deadline = clock.mono().advanced(by: Technician.patience)
        while true {
            do {
                return try await agent.get(EnrolmentJSON.self, Technician.enrolment)
            } catch let error as SocketClientError {
                guard clock.mono() < deadline else { throw error }
                try await clock.sleep(for: Technician.look)
            }
        }
    }

    private func end(_ now: EnrolmentJSON, _ begun: EnrolmentJSON) throws {
        guard now.state == .enrolled, now.fingerprint == begun.fingerprint else {
            throw NotEnrolled(description: "没有注册成功。 Not enrolled.\(EnrolmentText.notice(now))")
        }
        show("已注册。 Enrolled.\n" + EnrolmentText.status(now))
    }

    package func enrolment() async throws {
        show(EnrolmentText.status(try await agent.get(EnrolmentJSON.self, Technician.enrolment)))
    }

    package func forgetEnrolment() async throws {
        try await agent.send(.DELETE, Technician.enrolment)
        show("已放弃等待中的注册。 The pending enrolment is forgotten.\n")
    }
}

/// The words of it.
enum EnrolmentText {
    /// The fingerprint so large that it is not overlooked, and what to do with it.
    static func compare(_ enrolment: EnrolmentJSON) -> String {
        let letters = (enrolment.fingerprint ?? "").cleaned(limit: 40).map(String.init).joined(separator: " ")
        let bar = String(repeating: "═", count: letters.count + 6)
        return """

            本机的指纹 the fingerprint of this PC:

                ╔\(bar)╗
                ║   \(letters)   ║
                ╚\(bar)╝

            请打电话给监管中心（\((enrolment.hub ?? "").cleaned())）的负责人，逐字核对：
            全部十二位一致，对方才可以批准；有一位不同，就请对方拒绝。
            Call the officer of the hub and compare letter by letter: only if all twelve are the same may they approve;
            if one differs, they must reject.

            可以按 Ctrl-C 离开，服务会继续等待（zonectl enrolment 查看）。
            Ctrl-C leaves; the service goes on waiting (look with: zonectl enrolment).


            """
    }

    static func status(_ enrolment: EnrolmentJSON) -> String {
        var lines = ["注册 enrolment: \(word(enrolment.state))"]
        if let zone = enrolment.zone, let node = enrolment.node { lines.append("证书 certificate: \(zone)/\(node)") }
        if let end = enrolment.notAfter { lines.append("有效期至 valid until: \(ZoneCivil.text(end))") }
        if let hub = enrolment.hub { lines.append("监管中心 hub: \(hub.cleaned())") }
        if let print = enrolment.fingerprint { lines.append("指纹 fingerprint: \(print.cleaned(limit: 40))") }
        if let since = enrolment.since { lines.append("申请时间 asked: \(ZoneCivil.text(since))") }
        return lines.joined(separator: "\n") + notice(enrolment) + "\n"
    }

    /// A line of its own, or nothing.
    static func notice(_ enrolment: EnrolmentJSON) -> String {
        enrolment.notice.map { "\n  \($0.zh.cleaned(limit: 400)) \($0.en.cleaned(limit: 400))" } ?? ""
    }

    private static func word(_ state: EnrolmentJSON.State) -> String {
        switch state {
        case .none: "未注册 none: zonectl enroll TOKEN"
        case .pending: "等待批准 pending"
        case .enrolled: "已注册 enrolled"
        case .expired: "证书已过期 expired"
        case .rejected: "被拒绝 rejected"
        case .damaged: "证书文件损坏 damaged"
        }
    }
}
