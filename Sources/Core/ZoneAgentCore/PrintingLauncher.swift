import Glibc
import Logging
import Subprocess
import SystemPackage
import ZoneLinux

/// Starts `zone-agent worker printing`, the same binary, on one end of a socket pair.
package enum PrintingLauncher {
    /// Runs until the child exits; cancelling the task kills it.
    package static func launcher(executable: String, log: Logger) -> @Sendable (CInt) async -> Void {
        { fd in
            let end = FileDescriptor(rawValue: fd)
            do {
                let second = try end.duplicate()
                var options = PlatformOptions()
                // Nothing of the child's is worth a polite goodbye: it holds no state.
                options.teardownSequence = []
                _ = try await run(
                    .path(FilePath(executable)), arguments: ["worker", "printing"], platformOptions: options,
                    input: .fileDescriptor(end, closeAfterSpawningProcess: true),
                    output: .fileDescriptor(second, closeAfterSpawningProcess: true),
                    error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
            } catch {
                if !Task.isCancelled { log.error("Printing worker does not start", metadata: ["error": "\(error)"]) }
            }
        }
    }
}
