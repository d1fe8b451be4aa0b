import Glibc
import Synchronization
import ZoneLinux

/// One running child and the parent's end of its socket pair.
final class WorkerChild: Sendable {
    private let task: Task<Void, Never>
    /// Our end of the socket pair, until it has ended.
    private struct Line {
        var stream: ReadableStream?
        var isOver = false
    }

    private let line = Mutex(Line())

    init(
        launch: @escaping @Sendable (CInt) async -> Void,
        onReply: @escaping @Sendable (WorkerChild, WorkerReply) -> Void,
        onEnd: @escaping @Sendable (WorkerChild) -> Void
    ) throws {
        let (parent, child) = try SocketPair().split()
        // A child that stops reading must not block the parent's writes.
        guard fcntl(parent, F_SETFL, O_NONBLOCK) == 0 else { throw SystemError("fcntl") }
        task = Task { await launch(child) }
        let cutter = Mutex(LineCutter())
        let stream = ReadableStream(
            adopting: OwnedFD(adopting: parent), label: "printing-worker",
            onReadable: { [weak self] fd in
                guard let self else { return false }
                switch ReadableStream.read(fd) {
                case .wouldBlock: return true
                case .ended: return self.isOver()
                case .bytes(let bytes):
                    guard let lines = try? cutter.withLock({ try $0.take(bytes) }) else { return self.isOver() }
                    for line in lines {
                        guard let reply = WorkerLine.decode(WorkerReply.self, line) else { return self.isOver() }
                        onReply(self, reply)
                    }
                    return true
                }
            },
            onEnd: { [weak self] in if let self { onEnd(self) } })
        line.withLock { if !$0.isOver { $0.stream = stream } }
    }

    /// Nothing is written from here on: soon the descriptor's number may be another file's.
    /// - Returns: `false`, which ends the stream.
    private func isOver() -> Bool {
        line.withLock { $0 = Line(isOver: true) }
        return false
    }

    /// - Throws: `SystemError` with EPIPE when the child has ended.
    func write(_ bytes: [UInt8]) throws(SystemError) {
        try line.withLock { line throws(SystemError) in
            guard let stream = line.stream else { throw SystemError("write printing worker", EPIPE) }
            try SmallFile.write(bytes, to: stream.fd, naming: "printing worker")
        }
    }

    /// Kills the child (by cancelling its launcher) and closes our end.
    func end() {
        task.cancel()
        _ = isOver()
    }

    deinit { end() }
}
