import Logging
import ServiceLifecycle
import ZoneCases
import ZoneHubStore
import ZoneModel
import ZoneTime
import ZoneWire

/// Cases that the hub opens itself, because nobody else can: a PC that is not heard, or was not switched on. They stay
/// here.
package struct CaseKeeper: Service {
    private static let pace = Duration.seconds(30)

    private let ledger: CaseLedger
    private let wall: Wall
    private let times: CaseTimes
    private let clock: any ZoneClock
    private let log: Logger

    package init(ledger: CaseLedger, wall: Wall, times: CaseTimes, clock: any ZoneClock, log: Logger) {
        (self.ledger, self.wall, self.times) = (ledger, wall, times)
        (self.clock, self.log) = (clock, log)
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await clock.sleep(for: CaseKeeper.pace)
                await look()
            }
        }
    }

    /// One look at all nodes. What it writes follows from the files themselves: a restart writes nothing twice.
    package func look() async {
        do {
            let ours = try await ledger.files(isOver: false).filter(\.isOurs)
            for zone in await wall.zones() {
                for node in zone.nodes { try await look(at: node, of: zone, among: ours) }
            }
        } catch {
            log.error("Cases of silent zones could not be written", metadata: ["error": "\(error)"])
        }
    }

    private func look(at node: ZoneJSON.Node, of zone: ZoneJSON, among ours: [CaseLedger.File]) async throws {
        let name = NodeName(zone: zone.zone, node: node.node)
        let mine = ours.filter { $0.name == name && $0.file.isBroken }
        switch node.state {
        case .silent, .notOpened:
            let quiet = clock.wall().milliseconds - node.lastHeard.milliseconds
            guard node.state == .notOpened || quiet >= times.silentAfter.milliseconds else { return }
            let words = CaseKeeper.words(node.state)
            if let file = mine.first(where: { $0.file.subject?.code == words.code })?.file {
                guard file.clearedAt != nil else { return }
                try await write([line(.repeated, of: file.id, words)], of: name)
            } else {
                try await write([opening(words)], of: name)
            }
        case .live:
            for file in mine.map(\.file) {
                let cleared = file.clearedAt == nil ? [line(.cleared, of: file.id, nil, "已恢复上报")] : []
                try await write(cleared + [line(.fixed, of: file.id, nil, "已恢复上报")], of: name)
            }
        // Closed, late, retired: nothing is known that would settle anything.
        case .late, .closed, .unseen, .retired: break
        }
    }

    private struct Words {
        var code: String
        var zh: String
        var fixer: Fixer
    }

    private static func words(_ state: ZoneLiveness) -> Words {
        state == .notOpened
            ? Words(code: "zone.notOpened", zh: "已到开放时间，专区电脑未启用", fixer: .staff)
            : Words(code: "zone.silent", zh: "开放时间内没有上报，情况不明", fixer: .network)
    }

    private func opening(_ words: Words) -> CaseEntry {
        var entry = line(.open, of: .make(at: clock.wall()), words, words.zh)
        entry.fixer = words.fixer
        entry.deadline = entry.subject.flatMap {
            times.deadline(of: $0, from: entry.at, in: WeeklyHours.officeDays)
        }
        return entry
    }

    private func line(_ step: CaseStep, of file: ULID, _ words: Words?, _ text: String = "") -> CaseEntry {
        let now = clock.wall()
        var entry = CaseEntry(id: .make(at: now), of: file, step, role: .system, at: now, text: text, origin: .hub)
        entry.subject = words.map { CaseSubject(foundBy: .system, code: $0.code, severity: .fault) }
        return entry
    }

    private func write(_ entries: [CaseEntry], of name: NodeName) async throws {
        try await ledger.open(entries, of: name, at: clock.wall())
    }
}
