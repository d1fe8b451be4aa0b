import ZoneAccess
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

extension JobDesk {
    /// So many jobs back it is looked for whether a later document has told more of the device.
    private static let memory = 200

    /// Notes what a person saw in the tray of a job whose paper nothing proved. The same answer again changes nothing.
    /// - Throws: `ErrorJSON` when there is no such job, no doubt about it, or another answer already.
    package func confirm(
        _ id: String, _ paper: JobConfirmation.Paper, by caller: Caller
    ) async throws -> JobJSON {
        let earlier = confirming[id]
        // One after another: two people at the same moment are one answer, or one of them learns of the other's.
        let task = Task {
            _ = try? await earlier?.value
            return try await self.look(id, paper, caller)
        }
        confirming[id] = task
        defer { if confirming[id] == task { confirming[id] = nil } }
        return try await task.value
    }

    private func look(_ id: String, _ paper: JobConfirmation.Paper, _ caller: Caller) async throws -> JobJSON {
        guard var record = try await journal.job(id) else { throw ErrorJSON.noJob(id) }
        if let said = record.job.confirmed {
            guard said.paper == paper else { throw ErrorJSON.confirmed(record.job, said) }
            return record.job
        }
        guard record.job.state.isOver else { throw ErrorJSON.underWay(record.job) }
        guard record.job.isInDoubt else { throw ErrorJSON.settled(record.job) }
        let confirmation = JobConfirmation(paper: paper, actor: caller.description, at: clock.wall())
        record.job.confirmed = confirmation
        let event = draft(
            .jobConfirmed, .c, record.job, at: confirmation.at,
            ["id": .string(id), "paper": .string(paper.rawValue), "actor": .string(confirmation.actor)])
        try await journal.write([Entry(event, [.job(record)])], .now)
        if try await isLatest(record.job) { await saw(record.job.device, paper != .none) }
        return record.job
    }

    /// An old document says nothing about a device that has had another one since.
    private func isLatest(_ job: JobJSON) async throws -> Bool {
        let jobs = try await journal.jobs(limit: JobDesk.memory).map(\.job)
        return jobs.first { $0.device == job.device && $0.reachedDevice }?.id == job.id
    }
}

extension JobJSON {
    /// Nothing proves that it is on paper, and nothing that it is not.
    package var isInDoubt: Bool { state == .unknown || state == .printed && pagesProven == nil }

    fileprivate var reachedDevice: Bool { state == .started || state == .printed || state == .unknown }
}

extension ErrorJSON {
    fileprivate static func confirmed(_ job: JobJSON, _ said: JobConfirmation) -> ErrorJSON {
        ErrorJSON(
            code: "job.confirmed", message: "job \(job.id) was looked after before: paper \(said.paper.rawValue)",
            zh: "这份文件已有人确认过，结果不同", fixer: .none)
    }

    fileprivate static func underWay(_ job: JobJSON) -> ErrorJSON {
        ErrorJSON(
            code: "job.underWay", message: "job \(job.id) is still under way: \(job.state.rawValue)",
            zh: "文件还在处理，请等打印结束再确认", fixer: .none)
    }

    fileprivate static func settled(_ job: JobJSON) -> ErrorJSON {
        let proven = job.pagesProven.map { ", \($0) pages proven" } ?? ""
        return ErrorJSON(
            code: "job.settled", message: "job \(job.id) needs no confirmation: \(job.state.rawValue)\(proven)",
            zh: "这份文件的结果已经清楚，不需要确认", fixer: .none)
    }
}
