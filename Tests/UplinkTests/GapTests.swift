import Logging
import Synchronization
import Testing
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

@Suite("Rows that were thinned before the hub had them", .serialized, .timeLimit(.minutes(5)))
struct GapTests {
    @Test("each heartbeat declares exactly the numbers that its run lacks", arguments: Seeds.first(4))
    func gaps(_ seed: UInt64) async throws {
        let root = try TemporaryRoot()
        var random = SeededGenerator(seed: seed)
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: SystemClock())
        for _ in 0..<Int.random(in: 3...12, using: &random) {
            try await journal.write((0..<80).map { _ in entry(&random) }, .now)
        }
        var limits = JournalLimits()
        limits.bytes = try await journal.usedBytes() * .random(in: 50...95, using: &random) / 100
        limits.slice = .random(in: 1...200, using: &random)
        #expect(try await journal.thin(limits).lost > 0)
        let hub = AcknowledgingHub()
        try await withUplink(journal, hub) {
            try await eventuallyTrue("all of it") { hub.beats.last?.events?.last?.seq ?? 0 == journal.lastSeq }
        }
        let held = try await journal.page(after: 0, limit: .max)
        #expect(hub.beats.flatMap { $0.events ?? [] } == held)
        var expected: Int64 = 1
        for beat in hub.beats {
            guard let events = beat.events else { continue }
            let gaps = (beat.gaps ?? []).flatMap { $0.from...$0.to }
            #expect((events.map(\.seq) + gaps).sorted() == Array(expected...(events.last?.seq ?? 0)))
            #expect((beat.gaps ?? []).allSatisfy { $0.from <= $0.to })
            expected = (events.last?.seq ?? 0) + 1
        }
        await journal.close()
    }

    private func entry(_ random: inout SeededGenerator) -> Entry {
        let eventClass = [EventClass.a, .b, .c, .d, .d, .d].randomElement(using: &random) ?? .d
        let text = String(repeating: "x", count: .random(in: 0...700, using: &random))
        return Entry(
            EventDraft(
                .deviceState, eventClass, subject: "x", at: SystemClock().wall(), clockQuality: .synced,
                mono: MonoTime(milliseconds: 2), data: ["text": .string(text)]))
    }

    private func withUplink(
        _ journal: Journal, _ hub: AcknowledgingHub, _ body: () async throws -> Void
    ) async throws {
        let source = UplinkSource(
            zone: try #require(Slug("z")), node: try #require(Slug("pc-1")),
            state: { ZoneStateJSON(name: "z", purpose: "demo", type: "hall", devices: []) },
            aboutSelf: { SelfJSON(version: "t", uptimeMs: 0, failedHeartbeats: $0, workerKills: 0) },
            tellReachability: { _ in })
        let uplink = Uplink(
            source: source, journal: journal, acknowledged: 0, link: hub, isDemo: true, clock: SystemClock(),
            log: Logger(label: "test"))
        let task = Task { try await uplink.run() }
        try await body()
        await uplink.finish()
        try await task.value
    }
}

/// Has everything it is sent on its disk at once.
private final class AcknowledgingHub: HubLink {
    private let heard = Mutex<[Heartbeat]>([])

    var beats: [Heartbeat] { heard.withLock { $0 } }

    func send(_ heartbeat: Heartbeat, within deadline: Duration) async throws -> HeartbeatReply {
        let last = heard.withLock { beats in
            beats.append(heartbeat)
            return beats.compactMap { $0.events?.last?.seq }.last
        }
        return HeartbeatReply(
            status: .accepted, ackThrough: .init(stream: heartbeat.stream, seq: last ?? 0),
            stateAck: heartbeat.stateHash, serverTime: heartbeat.sentAt, interval: .seconds(10))
    }
}
