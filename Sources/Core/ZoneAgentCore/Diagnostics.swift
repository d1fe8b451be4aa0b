import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire
import ZoneYAML

/// Everything that somebody far away needs to see why a PC does what it does, and nothing that is none of their business.
/// It reads the journal and what is in force; it opens no other file.
struct Diagnostics: Sendable {
    static let version: Int64 = 1
    private static let eventCount = 200
    private static let agentUnit = "zone-agent.service"

    let tools: AgentTools

    func bundle() async throws -> DiagnosticsBundle {
        let (journal, clock, config) = (tools.journal, tools.clock, tools.store.current)
        let states = tools.station.board.states
        let units = await tools.units?.facts(of: [Diagnostics.agentUnit] + ServiceVerbs.units) ?? [:]
        // Numbers have holes where rows were thinned: these are at most so many.
        let first = max(0, journal.lastSeq - Int64(Diagnostics.eventCount))
        let events = try await journal.page(after: first, limit: Diagnostics.eventCount)
        return DiagnosticsBundle(
            parts: [
                "v": .integer(Diagnostics.version), "zone": .string(config.inForce.config.zone.text),
                "node": .string(config.inForce.config.node.text), "at": .string(clock.wall().rfc3339),
                "agent": [
                    "version": .string(AgentVersion.text), "boot": .string(journal.boot),
                    "uptimeMs": .integer(clock.mono().since(tools.startedAt).milliseconds),
                    "clock": .string(clock.quality().rawValue),
                ],
                "journal": [
                    "stream": .string(journal.stream.text), "epoch": .string(journal.epoch.text),
                    "lastSeq": .integer(journal.lastSeq), "bytes": .integer(try await journal.usedBytes()),
                    "wasDamaged": .bool(journal.quarantined != nil), "isShortOfRoom": .bool(journal.isShortOfRoom),
                ],
                "configuration": DiagnosticsParts.configuration(config),
                "profileComplaints": .array(tools.profileComplaints.map(DiagnosticsParts.complaint)),
                "devices": .array(states.map(DiagnosticsParts.device)),
                "conditions": DiagnosticsParts.conditions(states),
                "units": .object(units.mapValues { .object($0.mapValues { .string($0) }) }),
                "findings": .array(findings(units).map(\.json)),
            ], events: events.map(DiagnosticsEvents.json))
    }

    /// What a glance at the rest says already; `zonectl doctor` looks deeper.
    private func findings(_ units: [String: [String: String]]) -> [DiagnosticsFinding] {
        let (journal, state) = (tools.journal, tools.store.current)
        let agent = units[Diagnostics.agentUnit] ?? [:]
        let restarts = agent["NRestarts"].flatMap { Int($0) } ?? 0
        let all: [(Bool, String, String, String)] = [
            (journal.quarantined != nil, "journal.damaged", "运行记录曾损坏并已隔离", "the journal was damaged and set aside"),
            (journal.isShortOfRoom, "journal.room", "磁盘空间不足，备用空间已用", "no room on the disk; the ballast is in use"),
            (tools.clock.quality() == .unsynced, "clock.unsynced", "时钟未同步", "the clock is not synchronised"),
            (
                state.complaint != nil, "config.complaint", "配置文件有错，仍用上一份",
                "the configuration is wrong; the last good one is in force"
            ),
            (!state.pendingRestart.isEmpty, "config.pending", "有配置要重启后生效", "some keys take effect at the next start"),
            (!tools.profileComplaints.isEmpty, "profiles.complaint", "硬件资料文件有错", "a hw-profile is wrong"),
            (
                restarts > 0, "unit.restarts", "服务自动重启过 \(restarts) 次",
                "the service was restarted \(restarts) times by itself"
            ),
            (
                agent["NeedDaemonReload"] == "yes", "unit.reload", "单元改过，systemd 未重新读取",
                "the unit has changed; systemd has not read it"
            ),
        ]
        return all.filter(\.0).map { DiagnosticsFinding(id: $0.1, zh: $0.2, english: $0.3) }
    }
}

struct DiagnosticsFinding: Sendable {
    var id: String
    var zh: String
    var english: String

    var json: JSONValue { ["id": .string(id), "zh": .string(zh), "en": .string(english)] }
}
