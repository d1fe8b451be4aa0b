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
    /// Nodes written about at one look: when a whole district falls silent, the others follow at the next.
    private static let mostAtOnce = 100
    /// For so long what a person has settled stays so while nothing is heard, ms.
    private static let settledFor: Int64 = 31 * 86_400_000

    private let ledger: CaseLedger
    private let wall: Wall
    private let times: CaseTimes
    private let work: WorkTime
    private let clock: any ZoneClock
    private let log: Logger

    package init(
        ledger: CaseLedger, wall: Wall, times: CaseTimes, work: WorkTime, clock: any ZoneClock, log: Logger
    ) {
        (self.ledger, self.wall, self.times, self.work) = (ledger, wall, times, work)
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
            let since = clock.wall().advanced(byMilliseconds: -CaseKeeper.settledFor)
            let ours = Dictionary(grouping: try await ledger.ours(since: since), by: \.name)
            let (listeningSince, days) = (await wall.listeningSince, await work.timetable())
            var written = 0
            for zone in await wall.zones() where zone.state != .retired {
                for node in zone.nodes where written < CaseKeeper.mostAtOnce {
                    let name = NodeName(zone: zone.zone, node: node.node)
                    let mine = (ours[name] ?? []).map(\.file)
                    let lines = lines(about: node, among: mine, listeningSince, days)
                    guard !lines.isEmpty else { continue }
                    written += 1
                    try await ledger.open(lines, of: name, at: clock.wall())
                }
            }
        } catch {
            log.error("Cases of silent zones could not be written", metadata: ["error": "\(error)"])
        }
    }

    private func lines(
        about node: ZoneJSON.Node, among mine: [Case], _ listeningSince: WallTime, _ days: OpeningCalendar
    ) -> [CaseEntry] {
        switch node.state {
        case .silent, .notOpened:
            // While the hub itself was away nobody could be heard.
            let quiet = clock.wall().milliseconds - max(node.lastHeard, listeningSince).milliseconds
            guard node.state == .notOpened || quiet >= times.silentAfter.milliseconds else { return [] }
            let words = CaseKeeper.words(node.state)
            let same = mine.filter { $0.subject?.code == words.code }
            guard let file = same.first(where: \.isBroken) else {
                // Somebody has settled it while it is quiet: that is theirs to say, until it comes anew.
                let settled = same.compactMap(\.settling).filter { $0.role != .system }.map(\.at).max()
                if let settled, settled >= node.lastHeard { return [] }
                return [opening(words, follows: same.max { $0.id < $1.id }?.id, days)]
            }
            return file.clearedAt == nil ? [] : [line(.repeated, of: file.id, words)]
        case .live:
            return mine.filter(\.isBroken).flatMap { file in
                let cleared = file.clearedAt == nil ? [line(.cleared, of: file.id, nil, "已恢复上报")] : []
                return cleared + [line(.fixed, of: file.id, nil, "已恢复上报")]
            }
        // Closed, late, retired: nothing is known that would settle anything.
        case .late, .closed, .unseen, .retired: return []
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

    private func opening(_ words: Words, follows: ULID?, _ days: OpeningCalendar) -> CaseEntry {
        var entry = line(.open, of: .make(at: clock.wall()), words, words.zh)
        (entry.fixer, entry.follows) = (words.fixer, follows)
        entry.deadline = entry.subject.flatMap { times.deadline(of: $0, from: entry.at, in: days) }
        return entry
    }

    private func line(_ step: CaseStep, of file: ULID, _ words: Words?, _ text: String = "") -> CaseEntry {
        let now = clock.wall()
        var entry = CaseEntry(id: .make(at: now), of: file, step, role: .system, at: now, text: text, origin: .hub)
        entry.subject = words.map { CaseSubject(foundBy: .system, code: $0.code, severity: .fault) }
        return entry
    }
}
