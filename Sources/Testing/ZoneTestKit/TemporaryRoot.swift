import Glibc
import ZoneLinux

/// A folder of its own, short enough for sockets, removed when the value goes away.
package final class TemporaryRoot: Sendable {
    package let path: String

    package init() throws {
        path = "/tmp/zt-" + String(UInt32.random(in: .min ... .max), radix: 36)
        try SmallFile.makeDirectory(path)
    }

    deinit { TemporaryRoot.remove(path) }

    private static func remove(_ path: String) {
        // A link is removed itself, never what it points at.
        if unlink(path) == 0 { return }
        for name in SmallFile.list(path) { remove("\(path)/\(name)") }
        rmdir(path)
    }
}
