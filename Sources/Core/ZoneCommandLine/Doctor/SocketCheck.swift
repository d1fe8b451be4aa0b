import ZoneConfig
import ZoneLinux
import ZoneModel

/// The two control sockets: there, shared with the right group, answering.
package struct SocketCheck: Check {
    package let id = "sockets"
    package let title = Saying("控制套接字", "Control sockets")
    package let deadline = Duration.seconds(8)

    package init() {}

    package func run(in patient: Patient) async -> [Finding] {
        async let kiosk = findings("sockets.kiosk", patient.places.kioskSocket, DoorGroup.kiosk, patient)
        async let admin = findings("sockets.admin", patient.places.adminSocket, DoorGroup.technicians, patient)
        return await kiosk + admin
    }

    private func findings(_ id: String, _ path: String, _ group: String, _ patient: Patient) async -> [Finding] {
        guard path.utf8.count <= UnixSocket.longestPath else {
            return [
                .fault(
                    id, "路径太长：\(path.utf8.count) 字节，最多 \(UnixSocket.longestPath)。",
                    "The path has \(path.utf8.count) bytes, a socket's has at most \(UnixSocket.longestPath).",
                    Saying("用较短的 --root", "Use a shorter --root"))
            ]
        }
        switch await patient.facts(path) {
        case .missing: return [.fault(id, "没有 \(path)。", "There is no \(path).", Remedy.start(patient))]
        case .notPermitted: return [.hidden(id, path)]
        case .failed(let detail): return [.unreadable(id, path, detail)]
        case .seen(let facts):
            let sharing = sharing(id, path, facts, group, patient)
            let answer = await answer(id, path, patient)
            // One ok is enough for a door.
            return sharing.verdict == .ok ? [answer] : answer.verdict == .ok ? [sharing] : [sharing, answer]
        }
    }

    private func sharing(
        _ id: String, _ path: String, _ facts: FileFacts, _ group: String, _ patient: Patient
    ) -> Finding {
        guard facts.kind == .socket else {
            return .fault(
                id, "\(path) 不是套接字。", "\(path) is no socket.",
                Saying("删去它，再重启服务：sudo rm \(path)", "Remove it and restart the service: sudo rm \(path)"))
        }
        // 0666 would be everybody; the group's bits decide who is let in.
        guard facts.mode & 0o007 == 0 else {
            return .fault(
                id, "任何用户都可以连接（\(octal(facts.mode))）。", "Everybody may connect (\(octal(facts.mode))).",
                Remedy.restart(patient))
        }
        let isShared = facts.mode & 0o060 == 0o060 && facts.group == patient.groupID(group)
        guard isShared || patient.system == nil else {
            return .warning(
                id, "用户组 \(group) 进不来（\(octal(facts.mode))，gid \(facts.group)）。",
                "The group \(group) cannot come in (\(octal(facts.mode)), gid \(facts.group)).",
                Saying(
                    "sudo systemd-sysusers，再 sudo systemctl restart zone-agent",
                    "sudo systemd-sysusers, then sudo systemctl restart zone-agent"))
        }
        return .ok(id, "", "")
    }

    private func answer(_ id: String, _ path: String, _ patient: Patient) async -> Finding {
        do throws(AgentSilence) {
            _ = try await patient.agent.status(at: path)
            return .ok(id, "\(path) 有应答。", "\(path) answers.")
        } catch {
            return Silence.finding(id, path, error, patient)
        }
    }
}

/// An agent that cannot be asked, as a finding.
enum Silence {
    static func finding(_ id: String, _ path: String, _ silence: AgentSilence, _ patient: Patient) -> Finding {
        switch silence {
        case .absent: .fault(id, "没有 \(path)。", "There is no \(path).", Remedy.start(patient))
        case .nobodyListens:
            .fault(
                id, "\(path) 后面没有程序：服务已经退出。", "Nobody is behind \(path): the agent has ended.",
                Remedy.start(patient))
        case .notPermitted:
            .unknown(id, "无权连接 \(path)。", "Not permitted to connect to \(path).", Remedy.joinTechnicians)
        case .pathTooLong:
            .fault(id, "套接字路径太长。", "The socket's path is too long.", Saying("用较短的 --root", "Use a shorter --root"))
        case .noAnswer(let detail):
            .fault(id, "\(path) 没有正确应答：\(detail)。", "\(path) gave no good answer: \(detail).", Remedy.restart(patient))
        }
    }
}
