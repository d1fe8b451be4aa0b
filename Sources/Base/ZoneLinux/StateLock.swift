import CLinux
import Glibc
import ZoneModel

/// One process per state directory: an open-file-description lock on `DIR/lock`, released by the kernel when the
/// holder ends in whatever way. Taken before any socket is bound, because binding removes an old socket file.
package final class StateLock: Sendable {
    /// Another process holds the directory.
    package struct Held: Error, CustomStringConvertible {
        package let directory: String
        package let holder: String
        package var description: String {
            "\(directory) 正由 \(holder) 使用，请先停止它。 \(directory) is in use by \(holder); stop that one first."
        }
    }

    private let file: OwnedFD

    package init(directory: String, program: String) throws {
        let path = directory + "/lock"
        let file = try OwnedFD(path: path, flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o640)
        guard zone_lock_file(file.raw) == 0 else {
            let holder = (try? SmallFile.read(path, limit: 200))?.cleaned() ?? ""
            throw Held(directory: directory, holder: holder.isEmpty ? "another process" : holder)
        }
        guard ftruncate(file.raw, 0) == 0 else { throw SystemError("ftruncate \(path)") }
        try SmallFile.write(Array("\(program), process \(getpid())".utf8), to: file.raw, naming: path)
        self.file = file
    }
}
