import Dispatch
import Glibc
import Synchronization
import ZoneLinux

/// `ReadableStream` for what says something a hundred times a second: a thread that waits in poll(2) and reads itself. A
/// dispatch source has a second thread that waits, and wakes the one that reads: 55 to 89 µs of processor time for each
/// report instead of 21 to 25 (300 reports at 100 Hz, docs/figures-touch.md).
final class ReadingThread: Sendable {
    /// Whoever wants something of the descriptor between two readings.
    let queue: DispatchQueue
    /// Closed: the thread ends.
    private let alarm: Mutex<OwnedFD?>

    /// - Parameter onReadable: gets the descriptor; runs on `queue`; `false` ends the stream.
    init(
        adopting descriptor: consuming OwnedFD, label: String, onReadable: @escaping @Sendable (CInt) -> Bool,
        onEnd: @escaping @Sendable () -> Void
    ) {
        let (fd, queue) = (descriptor.release(), DispatchQueue(label: label))
        self.queue = queue
        let pair = try? SocketPair().split()
        alarm = Mutex(pair.map { OwnedFD(adopting: $0.parent) })
        // libdispatch gives its thread nice -4 (LimitNICE= in the unit): a touch goes before whatever the agent looks at.
        DispatchQueue(label: label + "-wait", qos: .userInteractive).async {
            // Without a descriptor for the alarm nobody could end it: it ends at once, and is tried again like any loss.
            if let heard = pair?.child {
                while ReadingThread.wait(fd, unless: heard), queue.sync(execute: { onReadable(fd) }) {}
                close(heard)
            }
            queue.sync {
                close(fd)
                onEnd()
            }
        }
    }

    /// Ends the stream; `onEnd` follows on the queue. May be called often.
    func cancel() { alarm.withLock { $0 = nil } }

    deinit { cancel() }

    /// Until there is something to read, however long that takes.
    /// - Returns: `false` when the alarm's other end was closed.
    private static func wait(_ fd: CInt, unless alarm: CInt) -> Bool {
        var entries = (pollfd(fd: fd, events: Int16(POLLIN), revents: 0), pollfd(fd: alarm, events: 0, revents: 0))
        while true {
            let count = withUnsafeMutablePointer(to: &entries) { pair in
                pair.withMemoryRebound(to: pollfd.self, capacity: 2) { poll($0, 2, -1) }
            }
            if count < 0, errno == EINTR { continue }
            return count > 0 && entries.1.revents == 0
        }
    }
}
