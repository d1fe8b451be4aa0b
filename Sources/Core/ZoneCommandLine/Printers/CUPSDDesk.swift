import Glibc
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneTime

/// What a technician asked for and does not get.
package struct PrinterRefusal: Error, CustomStringConvertible {
    package let saying: Saying
    package var description: String { "\(saying.zh) \(saying.en)" }

    init(_ zh: String, _ en: String) { saying = Saying(zh, en).cleaned }
}

/// `zonectl printers cupsd`: looks at cupsd's settings, sets ours, takes them back.
package struct CUPSDDesk: Sendable {
    private let places: Places
    private let clock: any ZoneClock
    private let programs: any ProgramRunner
    private let show: @Sendable (String) -> Void

    /// - Parameter programs: the system's; without them, as for the folder of an image, only files are looked at.
    package init(
        root: String, clock: any ZoneClock, programs: (any ProgramRunner)? = nil,
        show: @escaping @Sendable (String) -> Void
    ) {
        (places, self.clock, self.show) = (Places(root: root), clock, show)
        self.programs = programs ?? (places.root.isEmpty ? SystemPrograms(clock: clock) : NoPrograms())
    }

    private var path: String { places.root + CUPSDCheck.configuration }
    private var backup: String { path + ".before-zone-agent" }
    private var option: String { Remedy.rootOption(places) }

    /// - Returns: the exit code, as the doctor's.
    package func check() async -> Int32 {
        var patient = Patient.thisMachine(root: places.root, drivers: [], clock: clock)
        (patient.system, patient.programs) = (places.root, programs)
        let report = DoctorReport(
            await Examination([CUPSDCheck()], clock: clock).run(on: patient), version: patient.version)
        show(report.text)
        return report.exitCode
    }

    /// - Parameter isAgreed: nothing is written without it.
    package func set(isAgreed: Bool, restarts: Bool) async throws {
        try mayRestart(restarts)
        let old = try KeptFile(path)
        // Also when somebody has changed the file since: then that is what it was before.
        let base = CUPSDEdit.unset(old.bytes)
        let new = try agreeable { () throws(CUPSDComplaint) in try CUPSDEdit.set(base, file: path) }
        guard new != old.bytes else {
            show("\(path) 已经正确，没有改动。 \(path) is in order already; nothing was changed.\n")
            // Who has set it before may ask for the restart now.
            return try await restart(restarts && isAgreed)
        }
        show(CUPSDDifference.text(from: old.bytes, to: new))
        guard isAgreed else { return show(unwritten("set")) }
        // The copy first: whatever happens in between, the former bytes are on the disk.
        if new != base { try old.write(base, to: backup) }
        try old.write(new, to: path)
        if new == base { SmallFile.remove(backup) }
        show(
            "已写入 \(path)，原样在 \(backup)；恢复：sudo zonectl printers cupsd undo --yes\(option)\n"
                + "Written; what was there is in \(backup).\n")
        try await restart(restarts)
    }

    package func undo(isAgreed: Bool, restarts: Bool) async throws {
        try mayRestart(restarts)
        guard (try? FileFacts(path: backup, followingLinks: false)) != nil else {
            throw PrinterRefusal(
                "没有 \(backup)：没有可以恢复的。", "There is no \(backup): zonectl has set nothing here.")
        }
        let (current, former) = (try KeptFile(path), try KeptFile(backup))
        let ours = try agreeable { () throws(CUPSDComplaint) in try CUPSDEdit.set(former.bytes, file: path) }
        guard current.bytes == ours || current.bytes == former.bytes else {
            show(CUPSDDifference.text(from: ours, to: current.bytes))
            throw PrinterRefusal(
                "\(path) 在设置以后被改过（见上），不恢复。要保留这些改动：先 sudo zonectl printers cupsd set --yes\(option)，再 undo；"
                    + "不要它们：sudo cp -p \(backup) \(path)",
                "\(path) was changed after it was set (above), so it stays. To keep these changes: set --yes, then "
                    + "undo. To drop them: copy the file of before over it, as typed there.")
        }
        show(CUPSDDifference.text(from: current.bytes, to: former.bytes))
        guard isAgreed else { return show(unwritten("undo")) }
        try current.write(former.bytes, to: path)
        SmallFile.remove(backup)
        show("已恢复 \(path)。 \(path) is what it was before.\n")
        try await restart(restarts)
    }

    private func agreeable(_ edit: () throws(CUPSDComplaint) -> [UInt8]) throws(PrinterRefusal) -> [UInt8] {
        do throws(CUPSDComplaint) {
            return try edit()
        } catch {
            let saying = error.saying
            throw PrinterRefusal("\(saying.zh)不改动；请先改正它。", "\(saying.en) It is left alone; correct it first.")
        }
    }

    private func unwritten(_ verb: String) -> String {
        let command = "sudo zonectl printers cupsd \(verb) --yes\(option)"
        return "没有写入任何文件；写入用 nothing was written; to write it: \(command)\n"
    }

    private func mayRestart(_ isWanted: Bool) throws(PrinterRefusal) {
        guard isWanted, !places.root.isEmpty else { return }
        throw PrinterRefusal(
            "用 --root 时不能 --restart：那里没有运行中的 cupsd。", "--restart and --root exclude each other: no cupsd runs there.")
    }

    private func restart(_ isWanted: Bool) async throws {
        guard isWanted else {
            let advice = "cupsd 重启后生效 in force once cupsd is restarted: sudo systemctl restart cups\n"
            return show(places.root.isEmpty ? advice : "")
        }
        let end = await programs.run("systemctl", ["restart", "cups"], within: .seconds(60))
        guard case .ended(0, _) = end else {
            throw PrinterRefusal(
                "cups 没有重启成功：看 journalctl -u cups -n 50；恢复用 sudo zonectl printers cupsd undo --yes --restart",
                "cups did not restart: see journalctl -u cups -n 50; to go back: undo --yes --restart")
        }
        show("cups 已重启。 cups was restarted.\n")
    }
}

