import Subprocess
import SystemPackage
import ZoneLinux
import ZoneModel
import ZoneTime

/// Asks pdfinfo(1). A PDF is a program that somebody else wrote, so what reads it is a child with little time and little
/// memory that may write no file (prlimit(1) of util-linux sets that for itself and becomes pdfinfo).
package struct PDFProgram: Sendable {
    /// Where they are in Debian.
    package var limiter = "/usr/bin/prlimit"
    package var reader = "/usr/bin/pdfinfo"

    package init() {}

    package enum Answer: Sendable, Hashable {
        case report(PDFReport)
        case refused(DocumentRefusal)
        /// It could not be asked.
        case silent(String)
    }

    private enum End: Sendable {
        case exited(Int32, [UInt8], [UInt8])
        case killed
        case tooLong
        case notRun(String)
    }

    package func ask(
        _ path: String, pages: ClosedRange<Int>, _ limits: DocumentLimits, _ clock: any ZoneClock
    ) async -> Answer {
        for program in [limiter, reader] where !SmallFile.exists(program) { return .silent("there is no \(program)") }
        let arguments = arguments(path, pages, limits)
        let work = Task { [limiter] in await PDFProgram.end(of: limiter, arguments, limits) }
        guard let end = await firstOf(work, orAfter: limits.patience, clock) else {
            // It only reads: nothing is lost with it.
            work.cancel()
            return .refused(.tooLarge("not read in \(limits.patience.milliseconds / 1000) s"))
        }
        switch end {
        case .exited(0, let output, _):
            return PDFReport(output).map { .report($0) } ?? .refused(.broken("not a PDF that can be opened"))
        case .exited(_, _, let complaint):
            // It says its name when it could not set a limit or find the reader; a reader says none.
            if complaint.starts(with: Array("prlimit: ".utf8)) {
                return .silent(String(decoding: complaint, as: UTF8.self).cleaned())
            }
            return .refused(PDFReport.refusal(complaint))
        case .killed: return .refused(.tooLarge("it takes too much time or memory to read"))
        case .tooLong: return .refused(.tooLarge("it says too much about itself"))
        case .notRun(let why): return .silent(why)
        }
    }

    private func arguments(_ path: String, _ pages: ClosedRange<Int>, _ limits: DocumentLimits) -> [String] {
        [
            "--cpu=\(limits.processorSeconds)", "--as=\(limits.memory)", "--fsize=0", "--core=0", "--nofile=32", "--",
            reader, "-enc", "UTF-8", "-f", "\(pages.lowerBound)", "-l", "\(pages.upperBound)", path,
        ]
    }

    private static func end(of program: String, _ arguments: [String], _ limits: DocumentLimits) async -> End {
        var options = PlatformOptions()
        options.teardownSequence = []
        do {
            let result = try await Subprocess.run(
                .path(FilePath(program)), arguments: Arguments(arguments),
                // Read by a program: the language must not be that of whoever set up the PC.
                environment: .custom(["LC_ALL": "C"]), platformOptions: options,
                output: .bytes(limit: limits.report), error: .bytes(limit: limits.report))
            guard case .exited(let code) = result.terminationStatus else { return .killed }
            return .exited(code, result.standardOutput, result.standardError)
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            return .tooLong
        } catch {
            return .notRun("\(error)".cleaned())
        }
    }
}
