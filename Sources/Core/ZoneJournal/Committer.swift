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
        /// Who wants a transaction alone.
        var turns: [CheckedContinuation<Void, Never>] = []
        var lastSeq: Int64
    }

    private let state: Mutex<State>
    private let writer: DatabaseQueue
    private let clock: any ZoneClock
    private let epoch: HexID
    private let boot: String
    private let watchers: Watchers
    /// Makes room on a full disk; whether there is hope that it helped.
    private let relieve: @Sendable () async -> Bool

    init(
        writer: DatabaseQueue, clock: any ZoneClock, epoch: HexID, boot: String, lastSeq: Int64, watchers: Watchers,
        relieve: @escaping @Sendable () async -> Bool
    ) {
        state = Mutex(State(lastSeq: lastSeq))
        (self.writer, self.clock, self.epoch, self.boot, self.watchers) = (writer, clock, epoch, boot, watchers)
        self.relieve = relieve
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

    /// A transaction of its own between two flushes, which may write events too.
    /// - Parameter work: gets the database and a way to note an event.
    func alone<Value: Sendable>(
        _ work: @escaping @Sendable (Database, (EventDraft) throws -> Void) throws -> Value
    ) async throws -> Value {
        await waitForTurn()
        let first = lastSeq
        defer { passTurn(wasFlush: false) }
        let (value, last) = try await relieved { [writer, epoch, boot] in
            try await writer.write { db in
                var seq = first
                let value = try work(db) { draft in
                    seq += 1
                    try Rows.insert(Event(seq: seq, epoch: epoch, boot: boot, draft: draft), db)
                }
                if seq > first { try Rows.setMeta(db, MetaKey.lastSeq, String(seq)) }
                return (value, seq)
            }
        }
        state.withLock { $0.lastSeq = last }
        if last > first { watchers.tell(last) }
        return value
    }

    /// Numbers are given out under `isFlushing`: whoever holds it is the only one who writes events.
    private func waitForTurn() async {
        await withCheckedContinuation { turn in
            let isMine = state.withLock { state in
                guard state.isFlushing else {
                    state.isFlushing = true
                    return true
                }
                state.turns.append(turn)
                return false
            }
            if isMine { turn.resume() }
        }
    }

    private enum Turn {
        case alone(CheckedContinuation<Void, Never>)
        case flush([Batch])
    }

    /// Flushes and those who want a transaction alone take turns, so that neither starves the other. What waits for
    /// company and is not due yet has a timer of its own.
    private func passTurn(wasFlush: Bool) {
        let next: Turn? = state.withLock { state in
            let isDue = state.due.map { $0 <= clock.mono() } ?? false
            if !state.turns.isEmpty, wasFlush || !isDue { return .alone(state.turns.removeFirst()) }
            state.isFlushing = isDue
            guard isDue else { return nil }
            defer { (state.waiting, state.due) = ([], nil) }
            return .flush(state.waiting)
        }
        switch next {
        case .alone(let turn): turn.resume()
        case .flush(let batches): Task { await flush(batches) }
        case nil: break
        }
    }

    private func flush() async {
        let batches: [Batch]? = state.withLock { state in
            guard !state.waiting.isEmpty else { return nil }
            guard !state.isFlushing else {
                // Another is at work: it sees to what is due when it is done.
                state.due = clock.mono()
                return nil
            }
            defer { (state.waiting, state.due, state.isFlushing) = ([], nil, true) }
            return state.waiting
        }
        if let batches { await flush(batches) }
    }

    private func flush(_ batches: [Batch]) async {
        await commit(batches)
        passTurn(wasFlush: true)
    }

    private func commit(_ batches: [Batch]) async {
        let first = lastSeq
        do {
            let (written, last) = try await relieved { [writer, epoch, boot] in
                try await writer.write { db in
                    try Committer.write(batches.map(\.entries), after: first, epoch: epoch, boot: boot, db)
                }
            }
            // The picture first: who joins in between must not see an old picture under the new number.
            for batch in batches { batch.onCommit() }
            state.withLock { $0.lastSeq = last }
            for (batch, events) in zip(batches, written) { finish(batch, .success(events)) }
            if last > first { watchers.tell(last) }
        } catch {
            guard batches.count > 1, (error as? DatabaseError)?.isDiskFull != true else {
                for batch in batches { finish(batch, .failure(error)) }
                return
            }
            // One that cannot be written must not take its company along.
            for batch in batches { await commit([batch]) }
        }
    }

    /// Makes room on a full disk and tries once more.
    private func relieved<Value: Sendable>(_ write: () async throws -> Value) async throws -> Value {
        do {
            return try await write()
        } catch let error as DatabaseError where error.isDiskFull {
            guard await relieve() else { throw error }
            return try await write()
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