/// For a folder that is no running system.
private struct NoPrograms: ProgramRunner {
    func run(_ program: String, _ arguments: [String], within deadline: Duration) async -> ProgramEnd { .missing }
}

/// A file with its owner and mode, which what is written in its place has too.
struct KeptFile {
    let bytes: [UInt8]
    private let facts: FileFacts

    init(_ path: String) throws {
        do throws(SystemError) {
            facts = try FileFacts(path: path, followingLinks: false)
        } catch {
            throw KeptFile.refusal(path, error)
        }
        guard facts.kind == .file else {
            let target = FileFacts.target(ofLink: path).map { " → \($0)" } ?? ""
            throw PrinterRefusal(
                "\(path)\(target) 不是普通文件，不改动。", "\(path)\(target) is no plain file, so it is left alone.")
        }
        do throws(SystemError) {
            bytes = try SmallFile.readBytes(path, limit: CUPSDText.limit)
        } catch {
            throw KeptFile.refusal(path, error)
        }
    }

    private static func refusal(_ path: String, _ error: SystemError) -> PrinterRefusal {
        switch error.errno {
        case ENOENT:
            PrinterRefusal("没有 \(path)：没有可以改动的。", "There is no \(path): there is nothing to change.")
        case EACCES, EPERM: PrinterRefusal("没有权限改动 \(path)：前面加 sudo。", "\(path) is not yours: type sudo before it.")
        case EFBIG: PrinterRefusal("\(path) 太大，不改动。", "\(path) is too large, and is left alone.")
        default: PrinterRefusal("\(path)：\(error)", "\(path): \(error)")
        }
    }

    /// Temp file in the same folder, fsync, rename, fsync of the folder: a power cut leaves the old or the new one.
    func write(_ bytes: [UInt8], to path: String) throws(PrinterRefusal) {
        do throws(SystemError) {
            try replace(path, with: bytes)
        } catch {
            throw KeptFile.refusal(path, error)
        }
    }

    private func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let temporary = path + ".zone-agent-new"
        SmallFile.remove(temporary)
        let file = try OwnedFD.create(temporary, mode: 0o600)
        guard fchown(file.raw, facts.owner, facts.group) == 0 else { throw SystemError("chown \(temporary)") }
        guard fchmod(file.raw, facts.mode) == 0 else { throw SystemError("chmod \(temporary)") }
        try SmallFile.write(bytes, to: file.raw, naming: temporary)
        guard fsync(file.raw) == 0 else { throw SystemError("fsync \(temporary)") }
        guard rename(temporary, path) == 0 else { throw SystemError("rename \(temporary)") }
        let folder = try OwnedFD(path: SmallFile.folder(of: path), flags: O_RDONLY | O_DIRECTORY)
        guard fsync(folder.raw) == 0 else { throw SystemError("fsync \(path)") }
    }
}
