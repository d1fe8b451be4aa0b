import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

/// `zonectl jobs`.
extension Technician {
    package func jobs() async throws { show(JobTable.text(try await agent.get([JobJSON].self, "/v1/jobs?limit=30"))) }

    package func confirmJob(_ job: String, _ paper: JobConfirmation.Paper) async throws {
        let answer = try await agent.post(
            JobJSON.self, "/v1/jobs/\(PathSegment.encode(job))/confirmation",
            ["paper": .string(paper.rawValue)] as JSONValue)
        show("\(answer.device) \(answer.id)：已记录 noted: \(JobTable.paper(paper))\n")
    }
}

/// Documents, for people.
package enum JobTable {
    package static func text(_ jobs: [JobJSON]) -> String {
        guard !jobs.isEmpty else { return "最近没有打印任务。 Nothing was printed lately.\n" }
        // Most sites have their printer beside the citizen.
        let isCollected = jobs.contains { $0.collect != nil }
        let heads = ["编号 ID", "设备 DEVICE", "何时 WHEN", "状态 STATE", "页 PAGES", "纸 PAPER"]
        var table = TextTable(header: heads + (isCollected ? ["取件处 COLLECT AT"] : []) + ["原因 WHY"])
        for job in jobs {
            let row = [
                job.id, job.device.text, ZoneCivil.text(job.requestedAt), state(job.state), pages(job), paper(job),
            ]
            table.add(row + (isCollected ? [job.collect?.cleaned(limit: 60) ?? ""] : []) + [why(job)])
        }
        return table.text
    }

    /// In plain words, and behind them what the agent wrote down.
    private static func why(_ job: JobJSON) -> String {
        guard let raw = job.reason?.cleaned() else { return "" }
        return JobReasonWords.chinese(raw).map { "\($0)（\(raw)）" } ?? raw
    }

    private static func state(_ state: JobState) -> String {
        switch state {
        case .accepted: "… 排队 accepted"
        case .started: "… 打印中 started"
        case .printed: "● 已打印 printed"
        case .failed: "✕ 没有打印 failed"
        case .cancelled: "○ 已取消 cancelled"
        case .unknown: "? 结果不明 unknown"
        }
    }

    /// Out of all that are wanted, where the document tells.
    private static func pages(_ job: JobJSON) -> String {
        let wanted = job.pagesWanted.map { "\($0 * job.copies)" }
        guard job.state == .started || job.state == .unknown, let out = job.impressions else { return wanted ?? "" }
        return wanted.map { "\(out)/\($0)" } ?? "\(out)"
    }

    private static func paper(_ job: JobJSON) -> String {
        if let confirmed = job.confirmed { return "\(paper(confirmed.paper))，\(confirmed.actor)" }
        guard job.state == .printed || job.state == .unknown else { return "" }
        return job.pagesProven.map { "\($0) 页有据 proven" } ?? "待确认 look into the tray"
    }

    static func paper(_ paper: JobConfirmation.Paper) -> String {
        switch paper {
        case .all: "全部有 all"
        case .some: "有一部分 some"
        case .none: "没有纸 none"
        }
    }
}
