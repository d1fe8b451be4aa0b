// Purpose: the kernel's things as Swift values: descriptors that close themselves, lanes for blocking calls,
// sockets with the caller's identity, service-manager messages. The only importer of CLinux.
import CLinux
import Glibc

/// A failed system call: which one, on what, and errno.
package struct SystemError: Error, Sendable, CustomStringConvertible {
    package let call: String
    package let errno: CInt

    package init(_ call: String, _ errno: CInt = Glibc.errno) { (self.call, self.errno) = (call, errno) }

    package var description: String {
        "\(call): " + (strerror(errno).map { String(cString: $0) } ?? "error \(errno)")
    }
}

/// The only type that may call close(2).
package struct OwnedFD: ~Copyable, Sendable {
    package let raw: CInt

    package init(adopting raw: CInt) { self.raw = raw }

    /// Opens `path`; `flags` as in open(2), O_CLOEXEC is added.
    package init(path: String, flags: CInt, mode: mode_t = 0) throws(SystemError) {
        let fd = zone_open(path, flags, mode)
        guard fd >= 0 else { throw SystemError("open \(path)") }
        raw = fd
    }

    /// A new file; an old one of that name, or a link, is an error.
    package static func create(_ path: String, mode: mode_t) throws(SystemError) -> OwnedFD {
        try OwnedFD(path: path, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
    }

    /// posix_fallocate(3): the room is really there afterwards.
    package func allocate(_ bytes: UInt64) throws(SystemError) {
        let result = posix_fallocate(raw, 0, off_t(bytes))
        guard result == 0 else { throw SystemError("posix_fallocate", result) }
    }

    /// fdatasync(2).
    package func synchronize() throws(SystemError) {
        guard fdatasync(raw) == 0 else { throw SystemError("fdatasync") }
    }

    /// Gives ownership away without closing.
    package consuming func release() -> CInt {
        let fd = raw
        discard self
        return fd
    }

    deinit { close(raw) }
}

/// Both ends of a connected stream.
package struct SocketPair: ~Copyable {
    package let parent: OwnedFD
    package let child: OwnedFD

    package init() throws(SystemError) {
        var ends: (CInt, CInt) = (-1, -1)
        let result = withUnsafeMutableBytes(of: &ends) {
            zone_socketpair($0.assumingMemoryBound(to: CInt.self).baseAddress)
        }
        guard result == 0 else { throw SystemError("socketpair") }
        parent = OwnedFD(adopting: ends.0)
        child = OwnedFD(adopting: ends.1)
    }

    /// Takes the pair apart.
    package consuming func split() -> (parent: CInt, child: CInt) { (parent.release(), child.release()) }
}
