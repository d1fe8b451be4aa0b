import ZoneModel
import ZoneWire

/// Why a file is no export.
package enum ExportFault: Error, Sendable, Hashable {
    /// Its first line is another.
    case notAnExport
    /// The second line; in `WireCoding.explain`'s words.
    case badHeader(String)
    /// Counted from 1, the mark and the header too.
    case lineTooLong(line: Int)
    /// Empty, or not an object.
    case badLine(line: Int)
    case badSignature
    /// The header says so many heartbeats, there are others.
    case wrongCount(said: Int, found: Int)
    /// It ends before its signature.
    case incomplete
    /// Something follows the signature.
    case trailingBytes
    case tooLong(limit: Int64)
    /// Somebody wrote to it after its signature was checked.
    case changedMeanwhile
}

/// The second line of an export.
package struct ExportHeader: Sendable, Hashable, Codable {
    package var zone: ZoneID
    package var node: NodeID
    /// PEM; whose key has signed the file.
    package var certificate: String
    package var createdAt: WallTime
    /// How many heartbeats follow.
    package var lines: Int

    package init(name: NodeName, certificate: String, createdAt: WallTime, lines: Int) {
        (zone, node, self.certificate) = (name.zone, name.node, certificate)
        (self.createdAt, self.lines) = (createdAt, lines)
    }

    package var name: NodeName { NodeName(zone: zone, node: node) }
}

/// Takes an export apart as it comes, whatever the pieces: line 1 `zone-export-1`, line 2 the header, then heartbeats, last
/// `signature ` and base 64. Every line ends with LF. Memory: the longest line and what was fed.
package struct ExportFraming: Sendable {
    package static let mark = "zone-export-1"
    package static let signatureMark = "signature "
    package static let longestLine = 4 << 20
    package static let longestHeader = 16_384
    /// An ECDSA signature over P-256 has at most 72 bytes in DER.
    package static let longestSignature = signatureMark.utf8.count + 96
    package static let mostLines = 10_000_000

    package enum Piece: Sendable, Hashable {
        case mark
        case header(ExportHeader)
        case heartbeat
        case signature([UInt8])
    }

    /// A piece and the bytes of its line without LF.
    package struct Line: Sendable, Hashable {
        package let piece: Piece
        package let bytes: [UInt8]
    }

    private enum Place { case mark, header, body, end }

    private var place = Place.mark
    private var buffer: [UInt8] = []
    /// Before this one everything was given out; up to `seen` there is no LF.
    private var start = 0
    private var seen = 0
    private var number = 0
    private var said = 0
    private var found = 0

    package init() {}

    package mutating func feed(_ bytes: some Sequence<UInt8>) {
        buffer.removeFirst(start)
        (seen, start) = (seen - start, 0)
        buffer += bytes
    }

    /// The next whole line; `nil` when more must be fed first.
    package mutating func next() throws(ExportFault) -> Line? {
        if place == .end, start < buffer.count { throw .trailingBytes }
        let limit = longest
        guard let end = buffer[seen...].firstIndex(of: UInt8(ascii: "\n")) else {
            seen = buffer.count
            if buffer.count - start > limit { throw place == .mark ? .notAnExport : .lineTooLong(line: number + 1) }
            return nil
        }
        let bytes = Array(buffer[start..<end])
        (start, seen, number) = (end + 1, end + 1, number + 1)
        return Line(piece: try piece(bytes, limit), bytes: bytes)
    }

    /// After the last byte.
    package func finish() throws(ExportFault) {
        if place == .end, start < buffer.count { throw .trailingBytes }
        guard place == .end else { throw place == .mark ? .notAnExport : .incomplete }
    }

    private var longest: Int {
        switch place {
        case .mark: ExportFraming.mark.utf8.count
        case .header: ExportFraming.longestHeader
        case .body: ExportFraming.longestLine
        case .end: 0
        }
    }

    private mutating func piece(_ bytes: [UInt8], _ limit: Int) throws(ExportFault) -> Piece {
        guard bytes.count <= limit else { throw place == .mark ? .notAnExport : .lineTooLong(line: number) }
        switch place {
        case .mark:
            guard bytes == Array(ExportFraming.mark.utf8) else { throw .notAnExport }
            place = .header
            return .mark
        case .header:
            let header = try ExportHeader(line: bytes)
            (place, said) = (.body, header.lines)
            return .header(header)
        case .body where bytes.first == UInt8(ascii: "{"):
            found += 1
            guard found <= said else { throw .wrongCount(said: said, found: found) }
            return .heartbeat
        case .body:
            guard bytes.starts(with: ExportFraming.signatureMark.utf8) else { throw .badLine(line: number) }
            return .signature(try signature(bytes))
        case .end: throw .trailingBytes
        }
    }

    private mutating func signature(_ bytes: [UInt8]) throws(ExportFault) -> [UInt8] {
        guard found == said else { throw .wrongCount(said: said, found: found) }
        guard bytes.count <= ExportFraming.longestSignature,
            let signature = Base64.decode(bytes.dropFirst(ExportFraming.signatureMark.utf8.count), .plain),
            !signature.isEmpty
        else { throw .badSignature }
        place = .end
        return signature
    }

    package static func signatureLine(_ signature: [UInt8]) -> [UInt8] {
        Array("\(signatureMark)\(Base64.encode(signature, .plain))\n".utf8)
    }
}

