import Crypto
import FoundationEssentials
import SwiftASN1
import Synchronization
import Testing
import X509
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit

@Suite("History in a signed file")
struct ExportTests {
    private let root: TemporaryRoot
    private let authority: CertificateAuthority
    private let anchors: Anchors
    private let key = IdentityKey()
    private let certificate: NodeCertificate
    private var path: String { root.path + "/hall-1.zone-export" }

    init() throws {
        root = try TemporaryRoot()
        authority = try Given.authority()
        anchors = try Given.anchors(authority)
        certificate = try Given.node(authority, key)
    }

    private func write(_ lines: [[UInt8]]) throws -> [UInt8] {
        let writer = try SignedExport.Writer(path: path, certificate: certificate, key: key, createdAt: Given.now)
        for line in lines { try writer.append(line) }
        let summary = try writer.finish()
        #expect(summary.lines == lines.count && summary.name == Given.name)
        return try SmallFile.readBytes(path, limit: 64 << 20)
    }

    private func read(_ source: any ExportBytes, at time: WallTime = Given.now) throws -> [[UInt8]] {
        let reader = try SignedExport.Reader(source, anchors: anchors, at: time)
        var lines: [[UInt8]] = []
        while let line = try reader.next() { lines.append(line) }
        #expect(try reader.next() == nil)
        return lines
    }

