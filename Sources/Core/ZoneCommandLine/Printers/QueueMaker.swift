import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneTime

/// Makes a cupsd queue for one printer. By `driverless` and `lpadmin -P`, not by `lpadmin -m everywhere`: that one
/// comes back at once, works on in a thread of cupsd, and leaves a queue without a PPD when the printer is off (seen
/// with 2.4.2; OpenPrinting/cups 466). No word of the printer's is an argument: address and name are the technician's.
struct QueueMaker {
    private static let look = Duration.milliseconds(500)
    private static let patience = Duration.seconds(20)

    /// Whoever reads a stranger's words needs no right at all, not even root's. 65534 is nobody (base-passwd).
    private static let asNobody = [
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--no-new-privs", "--",
    ]

    let programs: any ProgramRunner
    /// Whether this process is root.
    let isRoot: Bool
    let clock: any ZoneClock
    let show: @Sendable (String) -> Void

    func make(_ name: QueueName, uri: String, model: String?) async throws {
        try await mustBeFree(name)
        let ppd = try await description(of: uri)
        let folder = try TemporaryFolder()
        let file = folder.path + "/printer.ppd"
        try SmallFile.replace(file, with: ppd, mode: 0o600)
        do {
            try await tell("lpadmin", DriverlessPPD.lpadmin(name.text, uri: uri, file: file))
            try await becomesReady(name)
            try await mustBe(model, name)
        } catch {
            // A queue that is not what it says had better not be there.
            try? await tell("lpadmin", ["-x", name.text])
            throw error
        }
        show("队列 \(name.text) 已建好，有 PPD。 The queue \(name.text) is there, with its PPD.\n")
    }

    private func mustBeFree(_ name: QueueName) async throws(PrinterRefusal) {
        // Of a cupsd that is off `lpstat -p` says that there is no such queue (seen with 2.4.2).
        if case .ended(_, let words) = await programs.run("lpstat", ["-r"], within: .seconds(5)),
            words.contains("not running")
        {
            throw QueueMaker.silent
        }
        switch await programs.run("lpstat", ["-p", name.text], within: .seconds(5)) {
        case .ended(0, _):
            throw PrinterRefusal(
                "队列 \(name.text) 已经在；换个名字，或先删除：sudo lpadmin -x \(name.text)",
                "The queue \(name.text) is there already: take another name, or first sudo lpadmin -x \(name.text)")
        case .ended(_, let words) where words.contains("Invalid destination name"): return
        case .missing: throw QueueMaker.absent("lpstat", "cups-client")
        case .ended, .overran, .failed: throw QueueMaker.silent
        }
    }

    private static let silent = PrinterRefusal(
        "cupsd 没有应答；看 systemctl status cups", "cupsd does not answer: see systemctl status cups")

    private func description(of uri: String) async throws(PrinterRefusal) -> String {
        let words = (isRoot ? QueueMaker.asNobody : []) + ["driverless", uri]
        switch await programs.run(words[0], Array(words.dropFirst()), within: .seconds(30)) {
        // setpriv(1): the program that it should become is not there.
        case .missing, .ended(127, _): throw QueueMaker.absent("driverless", "cups-filters-core-drivers")
        case .overran:
            throw PrinterRefusal("打印机 30 秒内没有说清自己的能力。", "The printer did not tell its abilities within 30 s.")
        case .ended(0, let words):
            if let complaint = DriverlessPPD.complaint(words) {
                throw PrinterRefusal(
                    "打印机给出的描述不能用：\(complaint)。", "What the printer says of itself is no use: \(complaint).")
            }
            return words
        case .ended, .failed:
            throw PrinterRefusal(
                "它不是免驱动打印机（IPP Everywhere 或 AirPrint），不能自动建队列。",
                "It is no driverless printer (IPP Everywhere, AirPrint): no queue can be made for it by itself.")
        }
    }

    private func tell(_ program: String, _ arguments: [String]) async throws(PrinterRefusal) {
        switch await programs.run(program, arguments, within: .seconds(30)) {
        case .ended(0, _): return
        case .missing: throw QueueMaker.absent(program, "cups-client")
        case .ended(_, let words), .failed(let words):
            let words = words.cleaned(limit: 200)
            throw PrinterRefusal("\(program) 没有成功：\(words)", "\(program) failed: \(words)")
        case .overran: throw PrinterRefusal("\(program) 30 秒没有结束。", "\(program) did not end within 30 s.")
        }
    }

    /// cupsd hands its PPD out.
    private func becomesReady(_ name: QueueName) async throws {
        let deadline = clock.mono().advanced(by: QueueMaker.patience)
        repeat {
            let end = await programs.run("lpoptions", ["-p", name.text, "-l"], within: .seconds(10))
            if case .ended(0, let words) = end, words.contains("/"), !words.hasPrefix("lpoptions:") { return }
            try await clock.sleep(for: QueueMaker.look)
        } while clock.mono() < deadline
        throw PrinterRefusal(
            "cupsd 没有给队列 \(name.text) 装上 PPD，已删除队列。",
            "cupsd did not give the queue \(name.text) its PPD; it was removed again.")
    }

    /// The words of the model that the printer names, in the queue's. The first is the maker, which CUPS may shorten.
    private func mustBe(_ model: String?, _ name: QueueName) async throws(PrinterRefusal) {
        let words = (model ?? "").split(separator: " ")
        let wanted = words.count > 1 ? Array(words.dropFirst()) : words
        let end = await programs.run("lpoptions", ["-p", name.text], within: .seconds(10))
        guard case .ended(0, let text) = end, let start = text.firstRange(of: "printer-make-and-model=") else {
            throw PrinterRefusal("问不到队列的型号，已删除队列。", "The queue's model cannot be asked; it was removed again.")
        }
        let told = text[start.upperBound...].prefix(200).lowercased()
        guard wanted.allSatisfy({ told.contains($0.lowercased()) }) else {
            throw PrinterRefusal(
                "队列的型号与打印机不符，已删除队列。", "The queue is of another model than the printer; it was removed again.")
        }
    }

    private static func absent(_ program: String, _ package: String) -> PrinterRefusal {
        PrinterRefusal(
            "没有 \(program)：sudo apt-get install --no-install-recommends \(package)",
            "There is no \(program): sudo apt-get install --no-install-recommends \(package)")
    }
}
