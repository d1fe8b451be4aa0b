import Logging
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

extension Uplink {
    private static let mostRefusals = 50

    func take(_ reply: HeartbeatReply, for draft: UplinkDraft) async {
        guard reply.status == .accepted else { return await isTurnedAway(reply, draft) }
        let now = clock.mono()
        plan.arrived(at: now, reply)
        backfill.heard(reply.backfill)
        takeWants(reply, draft.heartbeat, now)
        await takeAcknowledgement(reply, draft, now)
        await source.tellReachability(nil)
        await tellOthers(reply)
        await passOrders(reply, draft)
    }

    private func isTurnedAway(_ reply: HeartbeatReply, _ draft: UplinkDraft) async {
        plan.turnedAway(at: clock.mono(), reply)
        memory.acknowledgedHash = nil
        let failure = HubFailure(.notAccepted(reply.status), "the hub says \(reply.status.rawValue)")
        log.notice("The hub does not take our data", metadata: ["status": "\(reply.status.rawValue)"])
        if draft.heartbeat.reason != .shutdown { await source.tellReachability(failure) }
        await tellOthers(reply)
    }

    private func tellOthers(_ reply: HeartbeatReply) async {
        let told = Task { [source] in await source.heard(reply) }
        _ = await firstOf(told, orAfter: Uplink.deskPatience, clock)
    }

    private func takeWants(_ reply: HeartbeatReply, _ sent: Heartbeat, _ now: MonoTime) {
        memory.acknowledgedHash = reply.want.contains("state") ? nil : reply.stateAck
        memory.hoursAreWanted = reply.want.contains("hours")
        // What the hub asks for although it was just sent waits for the next heartbeat: no circle without a pause.
        let lacksState = memory.acknowledgedHash != sent.stateHash && sent.state == nil
        let lacksHours = memory.hoursAreWanted && sent.hours == nil
        if lacksState || lacksHours { plan.isAsked(at: now) }
    }

    private func takeAcknowledgement(_ reply: HeartbeatReply, _ draft: UplinkDraft, _ now: MonoTime) async {
        let before = memory.acknowledged
        if let ack = reply.ackThrough, ack.stream == journal.stream {
            if ack.seq > journal.lastSeq {
                guard memory.mayRewind(at: now) else {
                    return log.warning("The hub confirms what was never sent", metadata: ["seq": "\(ack.seq)"])
                }
                let isNew = await rewound(hubHolds: ack.seq, sent: draft.batch.last ?? before)
                if isNew { plan.moreHistory(at: now, after: backfill.pause) }
                return
            }
            // A lower number is a restored hub: everything from there is sent again.
            memory.acknowledged = max(0, min(ack.seq, memory.sentThrough))
        }
        let held = memory.acknowledged
        backfill.accepted(draft.batch, held: held)
        if held != before {
            memory.passedOver = memory.passedOver.filter { $0 > held }
            await remember(held)
        }
        let isMoving = held != before && held < draft.batch.end
        if backfill.isTrying || isMoving && backfill.isOpen { plan.moreHistory(at: now, after: backfill.pause) }
    }

    private func remember(_ seq: Int64) async {
        do {
            try await journal.write([Entry(nil, [.acknowledged(seq: seq, at: clock.wall())])], .now)
        } catch {
            // After a restart it is sent once more, which the hub knows how to take.
            log.error("Acknowledgement could not be written", metadata: ["error": "\(error)"])
        }
    }

    /// The hub knows later numbers than this journal has: the disk was restored from an image.
    /// - Returns: whether there is a new stream.
    private func rewound(hubHolds seq: Int64, sent: Int64) async -> Bool {
        log.warning("Journal was rewound; going on as a new stream", metadata: ["hubHolds": "\(seq)"])
        let old = journal.stream
        let data: JSONValue = [
            "hubHeld": .integer(seq), "lastSeq": .integer(journal.lastSeq), "oldStream": .string(old.text),
        ]
        do {
            try await journal.mintStream(Entry(note(.journalRewound, data)), acknowledged: sent)
        } catch {
            log.error("New stream could not be written; tried again", metadata: ["error": "\(error)"])
        }
        // The name is written before the event: under the new one nothing is sent a second time.
        guard journal.stream != old else { return false }
        (memory.acknowledged, memory.sentThrough, memory.acknowledgedHash) = (sent, sent, nil)
        return true
    }

    private func passOrders(_ reply: HeartbeatReply, _ draft: UplinkDraft) async {
        let told = Set(draft.heartbeat.results ?? [])
        memory.refusals.removeAll(where: told.contains)
        if !told.isEmpty { memory.resultsAreBrief = false }
        let incoming = IncomingOrders(reply.commands, at: clock.wall())
        // Repeated although just answered: the next regular heartbeat is early enough.
        let known = Set((memory.refusals + told).map(\.id))
        memory.refusals += incoming.refusals.filter { !known.contains($0.id) }.prefix(
            max(0, Uplink.mostRefusals - memory.refusals.count))
        let isFull = draft.deskResults.count == Uplink.mostResults
        if !memory.refusals.isEmpty || isFull { plan.hasNews(at: clock.mono()) }
        guard let orders else { return }
        let handed = Task { [results = draft.deskResults] in
            if !results.isEmpty { await orders.delivered(results) }
            if !incoming.orders.isEmpty { await orders.take(incoming.orders) }
        }
        _ = await firstOf(handed, orAfter: Uplink.deskPatience, clock)
    }

    // MARK: No answer, or not the wanted one

    func suffer(_ failure: HubFailure, _ draft: UplinkDraft) async {
        guard draft.heartbeat.reason != .shutdown else {
            return log.info("Goodbye did not arrive", metadata: ["error": "\(failure)"])
        }
        if failure.isAboutContent, !memory.resultsAreBrief, OrderResultJSON.hasLong(draft.heartbeat.results) {
            memory.resultsAreBrief = true
            return plan.shrunk(at: clock.mono())
        }
        if failure.isAboutContent {
            switch backfill.refused(draft.batch, isBare: draft.isBare) {
            case .smaller: return plan.shrunk(at: clock.mono())
            case .passOver where memory.mayPassOver(at: clock.mono()):
                plan.shrunk(at: clock.mono())
                return await passOver(draft.batch.events, failure)
            case .passOver, .hopeless: break
            }
        }
        plan.failed(at: clock.mono(), failure)
        if plan.isLost { backfill.lost() }
        log.info("Heartbeat did not arrive", metadata: ["failures": "\(plan.failures)", "error": "\(failure)"])
        await source.tellReachability(failure)
    }

    /// The rest of the history must not wait behind one event. It stays in the journal, and the journal says so.
    private func passOver(_ events: [Event], _ failure: HubFailure) async {
        for event in events {
            memory.passedOver.insert(event.seq)
            memory.passedOverAt.append(clock.mono())
            log.warning(
                "The hub does not take this event; it stays here",
                metadata: ["seq": "\(event.seq)", "error": "\(failure)"])
            // A note about a note that is refused too would never end.
            guard event.name != .journalGap else { continue }
            let data: JSONValue = [
                "from": .integer(event.seq), "to": .integer(event.seq), "class": .string(event.class.rawValue),
                "count": 1, "why": "refused",
            ]
            do {
                try await journal.write([Entry(note(.journalGap, data))], .now)
            } catch {
                log.error("The gap could not be written", metadata: ["error": "\(error)"])
            }
        }
    }

    private func note(_ name: EventName, _ data: JSONValue) -> EventDraft {
        EventDraft(
            name, .a, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(), data: data)
    }
}
