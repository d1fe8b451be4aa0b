import Subprocess
import SystemPackage
import ZoneLinux
import ZoneModel
import ZoneTime

/// Whoever can scan: scanimage, or a test.
package protocol PageScanner: Sendable {
    /// One picture from the glass.
    func glass(_ wish: ScanWish) async throws(ScanFailure) -> PageImage
    /// What lies in the feeder, at most `most` sheets; `take` has each before the next is drawn in.
    /// - Returns: how many there were.
    func feeder(
        _ wish: ScanWish, most: Int, take: @escaping @Sendable (PageImage) async throws(ScanFailure) -> Void
    ) async throws(ScanFailure) -> Int
}

/// Scans with scanimage(1) and sane-airscan: backends of many hands, so they are in a child with little memory and time
/// (prlimit(1) of util-linux sets that for itself and becomes scanimage), and no picture is written to a disk. One
/// side comes through a pipe; sheets of a feeder one by one through files in `folder`, each gone before the next is
/// asked for (scanimage writes a batch into files only).
package struct ScanProgram: PageScanner {
    /// Where they are in Debian.
    package var limiter = "/usr/bin/prlimit"
    package var scanner = "/usr/bin/scanimage"
    package var patience = ScanPatience()
    /// On a tmpfs, used by one scan at a time.
    private let folder: String
    private let clock: any ZoneClock

    /// A coloured A4 side at 300 dpi has 26 MB.
    static let longestPage = 32 << 20
    private static let longestComplaint = 16 << 10
    private static let memory = 512 << 20
    private static let processorSeconds = 60

    /// Half a page that a crash left behind is somebody's: it is removed at once, not at the next scan.
    package init(folder: String, clock: any ZoneClock) {
        (self.folder, self.clock) = (folder, clock)
        SaneFolder.clear(folder)
    }

    package func glass(_ wish: ScanWish) async throws(ScanFailure) -> PageImage {
        try await alone(wish) { () async throws(ScanFailure) in
            let arguments = arguments(wish, source: "Flatbed", file: 0, [])
            let work = Task { [self] in await pipe(arguments) }
            let image: Result<PageImage, ScanFailure> = await bounded(work)
            return try checked(try image.get(), wish)
        }
    }

    package func feeder(
        _ wish: ScanWish, most: Int, take: @escaping @Sendable (PageImage) async throws(ScanFailure) -> Void
    ) async throws(ScanFailure) -> Int {
        try await alone(wish) { () async throws(ScanFailure) in
            let batch = [
                "--batch=\(folder)/page%d.pnm", "--batch-count=\(most)", "--batch-prompt", "--batch-print",
            ]
            let arguments = arguments(wish, source: "ADF", file: ScanProgram.longestPage, batch)
            let work = Task { [self] in await self.batch(arguments, most: most, wish, take) }
            let pages: Result<Int, ScanFailure> = await bounded(work, sides: most)
            return try pages.get()
        }
    }

    private func alone<Value>(
        _ wish: ScanWish, _ work: () async throws(ScanFailure) -> Value
    ) async throws(ScanFailure) -> Value {
        for program in [limiter, scanner] where !SmallFile.exists(program) {
            throw .notInstalled("there is no \(program)")
        }
        let place: SaneFolder
        do { place = try SaneFolder(folder, scanner: wish.address) } catch { throw .notInstalled("\(error)".cleaned()) }
        defer { place.clear() }
        return try await work()
    }

    /// Returns when the child is gone, so that the next scan has the folder for itself; or when it should be, for a
    /// child's end is not always told (see `PrintingWorkerClient`), and nobody could copy any more.
    private func bounded<Value>(
        _ work: Task<Result<Value, ScanFailure>, Never>, sides: Int = 1
    ) async -> Result<Value, ScanFailure> {
        await withTaskCancellationHandler {
            if let result = await firstOf(work, orAfter: patience.side * sides, clock) { return result }
            work.cancel()
            // Not in this task: it may be cancelled, and would not wait.
            let goodbye = Task { [clock, patience] in _ = await firstOf(work, orAfter: patience.farewell * 2, clock) }
            await goodbye.value
            return .failure(Task.isCancelled ? .cancelled : .timedOut)
        } onCancel: {
            work.cancel()
        }
    }

    private func arguments(_ wish: ScanWish, source: String, file: Int, _ more: [String]) -> [String] {
        [
            "--cpu=\(ScanProgram.processorSeconds)", "--as=\(ScanProgram.memory)", "--fsize=\(file)", "--core=0",
            "--nofile=64", "--", scanner, "-d", SaneFolder.device, "--format=pnm",
            "--mode=\(wish.isColor ? "Color" : "Gray")", "--resolution=\(CopySheet.resolution)", "--source=\(source)",
            "-l", "0", "-t", "0", "-x", "\(wish.window.width)", "-y", "\(wish.window.height)",
        ] + more
    }

    /// A scanner that gives another resolution would print another size.
    private func checked(_ image: PageImage, _ wish: ScanWish) throws(ScanFailure) -> PageImage {
        let wanted = CopySheet.pixels(wish.window.width)
        guard abs(image.width - wanted) <= wanted / 50 else {
            throw .broken("\(image.width) pixels across, not \(wanted): it does not scan at 300 dpi")
        }
        return image
    }

    private var configuration: PlatformOptions {
        var options = PlatformOptions()
        // On SIGTERM scanimage cancels, so the scanner does not go on for nobody.
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: patience.farewell)]
        return options
    }

    private var environment: Environment { .custom(["LC_ALL": "C", "SANE_CONFIG_DIR": folder]) }

    private func pipe(_ arguments: [String]) async -> Result<PageImage, ScanFailure> {
        do {
            let result = try await run(
                .path(FilePath(limiter)), arguments: Arguments(arguments), environment: environment,
                platformOptions: configuration, output: .bytes(limit: ScanProgram.longestPage),
                error: .bytes(limit: ScanProgram.longestComplaint))
            if let failure = ScanProgram.failure(result.terminationStatus, result.standardError) {
                return .failure(failure)
            }
            guard let image = PageImage(pnm: result.standardOutput) else {
                return .failure(.broken("\(result.standardOutput.count) bytes"))
            }
            return .success(image)
        } catch {
            return .failure(ScanProgram.failure(error))
        }
    }

    private func batch(
        _ arguments: [String], most: Int, _ wish: ScanWish, _ take: (PageImage) async throws(ScanFailure) -> Void
    ) async -> Result<Int, ScanFailure> {
        do {
            let result = try await run(
                .path(FilePath(limiter)), arguments: Arguments(arguments), environment: environment,
                platformOptions: configuration, input: .inputWriter, output: .sequence,
                error: .bytes(limit: ScanProgram.longestComplaint)
            ) { child in
                var (names, pages) = (child.standardOutput.makeAsyncIterator(), 0)
                while pages < most {
                    // Each line break is the word for the next sheet; what has ended reads none.
                    _ = try? await child.standardInputWriter.write([0x0A])
                    // It names each page once it is whole, and the name is ours.
                    guard try await names.next() != nil else { break }
                    pages += 1
                    try await take(try checked(try page(pages), wish))
                }
                return pages
            }
            let failure = ScanProgram.failure(result.terminationStatus, result.standardError)
            // A feeder that ran empty has done its work, if there was something in it.
            guard let failure, !(failure == .feederEmpty && result.closureResult > 0) else {
                return .success(result.closureResult)
            }
            return .failure(failure)
        } catch {
            return .failure(ScanProgram.failure(error))
        }
    }

    private func page(_ number: Int) throws(ScanFailure) -> PageImage {
        let path = "\(folder)/\(SaneFolder.page(number))"
        defer { SmallFile.remove(path) }
        guard let bytes = try? SmallFile.readBytes(path, limit: ScanProgram.longestPage),
            let image = PageImage(pnm: bytes)
        else { throw .broken("page \(number)") }
        return image
    }

    private static func failure(_ status: TerminationStatus, _ complaint: [UInt8]) -> ScanFailure? {
        switch status {
        case .exited(0): nil
        case .exited: ScanFailure(complaint: complaint)
        case .signaled: Task.isCancelled ? .cancelled : .refused("it takes too much time or memory")
        }
    }

    private static func failure(_ error: any Error) -> ScanFailure {
        if let failure = error as? ScanFailure { return failure }
        if Task.isCancelled { return .cancelled }
        if let error = error as? SubprocessError, error.code == .outputLimitExceeded {
            return .broken("more bytes than a page has")
        }
        return .notInstalled("\(error)".cleaned())
    }
}
