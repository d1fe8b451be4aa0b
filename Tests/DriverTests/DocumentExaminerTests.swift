import Glibc
import Logging
import Testing
import ZoneDocuments
import ZoneLinux
import ZoneModel
import ZoneTestKit

/// With the real pdfinfo(1) as a child under its limits.
@Suite("Documents are examined before they are taken")
struct DocumentExaminerTests {
    private let root: TemporaryRoot

    init() throws { root = try TemporaryRoot() }

    private func examine(
        _ bytes: [UInt8], as declared: String = DocumentWish.undeclared, pages: ClosedRange<Int>? = nil,
        copies: Int = 1, program: PDFProgram = PDFProgram(), limits: DocumentLimits = .standard
    ) async throws -> DocumentFacts {
        let path = root.path + "/document"
        SmallFile.remove(path)
        let file = try OwnedFD.create(path, mode: 0o600)
        try SmallFile.write(bytes, to: file.raw, naming: path)
        let examiner = DocumentExaminer(
            program: program, limits: limits, clock: SystemClock(), log: Logger(label: "test"))
        return try await examiner.examine(
            path, DocumentWish(declared: declared, pages: pages, copies: copies))
    }

    private func code(
        _ bytes: [UInt8], as declared: String = DocumentWish.undeclared, pages: ClosedRange<Int>? = nil,
        copies: Int = 1, program: PDFProgram = PDFProgram(), limits: DocumentLimits = .standard
    ) async throws -> String {
        do {
            let facts = try await examine(
                bytes, as: declared, pages: pages, copies: copies, program: program, limits: limits)
            return "\(facts.kind), \(facts.pages.map { "\($0)" } ?? "unknown") pages"
        } catch let refusal as DocumentRefusal {
            return refusal.code
        }
    }

    @Test("each kind is taken as what it is, declared or not")
    func kinds() async throws {
        let samples: [(DocumentKind, [UInt8], String)] = [
            (.pdf, SampleDocument.pdf(pages: 3), "pdf, 3 pages"),
            (.jpeg, SampleDocument.jpeg(width: 800, height: 600), "jpeg, 1 pages"),
            (.pwgRaster, SampleDocument.raster(pages: 2), "pwgRaster, 2 pages"),
            (.text, Array("打印".utf8), "text, unknown pages"),
        ]
        for (kind, bytes, facts) in samples {
            #expect(try await code(bytes) == facts)
            #expect(try await code(bytes, as: kind.mediaType) == facts)
            for other in DocumentKind.allCases where other != kind {
                #expect(try await code(bytes, as: other.mediaType) == "document.mismatch", "\(kind) as \(other)")
            }
            #expect(try await code(bytes, as: "application/msword") == "document.mismatch")
        }
        #expect(try await code(Array("PK\u{3}\u{4}".utf8)) == "document.unknown")
        #expect(try await code(Array("PK\u{3}\u{4}".utf8), as: "application/pdf") == "document.unknown")
    }

    @Test("a PDF that needs a password, or may not be printed, is refused; one that is only scrambled is not")
    func encrypted() async throws {
        #expect(try await code(SampleDocument.pdf(lock: .password)) == "document.encrypted")
        #expect(try await code(SampleDocument.pdf(lock: .noPrinting)) == "document.encrypted")
        #expect(try await code(SampleDocument.pdf(lock: .open)) == "pdf, 1 pages")
    }

    @Test("pages are counted, the range is looked up, a title does not lie about either")
    func pages() async throws {
        let ten = SampleDocument.pdf(pages: 10)
        #expect(try await code(ten, pages: 2...5, copies: 25) == "pdf, 10 pages")
        #expect(try await code(ten, pages: 2...5, copies: 26) == "document.tooManyPages")
        #expect(try await code(ten, pages: 10...11) == "document.range")
        #expect(try await code(ten, pages: 11...12) == "document.range")
        let long = SampleDocument.pdf(pages: 51, title: "x\nPages: 1\nEncrypted: no\nPage 1 size: 1 x 1 pts")
        #expect(try await code(long) == "document.tooManyPages")
        #expect(try await code(long, pages: 51...51) == "pdf, 51 pages")
    }

