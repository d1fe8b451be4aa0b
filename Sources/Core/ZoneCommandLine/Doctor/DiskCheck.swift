import ZoneConfig
import ZoneLinux
import ZoneModel

/// Room for the journal, and the journal's own size.
package struct DiskCheck: Check {
    private static let mebibyte: UInt64 = 1 << 20
    /// Below: the journal has been thinned already, and updates do not fit.
    private static let tooLittle = 256 * mebibyte
    private static let little = 1024 * mebibyte
    /// In MiB, where the configuration cannot be read (docs/configuration.md, journal.sizeMiB).
    private static let usualLimit = 64

    package let id = "disk"
    package let title = Saying("磁盘", "Disk")

    package init() {}

    package func run(in patient: Patient) async -> [Finding] {
        let state = patient.places.agentState
        let disk = await patient.look {
            Sight { () throws(SystemError) in try DiskRoom(Machine.fileSystem(of: DiskCheck.nearest(state))) }
        }
        return await room(disk, state) + [journal(patient), ballast(patient)]
    }

    /// The state directory may not be there yet.
    private static func nearest(_ path: String) -> String {
        var path = path
        while !SmallFile.exists(path), path.contains("/") { path = SmallFile.folder(of: path) }
        return path.isEmpty ? "/" : path
    }

    private func room(_ disk: Sight<DiskRoom>, _ path: String) -> [Finding] {
        guard case .seen(let disk) = disk else {
            return [.unreadable("disk.space", path, "statvfs")]
        }
        var findings: [Finding] = []
        if disk.isReadOnly {
            findings.append(
                .fault(
                    "disk.readOnly", "\(path) 所在的磁盘是只读的。", "The disk under \(path) is read-only.",
                    Saying(
                        "看内核日志：sudo dmesg | tail；多为磁盘损坏，备好更换",
                        "See sudo dmesg | tail; mostly the disk is dying: have another one ready")))
        }
        let free = disk.available / DiskCheck.mebibyte
        let clean = Saying(
            "清空下载文件夹和日志：sudo journalctl --vacuum-size=200M",
            "Empty the downloads and logs: sudo journalctl --vacuum-size=200M")
        let (zh, en) = ("剩余 \(free) MiB。", "\(free) MiB are free.")
        switch disk.available {
        case ..<DiskCheck.tooLittle: findings.append(.fault("disk.space", zh, en, clean))
        case ..<DiskCheck.little: findings.append(.warning("disk.space", zh, en, clean))
        default: findings.append(.ok("disk.space", zh, en))
        }
        return findings
    }

    private func journal(_ patient: Patient) async -> Finding {
        let (id, path) = ("disk.journal", patient.places.journal)
        switch await patient.facts(path) {
        case .missing: return Finding(id, .notApplicable, Saying("还没有运行记录。", "There is no journal yet."))
        case .notPermitted: return .hidden(id, path)
        case .failed(let detail): return .unreadable(id, path, detail)
        case .seen(let facts):
            var bytes = UInt64(clamping: facts.size)
            if case .seen(let log) = await patient.facts(path + "-wal") { bytes += UInt64(clamping: log.size) }
            let limit = UInt64(clamping: await patient.siteConfig()?.journal.sizeMiB ?? DiskCheck.usualLimit)
            let size = bytes / DiskCheck.mebibyte
            // The write-ahead log comes on top for a while.
            guard size <= limit + limit / 4 else {
                return .warning(
                    id, "运行记录 \(size) MiB，上限 \(limit) MiB。", "The journal has \(size) MiB, its bound is \(limit) MiB.",
                    Remedy.readTheLog)
            }
            return .ok(id, "运行记录 \(size) MiB，上限 \(limit) MiB。", "The journal has \(size) MiB of \(limit) MiB.")
        }
    }

    private func ballast(_ patient: Patient) async -> Finding {
        let (id, path) = ("disk.ballast", patient.places.ballast)
        switch (await patient.facts(patient.places.journal), await patient.facts(path)) {
        case (.notPermitted, _), (_, .notPermitted): return .hidden(id, path)
        case (_, .failed(let detail)): return .unreadable(id, path, detail)
        case (_, .seen): return .ok(id, "备用空间在。", "The reserve is there.")
        case (.seen, .missing):
            return .warning(
                id, "备用空间不在：磁盘满过，或一直太满。",
                "The reserve is not there: the disk has been full, or always was too full for it.",
                Saying("腾出空间，服务会自己恢复它", "Make room; the agent lays it down again by itself"))
        case (_, .missing): return Finding(id, .notApplicable, Saying("还没有运行记录。", "There is no journal yet."))
        }
    }
}

private struct DiskRoom: Sendable {
    let available: UInt64
    let isReadOnly: Bool

    init(_ disk: (total: UInt64, available: UInt64, readOnly: Bool)) {
        (available, isReadOnly) = (disk.available, disk.readOnly)
    }
}
