import Crypto
import Glibc
import Synchronization
import ZoneLinux
import ZoneModel

/// The history of a node in a file, for places without a line. The signature is over every byte before its own line:
/// `head -n -1 FILE | openssl dgst -sha256 -verify PUBLICKEY -signature SIGNATURE` says the same.
package enum SignedExport {
    /// How much is read at once.
    static let chunk = 256 << 10
    /// A journal has at most 64 MiB; written out as heartbeats it becomes a few times as much.
    package static let longest: Int64 = 4 << 30

    /// What is in it.
    package struct Summary: Sendable, Hashable {
        package let name: NodeName
        package let certificate: NodeCertificate
        package let createdAt: WallTime
        package let lines: Int
    }

    /// Writes one, into `PATH.part` until it is whole. Blocks: to be used on a `BlockingLane`, by one caller at a time.
    package final class Writer: Sendable {
        private struct State {
            var offset: Int64
            var lines = 0
            var isOpen = true
        }

        private let path: String
        private let part: String
        private let file: ExportFile
        private let header: ExportHeader
        private let bodyStart: Int64
        private let certificate: NodeCertificate
        private let key: IdentityKey
        private let state: Mutex<State>

        /// - Throws: `IdentityError`: when the key is not the certificate's, or the file cannot be made.
        package init(
            path: String, certificate: NodeCertificate, key: IdentityKey, createdAt: WallTime, mode: mode_t = 0o640
        ) throws {
            guard key.fingerprint == certificate.fingerprint else { throw IdentityError.otherKey }
            (self.path, self.certificate, self.key) = (path, certificate, key)
            part = path + ".part"
            header = ExportHeader(
                name: certificate.name, certificate: certificate.pem, createdAt: createdAt,
                lines: ExportFraming.mostLines)
            file = try Writer.create(part, mode)
            let start = try Writer.start(header)
            bodyStart = Int64(start.count)
            state = Mutex(State(offset: bodyStart))
            try file.write(start, at: 0)
        }

        deinit { if state.withLock({ $0.isOpen }) { SmallFile.remove(part) } }

        /// One heartbeat as JSON: an object, without LF, at most 4 MiB.
        package func append(_ heartbeat: [UInt8]) throws {
            try state.withLock { state in
                let line = state.lines + 3
                guard state.isOpen, heartbeat.first == UInt8(ascii: "{"), !heartbeat.contains(UInt8(ascii: "\n")) else {
                    throw IdentityError.badExport(.badLine(line: line))
                }
                guard heartbeat.count <= ExportFraming.longestLine, state.lines < ExportFraming.mostLines else {
                    throw IdentityError.badExport(.lineTooLong(line: line))
                }
                let end = state.offset + Int64(heartbeat.count) + 1
                guard end <= longest else { throw IdentityError.badExport(.tooLong(limit: longest)) }
                try file.write(heartbeat + [UInt8(ascii: "\n")], at: state.offset)
                (state.offset, state.lines) = (end, state.lines + 1)
            }
        }

        /// Puts the number of lines into the header, reads the file back once to sign what is in it, and gives it its name
        /// when it is on the disk.
        package func finish() throws -> Summary {
            try state.withLock { state in
                guard state.isOpen else { throw IdentityError.badExport(.incomplete) }
                var header = header
                header.lines = state.lines
                let start = try Writer.mark + header.line(filledTo: Int(bodyStart) - Writer.mark.count)
                try file.write(start, at: 0)
                let signature = try key.sign(digest: try file.digest(of: state.offset))
                try file.write(ExportFraming.signatureLine(signature), at: state.offset)
                try settle()
                state.isOpen = false
                return Summary(
                    name: certificate.name, certificate: certificate, createdAt: header.createdAt, lines: state.lines)
            }
        }

        private static let mark = Array("\(ExportFraming.mark)\n".utf8)

        private static func start(_ header: ExportHeader) throws -> [UInt8] {
            try mark + header.line(filledTo: 0)
        }

        private static func create(_ path: String, _ mode: mode_t) throws(IdentityError) -> ExportFile {
            do throws(SystemError) {
                let flags = O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW
                return ExportFile(try OwnedFD(path: path, flags: flags, mode: mode), path)
            } catch { throw .file("\(error)") }
        }

        private func settle() throws(IdentityError) {
            guard fsync(file.raw) == 0 else { throw .file("\(SystemError("fsync \(part)"))") }
            guard rename(part, path) == 0 else { throw .file("\(SystemError("rename \(part)"))") }
            do throws(SystemError) {
                let name = SmallFile.folder(of: path)
                let place = name.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : name
                let folder = try OwnedFD(path: place, flags: O_RDONLY | O_DIRECTORY)
                // Some file systems of sticks cannot do this for a folder; the file itself is safe already.
                _ = fsync(folder.raw)
            } catch { throw .file("\(error)") }
        }
    }
}

extension IdentityKey {
    func sign(digest: SHA256Digest) throws -> [UInt8] { Array(try secret.signature(for: digest).derRepresentation) }
}

extension ExportFile {
    fileprivate func digest(of length: Int64) throws(IdentityError) -> SHA256Digest {
        var (hash, offset) = (SHA256(), Int64(0))
        while offset < length {
            let bytes = try read(at: offset, upTo: Int(min(Int64(SignedExport.chunk), length - offset)))
            guard !bytes.isEmpty else { throw .badExport(.changedMeanwhile) }
            hash.update(data: bytes)
            offset += Int64(bytes.count)
        }
        return hash.finalize()
    }
}
