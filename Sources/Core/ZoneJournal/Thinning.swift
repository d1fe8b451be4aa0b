import GRDB
import ZoneModel
import ZoneTime

extension Journal {
    /// One round: what is too old goes, then what does not fit, a slice per transaction. With a clock that nobody
    /// vouches for nothing goes by age.
    package func thin(_ limits: JournalLimits) async throws -> ThinningReport {
        let now = clock.wall()
        let isVouchedFor = clock.quality() != .unsynced
        let settled = try await writer.read { db in
            try AckLog.settled(before: now.advanced(byMilliseconds: -limits.daysAfterAck * 86_400_000), db)
        }
        let retention = Retention(limits: limits, now: now, settled: isVouchedFor ? settled : 0)
        var report = ThinningReport()
        if isVouchedFor {
            for step in retention.byAge where try await isDue(step) {
                try await drain(step, limits, &report) { _ in true }
            }
        }
        // Down to a tenth below the bound, so that the next row does not call for the next round.
        let target = limits.bytes - limits.bytes / 10
        if try await usedBytes() > limits.bytes {
            for step in retention.bySize {
                try await drain(step, limits, &report) { try ThinningRows.usedBytes($0) > target }
            }
        }
        report.isOver = try await usedBytes() > limits.bytes
        if isVouchedFor { try await writer.write { db in try ThinningRows.forgetFinished(now: now, db) } }
        return report
    }

    /// A loss waits until there is a day of it, so that a day's rows share one gap.
    private func isDue(_ step: Retention.Step) async throws -> Bool {
        guard step.isLoss, let before = step.before else { return true }
        return try await writer.read {
            try ThinningRows.isThere(step, before: before.advanced(byMilliseconds: -86_400_000), $0)
        }
    }

    package func usedBytes() async throws -> Int64 { try await writer.read { try ThinningRows.usedBytes($0) } }

    /// Deletes the rows of one step until there are none or `wants` says that it is enough. The gap is declared in the
    /// transaction that makes it: whoever sees the hole sees the reason.
    private func drain(
        _ step: Retention.Step, _ limits: JournalLimits, _ report: inout ThinningReport,
        while wants: @escaping @Sendable (Database) throws -> Bool
    ) async throws {
        while true {
            let removed = try await committer.alone { db, note in
                guard try wants(db) else { return RemovedRows() }
                let removed = try ThinningRows.remove(step, limit: limits.slice, db)
                if step.isLoss, removed.count > 0 { try note(self.gap(step.eventClass, removed)) }
                return removed
            }
            guard removed.count > 0 else { return }
            report.removed += removed.count
            if step.isLoss { report.lost += removed.count }
        }
    }

    private func gap(_ eventClass: EventClass, _ removed: RemovedRows) -> EventDraft {
        EventDraft(
            .journalGap, .a, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: [
                "from": .integer(removed.from), "to": .integer(removed.to), "class": .string(eventClass.rawValue),
                "count": .integer(Int64(removed.count)),
            ])
    }
}
