import CLinux
import Glibc

/// Small text files read with a limit and written so that a power cut leaves the old or the new one, never half.
package enum SmallFile {
    /// At most `limit` bytes; a longer file is an error (EFBIG). Bytes that are not UTF-8 are repaired.
    package static func read(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> String {
        String(decoding: try readBytes(path, limit: limit), as: UTF8.self)
    }

    package static func readBytes(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> [UInt8] {
        let file = try OwnedFD(path: path, flags: O_RDONLY)
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(file.raw, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read \(path)") }
            if count == 0 { return content }
            content += chunk.prefix(count)
            guard content.count <= limit else { throw SystemError("read \(path)", EFBIG) }
        }
    }

    /// Temp file in the same directory, fsync, rename, fsync of the directory.
    package static func replace(_ path: String, with text: String, mode: mode_t = 0o640) throws(SystemError) {
        let directory = folder(of: path)
        let temporary = path + ".new"
        let file = try OwnedFD(path: temporary, flags: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: mode)
        try write(Array(text.utf8), to: file.raw, naming: temporary)
        guard fsync(file.raw) == 0 else { throw SystemError("fsync \(temporary)") }
        guard rename(temporary, path) == 0 else { throw SystemError("rename \(temporary)") }
        let folder = try OwnedFD(path: directory.isEmpty ? "/" : directory, flags: O_RDONLY | O_DIRECTORY)
        guard fsync(folder.raw) == 0 else { throw SystemError("fsync \(directory)") }
    }

    /// Writes all of `bytes` to a blocking descriptor.
    package static func write(_ bytes: [UInt8], to fd: CInt, naming what: String) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(fd, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError("write \(what)") }
            rest = rest.dropFirst(count)
        }
    }

    /// mkdir -p; existing directories are left as they are.
    package static func makeDirectory(_ path: String, mode: mode_t = 0o750) throws(SystemError) {
        var prefix = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            prefix += "/" + part
            if mkdir(prefix, mode) != 0, errno != EEXIST { throw SystemError("mkdir \(prefix)") }
        }
    }

    /// The names in a directory, sorted; empty when it does not exist.
    package static func list(_ directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// unlink(2); a file that is not there is as good as removed.
    package static func remove(_ path: String) { unlink(path) }

    /// Everything before the last slash; empty when there is none, or nothing before it.
    package static func folder(of path: String) -> String {
        String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