extension ExportHeader {
    fileprivate init(line: [UInt8]) throws(ExportFault) {
        do { self = try WireCoding.decode(ExportHeader.self, line) } catch {
            throw .badHeader(WireCoding.explain(error))
        }
        guard (0...ExportFraming.mostLines).contains(lines) else { throw .badHeader("lines: out of range") }
    }

    /// The line, filled up with spaces: the writer puts the number of lines in when it knows it.
    func line(filledTo length: Int) throws -> [UInt8] {
        let bytes = try WireCoding.encode(self)
        return bytes + [UInt8](repeating: UInt8(ascii: " "), count: max(0, length - bytes.count - 1))
            + [UInt8(ascii: "\n")]
    }
}

extension ExportFault {
    package var en: String {
        switch self {
        case .notAnExport: "This is not a file of 'zonectl export'."
        case .badHeader(let why): "Line 2 of the export cannot be read: \(why)"
        case .lineTooLong(let line): "Line \(line) of the export is longer than allowed."
        case .badLine(let line): "Line \(line) of the export is no heartbeat."
        case .badSignature: "The export's signature is wrong: the file was changed, or damaged. Export again."
        case .wrongCount(let said, let found): "The export should have \(said) heartbeats and has \(found)."
        case .incomplete: "The export ends too early: copy it again, and remove the stick properly."
        case .trailingBytes: "Something follows the export's signature."
        case .tooLong(let limit): "The export has more than \(limit >> 20) MiB."
        case .changedMeanwhile: "The export was changed while it was read: copy it to a disk first."
        }
    }

    package var zh: String {
        switch self {
        case .notAnExport: "这不是 zonectl export 导出的文件。"
        case .badHeader(let why): "导出文件第 2 行读不出来：\(why)"
        case .lineTooLong(let line): "导出文件第 \(line) 行太长。"
        case .badLine(let line): "导出文件第 \(line) 行不是心跳数据。"
        case .badSignature: "导出文件的签名不对：被改动过，或者已损坏。请重新导出。"
        case .wrongCount(let said, let found): "导出文件应有 \(said) 条心跳数据，实有 \(found) 条。"
        case .incomplete: "导出文件不完整：请重新复制，并安全弹出 U 盘。"
        case .trailingBytes: "导出文件的签名后面还有别的内容。"
        case .tooLong(let limit): "导出文件超过 \(limit >> 20) MiB。"
        case .changedMeanwhile: "读取过程中导出文件被改动：请先复制到硬盘。"
        }
    }
}
