import Glibc
import ZoneLinux

/// Bytes that can be read twice.
package protocol ExportBytes: Sendable {
    /// At most `count` bytes from `offset` on; none at the end. Blocks.
    func read(at offset: Int64, upTo count: Int) throws(IdentityError) -> [UInt8]
}

/// An open file.
package final class ExportFile: ExportBytes {
    private let file: OwnedFD
    private let path: String

    package convenience init(path: String) throws(IdentityError) {
        do throws(SystemError) {
            // A FIFO under this name must not hold the caller.
            try self.init(OwnedFD(path: path, flags: O_RDONLY | O_NONBLOCK), path)
        } catch { throw .file("\(error)") }
    }

    init(_ file: consuming OwnedFD, _ path: String) {
        self.file = file
        self.path = path
    }

    var raw: CInt { file.raw }

    package func read(at offset: Int64, upTo count: Int) throws(IdentityError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes {
                pread(file.raw, $0.baseAddress.map { $0 + filled }, count - filled, off_t(offset) + off_t(filled))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .file("\(SystemError("read \(path)"))") }
            if got == 0 { break }
            filled += got
        }
        return Array(bytes.prefix(filled))
    }

    func write(_ bytes: [UInt8], at offset: Int64) throws(IdentityError) {
        var done = 0
        while done < bytes.count {
            let put = bytes.withUnsafeBytes {
                pwrite(file.raw, $0.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset) + off_t(done))
            }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else { throw .file("\(SystemError("write \(path)"))") }
            done += put
        }
    }
}

/// Bytes in memory.
package struct ExportMemory: ExportBytes {
    package let bytes: [UInt8]
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package func read(at offset: Int64, upTo count: Int) -> [UInt8] {
        guard offset < bytes.count else { return [] }
        return Array(bytes[Int(offset)...].prefix(count))
    }
}
