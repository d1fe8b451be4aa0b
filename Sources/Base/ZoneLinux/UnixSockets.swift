import CLinux
import Glibc
import ZoneModel

/// Who is at the other end of an AF_UNIX stream, as of connect(2). Decide by uid and gid, never by pid: a pid can be
/// somebody else's by the time it is looked at (CVE-2019-6133 and its family).
package struct PeerCredentials: Sendable, Hashable {
    package let uid: UInt32
    package let gid: UInt32
    /// Supplementary groups (SO_PEERGROUPS).
    package let groups: Set<UInt32>

    package init(uid: UInt32, gid: UInt32, groups: Set<UInt32> = []) {
        (self.uid, self.gid, self.groups) = (uid, gid, groups)
    }
}

/// Names of the system's users and groups.
package enum UserDatabase {
    package static var ownUID: UInt32 { geteuid() }

    /// `nil` when there is no such group.
    package static func groupID(_ name: String) -> UInt32? {
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.gr_gid
    }
}

package enum UnixSocket {
    /// sun_path holds 107 bytes and a NUL (unix(7)).
    package static let longestPath = 107

    package struct PathTooLong: Error, CustomStringConvertible {
        package let path: String
        package var description: String {
            "目录太长：套接字路径不能超过 \(longestPath) 字节，请用较短的 --root。 "
                + "\(path) has \(path.utf8.count) bytes, a socket path has at most \(longestPath): use a shorter --root."
        }
    }

    package static func check(_ path: String) throws(PathTooLong) {
        guard path.utf8.count <= longestPath else { throw PathTooLong(path: path) }
    }

    /// Gives the socket to `group` with mode 0660, or leaves it to its owner with 0600 when there is no such group or
    /// the owner may not give files to it.
    /// - Returns: whether the group has it.
    package static func share(_ path: String, withGroup group: String) throws(SystemError) -> Bool {
        guard let gid = UserDatabase.groupID(group), chown(path, uid_t.max, gid) == 0 else {
            guard chmod(path, 0o600) == 0 else { throw SystemError("chmod \(path)") }
            return false
        }
        guard chmod(path, 0o660) == 0 else { throw SystemError("chmod \(path)") }
        return true
    }

    /// A non-blocking descriptor connected to the socket at `path`.
    package static func connect(_ path: String) throws(SystemError) -> OwnedFD {
        let fd = zone_connect_unix(path)
        guard fd >= 0 else { throw SystemError("connect \(path)") }
        return OwnedFD(adopting: fd)
    }
}

/// A variable of this process's environment.
package func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

private func monotonicMicroseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
}

/// Messages to the service manager, sd_notify(3); nothing happens when there is none.
package struct ServiceManager: Sendable {
    private let socket: String?
    /// How long the manager waits for `alive` before it ends the service (WATCHDOG_USEC); `nil`: it does not wait.
    package let watchdogInterval: Duration?

    package init(
        socket: String? = environment("NOTIFY_SOCKET"), watchdogMicroseconds: String? = environment("WATCHDOG_USEC")
    ) {
        self.socket = socket
        watchdogInterval = watchdogMicroseconds.flatMap { Int64($0) }.flatMap { $0 > 0 ? .microseconds($0) : nil }
    }

    package func ready() { send("READY=1") }
    package func alive() { send("WATCHDOG=1") }
    /// CLOCK_MONOTONIC goes along, because the manager compares it (sd_notify(3), since systemd 253 required).
    package func reloading() { send("RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds())") }
    package func stopping() { send("STOPPING=1") }
    package func status(_ text: String) { send("STATUS=\(text.cleaned())") }

    private func send(_ text: String) {
        guard let socket else { return }
        // A manager that went away cannot be told anything; it will notice by itself.
        _ = zone_send_notify(socket, text)
    }
}
