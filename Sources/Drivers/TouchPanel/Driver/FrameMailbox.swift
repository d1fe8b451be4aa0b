import DriverKit
import Synchronization

/// What waits for one reader of a panel's frames. Bounded: when it is full everything in it is thrown away, and the next
/// frame says in one what has become of the contacts that this reader knows. So each `down` it was told has its `up`.
struct FrameQueue: Sendable {
    /// Four seconds of a panel with 60 frames a second.
    static let room = 256

    private var frames: [ContactFrame] = []
    /// What the reader was told to be on the glass, and what is.
    private var told: [Int: Contact] = [:]
    private var present: [Int: Contact]
    private(set) var lastStamp: Int64
    private var isBehind: Bool
    private(set) var isEnded = false

    /// - Parameter present: what was touched already; the first frame says so.
    init(present: [Contact], at microseconds: Int64) {
        self.present = Dictionary(present.map { ($0.number, $0) }) { _, new in new }
        (lastStamp, isBehind) = (microseconds, !present.isEmpty)
    }

    var hasMore: Bool { isBehind || !frames.isEmpty || isEnded }

    mutating func add(_ frame: ContactFrame) {
        guard !isEnded else { return }
        for change in frame.changes {
            if case .up(let contact) = change {
                present[contact.number] = nil
            } else {
                present[change.contact.number] = change.contact
            }
        }
        lastStamp = frame.microseconds
        guard !isBehind else { return }
        if frames.count < FrameQueue.room { frames.append(frame) } else { (frames, isBehind) = ([], true) }
    }

    /// The panel is gone: what is still touched ends, then the stream.
    mutating func end() {
        guard !isEnded else { return }
        let open = present.values.sorted { $0.number < $1.number }
        if !open.isEmpty { add(ContactFrame(changes: open.map { .up($0) }, microseconds: lastStamp)) }
        isEnded = true
    }

    /// - Returns: `nil` when there is none now.
    mutating func next() -> ContactFrame? {
        if isBehind {
            isBehind = false
            let changes = difference()
            told = present
            return ContactFrame(changes: changes, microseconds: lastStamp, isResync: true)
        }
        guard !frames.isEmpty else { return nil }
        let frame = frames.removeFirst()
        for change in frame.changes {
            if case .up(let contact) = change {
                told[contact.number] = nil
            } else {
                told[change.contact.number] = change.contact
            }
        }
        return frame
    }

    private func difference() -> [ContactChange] {
        let gone = told.values.filter { present[$0.number] == nil }.sorted { $0.number < $1.number }
        let stays = present.values.sorted { $0.number < $1.number }
        return gone.map { .up($0) }
            + stays.compactMap { contact in
                guard let old = told[contact.number] else { return .down(contact) }
                return old == contact ? nil : .move(contact)
            }
    }
}

/// A reader's queue, and the reader where it waits for more.
final class FrameMailbox: Sendable {
    private struct State {
        var queue: FrameQueue
        var waiter: CheckedContinuation<Void, Never>?
        var isClosed = false
        var isNudged = false
    }

    private let state: Mutex<State>

    init(_ queue: FrameQueue) { state = Mutex(State(queue: queue)) }

    func add(_ frame: ContactFrame) { change { $0.queue.add(frame) } }
    func end() { change { $0.queue.end() } }
    /// Nobody reads any more.
    func close() { change { $0.isClosed = true } }
    /// The reader gets a frame without a change, if there is none that waits.
    func nudge() { change { $0.isNudged = true } }

    /// `nil` when the stream is over.
    func next() async -> ContactFrame? {
        while true {
            let (frame, isOver): (ContactFrame?, Bool) = state.withLock { state in
                guard !state.isClosed else { return (nil, true) }
                defer { state.isNudged = false }
                if let frame = state.queue.next() { return (frame, false) }
                guard !state.queue.isEnded else { return (nil, true) }
                return (state.isNudged ? ContactFrame(changes: [], microseconds: state.queue.lastStamp) : nil, false)
            }
            if let frame { return frame }
            if isOver { return nil }
            await withCheckedContinuation { continuation in
                let isNeeded = state.withLock { state in
                    guard !state.isClosed, !state.isNudged, !state.queue.hasMore else { return false }
                    state.waiter = continuation
                    return true
                }
                if !isNeeded { continuation.resume() }
            }
        }
    }

    private func change(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
