import Logging
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

extension Uplink {
    static let mostResults = 50
    /// The desk only writes down; if it cannot, the heartbeat goes without it.
    static let deskPatience = Duration.seconds(2)

    func compose(_ reason: Heartbeat.Reason) async -> UplinkDraft {
        let state = source.state()
        let hash = StateFingerprint(state).hash
        memory.told = (state, hash)
        memory.hb += 1
        var heartbeat = Heartbeat(
            zone: source.zone, node: source.node, stream: journal.stream, epoch: journal.epoch, boot: journal.boot,
            hb: memory.hb, reason: reason, sentAt: clock.wall(), mono: clock.mono(), clock: clock.quality(),
            interval: plan.interval, stateHash: hash)
        heartbeat.hoursRev = source.hoursRevision()
        heartbeat.anchors = source.anchors()
        var draft = UplinkDraft(heartbeat: heartbeat)
        guard !plan.isTurnedAway else { return draft }
        let ask = backfill.ask
        if ask != .alone {
            if hash != memory.acknowledgedHash { draft.heartbeat.state = state }
            if memory.hoursAreWanted { draft.heartbeat.hours = source.hours() }
            await addResults(&draft)
            let held = await source.entriesHeld()
            if !held.isEmpty { draft.heartbeat.entries = held }
        }
        await addHistory(ask, &draft)
        draft.heartbeat.aboutSelf = await source.aboutSelf(plan.failures)
        return draft
    }

    private func addResults(_ draft: inout UplinkDraft) async {
        if let orders {
            let asked = Task { await orders.pendingResults() }
            draft.deskResults = Array(
                (await firstOf(asked, orAfter: Uplink.deskPatience, clock) ?? [])
                    .prefix(Uplink.mostResults))
        }
        let results = draft.deskResults + memory.refusals
        if !results.isEmpty { draft.heartbeat.results = memory.resultsAreBrief ? results.map(\.brief) : results }
    }

    private func addHistory(_ ask: Backfill.Ask, _ draft: inout UplinkDraft) async {
        let limit =
            switch ask {
            case .run(let events): events
            case .alone: 1
            case .nothing: 0
            }
        do {
            draft.batch = try await Batch.read(
                journal, after: memory.acknowledged, limit: limit, passedOver: memory.passedOver)
        } catch {
            // A disk that cannot be read is a reason to be heard, not to be silent.
            log.error("Journal cannot be read; heartbeat goes without history", metadata: ["error": "\(error)"])
        }
        guard let last = draft.batch.last else { return }
        memory.sentThrough = max(memory.sentThrough, last)
        draft.heartbeat.events = draft.batch.events
        draft.heartbeat.gaps = draft.batch.gaps.isEmpty ? nil : draft.batch.gaps
    }
}
