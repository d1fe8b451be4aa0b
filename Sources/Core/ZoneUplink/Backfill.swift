import ZoneModel
import ZoneWire

/// How much history the next heartbeat may carry: what the hub grants, less what it has just refused to swallow.
package struct Backfill: Sendable {
    package enum Ask: Sendable, Hashable {
        /// State and so many events at most.
        case run(Int)
        /// One event and nothing else of any size.
        case alone
        /// No event: is it the event that is refused, or everything?
        case nothing
    }

    package enum Verdict: Sendable, Hashable {
        /// Ask again, it is less now.
        case smaller
        /// This one event is what the hub does not take.
        case passOver(Int64)
        /// Even a heartbeat without history is refused.
        case hopeless
    }

    /// Until the hub says what it can bear: after a long outage everybody comes back at once.
    package static let beforeAnyWord = 20
    package static let unlessTold = 200
    package static let most = 500
    private static let longestPause: Int64 = 3_600_000

    private var budget = Backfill.beforeAnyWord
    /// To the next heartbeat that only carries history.
    package private(set) var pause = Duration.zero
    /// Holds until what was refused has gone through.
    private var cap: (events: Int, through: Int64)?
    private var trial = Trial.none

    /// An event that was refused alone is passed over only when the hub, asked in between, took a heartbeat without it
    /// and then refuses it once more: something on the way that refuses everything must not cost one row.
    private enum Trial {
        case none, alone
        case without(Int64)
        case again(Int64)
    }

    package init() {}

    package var ask: Ask {
        guard budget > 0 else { return .run(0) }
        switch trial {
        case .none: return .run(min(budget, cap?.events ?? budget))
        case .alone, .again: return .alone
        case .without: return .nothing
        }
    }

    /// Waits for no more than the hub's next word.
    package var isOpen: Bool { budget > 0 }
    package var isTrying: Bool { if case .none = trial { false } else { isOpen } }

    package mutating func heard(_ grant: HeartbeatReply.Backfill?) {
        budget = grant.map { min(max($0.events, 0), Backfill.most) } ?? Backfill.unlessTold
        pause = .milliseconds(min(max(grant?.afterMs ?? 0, 0), Backfill.longestPause))
    }

    /// The hub was lost: what it could bear before is not what it can bear when it is back.
    package mutating func lost() { (budget, pause) = (Backfill.beforeAnyWord, .zero) }

    /// A heartbeat with these events was taken; everything up to `held` is at the hub.
    package mutating func accepted(_ events: Batch, held: Int64) {
        if case .without(let seq) = trial, events.count == 0 { trial = .again(seq) } else { trial = .none }
        if let cap, held >= cap.through { self.cap = nil }
    }

    /// A heartbeat with these events is what the hub does not take.
    /// - Parameter isBare: it had nothing else of any size.
    package mutating func refused(_ events: Batch, isBare: Bool) -> Verdict {
        guard let last = events.last else {
            trial = .none
            return .hopeless
        }
        cap = (max(1, events.count / 2), max(last, cap?.through ?? 0))
        guard events.count == 1 else {
            trial = .none
            return .smaller
        }
        if case .again(last) = trial {
            trial = .none
            return .passOver(last)
        }
        trial = isBare ? .without(last) : .alone
        return .smaller
    }
}
