import Glibc
import Synchronization
import ZoneLinux

/// One running child and the parent's end of its socket pair.
final class WorkerChild: Sendable {
    private let task: Task<Void, Never>
    private let stream = Mutex<ReadableStream?>(nil)

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
                case .ended: return false
                case .bytes(let bytes):
                    guard let lines = try? cutter.withLock({ try $0.take(bytes) }) else { return false }
                    for line in lines {
                        guard let reply = WorkerLine.decode(WorkerReply.self, line) else { return false }
                        onReply(self, reply)
                    }
                    return true
                }
            },
            onEnd: { [weak self] in if let self { onEnd(self) } })
        self.stream.withLock { $0 = stream }
    }

    func write(_ line: [UInt8]) throws {
        guard let fd = stream.withLock({ $0?.fd }) else { return }
        try SmallFile.write(line, to: fd, naming: "printing worker")
    }

    /// Kills the child (by cancelling its launcher) and closes our end.
    func end() {
        task.cancel()
        stream.withLock { $0 }?.cancel()
    }

    deinit { end() }
}
