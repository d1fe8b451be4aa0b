import Dispatch
import Glibc
import Synchronization

/// Calls `onReadable` on one serial queue whenever a descriptor can be read; owns and closes the descriptor.
/// The descriptor is closed only in the source's cancel handler: earlier, its number could already be another file's.
package final class ReadableStream: Sendable {
    package let queue: DispatchQueue
    package let fd: CInt
    private let source: DispatchSourceBox

    /// - Parameter onReadable: gets the descriptor; runs on `queue`; `false` ends the stream.
    package init(
        adopting descriptor: consuming OwnedFD, label: String, onReadable: @escaping @Sendable (CInt) -> Bool,
        onEnd: @escaping @Sendable () -> Void
    ) {
        let fd = descriptor.release()
        let queue = DispatchQueue(label: label)
        let source = DispatchSource.makeReadSource(fileDescriptor: fd, queue: queue)
        source.setEventHandler { if !onReadable(fd) { source.cancel() } }
        source.setCancelHandler {
            Glibc.close(fd)
            // Both handlers hold the source; without this they would keep it for ever.
            source.setEventHandler(handler: nil)
            onEnd()
        }
        (self.fd, self.queue, self.source) = (fd, queue, DispatchSourceBox(source))
        source.resume()
    }

    /// Ends the stream; `onEnd` follows on the queue. May be called often.
    package func cancel() { source.cancel() }

    deinit { source.cancel() }
}

/// Protector of the source: libdispatch itself, whose objects may be used from any thread (dispatch(3)); only its
/// Swift overlay on Linux does not say so.
package struct DispatchSourceBox: @unchecked Sendable {
    private let source: any DispatchSourceProtocol

    package init(_ source: any DispatchSourceProtocol) { self.source = source }
    package func cancel() { source.cancel() }
}

extension ReadableStream {
    package enum Read {
        case bytes([UInt8])
        case wouldBlock
        case ended
    }

    /// One non-blocking read(2) of at most `limit` bytes.
    package static func read(_ fd: CInt, limit: Int = 65_536) -> Read {
        var buffer = [UInt8](repeating: 0, count: limit)
        while true {
            let count = Glibc.read(fd, &buffer, limit)
            if count > 0 { return .bytes(Array(buffer.prefix(count))) }
            if count == 0 { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .ended
            }
        }
    }
}
