import Crypto
import Glibc
import ZoneLinux
import ZoneModel

/// An open file of the shelf. What is put under its name afterwards is another file. Every call blocks.
final class FormFile: Sendable {
    /// In bytes: what is held in memory of a form.
    static let piece = 256 << 10

    private let file: OwnedFD
    private let entry: FormEntry

    init(_ entry: FormEntry, in folder: String) throws(FormTrouble) {
        self.entry = entry
        do throws(SystemError) {
            let path = "\(folder)/\(entry.file)"
            // A link could lead out of the folder, and opening a pipe would wait for its other end.
            let facts = try FileFacts(path: path, followingLinks: false)
            guard facts.kind == .file else { throw SystemError("open", ELOOP) }
            file = try OwnedFD(path: path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        } catch {
            throw FormTrouble(error)
        }
    }

    /// Reads all of it.
    func check() throws(FormTrouble) {
        var (offset, hash) = (0, SHA256())
        while let bytes = try read(at: offset, into: &hash) { offset += bytes.count }
    }

    /// The piece at `offset`; at the end `nil`, if all that was read has the hash of the list.
    func read(at offset: Int, into hash: inout SHA256) throws(FormTrouble) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: FormFile.piece)
        let count = try pread(&bytes, offset)
        guard count > 0 else {
            try compare(Hex.text(hash.finalize()))
            return nil
        }
        guard offset + count <= FormShelf.documentLimit else {
            throw FormTrouble(.unreadable, "larger than \(FormShelf.documentLimit >> 20) MiB")
        }
        bytes.removeLast(bytes.count - count)
        hash.update(data: bytes)
        return bytes
    }

    private func pread(_ bytes: inout [UInt8], _ offset: Int) throws(FormTrouble) -> Int {
        while true {
            let count = Glibc.pread(file.raw, &bytes, bytes.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FormTrouble(SystemError("read")) }
            return count
        }
    }

    private func compare(_ hash: String) throws(FormTrouble) {
        guard hash == entry.sha256 else { throw FormTrouble(.changed, "SHA-256 is \(hash)") }
        // Readers look for the header within the first 1024 bytes (PDF Reference 1.7, appendix H, 3.4.1).
        var head = [UInt8](repeating: 0, count: 1024)
        let count = try pread(&head, 0)
        let mark = Array("%PDF-".utf8)
        guard (0..<count).contains(where: { head[$0..<count].starts(with: mark) }) else {
            throw FormTrouble(.unreadable, "not a PDF document")
        }
    }
}

extension FormTrouble {
    fileprivate init(_ error: SystemError) {
        switch error.errno {
        case ENOENT: self.init(.missing, "no such file")
        case ELOOP: self.init(.unreadable, "not a plain file")
        // Without the call and its path.
        default: self.init(.unreadable, strerror(error.errno).map { String(cString: $0) } ?? "error \(error.errno)")
        }
    }
}

/// A form on its way out, piece by piece, each on the lane.
package actor FormReader {
    private nonisolated let lane: BlockingLane
    package nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    private let file: FormFile
    private var offset = 0
    private var hash = SHA256()

    /// The file has the hash of the list now.
    package static func open(_ entry: FormEntry, in folder: String, lane: BlockingLane) async throws(FormTrouble)
        -> FormReader
    {
        let opened = await lane.run {
            Result { () throws(FormTrouble) in
                let file = try FormFile(entry, in: folder)
                try file.check()
                return file
            }
        }
        return FormReader(try opened.get(), lane: lane)
    }

    private init(_ file: FormFile, lane: BlockingLane) { (self.file, self.lane) = (file, lane) }

    /// `nil` at the end.
    /// - Throws: at the end, when what was returned is not what was listed, because somebody wrote into the file.
    package func next() throws(FormTrouble) -> [UInt8]? {
        let bytes = try file.read(at: offset, into: &hash)
        offset += bytes?.count ?? 0
        return bytes
    }
}
