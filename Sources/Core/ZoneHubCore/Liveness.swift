import ZoneHubStore
import ZoneModel
import ZoneWire

/// Is a node there? Judged from when it was heard last, what it said, and its opening hours:
///
/// - `live`: heard within 1.5 x interval + grace, and it did not say goodbye.
/// - Without known hours: `closed` after a goodbye, else `late`, and `silent` after 3 x interval.
/// - Inside an opening interval in which it was heard: the same. Not heard in it: 15 minutes after the opening it is
///   `notOpened`, whether it had said goodbye or not (somebody has to go and switch it on); until then `closed` after
///   a goodbye, else `late`. While staff have closed the zone, as it told the hub, that is `closed`, and the quarter of
///   an hour begins with the end of the closure.
/// - Outside opening hours: `closed` after a goodbye, else `late` for as long as it takes: many sites cut the mains.
///
/// Hours that end before now are no hours. `unseen` and `retired` are words for a zone, not for a node.
/// Silence begins when the hub began to listen, not when it was away itself; but nothing becomes better unheard.
package struct Liveness: Sendable, Hashable {
    package var word: ZoneLiveness
    /// What the node said last is still taken for true. A node that is late overnight is not.
    package var isFresh: Bool

    private static let openingGrace: Int64 = 15 * 60_000

    package init(_ record: NodeRecord, at now: WallTime, grace: Duration, listeningSince: WallTime) {
        let wasThere = record.liveness == .live || record.liveness == .late
        let heard = wasThere ? max(record.lastHeard, listeningSince) : record.lastHeard
        let age = now.milliseconds - heard.milliseconds
        isFresh =
            !record.saidGoodbye && age <= max(record.intervalMs * 3, record.intervalMs * 3 / 2 + grace.milliseconds)
        let isPunctual = record.liveness == .live && age <= record.intervalMs * 3 / 2 + grace.milliseconds
        guard record.saidGoodbye || !isPunctual else {
            word = .live
            return
        }
        let plain: ZoneLiveness = record.saidGoodbye ? .closed : age <= record.intervalMs * 3 ? .late : .silent
        guard let hours = record.hours, now < hours.until else {
            word = plain
            return
        }
        guard let opening = hours.interval(at: now) else {
            word = record.saidGoodbye ? .closed : .late
            return
        }
        guard record.lastHeard < opening.opens else {
            word = plain
            return
        }
        // Who said that the zone would be shut needs nobody to switch it on.
        guard ShutTime(record, at: now).closure == nil else {
            word = .closed
            return
        }
        // A hub that was away at the opening cannot know who was there: it waits as long again.
        let reopening = record.state?.closure?.until ?? opening.opens
        let waitingSince = max(opening.opens, reopening, listeningSince)
        let isOverdue = now.milliseconds - waitingSince.milliseconds >= Liveness.openingGrace
        let isTold = record.liveness == .notOpened
        word = isOverdue || isTold ? .notOpened : record.saidGoodbye ? .closed : .late
    }
}
