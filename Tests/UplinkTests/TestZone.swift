import Logging
import Synchronization
import Testing
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneUplink
import ZoneWire

/// An agent's uplink with a journal of its own, a board that the test paints, and a clock that the test moves from one
/// due moment to the next.
final class TestZone: Sendable {
    let clock = ManualClock()
    let root: TemporaryRoot
    let journal: Journal
    let hub: ScriptedHub
    private let board = Mutex(ZoneStateJSON(name: "演示", purpose: "demo", type: "hall", devices: []))
    private let reachability = Mutex<[HubFailure?]>([])
    private let heard = Mutex(0)
    private let running = Mutex<(uplink: Uplink, task: Task<Void, any Error>)?>(nil)

    init(gate: Gate? = nil) throws {
        root = try TemporaryRoot()
        hub = ScriptedHub(clock, gate: gate)
        journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: clock)
    }

    /// What the agent was told of its hub: `nil` it is there.
    var reports: [HubFailure?] { reachability.withLock { $0 } }
    /// How many answers were passed on.
    var heardCount: Int { heard.withLock { $0 } }

    // MARK: Life

    func start(
        acknowledged: Int64? = nil, isDemo: Bool = false, orders: (any OrderDesk)? = nil,
        over link: (any HubLink)? = nil,
        random: @escaping @Sendable () -> Double = { 0.5 }
    ) throws {
        let uplink = Uplink(
            source: try source(), journal: journal,
            acknowledged: try acknowledged ?? journal.restore().acknowledged, link: link ?? hub, orders: orders,
            isDemo: isDemo, clock: clock, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            random: random)
        running.withLock { $0 = (uplink, Task { try await uplink.run() }) }
    }

    private func source() throws -> UplinkSource {
        UplinkSource(
            zone: try #require(Slug("z")), node: try #require(Slug("pc-1")), hoursRevision: { 7 },
            hours: { [.init(opens: WallTime(milliseconds: 0), closes: WallTime(milliseconds: 1000))] },
            anchors: { "0123456789abcdef" }, state: { [self] in board.withLock { $0 } },
            aboutSelf: { SelfJSON(version: "t", uptimeMs: 0, failedHeartbeats: $0, workerKills: 0) },
            tellReachability: { [self] failure in reachability.withLock { $0.append(failure) } },
            heard: { [self] _ in heard.withLock { $0 += 1 } })
    }

    func uplink() throws -> Uplink { try #require(running.withLock { $0?.uplink }) }

    /// Says goodbye and ends.
    func stop() async throws {
        let (uplink, task) = try #require(running.withLock { $0 })
        await uplink.finish()
        try await task.value
        running.withLock { $0 = nil }
    }

    /// Ends as in a power cut: nobody hears of it. What the hub does afterwards is up to the test.
    func kill() async throws {
        hub.isDown(true)
        try await stop()
    }

    func end() async throws {
        if running.withLock({ $0 != nil }) { try await stop() }
        #expect(hub.mostAtOnce <= 1, "two heartbeats at once")
        await journal.close()
    }

    // MARK: Time

    /// When the next heartbeat is due, once nothing is under way any more.
    @discardableResult
    func idle() async throws -> MonoTime {
        let uplink = try uplink()
        let isWaiting = { [hub] in hub.count == 0 ? nil : await uplink.nextDue }
        // Mostly it is a matter of microseconds, and a test has hundreds of these.
        for _ in 0..<100 {
            if let due = await isWaiting() { return due }
            await Task.yield()
        }
        return try await eventually("the uplink waits") { await isWaiting() }
    }

    /// Moves time to the next due moment and waits until that has had its effect.
    func step() async throws {
        let (due, before) = (try await idle(), hub.count)
        clock.advance(by: due.since(clock.mono()))
        let uplink = try uplink()
        let hasHappened = { [hub] in
            if hub.count > before { return true }
            let next = await uplink.nextDue
            return next != nil && next != due
        }
        for _ in 0..<100 where await !hasHappened() { await Task.yield() }
        try await eventuallyTrue("something happens at the due moment") { await hasHappened() }
        try await idle()
    }

    func steps(_ what: String, atMost limit: Int = 500, until isDone: () -> Bool) async throws {
        for _ in 0..<limit {
            try await idle()
            if isDone() { return }
            try await step()
        }
        let tried = hub.attempts.suffix(3).map { "\($0.beat.reason) with \($0.beat.events?.count ?? 0) events" }
        try #require(
            Bool(isDone()), "did not happen in \(limit) steps: \(what); \(hub.count) heartbeats, the last: \(tried)")
    }

    /// The seconds from the clock's beginning of each heartbeat that was tried.
    func attemptTimes() -> [Double] {
        hub.attempts.map { Double($0.at.since(MonoTime(milliseconds: 1_000_000)).milliseconds) / 1000 }
    }

    // MARK: What happens in the zone

    func entry(_ number: Int, _ eventClass: EventClass = .b, bytes: Int = 0) -> Entry {
        Entry(
            EventDraft(
                .conditionRaised, eventClass, subject: "x", at: clock.wall(), clockQuality: .synced,
                mono: clock.mono(),
                data: ["n": .integer(Int64(number)), "text": .string(String(repeating: "x", count: bytes))]))
    }

    func write(_ numbers: ClosedRange<Int>) async throws {
        try await journal.write(numbers.map { entry($0) }, .now)
    }

    /// Something changes, and nobody is told of it.
    func repaint(_ change: @Sendable (inout ZoneStateJSON) -> Void) { board.withLock { change(&$0) } }

    /// Something changes that the hub should see, and the uplink has taken note.
    func paint(_ change: @Sendable (inout ZoneStateJSON) -> Void) async throws {
        let before = try await idle()
        repaint(change)
        try await journal.write([entry(0, .d)], .now)
        let uplink = try uplink()
        try await eventuallyTrue("the change is seen") {
            let next = await uplink.nextDue
            return next != nil && next != before
        }
    }
}

extension DeviceJSON {
    /// A device with these conditions open.
    init(_ kind: DeviceKind, _ codes: [ConditionCode], since: Int64 = 1, link: Link = .up) {
        var state = DeviceState(card: DeviceCard(id: DeviceID(kind, 1), kind: kind))
        (state.presence, state.link) = (.present, link)
        state.conditions = codes.map { code in
            Condition(
                code: code, severity: code.severity, since: WallTime(milliseconds: since),
                lastSeen: WallTime(milliseconds: since), fixer: code.fixer, evidence: nil, simulated: false)
        }
        self.init(state)
    }
}
