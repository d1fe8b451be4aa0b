import ZoneConfig
import ZoneModel

/// The system's print queues. The agent speaks with printers itself; only an address on this PC's own cupsd needs one.
/// libcups is for the worker child alone, so the queues are asked through lpstat.
package struct CUPSCheck: Check {
    private static let socket = "/run/cups/cups.sock"
    private static let patience = Duration.seconds(4)

    package let id = "cups"
    package let title = Saying("打印队列", "Print queues (CUPS)")
    package let deadline = Duration.seconds(9)

    package init() {}

    package func run(in patient: Patient) async -> [Finding] {
        guard let system = patient.system else { return [.onlyForTheSystem("cups.socket")] }
        let users = await patient.siteConfig()?.devices.filter(\.usesLocalQueue).map(\.card.id.text) ?? []
        let trouble: Verdict = users.isEmpty ? .warning : .fault
        switch await patient.facts(system + CUPSCheck.socket) {
        case .missing where users.isEmpty:
            return [
                .ok(
                    "cups.socket", "本机没有 cupsd，也不需要：服务直接与打印机通信。",
                    "No cupsd here, and none is needed: the agent speaks with printers itself.")
            ]
        case .missing:
            let names = users.joined(separator: ", ")
            return [
                .fault(
                    "cups.socket", "\(names) 用本机队列，但 cupsd 没有运行。",
                    "\(names) uses a queue of this PC, and cupsd does not run.",
                    Saying(
                        "sudo systemctl enable --now cups.socket cups", "sudo systemctl enable --now cups.socket cups"))
            ]
        case .notPermitted: return [.hidden("cups.socket", CUPSCheck.socket)]
        case .failed(let detail): return [.unreadable("cups.socket", CUPSCheck.socket, detail)]
        case .seen:
            async let service = service(trouble, patient)
            async let queues = queues(trouble, patient)
            return await service + queues
        }
    }

    private func service(_ trouble: Verdict, _ patient: Patient) async -> [Finding] {
        let id = "cups.service"
        switch await patient.programs.run("systemctl", ["is-active", "cups"], within: .seconds(3)) {
        case .ended(_, let words) where words.hasPrefix("failed"):
            return [
                Finding(
                    id, trouble, Saying("cups 服务出错停止了。", "The service cups has failed."),
                    remedy: Saying(
                        "sudo systemctl restart cups；看 journalctl -u cups -n 50",
                        "sudo systemctl restart cups; see journalctl -u cups -n 50"))
            ]
        // Inactive is fine: its socket starts it.
        case .ended(_, let words) where ["active", "inactive"].contains { words.hasPrefix($0) }:
            return [.ok(id, "cups 服务正常。", "The service cups is in order.")]
        case .ended, .missing, .overran, .failed:
            return [
                .unknown(
                    id, "问不到 cups 服务的状态。", "Cannot ask how the service cups is.",
                    Saying("systemctl status cups", "systemctl status cups"))
            ]
        }
    }

    private func queues(_ trouble: Verdict, _ patient: Patient) async -> [Finding] {
        let id = "cups.queues"
        switch await patient.programs.run("lpstat", ["-p", "-a"], within: CUPSCheck.patience) {
        case .missing:
            return [
                .unknown(
                    id, "没有 lpstat，看不到队列。", "There is no lpstat to see the queues with.",
                    Saying("sudo apt-get install cups-client", "sudo apt-get install cups-client"))
            ]
        case .overran, .failed:
            return [
                Finding(
                    id, trouble, Saying("cupsd 没有应答。", "cupsd does not answer."),
                    remedy: Saying("sudo systemctl restart cups", "sudo systemctl restart cups"))
            ]
        case .ended(_, let words):
            let stopped = StoppedQueue.all(in: words)
            guard stopped.isEmpty else { return stopped.prefix(10).map { $0.finding(trouble) } }
            return [.ok(id, "没有停用的队列。", "No queue is stopped.")]
        }
    }
}

/// A queue that prints nothing.
private struct StoppedQueue {
    let name: String
    let isRefusing: Bool

    /// lpstat(1), in the C locale: `printer NAME disabled since …` (-p), `NAME not accepting requests since …` (-a).
    static func all(in text: String) -> [StoppedQueue] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 3)
            guard words.count >= 3 else { return nil }
            if words[0] == "printer", words[2] == "disabled" { return StoppedQueue(String(words[1]), false) }
            if words[1] == "not", words[2] == "accepting" { return StoppedQueue(String(words[0]), true) }
            return nil
        }
    }

    private init(_ name: String, _ isRefusing: Bool) {
        (self.name, self.isRefusing) = (name.cleaned(limit: 80), isRefusing)
    }

    func finding(_ verdict: Verdict) -> Finding {
        let seen =
            isRefusing
            ? Saying("队列 \(name) 不接收新任务。", "The queue \(name) takes no jobs.")
            : Saying("队列 \(name) 已停用。", "The queue \(name) is disabled.")
        let command = isRefusing ? "sudo cupsaccept" : "sudo cupsenable"
        // Quoted: the name is somebody else's word.
        return Finding(
            "cups.queues", verdict, seen, remedy: Saying("\(command) '\(name)'", "\(command) '\(name)'"))
    }
}

extension DeviceConfig {
    /// An address such as `ipp://localhost/printers/hall`.
    fileprivate var usesLocalQueue: Bool {
        guard card.kind == .printer || card.kind == .copier, let uri, uri.contains("/printers/") else { return false }
        return ["ipp://", "ipps://"].contains { scheme in
            ["localhost", "127.0.0.1", "[::1]"].contains { uri.hasPrefix(scheme + $0) }
        }
    }
}
