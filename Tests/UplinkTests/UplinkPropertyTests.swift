import Synchronization
import Testing
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

@Suite("Uplink: whatever goes wrong, in any order", .timeLimit(.minutes(10)))
struct UplinkPropertyTests {
    /// A line and a hub in a bad mood, reproducible.
    private final class Mood: Sendable {
        private let random: Mutex<SeededGenerator>
        init(_ seed: UInt64) { random = Mutex(SeededGenerator(seed: seed)) }

        func fraction() -> Double { random.withLock { Double.random(in: 0..<1, using: &$0) } }
        func number(_ range: ClosedRange<Int>) -> Int { random.withLock { Int.random(in: range, using: &$0) } }

        func fate(_ beat: Heartbeat) -> ScriptedHub.Fate {
            let count = beat.events?.count ?? 0
            if count > number(5...400) { return .fails(HubFailure(.tooLarge, "HTTP 413")) }
            switch number(0...9) {
            case 0: return .fails(HubFailure("cut"))
            case 1: return .answerLost
            case 2: return .fails(HubFailure(.busy(retryAfter: .seconds(number(0...30))), "HTTP 503"))
            case 3 where number(0...3) == 0: return .fails(HubFailure(.refused(status: 500), "HTTP 500"))
            default: return .arrives
            }
        }
    }

    @Test(
        "failures, refusals, restored hubs and restarts lose nothing and reorder nothing, and each event is held once",
        arguments: Seeds.first(6))
    func anything(_ seed: UInt64) async throws {
        let (zone, mood) = (try TestZone(), Mood(seed))
        zone.hub.rule { mood.fate($0) }
        try zone.start(random: { mood.fraction() })
        var backup = zone.hub.model
        for _ in 0..<25 {
            try await zone.write(1...mood.number(1...120))
            for _ in 0..<mood.number(1...4) { try await zone.step() }
            switch mood.number(0...9) {
            case 0: zone.hub.change { [backup] in $0 = backup }
            case 1: backup = zone.hub.model
            case 2:
                try await zone.kill()
                zone.hub.rule { mood.fate($0) }
                try zone.start(random: { mood.fraction() })
            case 3:
                let grant = HeartbeatReply.Backfill(events: mood.number(1...500), afterMs: Int64(mood.number(0...5000)))
                zone.hub.change { $0.backfill = grant }
            default: break
            }
            try await isSound(zone)
        }
        zone.hub.rule { _ in .arrives }
        try await zone.steps("all of it") { zone.hub.model.position[zone.journal.stream] == zone.journal.lastSeq }
        let written = try await zone.journal.page(after: 0, limit: .max)
        #expect(zone.hub.model.held.values.sorted { $0.seq < $1.seq } == written)
        #expect(zone.hub.model.missing.values.allSatisfy { $0.isEmpty })
        try await zone.end()
    }

    /// What the hub has confirmed it holds, and every run was in order and without a hole.
    private func isSound(_ zone: TestZone) async throws {
        let (model, stream) = (zone.hub.model, zone.journal.stream)
        let confirmed = model.position[stream] ?? 0
        let isWhole = model.numbers.lazy.prefix { $0 <= confirmed }.elementsEqual(1..<confirmed + 1)
        #expect(isWhole, "confirmed through \(confirmed)")
        for beat in zone.hub.attempts.suffix(10).map(\.beat) {
            guard let events = beat.events, let first = events.first else { continue }
            #expect(events.map(\.seq) == Array(first.seq..<first.seq + Int64(events.count)))
        }
    }

    @Test(
        "and a disk image restored in the middle of it goes on under a new name, nothing counted twice",
        arguments: Seeds.first(3))
    func rewinds(_ seed: UInt64) async throws {
        let (zone, mood) = (try TestZone(), Mood(seed))
        zone.hub.rule { mood.fate($0) }
        try zone.start(random: { mood.fraction() })
        for _ in 0..<4 {
            try await zone.write(1...mood.number(1...60))
            for _ in 0..<mood.number(1...5) { try await zone.step() }
            let (stream, beyond) = (zone.journal.stream, zone.journal.lastSeq + Int64(mood.number(1...100)))
            zone.hub.change { $0.foresee(stream, through: beyond) }
            try await zone.steps("a new stream") { zone.journal.stream != stream }
        }
        zone.hub.rule { _ in .arrives }
        try await zone.steps("all of it") { zone.hub.model.position[zone.journal.stream] == zone.journal.lastSeq }
        let written = try await zone.journal.page(after: 0, limit: .max)
        // Under several stream names, and still each number once.
        #expect(zone.hub.model.held.values.sorted { $0.seq < $1.seq } == written)
        try await zone.end()
    }
}
