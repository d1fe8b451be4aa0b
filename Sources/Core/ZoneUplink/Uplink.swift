import Logging
import ServiceLifecycle
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// One loop: sleep until something is due, send, take the answer. Never two heartbeats at once.
package actor Uplink: Service {
    private static let deadline = Duration.seconds(10)
    private static let goodbyeDeadline = Duration.seconds(2)

    let source: UplinkSource
    let journal: Journal
    let orders: (any OrderDesk)?
    let clock: any ZoneClock
    let log: Logger
    private let link: any HubLink
    private let bell: Doorbell
    private var isEnding = false
    /// When the next heartbeat is due if nothing happens; `nil` while one is on its way.
    package private(set) var nextDue: MonoTime?
    private var underWay: Task<HeartbeatReply, any Error>?

    var plan: UplinkPlan
    var backfill = Backfill()
    var memory: UplinkMemory

    /// - Parameter acknowledged: the last number that the hub has confirmed, from the journal.
    package init(
        source: UplinkSource, journal: Journal, acknowledged: Int64, link: any HubLink,
        orders: (any OrderDesk)? = nil, isDemo: Bool, clock: any ZoneClock, log: Logger,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        (self.source, self.journal, self.orders) = (source, journal, orders)
        (self.link, self.clock, self.log) = (link, clock, log)
        bell = Doorbell(clock: clock)
        plan = UplinkPlan(isDemo: isDemo, now: clock.mono(), random: random)
        memory = UplinkMemory(acknowledged: acknowledged)
    }

    package func run() async throws {
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await self.listenToJournal() }
                    group.addTask { await self.listenToOrders() }
                    await beatUntilEnd()
                    group.cancelAll()
                }
            } onGracefulShutdown: {
                Task { await self.finish() }
            }
        } onCancel: {
            Task { await self.finish() }
        }
    }

    /// Says goodbye and lets `run` return. A heartbeat that hangs is given up: it is kept and sent again.
    package func finish() {
        isEnding = true
        underWay?.cancel()
        bell.ring()
    }

    /// A person waits, or something was settled without which the hub would not listen: a heartbeat at once, at most
    /// one a second, also while the hub is lost.
    package func speakNow() {
        plan.speak(at: clock.mono())
        bell.ring()
    }

    // MARK: What happens here

    /// Each commit may have changed the state.
    private func listenToJournal() async {
        for await _ in journal.commits() { noticeChange() }
    }

    private func noticeChange() {
        guard plan.canChange, let told = memory.told else { return }
        let state = source.state()
        guard StateFingerprint(state).hash != told.hash else { return }
        if NetworkClear.isAll(from: told.state, to: state) {
            plan.networkCleared(at: clock.mono())
        } else {
            plan.changed(at: clock.mono())
        }
        bell.ring()
    }

    private func listenToOrders() async {
        guard let orders else { return }
        for await _ in orders.news {
            plan.hasNews(at: clock.mono())
            bell.ring()
        }
    }

    // MARK: The loop

    private func beatUntilEnd() async {
        while let reason = await nextReason() { await beat(reason) }
        // Who is not accepted says nothing, not even goodbye.
        if !plan.isTurnedAway { await beat(.shutdown) }
    }

    private func nextReason() async -> Heartbeat.Reason? {
        while !isEnding {
            switch plan.due(clock.mono()) {
            case .now(let reason): return reason
            case .at(let moment):
                nextDue = moment
                await bell.wait(until: moment)
                nextDue = nil
            }
        }
        return nil
    }

    private func beat(_ reason: Heartbeat.Reason) async {
        plan.began(reason, at: clock.mono())
        let draft = await compose(reason)
        // The end may have come while the journal was read.
        guard reason == .shutdown || !isEnding else { return }
        do {
            let reply = try await send(draft.heartbeat)
            await take(reply, for: draft)
        } catch {
            // Given up for the sake of the goodbye.
            guard reason == .shutdown || !isEnding else { return }
            await suffer(HubFailure.of(error), draft)
        }
    }

    private func send(_ heartbeat: Heartbeat) async throws -> HeartbeatReply {
        let deadline = heartbeat.reason == .shutdown ? Uplink.goodbyeDeadline : Uplink.deadline
        let task = Task { [link] in try await link.send(heartbeat, within: deadline) }
        underWay = task
        defer { underWay = nil }
        return try await task.value
    }
}
