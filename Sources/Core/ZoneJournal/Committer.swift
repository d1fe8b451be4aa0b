import GRDB
import Synchronization
import ZoneModel
import ZoneTime

/// A promise that entries will be on the disk.
package struct Ticket: Sendable {
    fileprivate let task: Task<[Event], any Error>

    /// The events as written, with their numbers.
    package func committed() async throws -> [Event] { try await task.value }
}

/// Group commit: one flush at a time takes everything that waits.
final class Committer: Sendable {
    private struct Batch {
        var entries: [Entry]
        var onCommit: @Sendable () -> Void
        var result: AsyncStream<Result<[Event], any Error>>.Continuation
    }

    private struct State {
        var waiting: [Batch] = []
        /// When what waits must be flushed; `nil` while nothing waits.
        var due: MonoTime?
        var isFlushing = false
        var lastSeq: Int64
    }

    private let state: Mutex<State>
    private let writer: DatabaseQueue
    private let clock: any ZoneClock
    private let epoch: HexID
    private let boot: String
    private let watchers: Watchers

    init(
        writer: DatabaseQueue, clock: any ZoneClock, epoch: HexID, boot: String, lastSeq: Int64, watchers: Watchers
    ) {
        state = Mutex(State(lastSeq: lastSeq))
        (self.writer, self.clock, self.epoch, self.boot, self.watchers) = (writer, clock, epoch, boot, watchers)
    }

    var lastSeq: Int64 { state.withLock { $0.lastSeq } }

    func submit(
        _ entries: [Entry], _ urgency: Urgency, _ onCommit: @escaping @Sendable () -> Void = {}
    ) -> Ticket {
        let (results, continuation) = AsyncStream.makeStream(of: Result<[Event], any Error>.self)
        let due = clock.mono().advanced(by: patience(entries, urgency))
        let wait: MonoTime? = state.withLock { state in
            state.waiting.append(Batch(entries: entries, onCommit: onCommit, result: continuation))
            let earliest = min(state.due ?? due, due)
            let mustArm = state.due.map { due < $0 } ?? true
            state.due = earliest
            return mustArm ? earliest : nil
        }
        if let wait { arm(wait) }
        return Ticket(
            task: Task {
                for await result in results { return try result.get() }
                throw CancellationError()
            })
    }

    /// Waits until everything handed over before this call is on the disk.
    func drain() async { _ = try? await submit([], .now).committed() }

    private func patience(_ entries: [Entry], _ urgency: Urgency) -> Duration {
        let classes = entries.compactMap(\.event?.eventClass)
        // A table changed without an event has no class that could wait; at start-up somebody waits for each.
        guard urgency == .byClass, let first = classes.min() else { return .zero }
        return first <= .b ? .milliseconds(20) : .seconds(5)
    }

    private func arm(_ due: MonoTime) {
        Task {
            if due > clock.mono() { try? await clock.sleep(until: due) }
            await flush()
        }
    }

    private func flush() async {
        while let batches = takeWaiting() {
            do {
                let first = lastSeq
                let (written, last) = try await writer.write { [epoch, boot] db in
                    try Committer.write(batches.map(\.entries), after: first, epoch: epoch, boot: boot, db)
                }
                // The picture first: who joins in between must not see an old picture under the new number.
                for batch in batches { batch.onCommit() }
                state.withLock { ($0.lastSeq, $0.isFlushing) = (last, false) }
                for (batch, events) in zip(batches, written) { finish(batch, .success(events)) }
                if last > first { watchers.tell(last) }
            } catch {
                state.withLock { $0.isFlushing = false }
                for batch in batches { finish(batch, .failure(error)) }
            }
        }
    }

    /// `nil` when nothing waits or another flush is at work (which comes back for what arrives meanwhile).
    private func takeWaiting() -> [Batch]? {
        state.withLock { state in
            guard !state.isFlushing, !state.waiting.isEmpty else { return nil }
            defer { (state.waiting, state.due, state.isFlushing) = ([], nil, true) }
            return state.waiting
        }
    }

    private func finish(_ batch: Batch, _ result: Result<[Event], any Error>) {
        batch.result.yield(result)
        batch.result.finish()
    }

    private static func write(
        _ batches: [[Entry]], after first: Int64, epoch: HexID, boot: String, _ db: Database
    ) throws -> (events: [[Event]], last: Int64) {
        var seq = first
        var written: [[Event]] = []
        for entries in batches {
            var events: [Event] = []
            for entry in entries {
                if let draft = entry.event {
                    seq += 1
                    let event = Event(seq: seq, epoch: epoch, boot: boot, draft: draft)
                    try Rows.insert(event, db)
                    events.append(event)
                }
                for projection in entry.projections { try Rows.apply(projection, db) }
            }
            written.append(events)
        }
        if seq > first { try Rows.setMeta(db, MetaKey.lastSeq, String(seq)) }
        return (written, seq)
    }
}
