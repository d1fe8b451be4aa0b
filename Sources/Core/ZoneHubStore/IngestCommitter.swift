import GRDB
import Synchronization
import ZoneModel
import ZoneTime

/// Group commit: what waits while one transaction is on its way to the disk becomes the next one. News go before
/// history, and history a slice at a time, so that the live picture never waits behind a node that was away.
package final class IngestCommitter: Sendable {
    private struct Waiting {
        var visit: IngestVisit
        var wake: CheckedContinuation<IngestOutcome, any Error>
    }

    private struct State {
        var news: [Waiting] = []
        var history: [Waiting] = []
        var isAtWork = false
    }

    /// In one transaction: some milliseconds each.
    private static let mostNews = 512
    private static let mostEvents = 1000

    private let store: HubStore
    private let clock: any ZoneClock
    private let state = Mutex(State())
    private let show: @Sendable ([NodeNews], Duration) async -> Void

    /// - Parameter show: is told after each commit, before anybody who waits for it, with how long the commit took.
    package init(
        store: HubStore, clock: any ZoneClock, show: @escaping @Sendable ([NodeNews], Duration) async -> Void
    ) {
        (self.store, self.clock, self.show) = (store, clock, show)
    }

    var isAtWork: Bool { state.withLock { $0.isAtWork } }
    /// How many heartbeats are not in a commit yet.
    var waiting: Int { state.withLock { $0.news.count + $0.history.count } }

    /// Returns when the heartbeat is on the disk.
    /// - Throws: `HubStore.NoRoom` on a full disk, SQLite's errors.
    package func take(_ visit: IngestVisit) async throws -> IngestOutcome {
        try await withCheckedThrowingContinuation { wake in
            let mustBegin = state.withLock { state in
                let waiting = Waiting(visit: visit, wake: wake)
                if visit.isHistory { state.history.append(waiting) } else { state.news.append(waiting) }
                defer { state.isAtWork = true }
                return !state.isAtWork
            }
            if mustBegin { Task { await work() } }
        }
    }

    private func work() async {
        while let batch = nextBatch() { await commit(batch) }
    }

    private func nextBatch() -> [Waiting]? {
        state.withLock { state in
            var batch = Array(state.news.prefix(IngestCommitter.mostNews))
            state.news.removeFirst(batch.count)
            var events = 0
            let slice = state.history.prefix { waiting in
                defer { events += waiting.visit.incoming.events.count }
                return events < IngestCommitter.mostEvents
            }
            batch += slice
            state.history.removeFirst(slice.count)
            state.isAtWork = !batch.isEmpty
            return batch.isEmpty ? nil : batch
        }
    }

    private func commit(_ batch: [Waiting]) async {
        let began = clock.mono()
        do {
            let visits = batch.map(\.visit)
            let outcomes = try await store.writeRelieved { [store] in
                try IngestWriter.write(visits, $0, store.casesDown)
            }
            await show(outcomes.map(\.news), clock.mono().since(began))
            for (waiting, outcome) in zip(batch, outcomes) { waiting.wake.resume(returning: outcome) }
        } catch {
            guard batch.count > 1, !(error is HubStore.NoRoom) else {
                for waiting in batch { waiting.wake.resume(throwing: error) }
                return
            }
            // One that cannot be written must not take its company along.
            for waiting in batch { await commit([waiting]) }
        }
    }
}
