import ZoneModel
import ZoneWire

/// What a heartbeat says, for the ledger.
package struct Said: Sendable, Hashable {
    package var stream: HexID
    package var epoch: HexID
    package var hb: Int64
    /// Empty without events.
    package var runs: [EpochRun]
    /// Only when the state itself goes along.
    package var stateHash: String?
    package var isReplay: Bool
}

/// What came of a heartbeat, for the ledger and the counts.
package struct Outcome: Sendable, Hashable {
    /// Numbers that the hub now holds, with what they are.
    package struct Acknowledged: Sendable, Hashable {
        package var stream: HexID
        package var through: ClosedRange<Int64>
        package var runs: [EpochRun]
        /// Readable ones; holes and unreadable ones are not among them.
        package var events: Int64 = 0
        package var poison: Int64 = 0
        /// Of the readable ones.
        package var sum: UInt64 = 0
    }

    package enum Result: Sendable, Hashable { case accepted, refused, overloaded, lost }

    package var result: Result
    package var acknowledged: Acknowledged?
    /// The hub holds less than it said: it was restored.
    package var lowered: ClosedRange<Int64>?
    /// The hub holds more than this disk ever said: the disk was restored. The new stream.
    package var rewoundTo: HexID?
    /// Left out for good: alone it was still too large.
    package var dropped: Int64?
    package var stateHash: String?
    package var orders = 0

    init(_ result: Result) { self.result = result }
}

/// How a heartbeat ended.
package enum Answer: Sendable {
    case reply(HeartbeatReply)
    /// - Parameter retryAfter: ms.
    case refused(status: Int, retryAfter: Int64?)
    case lost
}

extension NodeMachine {
    /// When something is to be done here: a heartbeat, or something that happens.
    package var due: Int64 { min(happenings.due, beatDue) }
    package var beatDue: Int64 { isWaiting ? .max : pacing.next.due }

    var hasNoFailure: Bool { pacing.failures == 0 }
    func askedPause(at now: Int64) -> Int64 { pacing.askedPause(at: now) }

    /// The heartbeat that is due now.
    /// - Parameter limit: at most so many events, whatever the hub allowed.
    package mutating func compose(
        at now: Int64, limit: Int? = nil, goodbye: Bool = false
    ) throws -> (body: [UInt8], said: Said) {
        let state = try currentState(at: now)
        hb += 1
        let why = goodbye ? .shutdown : reason == .boot ? .boot : pacing.next.reason
        let bound = limit ?? pacing.limit
        let run = journal.run(after: replay?.next ?? journal.acknowledged, limit: bound)
        let hasState = replay == nil && state.hash != acknowledgedHash && !orders.leavesStateOut
        let waiting = Pending(
            run: run, stateHash: state.hash, hasState: hasState, results: orders.untold, hasHours: wantsHours,
            isReplay: replay != nil, isFull: !run.isEmpty && run.held.count >= bound)
        let beat = OutgoingBeat(
            name: name, stream: journal.stream, epoch: epoch, boot: boot, hb: hb, reason: why,
            sentAt: nature.base.advanced(byMilliseconds: now + nature.skew),
            mono: max(0, now - journal.current.bootAt), skew: nature.skew, interval: pacing.interval,
            stateHash: state.hash, anchors: anchors, failed: pacing.failures, state: hasState ? state.text : nil,
            run: run, hours: wantsHours ? hours(at: now) : nil, results: orders.untold)
        let body = try beat.text(of: journal, base: nature.base)
        pending = waiting
        pacing.noteSent(why, at: now)
        journal.sent = max(journal.sent, run.end)
        let runs = run.isEmpty ? [] : journal.runs((run.start + 1)...run.end)
        return (
            body,
            Said(
                stream: journal.stream, epoch: epoch, hb: hb, runs: runs, stateHash: hasState ? state.hash : nil,
                isReplay: replay != nil)
        )
    }

