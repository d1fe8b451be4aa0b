import Glibc
import Synchronization
import ZoneLinux
import ZoneWire

/// How far a check is: a bar that is drawn over itself on a terminal, else a line for each device.
package final class CheckProgress: Sendable {
    private static let width = 20

    private let isTerminal: Bool
    private let write: @Sendable (String) -> Void
    private let shown = Mutex(0)

    package init(isTerminal: Bool, write: @escaping @Sendable (String) -> Void) {
        (self.isTerminal, self.write) = (isTerminal, write)
    }

    /// On the program's error output, so that the result alone is its output.
    package static var onErrorOutput: CheckProgress {
        CheckProgress(isTerminal: isatty(STDERR_FILENO) == 1) { text in
            try? SmallFile.write(Array(text.utf8), to: STDERR_FILENO, naming: "standard error")
        }
    }

    package func show(_ check: CheckJSON) {
        let before = shown.withLock { shown in
            defer { shown = max(shown, check.devices.count) }
            return shown
        }
        if isTerminal { return write("\r" + CheckProgress.bar(check.devices.count, of: check.of)) }
        for (index, line) in check.devices.enumerated() where index >= before {
            write("\(index + 1)/\(check.of) \(line.device) \(line.outcome)\n")
        }
    }

    package func end() { if isTerminal { write("\r\u{1B}[K") } }

    static func bar(_ done: Int, of all: Int) -> String {
        let full = all == 0 ? width : min(width, done * width / all)
        return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
            + "] \(done)/\(all)"
    }
}
