import ZoneConfig
import ZoneLinux
import ZoneModel

/// cupsd as it is set up: what it keeps of citizens' documents, who reaches it, and which revision it is. Changes
/// nothing; `zonectl printers cupsd set` does.
package struct CUPSDCheck: Check {
    static let configuration = "/etc/cups/cupsd.conf"
    static let files = "/etc/cups/cups-files.conf"
    private static let program = "/usr/sbin/cupsd"

    package let id = "cupsd"
    package let title = Saying("打印系统的设置", "Settings of cupsd")
    package let deadline = Duration.seconds(9)

    package init() {}

    package func run(in patient: Patient) async -> [Finding] {
        guard let system = patient.system else { return [.onlyForTheSystem("cupsd.settings")] }
        async let ports = CUPSDPorts.findings(system, patient)
        async let packages = CUPSDPackages.findings(patient)
        guard case .seen = await patient.facts(system + CUPSDCheck.program) else {
            let absent = Finding.ok("cupsd.settings", "本机没有 cupsd，不需要设置。", "There is no cupsd here: nothing to set.")
            return [absent] + (await ports) + (await packages)
        }
        let files = await text(system + CUPSDCheck.files, patient)
        var findings = await settings(system, patient) + fileDevice(files, patient)
        findings += await CUPSDSpool.findings(system, CUPSDSpool.folder(files.text), patient)
        findings += await CUPSDQueues.findings(system, patient)
        return findings + (await ports) + (await packages)
    }

    private func settings(_ system: String, _ patient: Patient) async -> [Finding] {
        let (id, path) = ("cupsd.settings", CUPSDCheck.configuration)
        switch await text(system + path, patient) {
        case .seen(let text):
            let faults = CUPSDFault.all(in: text)
            let target = await patient.look { FileFacts.target(ofLink: system + path) }
            let remedy = target.map { CUPSDCheck.byHand(path, $0, patient) } ?? CUPSDCheck.set(patient)
            guard faults.isEmpty else { return faults.map { $0.finding(id, remedy: remedy) } }
            return [.ok(id, "\(path) 正确。", "\(path) is in order.")]
        case .missing:
            return [
                .warning(
                    id, "没有 \(path)，cupsd 用自己的默认值。", "There is no \(path): cupsd goes by its defaults.",
                    Saying(
                        "sudo apt-get install --reinstall -o Dpkg::Options::=--force-confmiss cups-daemon",
                        "sudo apt-get install --reinstall -o Dpkg::Options::=--force-confmiss cups-daemon"))
            ]
        case .hidden: return [.hidden(id, path)]
        case .unreadable(let detail): return [.unreadable(id, path, detail)]
        case .broken(let complaint):
            return [
                .warning(
                    id, complaint.saying.zh, complaint.saying.en,
                    Saying("用 sudo cupsd -t 检查并改正", "Look at it with sudo cupsd -t, and correct it"))
            ]
        }
    }

    private func fileDevice(_ files: CUPSDSight, _ patient: Patient) -> [Finding] {
        guard let text = files.text, let line = text.all("FileDevice").last,
            ["yes", "on", "true", "enabled", "1"].contains(line.value?.lowercased() ?? "")
        else { return [] }
        return [
            .warning(
                "cupsd.settings", "\(text.file):\(line.number) FileDevice 应为 No：打印队列可以写任意文件。",
                "\(text.file):\(line.number): FileDevice should be No: a queue may write to any file.",
                Saying(
                    "在 \(text.file) 中删去这一行，再 sudo systemctl restart cups",
                    "Remove that line from \(text.file), then sudo systemctl restart cups"))
        ]
    }

    /// What `set` refuses must not be what is advised.
    private static func byHand(_ path: String, _ target: String, _ patient: Patient) -> Saying {
        let (file, line) = (target.cleaned(limit: 120), set(patient).zh)
        return Saying(
            "\(path) 是指向 \(file) 的链接，zonectl 不改动链接：先用普通文件代替它，再 \(line)",
            "\(path) is a link to \(file), which zonectl leaves alone: put a plain file in its place, then \(line)")
    }

    static func set(_ patient: Patient) -> Saying {
        let line = "sudo zonectl printers cupsd set\(Remedy.rootOption(patient.places))"
        return Saying(line, line)
    }

    private func text(_ path: String, _ patient: Patient) async -> CUPSDSight {
        switch await patient.read(path) {
        case .missing: .missing
        case .notPermitted: .hidden
        case .failed(let detail): .unreadable(detail)
        case .seen(let content): CUPSDSight(content, path)
        }
    }
}

/// What became of looking at a file of cupsd.
private enum CUPSDSight {
    case seen(CUPSDText)
    case broken(CUPSDComplaint)
    case missing
    case hidden
    case unreadable(String)

    init(_ content: String, _ path: String) {
        do throws(CUPSDComplaint) {
            self = .seen(try CUPSDText(Array(content.utf8), file: path))
        } catch {
            self = .broken(error)
        }
    }

    var text: CUPSDText? {
        if case .seen(let text) = self { return text }
        return nil
    }
}
