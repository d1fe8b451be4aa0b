import Crypto
import FoundationEssentials
import Synchronization
import ZoneModel

extension SignedExport {
    /// Reads one. The first pass checks everything and keeps only a hash of each 256 KiB; the second hands lines out, each
    /// from bytes whose hash is still the same: a stick may be written to while it is read.
    /// Memory: the longest line (4 MiB) and 32 bytes for each 256 KiB. Blocks: to be used on a `BlockingLane`.
    package final class Reader: Sendable {
        package let summary: Summary
        /// Valid, expired or too old; when it was made cannot be proven, so whoever imports decides what is too old.
        package let standing: Standing
        private let source: any ExportBytes
        private let checks: [SHA256Digest]
        private let state = Mutex(State())

        private struct State {
            var framing = ExportFraming()
            var piece = 0
            var isDone = false
        }

        package var name: NodeName { summary.name }

        /// - Throws: `IdentityError`, before anything was handed out: unless the file is whole, its signature right and its
        ///   certificate by one of `anchors`. `time` is now.
        package convenience init(path: String, anchors: Anchors, at time: WallTime) throws {
            try self.init(try ExportFile(path: path), anchors: anchors, at: time)
        }

        package init(_ source: any ExportBytes, anchors: Anchors, at time: WallTime) throws {
            self.source = source
            let check = try FirstPass(source)
            let der = try BoundedPEM.bytes(check.header.certificate, label: "CERTIFICATE", .certificate)
            standing = anchors.standing(of: der, at: time)
            guard let certificate = standing.certificate else { throw IdentityError.foreignExport }
            guard certificate.name == check.header.name else { throw IdentityError.badName }
            guard certificate.verify(signature: check.signature, of: check.digest) else {
                throw IdentityError.badExport(.badSignature)
            }
            checks = check.chunks
            summary = Summary(
                name: certificate.name, certificate: certificate, createdAt: check.header.createdAt,
                lines: check.header.lines)
        }

        /// The next heartbeat's JSON; `nil` after the last one.
        package func next() throws -> [UInt8]? {
            try state.withLock { state in
                while !state.isDone {
                    guard let line = try state.framing.nextLine() else {
                        state.framing.feed(try chunk(state.piece))
                        state.piece += 1
                        continue
                    }
                    if line.piece == .heartbeat { return line.bytes }
                    if case .signature = line.piece { state.isDone = true }
                }
                return nil
            }
        }

        private func chunk(_ piece: Int) throws -> [UInt8] {
            let bytes = try source.read(at: Int64(piece) * Int64(SignedExport.chunk), upTo: SignedExport.chunk)
            guard piece < checks.count, SHA256.hash(data: bytes) == checks[piece] else {
                throw IdentityError.badExport(.changedMeanwhile)
            }
            return bytes
        }
    }
}

/// All that must be right before a line is used.
private struct FirstPass {
    let header: ExportHeader
    let signature: [UInt8]
    /// Over every byte before the signature's line.
    let digest: SHA256Digest
    /// Of each 256 KiB of the file.
    let chunks: [SHA256Digest]

    init(_ source: any ExportBytes) throws {
        var (framing, hash, chunks) = (ExportFraming(), SHA256(), [SHA256Digest]())
        var (header, signature, offset): (ExportHeader?, [UInt8], Int64) = (nil, [], 0)
        while true {
            let bytes = try source.read(at: offset, upTo: SignedExport.chunk)
            if bytes.isEmpty { break }
            offset += Int64(bytes.count)
            guard offset <= SignedExport.longest else {
                throw IdentityError.badExport(.tooLong(limit: SignedExport.longest))
            }
            chunks.append(SHA256.hash(data: bytes))
            framing.feed(bytes)
            while let line = try framing.nextLine() {
                if case .signature(let found) = line.piece {
                    signature = found
                    continue
                }
                if case .header(let found) = line.piece { header = found }
                hash.update(data: line.bytes)
                hash.update(data: [UInt8(ascii: "\n")])
            }
        }
        do throws(ExportFault) { try framing.finish() } catch { throw IdentityError.badExport(error) }
        guard let header else { throw IdentityError.badExport(.incomplete) }
        (self.header, self.signature, digest, self.chunks) = (header, signature, hash.finalize(), chunks)
    }
}

extension ExportFraming {
    fileprivate mutating func nextLine() throws(IdentityError) -> Line? {
        do throws(ExportFault) { return try next() } catch { throw .badExport(error) }
    }
}
