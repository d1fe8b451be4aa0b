import DriverKit
import Synchronization
import ZoneModel
import ZoneTime

/// Follows contacts, says when the panel becomes busy or idle, and hands its frames to whoever reads them.
final class ContactFollower: Sendable {
    private struct State {
        var tracker: ContactTracker
        var health: PanelHealth
        var latency = ReaderLatency()
        var activity = Activity.idle
        /// Counts lifts, so that a timer armed by an older lift knows it is out of date.
        var lifts = 0
        var loss: DeviceError?
        /// Empty nearly always: nobody looks, and nothing is copied.
        var readers: [Int: FrameMailbox] = [:]
        var lastReader = 0
        /// Somebody wipes the glass: that is no use of the panel and teaches nothing about it. Readers go on, for the
        /// corner that ends it. Only what lay there before and is wiped away is still told.
        var isWiped = false
        var lastStamp: Int64 = 0
    }

    private let state: Mutex<State>
    private let idleAfter: Duration
    private let clock: any ZoneClock
    private let hall: HallWatch
    private let output: AsyncStream<DeviceEvent>.Continuation

    init(
        of panel: InputCapabilities, idleAfter: Duration, health: HealthSettings, clock: any ZoneClock,
        isHallOpen: @escaping @Sendable (WallTime) -> Bool? = { _ in nil },
        output: AsyncStream<DeviceEvent>.Continuation
    ) {
        hall = HallWatch(clock: clock, isOpen: isHallOpen)
        let health = PanelHealth(of: panel, health, openedAt: clock.mono())
        state = Mutex(State(tracker: ContactTracker(of: panel), health: health))
        (self.idleAfter, self.clock, self.output) = (idleAfter, clock, output)
    }

    var activity: Activity { state.withLock { $0.activity } }
    var contactCount: Int { state.withLock { $0.tracker.contacts.count } }
    var droppedCount: Int { state.withLock { $0.tracker.droppedCount } }
    /// How fast it is read, for `details.reader`.
    var readerDetails: JSONValue { state.withLock { $0.latency.details(dropped: $0.tracker.droppedCount) } }
    var loss: DeviceError? { state.withLock { $0.loss } }
    /// Whether a finger is on the glass. What has been stuck there for long is none: dirt, which a cloth takes away.
    var isInUse: Bool {
        let now = clock.mono()
        return state.withLock { !$0.health.isAllStuck($0.tracker.contacts, now: now) }
    }
    var readerCount: Int { state.withLock { $0.readers.count } }

    func withHealth<Value: Sendable>(_ body: (inout PanelHealth, MonoTime) -> Value) -> Value {
        let now = clock.mono()
        return state.withLock { body(&$0.health, now) }
    }

    /// - Parameter handedOn: when the source did so, by the clock of the stamps; `nil` is not measured.
    func take(_ events: [InputEvent], handedOn: Int64? = nil) {
        let now = clock.mono()
        let isHallClosed = hall.isClosed(now: now)
        let armTimer: Int? = state.withLock { state in
            let before = state.tracker.isTouched
            for event in events {
                guard let frame = state.tracker.take(event) else { continue }
                // Somebody waits for them; the health does not.
                for reader in state.readers.values { reader.add(frame) }
                // A frame that sums up what was lost bears the stamp of the loss.
                if let handedOn, !frame.isResync {
                    state.latency.note(stamp: frame.microseconds, handedOn: handedOn)
                }
                state.health.take(state.isWiped ? frame.ends : frame, now: now)
                if isHallClosed, !state.isWiped, frame.hasDown { state.health.touchedInClosedHours(now: now) }
                state.lastStamp = frame.microseconds
            }
            let after = state.tracker.isTouched
            if after, state.activity != .busy, !state.isWiped {
                state.activity = .busy
                output.yield(.report(Report(activity: .busy)))
            }
            guard !after, before || state.activity == .busy else { return nil }
            state.lifts += 1
            return state.lifts
        }
        if let armTimer { settle(after: armTimer) }
    }

    func setWiped(_ isWiped: Bool) {
        let now = clock.mono()
        state.withLock { state in
            state.isWiped = isWiped
            if !isWiped { state.health.adopt(state.tracker.contacts, now: now) }
        }
    }

    /// Ends the contacts of every reader, then its stream.
    func end(_ error: DeviceError) {
        let readers = state.withLock { state in
            state.loss = error
            // Nothing lies on a panel that is gone, also for who asks later.
            _ = state.tracker.end()
            return Array(state.readers.values)
        }
        for reader in readers { reader.end() }
        output.yield(.lost(error))
        output.finish()
    }

    /// Frames from now on; the reader is forgotten when it lets go of the stream.
    func frames() -> ContactFeed {
        let (number, mailbox) = state.withLock { state in
            state.lastReader += 1
            let mailbox = FrameMailbox(FrameQueue(present: state.tracker.contacts, at: state.lastStamp))
            // Gone already: it ends what it has just begun.
            if state.loss != nil { mailbox.end() } else { state.readers[state.lastReader] = mailbox }
            return (state.lastReader, mailbox)
        }
        let reader = FrameReader { [weak self] in
            mailbox.close()
            self?.state.withLock { _ = $0.readers.removeValue(forKey: number) }
        }
        let stream = AsyncStream(
            unfolding: {
                _ = reader
                return await mailbox.next()
            }, onCancel: { mailbox.close() })
        return ContactFeed(stream) { mailbox.nudge() }
    }

    private func settle(after lift: Int) {
        Task { [self] in
            try? await clock.sleep(for: idleAfter)
            state.withLock { state in
                guard state.lifts == lift, !state.tracker.isTouched, state.activity == .busy else { return }
                state.activity = .idle
                output.yield(.report(Report(activity: .idle)))
            }
        }
    }
}

extension ContactFrame {
    fileprivate var hasDown: Bool { changes.contains { if case .down = $0 { true } else { false } } }

    /// Without what begins or moves.
    fileprivate var ends: ContactFrame {
        let ends = changes.filter { if case .up = $0 { true } else { false } }
        return ContactFrame(changes: ends, microseconds: microseconds, isResync: isResync)
    }
}

/// Lives as long as the stream that holds it: an unfolding stream tells nobody that its reader has gone away.
private final class FrameReader: Sendable {
    private let gone: @Sendable () -> Void
    init(gone: @escaping @Sendable () -> Void) { self.gone = gone }
    deinit { gone() }
}