    private static func lines(_ count: Int) -> [[UInt8]] { (0..<count).map { Array(#"{"hb":\#($0)}"#.utf8) } }

    @Test("comes back as it was written", arguments: [0, 1, 2, 1000])
    func roundTrip(_ count: Int) throws {
        let lines = Self.lines(count)
        let bytes = try write(lines)
        #expect(try read(ExportFile(path: path)) == lines)
        #expect(try read(ExportMemory(bytes)) == lines)
        let reader = try SignedExport.Reader(path: path, anchors: anchors, at: Given.now)
        #expect(reader.summary.certificate == certificate && reader.summary.createdAt == Given.now)
        #expect(reader.standing == .valid(certificate) && reader.summary.lines == count)
        #expect(SmallFile.list(root.path) == ["hall-1.zone-export"])
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        #expect(text.first == "zone-export-1" && text.last?.hasPrefix("signature ") == true)
    }

    @Test(
        "is refused before the first line is handed out when a byte is another or the end is missing",
        arguments: Seeds.first(1))
    func damaged(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = try write(Self.lines(3))
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            #expect(throws: (any Error).self, "seed \(seed), byte \(place)") {
                try SignedExport.Reader(ExportMemory(changed), anchors: anchors, at: Given.now)
            }
            #expect(throws: (any Error).self, "cut to \(place)") {
                try SignedExport.Reader(ExportMemory(Array(bytes[..<place])), anchors: anchors, at: Given.now)
            }
        }
        for more in ["\n", " ", "{}\n", String(decoding: bytes, as: UTF8.self)] {
            #expect(throws: IdentityError.badExport(.trailingBytes)) {
                try SignedExport.Reader(ExportMemory(bytes + Array(more.utf8)), anchors: anchors, at: Given.now)
            }
        }
    }

    @Test("is refused when lines were taken out, put in, or put in another order")
    func rearranged() throws {
        let text = try String(decoding: write(Self.lines(4)), as: UTF8.self)
        let lines = text.split(separator: "\n").map(String.init)
        func refused(_ lines: [String]) -> IdentityError? {
            let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
            do {
                _ = try SignedExport.Reader(ExportMemory(bytes), anchors: anchors, at: Given.now)
                return nil
            } catch { return error as? IdentityError }
        }
        #expect(refused(lines) == nil)
        var swapped = lines
        swapped.swapAt(2, 3)
        #expect(refused(swapped) == .badExport(.badSignature))
        #expect(
            refused(lines.enumerated().filter { $0.offset != 3 }.map(\.element))
                == .badExport(.wrongCount(said: 4, found: 3)))
        #expect(refused(Array(lines[...2]) + lines[2...]) == .badExport(.wrongCount(said: 4, found: 5)))
        #expect(refused(lines.dropLast()) == .badExport(.incomplete))
        #expect(refused([lines[0]] + lines[2...]).map { "\($0)".contains("Line 2") } == true)
        #expect(refused(["zone-export-2"] + lines[1...]) == .badExport(.notAnExport))
        #expect(refused(Array(lines[...3]) + [""] + lines[4...]) == .badExport(.badLine(line: 5)))
    }

    @Test("is refused when another node, or nobody known, has signed")
    func strangers() throws {
        let bytes = try write(Self.lines(2))
        let others = try Given.anchors(Given.authority())
        #expect(throws: IdentityError.foreignExport) {
            try SignedExport.Reader(ExportMemory(bytes), anchors: others, at: Given.now)
        }
        #expect(throws: IdentityError.otherKey) {
            try SignedExport.Writer(path: path, certificate: certificate, key: IdentityKey(), createdAt: Given.now)
        }
        let text = String(decoding: bytes, as: UTF8.self).replacing(#""zone":"hall-1""#, with: #""zone":"hall-2""#)
        #expect(throws: IdentityError.badName) {
            try SignedExport.Reader(ExportMemory(Array(text.utf8)), anchors: anchors, at: Given.now)
        }
    }

    @Test("a certificate that has run out is told, not refused: such a place could not renew")
    func oldCertificates() throws {
        let bytes = try write(Self.lines(1))
        let later = certificate.notAfter.advanced(byMilliseconds: 200 * Given.day)
        let reader = try SignedExport.Reader(ExportMemory(bytes), anchors: anchors, at: later)
        #expect(reader.standing == .tooOld(certificate))
    }

    @Test("what is changed between the check and the reading is not handed out")
    func changedMeanwhile() throws {
        let bytes = try write(Self.lines(60_000))
        var changed = bytes
        let place = try #require(changed.firstRange(of: Array(#"{"hb":50000}"#.utf8)))
        changed.replaceSubrange(place, with: Array(#"{"hb":99999}"#.utf8))
        let source = Changing(first: bytes, then: changed)
        let reader = try SignedExport.Reader(source, anchors: anchors, at: Given.now)
        source.change()
        var count = 0
        #expect(throws: IdentityError.badExport(.changedMeanwhile)) {
            while let line = try reader.next() {
                #expect(line == Array(#"{"hb":\#(count)}"#.utf8))
                count += 1
            }
        }
        #expect(count > 0 && count < 50_000)
    }

    @Test("an endless line and an endless file cost a bounded amount")
    func endless() throws {
        let bytes = try write([])
        let head = Array(bytes.prefix(through: try #require(bytes.dropFirst(20).firstIndex(of: 0x0A))))
        for (start, fault) in [
            ([UInt8](), ExportFault.notAnExport), (Array("zone-export-1\n".utf8), .lineTooLong(line: 2)),
            (head, .lineTooLong(line: 3)),
        ] {
            let source = Endless(start)
            #expect(throws: IdentityError.badExport(fault)) {
                try SignedExport.Reader(source, anchors: anchors, at: Given.now)
            }
            #expect(source.asked.load(ordering: .relaxed) <= start.count + (5 << 20))
        }
    }

    @Test("what is no heartbeat is not written, and a writer that gives up leaves nothing behind")
    func writer() throws {
        do {
            let writer = try SignedExport.Writer(path: path, certificate: certificate, key: key, createdAt: Given.now)
            for wrong in ["", "[]", " {}", "{\n}", "signature AAAA"] {
                #expect(throws: IdentityError.badExport(.badLine(line: 3))) { try writer.append(Array(wrong.utf8)) }
            }
            let long = [UInt8](repeating: UInt8(ascii: "{"), count: ExportFraming.longestLine + 1)
            #expect(throws: IdentityError.badExport(.lineTooLong(line: 3))) { try writer.append(long) }
            #expect(SmallFile.list(root.path) == ["hall-1.zone-export.part"])
        }
        #expect(SmallFile.list(root.path).isEmpty)
        #expect(throws: IdentityError.self) {
            try SignedExport.Writer(
                path: root.path + "/no/where", certificate: certificate, key: key, createdAt: Given.now)
        }
        #expect(throws: IdentityError.self) {
            try SignedExport.Reader(path: root.path + "/none", anchors: anchors, at: Given.now)
        }
        #expect(throws: IdentityError.self) {
            try SignedExport.Reader(path: root.path, anchors: anchors, at: Given.now)
        }
    }

    @Test("openssl finds the signature right", .enabled(if: OpenSSL.path != nil, "\(OpenSSL.missing)"))
    func openssl() async throws {
        let openssl = try OpenSSL()
        let bytes = try write(Self.lines(5))
        let end = try #require(bytes.dropLast().lastIndex(of: 0x0A))
        let signature = try #require(Base64.decode(bytes[(end + 11)...].dropLast(), .plain))
        let (body, signed) = ("\(openssl.folder)/body", "\(openssl.folder)/signed")
        try Data(bytes[...end]).write(to: URL(filePath: body))
        try Data(signature).write(to: URL(filePath: signed))
        let pem = try openssl.file("node.pem", certificate.pem)
        let spki = try await openssl("x509", "-in", pem, "-noout", "-pubkey").words
        let name = try openssl.file("public.pem", spki)
        let answer = try await openssl("dgst", "-sha256", "-verify", name, "-signature", signed, body)
        #expect(answer.code == 0, "\(answer.words)")
    }
}

/// A file that somebody rewrites.
private final class Changing: ExportBytes {
    private let first: ExportMemory
    private let then: ExportMemory
    private let isChanged = Atomic(false)

    init(first: [UInt8], then: [UInt8]) { (self.first, self.then) = (ExportMemory(first), ExportMemory(then)) }

    func change() { isChanged.store(true, ordering: .relaxed) }

    func read(at offset: Int64, upTo count: Int) -> [UInt8] {
        (isChanged.load(ordering: .relaxed) ? then : first).read(at: offset, upTo: count)
    }
}

/// A file without an end.
private final class Endless: ExportBytes {
    private let start: [UInt8]
    let asked = Atomic(0)

    init(_ start: [UInt8]) { self.start = start }

    func read(at offset: Int64, upTo count: Int) -> [UInt8] {
        asked.add(count, ordering: .relaxed)
        let head = ExportMemory(start).read(at: offset, upTo: count)
        return head + [UInt8](repeating: UInt8(ascii: "{"), count: count - head.count)
    }
}
