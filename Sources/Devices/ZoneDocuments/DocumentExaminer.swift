import Glibc
import Logging
import ZoneLinux
import ZoneModel
import ZoneTime

/// Looks at documents before they are accepted, one after another: what one may take is little, what sixteen would take
/// at the same time is not. Each look is bounded: files by their size, the child by its deadline.
package actor DocumentExaminer {
    private nonisolated let lane = BlockingLane(label: "documents")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    private let program: PDFProgram
    private let limits: DocumentLimits
    private let clock: any ZoneClock
    private let log: Logger
    private var last: Task<PDFProgram.Answer, Never>?

    package init(
        program: PDFProgram = PDFProgram(), limits: DocumentLimits = .standard, clock: any ZoneClock, log: Logger
    ) {
        (self.program, self.limits, self.clock, self.log) = (program, limits, clock, log)
    }

    /// - Throws: `DocumentRefusal` when it is not to be printed, or not like this.
    package func examine(_ path: String, _ wish: DocumentWish) async throws(DocumentRefusal) -> DocumentFacts {
        let file = try DocumentFile(path)
        let kind = DocumentKind.sniff(try file.read(0, DocumentKind.headLength))
        switch kind {
        case .pdf:
            try check(wish, is: .pdf)
            return DocumentFacts(kind: .pdf, pages: try await pages(of: path, wish))
        case .pwgRaster, .jpeg, .text, nil:
            var run = ByteRun(size: file.size) { offset, count throws(DocumentRefusal) in try file.read(offset, count) }
            return try measure(&run, kind, wish)
        }
    }

    private func measure(
        _ run: inout ByteRun, _ kind: DocumentKind?, _ wish: DocumentWish
    ) throws(DocumentRefusal) -> DocumentFacts {
        guard let kind else {
            guard let pages = try TextMeasure.pages(&run) else { throw .unknown }
            try check(wish, is: .text)
            try limits.checkCount(pages, isExact: false, wish)
            return DocumentFacts(kind: .text, pages: nil)
        }
        try check(wish, is: kind)
        var pages = 1
        if kind == .pwgRaster {
            pages = try RasterMeasure.pages(&run, limits)
        } else {
            try JPEGMeasure.check(&run, limits)
        }
        try limits.checkCount(pages, isExact: true, wish)
        return DocumentFacts(kind: kind, pages: pages)
    }

    private func check(_ wish: DocumentWish, is found: DocumentKind) throws(DocumentRefusal) {
        guard [found.mediaType, DocumentWish.undeclared].contains(wish.declared) else {
            throw .mismatch(declared: wish.declared.cleaned(limit: 80), found: found)
        }
    }

    private func pages(of path: String, _ wish: DocumentWish) async throws(DocumentRefusal) -> Int? {
        // The sizes of more pages than may be printed are of no interest.
        let first = wish.pages?.lowerBound ?? 1
        let last = min(wish.pages?.upperBound ?? .max, first + limits.pages)
        switch await ask(path, first...max(first, last)) {
        case .refused(let refusal): throw refusal
        case .silent(let why):
            log.warning("A PDF is printed unread: install poppler-utils", metadata: ["why": "\(why)"])
            try limits.checkCount(nil, isExact: false, wish)
            return nil
        case .report(let report):
            guard report.mayPrint else { throw .forbidden }
            try limits.checkCount(report.pages, isExact: true, wish)
            for size in report.sizes { try limits.checkPage(size.page, width: size.width, height: size.height) }
            return report.pages
        }
    }

    /// In the order in which they came.
    private func ask(_ path: String, _ pages: ClosedRange<Int>) async -> PDFProgram.Answer {
        let (before, program, limits, clock) = (last, program, limits, clock)
        let task = Task {
            _ = await before?.value
            return await program.ask(path, pages: pages, limits, clock)
        }
        last = task
        return await task.value
    }
}

/// A document on the disk.
private final class DocumentFile {
    private let file: OwnedFD
    let size: Int

    init(_ path: String) throws(DocumentRefusal) {
        var info = stat()
        do throws(SystemError) {
            file = try OwnedFD(path: path, flags: O_RDONLY | O_NOFOLLOW)
            guard fstat(file.raw, &info) == 0 else { throw SystemError("fstat") }
        } catch {
            throw .broken("open failed, error \(error.errno)")
        }
        size = Int(info.st_size)
    }

    func read(_ offset: Int, _ count: Int) throws(DocumentRefusal) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    file.raw, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = SystemError("pread") }
                guard got > 0 else { return }
                filled += got
            }
        }
        if let failure { throw .broken("read failed, error \(failure.errno)") }
        return bytes
    }
}
