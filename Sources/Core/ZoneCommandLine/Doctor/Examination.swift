import ZoneModel
import ZoneTime

/// What one check has found.
package struct Examined: Sendable {
    package let check: String
    package let title: Saying
    package let findings: [Finding]

    package init(check: String, title: Saying, findings: [Finding]) {
        (self.check, self.title, self.findings) = (check, title, findings)
    }

    package var verdict: Verdict { findings.map(\.verdict).min() ?? .unknown }
}

/// All checks side by side, each within its deadline.
package struct Examination: Sendable {
    /// No check gets more, whatever it asks for: the whole stays below 15 s.
    static let longest = Duration.seconds(10)

    private let checks: [any Check]
    private let clock: any ZoneClock

    package init(_ checks: [any Check], clock: any ZoneClock) { (self.checks, self.clock) = (checks, clock) }

    /// In the order of the checks.
    package func run(on patient: Patient) async -> [Examined] {
        await withTaskGroup(of: (Int, Examined).self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { (index, await examine(check, patient)) }
            }
            var results: [(Int, Examined)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func examine(_ check: any Check, _ patient: Patient) async -> Examined {
        let work = Task { await check.run(in: patient) }
        let patience = min(check.deadline, Examination.longest)
        guard let findings = await firstOf(work, orAfter: patience, clock) else {
            work.cancel()
            return Examined(check: check.id, title: check.title, findings: [overrun(check, patience)])
        }
        return Examined(
            check: check.id, title: check.title, findings: findings.isEmpty ? [silent(check)] : findings)
    }

    private func overrun(_ check: any Check, _ patience: Duration) -> Finding {
        let seconds = patience.milliseconds / 1000
        return .unknown(
            "\(check.id).overrun", "\(seconds) 秒内没有查完。", "Not finished within \(seconds) s.",
            Saying("稍后再运行；总是这样，请看系统负载和磁盘。", "Run it again later; if it stays so, look at the system's load and disk."))
    }

    private func silent(_ check: any Check) -> Finding {
        .unknown("\(check.id).silent", "没有得出结论。", "It came to no conclusion.", Remedy.asRoot)
    }
}
