import Subprocess
import SystemPackage
import ZoneLinux
import ZoneModel
import ZoneTime

/// How a program of the system ended.
package enum ProgramEnd: Sendable, Hashable {
    /// - Parameter words: standard output, or standard error if there was none.
    case ended(code: Int32, words: String)
    case missing
    case overran
    case failed(String)
}

/// Asks the system's own tools.
package protocol ProgramRunner: Sendable {
    func run(_ program: String, _ arguments: [String], within deadline: Duration) async -> ProgramEnd
}

package struct SystemPrograms: ProgramRunner {
    private static let folders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"]
    private let clock: any ZoneClock
    private let limit: Int

    /// - Parameter limit: bytes of its words; a program that says more has failed.
    package init(clock: any ZoneClock, limit: Int = 64 * 1024) { (self.clock, self.limit) = (clock, limit) }

    package func run(_ program: String, _ arguments: [String], within deadline: Duration) async -> ProgramEnd {
        let candidates = SystemPrograms.folders.map { "\($0)/\(program)" }
        guard let path = candidates.first(where: { SmallFile.exists($0) }) else { return .missing }
        let work = Task { [limit] in await SystemPrograms.end(of: path, arguments, limit) }
        guard let end = await firstOf(work, orAfter: deadline, clock) else {
            // Cancelling kills the program: most only read, and lpadmin's one request cupsd takes whole or not at all.
            work.cancel()
            return .overran
        }
        return end
    }

    private static func end(of path: String, _ arguments: [String], _ limit: Int) async -> ProgramEnd {
        var options = PlatformOptions()
        options.teardownSequence = []
        do {
            let result = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments),
                // Its words are read by this program: the language must not be the user's.
                environment: .inherit.updating(["LC_ALL": "C", "SYSTEMD_PAGER": ""]), platformOptions: options,
                output: .string(limit: limit), error: .string(limit: limit))
            let (output, complaint) = (result.standardOutput, result.standardError)
            let words = output.isEmpty ? complaint : output
            guard case .exited(let code) = result.terminationStatus else { return .failed("\(path) was killed") }
            return .ended(code: code, words: words)
        } catch {
            return .failed("\(error)".cleaned())
        }
    }
}
