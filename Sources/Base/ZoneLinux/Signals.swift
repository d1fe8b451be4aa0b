import Glibc

package enum Signals {
    /// A client that went away must not end the service: write(2) answers EPIPE instead (signal(7)).
    package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}

package enum StandardOutput {
    /// Writes at once, without the C library's buffer, so that a pipe sees lines when they happen.
    package static func write(_ text: String) {
        // Nobody is left to tell when standard output is closed.
        try? SmallFile.write(Array(text.utf8), to: STDOUT_FILENO, naming: "standard output")
    }
}

extension Signals {
    /// kill(2), to a process that the caller started. Nothing happens when it is gone.
    package static func send(_ signal: CInt, to pid: CInt) {
        // 0 and negative numbers are whole groups of processes.
        guard pid > 0 else { return }
        kill(pid, signal)
    }
}
