import Glibc

/// What a file is, whose it is and who may do what with it: stat(2).
package struct FileFacts: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case file, directory, link, socket, device, other }

    package let kind: Kind
    /// The permission bits, 0 to 0o7777.
    package let mode: UInt32
    package let owner: UInt32
    package let group: UInt32
    /// In bytes.
    package let size: Int64

    /// - Parameter followingLinks: `false` tells about a symbolic link itself.
    /// - Throws: ENOENT and ENOTDIR when there is none, EACCES when a folder above it is closed.
    package init(path: String, followingLinks: Bool = true) throws(SystemError) {
        var facts = stat()
        guard fstatat(AT_FDCWD, path, &facts, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW) == 0 else {
            throw SystemError("stat \(path)")
        }
        kind = Kind(facts.st_mode & S_IFMT)
        (mode, owner, group) = (facts.st_mode & 0o7777, facts.st_uid, facts.st_gid)
        size = Int64(facts.st_size)
    }

    /// Whether this process may read a file, or list and enter a folder: by the ids that open(2) will use.
    package static func canRead(_ path: String) -> Bool {
        let isFolder = (try? FileFacts(path: path))?.kind == .directory
        return faccessat(AT_FDCWD, path, isFolder ? R_OK | X_OK : R_OK, AT_EACCESS) == 0
    }

    package static func canReadAndWrite(_ path: String) -> Bool {
        faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0
    }

    /// Where a symbolic link points; `nil` for what is none.
    package static func target(ofLink path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }
}

extension FileFacts.Kind {
    fileprivate init(_ format: mode_t) {
        switch format {
        case S_IFREG: self = .file
        case S_IFDIR: self = .directory
        case S_IFLNK: self = .link
        case S_IFSOCK: self = .socket
        case S_IFCHR, S_IFBLK: self = .device
        default: self = .other
        }
    }
}
