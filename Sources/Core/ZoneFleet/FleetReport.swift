import ZoneModel
import ZoneTime
import ZoneWire

/// What came of a run, for people and as JSON.
package struct FleetReport: Sendable, Codable {
    package struct Times: Sendable, Codable {
        package var p50: Double
        package var p90: Double
        package var p99: Double
        package var max: Double
    }

    package var nodes: Int
    package var seconds: Double
    package var sent: Int64
    package var accepted: Int64
    package var refused: Int64
    package var overloaded: Int64
    package var lost: Int64
    package var events: Int64
    package var poison: Int64
    package var orders: Int64
    package var renewed: Int64
    package var rewound: Int64
    package var lowered: Int64
    package var behind: Int64
    package var unsettled: Int
    package var bytesOut: Int64
    package var heartbeatsPerSecond: Double
    package var eventsPerSecond: Double
    /// ms from sending (in an open loop: from when it was due) to the answer.
    package var latencyMs: Times
    /// How often which status came instead of 200.
    package var statuses: [String: Int64]
    package var trouble: String?

    package init(_ figures: LaneFigures, seconds: Double) {
        let tally = figures.tally
        (nodes, self.seconds) = (figures.nodes, FleetReport.rounded(seconds))
        (sent, accepted, refused) = (tally.sent, tally.accepted, tally.refused)
        (overloaded, lost, events, poison) = (tally.overloaded, tally.lost, tally.events, tally.poison)
        (orders, renewed, rewound, lowered) = (tally.orders, tally.renewed, tally.rewound, tally.lowered)
        (behind, unsettled, bytesOut) = (figures.behind, figures.unsettled, tally.bytesOut)
        let span = max(seconds, 0.001)
        heartbeatsPerSecond = FleetReport.rounded(Double(tally.accepted) / span)
        eventsPerSecond = FleetReport.rounded(Double(tally.events) / span)
        func ms(_ share: Double) -> Double { Double(tally.latency.quantile(share)) / 1000 }
        latencyMs = Times(p50: ms(0.5), p90: ms(0.9), p99: ms(0.99), max: Double(tally.latency.longest) / 1000)
        statuses = Dictionary(uniqueKeysWithValues: tally.refusals.map { ("\($0.key)", $0.value) })
        trouble = figures.trouble
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    package var json: String { (try? WireCoding.text(self)) ?? "{}" }

    package var table: String {
        let rows: [(String, String)] = [
            ("节点 nodes", "\(nodes)"), ("秒 seconds", "\(seconds)"),
            ("上报 heartbeats", "\(accepted) (\(heartbeatsPerSecond)/s)"),
            ("事件 events", "\(events) (\(eventsPerSecond)/s)"), ("无法读取 unreadable", "\(poison)"),
            ("拒绝 refused", "\(refused)\(statusText)"), ("稍后再试 overloaded", "\(overloaded)"),
            ("无应答 lost", "\(lost)"), ("指令 orders", "\(orders)"), ("换证书 renewed", "\(renewed)"),
            ("换新流 rewound", "\(rewound)"),
            ("确认倒退 lowered", "\(lowered)"), ("未确认事件 behind", "\(behind)"),
            ("未报完节点 unsettled", "\(unsettled)"), ("发出字节 bytes", "\(bytesOut)"),
            ("延迟 latency ms", "p50 \(latencyMs.p50)  p90 \(latencyMs.p90)  p99 \(latencyMs.p99)  max \(latencyMs.max)"),
        ]
        return rows.map { "  \(FleetReport.padded($0.0))\($0.1)\n" }.joined() + (trouble.map { "  \($0)\n" } ?? "")
    }

    private var statusText: String {
        let parts = statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return parts.isEmpty ? "" : " [\(parts.joined(separator: ", "))]"
    }

    /// Chinese characters are two columns wide.
    private static func padded(_ text: String) -> String {
        let width = text.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2E80 ? 2 : 1) }
        return text + String(repeating: " ", count: max(1, 26 - width))
    }

    /// One line a second while it runs.
    package static func progress(_ moment: String, _ now: LaneFigures, before: LaneFigures) -> String {
        let (new, old) = (now.tally, before.tally)
        return "\(moment)  已发送 sent \(new.sent) (+\(new.sent - old.sent))  "
            + "已确认 acknowledged \(new.accepted) (+\(new.accepted - old.accepted)), "
            + "事件 events \(new.events) (+\(new.events - old.events))  "
            + "失败 failed \(new.failed) (+\(new.failed - old.failed))  "
            + "积压 behind \(now.behind)  在线 connected \(now.connected)/\(now.nodes)\n"
    }
}
