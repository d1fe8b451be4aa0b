import Glibc

/// A folder of its own below /tmp, short enough for sockets and for nobody else, removed with all that is in it when the
/// value goes away.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws(SystemError) {
        var template = Array("/tmp/zt-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { TemporaryFolder.remove(path) }

    private static func remove(_ path: String) {
        // A link is removed itself, never what it points at.
        if unlink(path) == 0 { return }
        for name in SmallFile.list(path) { remove("\(path)/\(name)") }
        rmdir(path)
    }
}
