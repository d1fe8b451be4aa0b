import DriverKit

/// Protocol A: each frame names all touches, each ended by SYN_MT_REPORT, without saying which is which. They are told
/// apart by where they were: pairs that lie nearest to each other first.
struct AnonymousSampler: ContactSampler {
    /// What no panel has more of; a stream that never ends its frame is not kept.
    static let most = 32

    /// A touch farther than this from every earlier one is a new one. In the panel's units; `nil` without ranges.
    private let reach: Int64?
    private var collected: [SampledContact] = []
    private var open = SampledContact(key: 0)
    private var present: [SampledContact] = []
    private var lastKey = 0

    /// - Parameter reach: how far a finger moves at most between two frames. A sixth of the longer axis: at 60 frames
    ///   a second that is ten widths of the screen per second, which nobody does.
    init(reach: Int64?) { self.reach = reach }

    mutating func take(_ event: InputEvent) {
        switch (event.type, event.code) {
        case (InputCode.absolute, InputCode.positionX): open.x = event.value
        case (InputCode.absolute, InputCode.positionY): open.y = event.value
        case (InputCode.synchronization, InputCode.touchReport):
            // One without a position says only that nothing is there.
            if open.x != nil || open.y != nil, collected.count < AnonymousSampler.most { collected.append(open) }
            open = SampledContact(key: 0)
        default: break
        }
    }

    mutating func sample() -> ContactSample {
        present = named(collected)
        (collected, open) = ([], SampledContact(key: 0))
        return ContactSample(present: present)
    }

    private mutating func named(_ fresh: [SampledContact]) -> [SampledContact] {
        var (names, taken): ([Int: Int], Set<Int>) = ([:], [])
        for pair in pairs(fresh) where names[pair.fresh] == nil && !taken.contains(pair.key) {
            names[pair.fresh] = pair.key
            taken.insert(pair.key)
        }
        return fresh.enumerated().map { index, contact in
            var contact = contact
            if let known = names[index] {
                contact.key = known
            } else {
                lastKey += 1
                contact.key = lastKey
            }
            return contact
        }
    }

    private func pairs(_ fresh: [SampledContact]) -> [(distance: Int64, fresh: Int, key: Int)] {
        fresh.enumerated().flatMap { index, contact in
            present.map { (distance($0, contact), index, $0.key) }
        }
        .filter { pair in reach.map { pair.0 <= $0 } ?? true }
        .sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }
    }

    /// The longer of the two ways: no squares, which 32-bit positions from a wire could overflow.
    private func distance(_ first: SampledContact, _ second: SampledContact) -> Int64 {
        func way(_ one: Int32?, _ other: Int32?) -> Int64 { abs(Int64(one ?? 0) - Int64(other ?? 0)) }
        return max(way(first.x, second.x), way(first.y, second.y))
    }
}
