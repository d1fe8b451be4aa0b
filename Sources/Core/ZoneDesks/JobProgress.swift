import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Between the device's word on how many sides are out and the journal.
struct JobProgress: Sendable {
    /// What comes faster is gathered, the newest counts.
    static let pace = Duration.seconds(2)

    private let output: AsyncStream<Int>.Continuation
    private let follower: Task<Void, Never>

    /// - Parameter take: whether it is news.
    init(_ clock: any ZoneClock, _ take: @escaping @Sendable (Int) async -> Bool) {
        let (counts, output) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        self.output = output
        follower = Task {
            for await count in counts where await take(count) { try? await clock.sleep(for: JobProgress.pace) }
        }
    }

    var note: @Sendable (Int) -> Void { { [output] count in output.yield(count) } }

    /// Nothing is told afterwards: a job's end is its last row.
    func end() async {
        output.finish()
        follower.cancel()
        await follower.value
    }
}

extension JobDesk {
    func progress(of id: String) -> JobProgress {
        JobProgress(clock) { [weak self] count in await self?.rose(id, to: count) ?? false }
    }

    /// Waits for company as a measurement does: no commit of its own for each side.
    private func rose(_ id: String, to count: Int) -> Bool {
        guard var record = live[id]?.record, record.job.state == .started, count > record.job.impressions ?? 0 else {
            return false
        }
        record.job.impressions = count
        live[id]?.record = record
        let event = draft(
            .jobProgressed, .d, record.job, at: clock.wall(),
            ["id": .string(id), "impressions": .integer(Int64(count))])
        _ = journal.submit([Entry(event, [.job(record)])])
        return true
    }

    /// What the device said last of a job on its way; the journal has it a few seconds later.
    package func impressions(of id: String) -> Int? { live[id]?.record.job.impressions }
}
