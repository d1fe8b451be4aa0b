import Glibc
import ZoneModel

/// A line of /proc/self/mountinfo (proc(5)). What counts are the options of the file system itself, at the line's end: the
/// agent's own sandbox mounts most of the tree read-only for the agent alone.
package struct MountedFileSystem: Sendable, Hashable {
    /// Those that a PC's own disks have; a live system's squashfs is read-only by nature.
    private static let writable: Set = ["ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "reiserfs", "vfat"]
    private static let mostLines = 4000

    package var mountPoint: String
    package var type: String
    /// Such as `/dev/sda2`.
    package var source: String
    package var isReadOnly: Bool
    /// On a disk of this PC, and meant to be written.
    package var isLocal: Bool { MountedFileSystem.writable.contains(type) && source.hasPrefix("/dev/") }

    package static func all(in text: String) -> [MountedFileSystem] {
        text.split(separator: "\n").prefix(mostLines).compactMap { MountedFileSystem(line: $0) }
    }

    private init?(line: Substring) {
        let halves = line.split(separator: " - ", maxSplits: 1)
        guard halves.count == 2 else { return nil }
        let (left, right) = (halves[0].split(separator: " "), halves[1].split(separator: " "))
        guard left.count >= 6, right.count >= 3 else { return nil }
        mountPoint = MountedFileSystem.unescaped(left[4])
        (type, source) = (String(right[0]), MountedFileSystem.unescaped(right[1]))
        isReadOnly = right[2].split(separator: ",").contains { $0 == "ro" || $0 == "emergency_ro" || $0 == "shutdown" }
    }

    /// Blanks, tabs, line ends and backslashes are octal there.
    private static func unescaped(_ text: Substring) -> String {
        var result = String(text)
        for (code, character) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
            result = result.split(separator: code, omittingEmptySubsequences: false).joined(separator: character)
        }
        return result
    }
}

extension [MountedFileSystem] {
    /// The one that holds `path`: the longest mount point above it, of equal ones the latest.
    package func holding(_ path: String) -> MountedFileSystem? {
        var best: MountedFileSystem?
        for mount in self {
            let isAbove = mount.mountPoint == "/" || path == mount.mountPoint || path.hasPrefix(mount.mountPoint + "/")
            if isAbove, mount.mountPoint.utf8.count >= best?.mountPoint.utf8.count ?? 0 { best = mount }
        }
        return best
    }
}

extension Machine {
    /// The device node of the disk on which `path` lies; `nil` for what is on none.
    package static func blockDevice(of path: String) -> String? {
        guard let text = try? SmallFile.read("/proc/self/mountinfo", limit: 1 << 20) else { return nil }
        let source = MountedFileSystem.all(in: text).holding(path)?.source
        return source.flatMap { $0.hasPrefix("/dev/") ? $0 : nil }
    }

    /// Index nodes that an unprivileged writer has left, of how many; `nil` for a file system that does not count them.
    package static func inodes(of path: String) -> (total: UInt64, available: UInt64)? {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0, facts.f_files > 0 else { return nil }
        return (UInt64(facts.f_files), UInt64(facts.f_favail))
    }
}