    @Test("a page may be A3 and a little more, in either direction; the page that is too large is named")
    func paper() async throws {
        #expect(try await code(SampleDocument.pdf(box: "0 0 1190.55 841.89")) == "pdf, 1 pages")
        #expect(try await code(SampleDocument.pdf(box: "0 0 926 1309")) == "pdf, 1 pages")
        #expect(try await code(SampleDocument.pdf(box: "0 0 927 1309")) == "document.pageTooLarge")
        #expect(try await code(SampleDocument.pdf(box: "0 0 14400 14400")) == "document.pageTooLarge")
        await #expect(throws: DocumentRefusal.self) {
            try await examine(SampleDocument.pdf(pages: 2, box: "0 0 14400 14400"), pages: 2...2)
        }
    }

    @Test("broken PDFs, and those that claim what they do not have, are refused")
    func broken() async throws {
        let whole = SampleDocument.pdf(pages: 3)
        for bytes in [
            Array("%PDF-1.4\n%%EOF\n".utf8), Array(whole.prefix(200)), SampleDocument.pdf(claim: 1_000_000),
            SampleDocument.pdf(claim: -1),
            Array("%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R >>\nendobj\ntrailer << /Root 1 0 R >>\n".utf8),
        ] {
            #expect(try await code(bytes) == "document.broken", "\(bytes.count)")
        }
    }

    @Test("a PDF that eats memory, time or paper in its title is refused, and the child is gone")
    func bombs() async throws {
        let nested = Array("%PDF-1.4\n1 0 obj\n".utf8) + [UInt8](repeating: 0x5B, count: 5_000_000)
        #expect(try await code(nested + Array("\nendobj\ntrailer << /Root 1 0 R >>\n".utf8)) == "document.tooLarge")
        let title = String(repeating: "A", count: 1 << 20)
        #expect(try await code(SampleDocument.pdf(title: title)) == "document.tooLarge")
        var limits = DocumentLimits.standard
        limits.patience = .milliseconds(300)
        var sleeper = PDFProgram()
        sleeper.limiter = try script("echo $$ > \(root.path)/pid; exec sleep 600")
        #expect(try await code(SampleDocument.pdf(), program: sleeper, limits: limits) == "document.tooLarge")
        let pid = try #require(Int32(try SmallFile.read(root.path + "/pid").split(separator: "\n").first ?? ""))
        try await eventuallyTrue("the child is gone") { kill(pid, 0) != 0 }
    }

    @Test("the child has its limits: one that writes a file is ended by the kernel, and the file stays empty")
    func confined() async throws {
        var program = PDFProgram()
        // Without them it ends by itself, and what it leaves is no report.
        program.reader = try script(
            "[ $(ulimit -t) = 10 ] && [ $(ulimit -v) = 131072 ] && [ $(ulimit -n) = 32 ] || exit 0; echo x > \(root.path)/made"
        )
        #expect(try await code(SampleDocument.pdf(), program: program) == "document.tooLarge")
        #expect(try SmallFile.read(root.path + "/made") == "")
    }

    @Test("without pdfinfo, or with one that cannot be confined, a PDF is taken with pages that nobody knows")
    func absent() async throws {
        var program = PDFProgram()
        program.reader = root.path + "/none"
        #expect(try await code(SampleDocument.pdf(pages: 60), program: program) == "pdf, unknown pages")
        program = PDFProgram()
        program.limiter = root.path + "/none"
        #expect(try await code(SampleDocument.pdf(pages: 60), program: program) == "pdf, unknown pages")
        program.limiter = try script("echo 'prlimit: failed to set the CPU resource limit' >&2; exit 1")
        #expect(try await code(SampleDocument.pdf(pages: 60), program: program) == "pdf, unknown pages")
    }

    @Test("many at once are all answered, each for itself")
    func many() async throws {
        let examiner = DocumentExaminer(clock: SystemClock(), log: Logger(label: "test"))
        let counts = try await withThrowingTaskGroup(of: (Int, Int?).self) { group in
            for count in 1...8 {
                let path = root.path + "/\(count)"
                try SmallFile.replace(path, with: String(decoding: SampleDocument.pdf(pages: count), as: UTF8.self))
                group.addTask {
                    (count, try await examiner.examine(path, DocumentWish(declared: "application/pdf")).pages)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(counts == Dictionary(uniqueKeysWithValues: (1...8).map { ($0, $0) }))
    }

    @Test("a document that is a link, or gone, is not followed")
    func link() async throws {
        let examiner = DocumentExaminer(clock: SystemClock(), log: Logger(label: "test"))
        symlink("/etc/hostname", root.path + "/link")
        for name in ["link", "none"] {
            await #expect(throws: DocumentRefusal.self) {
                _ = try await examiner.examine(root.path + "/" + name, DocumentWish(declared: "text/plain"))
            }
        }
    }

    /// Something else in the place of a program.
    private func script(_ body: String) throws -> String {
        let path = root.path + "/program"
        try SmallFile.replace(path, with: "#!/bin/sh\n\(body)\n", mode: 0o755)
        return path
    }
}
