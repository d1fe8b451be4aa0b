import CLinux
import Glibc
import ZoneModel
import ZoneTime

package struct SystemClock: ZoneClock {
    package init() {}

    package func mono() -> MonoTime { MonoTime(milliseconds: zone_boottime_nanoseconds() / 1_000_000) }

    package func wall() -> WallTime {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return WallTime(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
    }

    package func quality() -> ClockQuality { zone_clock_is_synchronized() == 1 ? .synced : .unsynced }

    /// In steps of a minute: a `Task.sleep` that is cancelled keeps its timer and its task until its time, and a bound of
    /// half an hour is cancelled with every document.
    package func sleep(until deadline: MonoTime) async throws {
        repeat {
            try await Task.sleep(for: min(.seconds(60), max(.zero, deadline.since(mono()))))
        } while mono() < deadline
    }
}

package enum Machine {
    /// The kernel's boot_id (random(4)); `unknown` where /proc is hidden.
    package static func bootID() -> String {
        let text = try? SmallFile.read("/proc/sys/kernel/random/boot_id", limit: 64)
        return text.map { $0.cleaned(limit: 36) } ?? "unknown"
    }

    /// What the kernel calls this machine (uname(2)), cleaned.
    package static func hostName() -> String {
        ((try? SmallFile.read("/proc/sys/kernel/hostname", limit: 256)) ?? "").cleaned(limit: 64)
    }

    /// The running program's own file, so that a worker child is the same binary.
    package static func executablePath() throws(SystemError) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { throw SystemError("readlink /proc/self/exe") }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    /// MemTotal and MemAvailable in bytes (proc(5), /proc/meminfo); `nil` where it is hidden.
    package static func memory() -> (total: UInt64, available: UInt64)? {
        guard let text = try? SmallFile.read("/proc/meminfo", limit: 64 * 1024) else { return nil }
        func bytes(_ name: String) -> UInt64? {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }.map { $0 * 1024 }
        }
        guard let total = bytes("MemTotal"), let available = bytes("MemAvailable") else { return nil }
        return (total, available)
    }

    /// A file system's size and what an unprivileged writer has left, in bytes.
    package static func fileSystem(of path: String) throws(SystemError) -> (
        total: UInt64, available: UInt64, readOnly: Bool
    ) {
        var (total, available, readOnly) = (UInt64(0), UInt64(0), CInt(0))
        guard zone_filesystem_of(path, &total, &available, &readOnly) == 0 else { throw SystemError("statvfs \(path)") }
        return (total, available, readOnly == 1)
    }
}
