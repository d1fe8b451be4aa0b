import ZoneLinux
import ZoneModel

/// Room on the disk, and whether the kernel has made one of the PC's own disks read-only.
struct DiskSight: Sendable {
    let statePath: String
    let spool: String?
    let root: String
    let lowPercent: UInt64

    struct Facts: Sendable {
        var disk: (total: UInt64, available: UInt64, readOnly: Bool)?
        var inodes: (total: UInt64, available: UInt64)?
    }

    func facts() -> Facts { Facts(disk: try? Machine.fileSystem(of: statePath), inodes: Machine.inodes(of: statePath)) }

    func symptoms(_ facts: Facts) -> [Symptom] {
        guard let disk = facts.disk, let free = share(disk.available, of: disk.total) else {
            let blind = Symptom.Sight.unknown(reason: "statvfs")
            return [Symptom(.diskLow, blind), Symptom(.diskReadOnly, blind)]
        }
        var room = Symptom.Sight.fine
        if free < lowPercent { room = .wrong(evidence: "\(free) % free") }
        // A disk without index nodes takes no file, whatever its room.
        if let inodes = facts.inodes, let left = share(inodes.available, of: inodes.total), left < lowPercent {
            room = .wrong(evidence: "\(free) % free, \(left) % of its files (inodes) left")
        }
        return [Symptom(.diskLow, room), Symptom(.diskReadOnly, readOnly(disk.readOnly))]
    }

    private func readOnly(_ isStateReadOnly: Bool) -> Symptom.Sight {
        let text = try? SmallFile.read(root + "/proc/self/mountinfo", limit: 1 << 20)
        let mounts = MountedFileSystem.all(in: text ?? "")
        var told: [String] = []
        for path in [statePath, spool, "/"].compactMap({ $0 }) {
            guard let mount = mounts.holding(path), mount.isLocal, mount.isReadOnly else { continue }
            let line = "\(mount.mountPoint.cleaned(limit: 60)) (\(mount.type)) is read-only\(errors(of: mount))"
            if !told.contains(line) { told.append(line) }
        }
        if !told.isEmpty { return .wrong(evidence: told.joined(separator: "; ")) }
        return isStateReadOnly ? .wrong(evidence: "mounted read-only") : .fine
    }

    /// ext4 keeps count of what it found (Documentation/admin-guide/ext4.rst); others say nothing outside the kernel's log.
    private func errors(of mount: MountedFileSystem) -> String {
        let name = mount.source.split(separator: "/").last.map(String.init) ?? ""
        func read(_ file: String) -> String? {
            (try? SmallFile.read("\(root)/sys/fs/ext4/\(name)/\(file)", limit: 4096))?.cleaned(limit: 60)
        }
        guard mount.type == "ext4", let count = read("errors_count").flatMap({ Int($0) }), count > 0 else { return "" }
        let place = read("last_error_func").flatMap { $0.isEmpty ? nil : ", the last in \($0)" } ?? ""
        return ", \(count) errors\(place)"
    }
}

func share(_ part: UInt64, of whole: UInt64) -> UInt64? {
    whole > 0 ? part.multipliedReportingOverflow(by: 100).partialValue / whole : nil
}
