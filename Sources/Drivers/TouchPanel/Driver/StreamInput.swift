import Dispatch
import DriverKit
import Synchronization
import ZoneLinux
import ZoneModel

/// Input events over a Unix stream, the far end being `TouchPanelSimulator`: one line of JSON with the capabilities,
/// then 24-byte frames. (libevdev refuses anything that is not an evdev node: ENOTTY on a pipe.)
package struct StreamInputOpener: InputOpener {
    package static let scheme = "sim-input:"

    /// Waiting for the greeting blocks.
    private let lane = BlockingLane(label: "input-stream-open")

    package init() {}

    package func open(_ attachment: Attachment) async throws(DeviceError) -> any InputSource {
        guard case .address(let address) = attachment, address.hasPrefix(StreamInputOpener.scheme) else {
            throw DeviceError(.unsupported, doing: "open input stream", "not a \(StreamInputOpener.scheme) address")
        }
        let path = String(address.dropFirst(StreamInputOpener.scheme.count))
        let opened = await lane.run { () -> Result<StreamInputSource, DeviceError> in
            do throws(SystemError) {
                let connection = try UnixSocket.connect(path)
                return StreamInputSource.greet(connection, address: address)
            } catch {
                return .failure(DeviceError(.absent, doing: "open \(address)", error.description))
            }
        }
        return try opened.get()
    }
}

final class StreamInputSource: InputSource {
    private static let longestGreeting = 4096
    private static let greetingWaitMilliseconds: Int32 = 3000

    let capabilities: InputCapabilities
    private let descriptor: Mutex<OwnedFD?>
    private let stream = Mutex<ReadableStream?>(nil)
    /// The descriptor's number may be another file's by now. Written and read on the stream's queue.
    private let isEnded = Atomic(false)
    private let leftover: [UInt8]

    private init(_ descriptor: consuming OwnedFD, capabilities: InputCapabilities, leftover: [UInt8]) {
        (self.capabilities, self.leftover) = (capabilities, leftover)
        self.descriptor = Mutex(descriptor)
    }

    /// Reads the line of capabilities.
    static func greet(_ connection: consuming OwnedFD, address: String) -> Result<StreamInputSource, DeviceError> {
        func failure(_ code: DeviceError.Code, _ detail: String) -> Result<StreamInputSource, DeviceError> {
            .failure(DeviceError(code, doing: "open \(address)", detail))
        }
        var bytes: [UInt8] = []
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                guard let found = InputFrames.capabilities(Array(bytes[..<end])) else {
                    return failure(.malformedReply, "capabilities are not readable")
                }
                return .success(
                    StreamInputSource(connection, capabilities: found, leftover: Array(bytes[(end + 1)...])))
            }
            guard bytes.count < longestGreeting else {
                return failure(.malformedReply, "capabilities line is too long")
            }
            guard Readiness.wait(connection.raw, milliseconds: greetingWaitMilliseconds) else {
                return failure(.timedOut, "no capabilities")
            }
            guard case .bytes(let more) = ReadableStream.read(connection.raw) else {
                return failure(.absent, "closed")
            }
            bytes += more
        }
    }

    func start(onEvents: @escaping @Sendable ([InputEvent]) -> Void, onEnd: @escaping @Sendable (DeviceError) -> Void) {
        guard let fd = descriptor.withLock({ $0.take() }) else { return }
        let reader = Mutex(StreamReader(bytes: leftover))
        let stream = ReadableStream(
            adopting: fd, label: "input-stream",
            onReadable: { fd in
                guard case .bytes(let bytes) = ReadableStream.read(fd) else { return false }
                let (events, wantsResync) = reader.withLock { $0.take(bytes) }
                if wantsResync { try? SmallFile.write([StreamReader.resyncRequest], to: fd, naming: "input stream") }
                if !events.isEmpty { onEvents(events) }
                return true
            },
            onEnd: {
                self.isEnded.store(true, ordering: .relaxed)
                onEnd(DeviceError(.absent, doing: "read input stream", "unplugged"))
            })
        self.stream.withLock { $0 = stream }
    }

    /// The far end gives its events to one reader only, as the kernel does.
    func setGrabbed(_ isGrabbed: Bool) async throws(DeviceError) {
        guard let stream = stream.withLock({ $0 }) else { throw DeviceError(.absent, doing: "grab", "not open") }
        let word = isGrabbed ? StreamReader.grabRequest : StreamReader.releaseRequest
        let isSent = await withCheckedContinuation { answer in
            stream.queue.async {
                let isThere = !self.isEnded.load(ordering: .relaxed)
                answer.resume(returning: isThere && StreamInputSource.send(word, stream.fd))
            }
        }
        guard isSent else { throw DeviceError(.absent, doing: "grab", "the far end is gone") }
    }

    private static func send(_ word: UInt8, _ fd: CInt) -> Bool {
        (try? SmallFile.write([word], to: fd, naming: "input stream")) != nil
    }

    func close() { stream.withLock { $0 }?.cancel() }
}

/// Cuts the byte stream into events and asks for the whole state again after SYN_DROPPED.
struct StreamReader {
    static let resyncRequest = UInt8(ascii: "R")
    package static let grabRequest = UInt8(ascii: "G")
    package static let releaseRequest = UInt8(ascii: "U")
    private var bytes: [UInt8]
    private var isAwaitingResync = false

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// - Returns: the events to hand on, and whether the far end must be asked for its state.
    mutating func take(_ more: [UInt8]) -> (events: [InputEvent], wantsResync: Bool) {
        bytes += more
        var events: [InputEvent] = []
        var wantsResync = false
        for event in InputFrames.decode(&bytes) {
            let isDropped = event.type == InputCode.synchronization && event.code == InputCode.dropped
            switch (isAwaitingResync, isDropped) {
            case (false, true): (isAwaitingResync, wantsResync) = (true, true)
            // The answer begins with a SYN_DROPPED of its own; what came before it is older than the loss.
            case (true, true):
                isAwaitingResync = false
                events.append(event)
            case (true, false): break
            case (false, false): events.append(event)
            }
        }
        return (events, wantsResync)
    }
}
