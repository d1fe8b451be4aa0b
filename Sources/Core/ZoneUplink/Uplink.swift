import Logging
import ServiceLifecycle
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// What the uplink must know of its agent.
package struct UplinkSource: Sendable {
    package var zone: ZoneID
    package var node: NodeID
    /// The number of the opening hours in force.
    package var hoursRevision: @Sendable () -> Int64
    package var state: @Sendable () -> ZoneStateJSON
    package var aboutSelf: @Sendable (_ failedHeartbeats: Int) async -> SelfJSON
    /// Told after each heartbeat: `nil` it arrived, else why it did not.
    package var tellReachability: @Sendable (HubFailure?) async -> Void

    package init(
        zone: ZoneID, node: NodeID, hoursRevision: @escaping @Sendable () -> Int64 = { 0 },
        state: @escaping @Sendable () -> ZoneStateJSON,
        aboutSelf: @escaping @Sendable (Int) async -> SelfJSON,
        tellReachability: @escaping @Sendable (HubFailure?) async -> Void
    ) {
        (self.zone, self.node, self.state) = (zone, node, state)
        self.hoursRevision = hoursRevision
        (self.aboutSelf, self.tellReachability) = (aboutSelf, tellReachability)
    }
}

/// One loop: sleep until something is due, send, take the answer.
package actor Uplink: Service {
    private static let deadline = Duration.seconds(10)
    private static let pageSize = 200

    private let source: UplinkSource
    private let journal: Journal
    private let link: any HubLink
    private let clock: any ZoneClock
    private let log: Logger
    private let bell: Doorbell
    private var limit: StormLimit
    private var interval: Duration
    private var backoff = Backoff()
    private var acknowledged: Int64
    private var acknowledgedHash: String?
    private var sentHash: String?
    private var hb: Int64 = 0
    private var failed = 0
    private var isEnding = false
    private var changeSeen: MonoTime?

    package init(
        source: UplinkSource, journal: Journal, acknowledged: Int64, link: any HubLink, isDemo: Bool,
        clock: any ZoneClock, log: Logger
    ) {
        (self.source, self.journal, self.acknowledged) = (source, journal, acknowledged)
        (self.link, self.clock, self.log) = (link, clock, log)
        bell = Doorbell(clock: clock)
        limit = isDemo ? .demo : .production
        interval = isDemo ? .seconds(10) : .seconds(60)
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.listen() }
                await beatUntilEnd()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            Task { await self.finish() }
        }
    }

    /// Says goodbye and lets `run` return.
    package func finish() {
        isEnding = true
        bell.ring()
    }

    /// Each commit may have changed the state.
    private func listen() async {
        for await _ in journal.commits() {
            if changeSeen == nil, source.state().fingerprint != sentHash { changeSeen = clock.mono() }
            if changeSeen != nil { bell.ring() }
        }
    }

    private func beatUntilEnd() async {
        var reason = Heartbeat.Reason.boot
        var periodicDue = clock.mono()
        while !isEnding {
            let result = await beat(reason)
            guard !isEnding else { break }
            let now = clock.mono()
            switch result {
            case .success(let hasMore):
                backoff.reset()
                periodicDue = now.advanced(by: interval)
                if hasMore {
                    reason = .drain
                    continue
                }
                reason = await sleep(until: periodicDue)
            case .failure:
                // Full jitter; a change meanwhile does not hurry a hub that is down.
                let retry = now.advanced(by: backoff.next())
                while !isEnding, clock.mono() < retry { await bell.wait(until: retry) }
                reason = .drain
            }
        }
        _ = await beat(.shutdown)
    }

    /// Waits for the next periodic heartbeat, or for a change and the time it may be told.
    private func sleep(until due: MonoTime) async -> Heartbeat.Reason {
        while !isEnding {
            let now = clock.mono()
            let changeDue = changeSeen.map { limit.earliest(for: $0) }
            if let changeDue, changeDue <= now {
                limit.note(now)
                return .change
            }
            if due <= now { return .periodic }
            await bell.wait(until: min(due, changeDue ?? due))
        }
        return .shutdown
    }

    /// - Returns: whether there is more history to send.
    private func beat(_ reason: Heartbeat.Reason) async -> Result<Bool, HubFailure> {
        do {
            let heartbeat = try await compose(reason)
            let reply = try await link.send(heartbeat, within: reason == .shutdown ? .seconds(2) : Uplink.deadline)
            await source.tellReachability(nil)
            failed = 0
            return .success(try await take(reply, for: heartbeat))
        } catch {
            failed += 1
            let failure = error as? HubFailure ?? HubFailure("\(error)".cleaned())
            log.info("Heartbeat did not arrive", metadata: ["failures": "\(failed)", "error": "\(failure)"])
            if reason != .shutdown { await source.tellReachability(failure) }
            return .failure(failure)
        }
    }

    private func compose(_ reason: Heartbeat.Reason) async throws -> Heartbeat {
        // Before the state is read: what changes afterwards is another change.
        changeSeen = nil
        let state = source.state()
        let hash = state.fingerprint
        sentHash = hash
        hb += 1
        var heartbeat = Heartbeat(
            zone: source.zone, node: source.node, stream: journal.stream, epoch: journal.epoch, boot: journal.boot,
            hb: hb, reason: reason, sentAt: clock.wall(), mono: clock.mono(), clock: clock.quality(),
            interval: interval, stateHash: hash)
        heartbeat.hoursRev = source.hoursRevision()
        if hash != acknowledgedHash { heartbeat.state = state }
        let events = try await journal.page(after: acknowledged, limit: Uplink.pageSize)
        if !events.isEmpty {
            heartbeat.events = events
            heartbeat.gaps = Uplink.gaps(events, after: acknowledged)
        }
        heartbeat.aboutSelf = await source.aboutSelf(failed)
        return heartbeat
    }

    /// Numbers that the journal no longer holds.
    private static func gaps(_ events: [Event], after start: Int64) -> [Heartbeat.Gap]? {
        var gaps: [Heartbeat.Gap] = []
        var expected = start + 1
        for event in events {
            if event.seq > expected { gaps.append(.init(from: expected, to: event.seq - 1)) }
            expected = event.seq + 1
        }
        return gaps.isEmpty ? nil : gaps
    }

    private func take(_ reply: HeartbeatReply, for heartbeat: Heartbeat) async throws -> Bool {
        guard reply.status == .accepted else { throw HubFailure("the hub says \(reply.status.rawValue)") }
        if (1000...3_600_000).contains(reply.interval) { interval = .milliseconds(reply.interval) }
        acknowledgedHash = reply.stateAck
        guard let ack = reply.ackThrough, ack.stream == journal.stream else { return false }
        if ack.seq > journal.lastSeq {
            try await rewound(hubHolds: ack.seq, sent: heartbeat.events?.last?.seq ?? acknowledged)
            return true
        }
        if ack.seq != acknowledged {
            // A lower number is a restored hub: everything from there is sent again.
            acknowledged = ack.seq
            try await journal.write([Entry(nil, [.acknowledged(seq: ack.seq, at: clock.wall())])], .now)
        }
        return (heartbeat.events?.count ?? 0) == Uplink.pageSize
    }

    /// The hub knows later numbers than this journal has: the disk was restored from an image.
    private func rewound(hubHolds seq: Int64, sent: Int64) async throws {
        log.warning("Journal was rewound; going on as a new stream", metadata: ["hubHolds": "\(seq)"])
        let data: JSONValue = [
            "hubHeld": .integer(seq), "lastSeq": .integer(journal.lastSeq), "oldStream": .string(journal.stream.text),
        ]
        let event = EventDraft(
            .journalRewound, .a, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: data)
        try await journal.mintStream(Entry(event), acknowledged: sent)
        (acknowledged, acknowledgedHash) = (sent, nil)
    }
}

extension ZoneStateJSON {
    fileprivate var fingerprint: String { StateFingerprint(self).hash }
}