    /// 14 days from yesterday, open from nine to five.
    private func hours(at now: Int64) -> [Heartbeat.OpenInterval] {
        let day: Int64 = 86_400_000
        let zone: Int64 = 8 * 3_600_000
        let wall = nature.base.milliseconds + now + zone
        let yesterday = (wall / day - 1) * day - zone
        return (0..<14).map { index in
            let midnight = WallTime(milliseconds: yesterday + Int64(index) * day)
            return .init(
                opens: midnight.advanced(byMilliseconds: 9 * 3_600_000),
                closes: midnight.advanced(byMilliseconds: 17 * 3_600_000))
        }
    }

    /// Takes what came of the heartbeat that waits.
    package mutating func take(_ answer: Answer, at now: Int64) -> Outcome {
        guard let told = pending else { return Outcome(.lost) }
        pending = nil
        switch answer {
        case .lost:
            pacing.noteFailure(at: now, retryAfter: nil, &random)
            return Outcome(.lost)
        case .refused(413, _): return refusedAsTooLarge(told, at: now)
        case .refused(let status, let retryAfter):
            pacing.noteFailure(at: now, retryAfter: retryAfter, &random)
            return Outcome([429, 503].contains(status) ? .overloaded : .refused)
        case .reply(let reply) where reply.status != .accepted:
            pacing.noteFailure(at: now, retryAfter: reply.retryAfter ?? pacing.interval, &random)
            return Outcome(.refused)
        case .reply(let reply): return accepted(reply, told, at: now)
        }
    }

    private mutating func refusedAsTooLarge(_ told: Pending, at now: Int64) -> Outcome {
        var outcome = Outcome(.refused)
        if told.run.held.count > 1 {
            pacing.halve(told.run.held.count, at: now)
        } else if told.run.held.count == 1, told.hasState {
            orders.leavesStateOut = true
            pacing.retry(at: now)
        } else if let seq = told.run.held.first, !told.isReplay {
            orders.leavesStateOut = false
            outcome.dropped = seq
            journal.drop(seq)
            pacing.retry(at: now)
        } else {
            pacing.noteFailure(at: now, retryAfter: nil, &random)
        }
        return outcome
    }

    private mutating func accepted(_ reply: HeartbeatReply, _ told: Pending, at now: Int64) -> Outcome {
        var outcome = Outcome(.accepted)
        let wall = nature.base.advanced(byMilliseconds: now + nature.skew)
        reason = .periodic
        orders.leavesStateOut = false
        acknowledgedHash = reply.want.contains("state") ? nil : reply.stateAck
        outcome.stateHash = reply.stateAck
        wantsHours = reply.want.contains("hours")
        wantsRenewal = reply.want.contains("renew")
        position(reply, told, at: now, &outcome)
        let more = advanceReplay(told) || told.isFull && journal.behind > 0
        pacing.noteAccepted(reply, hasMore: more, at: now, &random)
        for order in orders.settle(told.results, at: wall) {
            commandEnded(order.id, order.verb, at: now)
            outcome.orders += 1
        }
        if orders.take(reply.commands, at: wall) || !orders.untold.isEmpty { pacing.noteChange(at: now) }
        return outcome
    }

    /// - Returns: whether there is more of that day.
    private mutating func advanceReplay(_ told: Pending) -> Bool {
        guard let current = replay, told.isReplay else { return replay != nil }
        replay = told.run.isEmpty || told.run.end >= current.end ? nil : (told.run.end, current.end)
        return replay != nil || journal.behind > 0
    }

    private mutating func commandEnded(_ id: HexID, _ verb: String, at now: Int64) {
        let data: JSONValue = ["id": .string(id.text), "verb": .string(verb), "actor": "hub"]
        guard let note = try? WireCoding.encode(data) else { return }
        var fact = Fact(.command, at: now)
        fact.device = 1
        journal.append(fact, note: note)
    }
}
