import ZoneModel
import ZoneWire

/// An examination for people and for programs.
package struct DoctorReport: Sendable {
    private let examined: [Examined]
    private let version: String

    package init(_ examined: [Examined], version: String) { (self.examined, self.version) = (examined, version) }

    private var findings: [Finding] { examined.flatMap(\.findings) }
    private func count(_ verdict: Verdict) -> Int { findings.count { $0.verdict == verdict } }
    private var worst: Verdict { findings.map(\.verdict).min() ?? .unknown }

    /// 0: nothing is wrong. 1: there is a fault or a warning. 2: nothing wrong was seen, but something is unknown.
    package var exitCode: Int32 {
        switch worst {
        case .fault, .warning: 1
        case .unknown: 2
        case .ok, .notApplicable: 0
        }
    }

    /// Groups with the worst in front; a line with the remedy below each finding that is not ok; a summary at the end.
    package var text: String {
        let order = examined.enumerated().sorted { ($0.element.verdict, $0.offset) < ($1.element.verdict, $1.offset) }
        return order.map { group($0.element) }.joined(separator: "\n") + "\n" + summary
    }

    private func group(_ examined: Examined) -> String {
        let lines = merged(examined.findings).flatMap { finding, ids in
            [
                "  \(finding.verdict.badge.padded(to: DoctorReport.badgeCells))  \(finding.seen.zh) \(finding.seen.en) "
                    + ids.map { "[\($0)]" }.joined()
            ] + (finding.remedy.map { ["      → \($0.line)"] } ?? [])
        }
        return "\(examined.title.zh) \(examined.title.en)\n" + lines.joined(separator: "\n") + "\n"
    }

    private static let badgeCells = Verdict.allCases.map { TextTable.width($0.badge) }.max() ?? 0

    /// The worst first; what reads the same is said once.
    private func merged(_ findings: [Finding]) -> [(finding: Finding, ids: [String])] {
        let sorted = findings.enumerated()
            .sorted { ($0.element.verdict, $0.offset) < ($1.element.verdict, $1.offset) }.map(\.element)
        var rows: [(finding: Finding, ids: [String])] = []
        for finding in sorted {
            if let last = rows.last?.finding, last.verdict == finding.verdict, last.seen == finding.seen,
                last.remedy == finding.remedy
            {
                rows[rows.count - 1].ids.append(finding.id)
            } else {
                rows.append((finding, [finding.id]))
            }
        }
        return rows
    }

    private var summary: String {
        let counts: [(Verdict, String, String, String)] = [
            (.fault, "故障", "fault", "faults"), (.warning, "警告", "warning", "warnings"),
            (.unknown, "未知", "unknown", "unknown"), (.ok, "正常", "ok", "ok"),
        ]
        let zh = counts.map { "\($0.1) \(count($0.0))" }.joined(separator: "，")
        let en = counts.map { "\(count($0.0)) \(count($0.0) == 1 ? $0.2 : $0.3)" }.joined(separator: ", ")
        let all = "\(findings.count) \(findings.count == 1 ? "finding" : "findings")"
        return "共 \(findings.count) 项：\(zh)。 \(all): \(en).\n"
    }

    package func json() throws -> String {
        struct Row: Encodable {
            var check: String
            var finding: Finding
            enum Key: String, CodingKey { case check, id, verdict, seen, remedy }
            func encode(to encoder: any Encoder) throws {
                var row = encoder.container(keyedBy: Key.self)
                try row.encode(check, forKey: .check)
                try row.encode(finding.id, forKey: .id)
                try row.encode(finding.verdict, forKey: .verdict)
                try row.encode(finding.seen, forKey: .seen)
                try row.encodeIfPresent(finding.remedy, forKey: .remedy)
            }
        }
        struct Report: Encodable {
            var version: String
            var worst: Verdict
            var counts: [String: Int]
            var findings: [Row]
        }
        let rows = examined.flatMap { examined in examined.findings.map { Row(check: examined.check, finding: $0) } }
        let counts = Dictionary(uniqueKeysWithValues: Verdict.allCases.map { ($0.rawValue, count($0)) })
        return try WireCoding.text(Report(version: version, worst: worst, counts: counts, findings: rows)) + "\n"
    }
}

extension Saying {
    /// Commands are mostly the same in both languages: then once.
    fileprivate var line: String { zh == en ? zh : "\(zh) / \(en)" }
}

extension String {
    fileprivate func padded(to cells: Int) -> String {
        self + String(repeating: " ", count: max(0, cells - TextTable.width(self)))
    }
}
