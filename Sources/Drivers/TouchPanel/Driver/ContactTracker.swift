import DriverKit

/// Turns input events into touches, at SYN_REPORT and not before: until then a frame is half of the truth. Whatever
/// comes, each `down` has one `up`; `end()` lifts what the panel can no longer say.
package struct ContactTracker: Sendable {
    private var sampler: any ContactSampler
    /// By the order of their numbers.
    private var known: [Known] = []
    private var frames = 0
    private var lastNumber = 0
    private var isResync = false
    /// Times that events were lost between the panel and us.
    package private(set) var droppedCount = 0

    private struct Known: Sendable {
        let key: Int
        var contact: Contact
        /// The last frame that it was in.
        var frame: Int
    }

    package init(_ manner: ContactManner, axes: (x: InputCapabilities.Axis?, y: InputCapabilities.Axis?) = (nil, nil)) {
        switch manner {
        case .slots(let count): sampler = SlotSampler(count: count)
        case .point: sampler = PointSampler()
        case .anonymous:
            let spans = [axes.x, axes.y].compactMap { $0.map { abs(Int64($0.maximum) - Int64($0.minimum)) } }
            sampler = AnonymousSampler(reach: spans.max().map { $0 / 6 })
        }
    }

    package var contacts: [Contact] { known.map(\.contact) }
    package var isTouched: Bool { !known.isEmpty }

    /// - Returns: the frame, when this event ended one.
    package mutating func take(_ event: InputEvent) -> ContactFrame? {
        switch (event.type, event.code) {
        case (InputCode.synchronization, InputCode.dropped):
            droppedCount += 1
            isResync = true
            return nil
        case (InputCode.synchronization, InputCode.report):
            defer { isResync = false }
            return ContactFrame(changes: apply(sampler.sample()), microseconds: event.microseconds, isResync: isResync)
        default:
            sampler.take(event)
            return nil
        }
    }

    /// The panel is gone.
    package mutating func end() -> [ContactChange] {
        defer { known = [] }
        return contacts.map { .up($0) }
    }

    /// Ends first: a slot that changes hands is free before it is taken.
    private mutating func apply(_ sample: ContactSample) -> [ContactChange] {
        frames += 1
        var changes = gone(sample)
        for passing in sample.passing {
            let contact = fresh(passing)
            changes += [.down(contact), .up(contact)]
        }
        var hint = 0
        for entry in sample.present {
            guard let index = index(of: entry.key, from: hint) else {
                let contact = fresh(entry)
                known.append(Known(key: entry.key, contact: contact, frame: frames))
                changes.append(.down(contact))
                continue
            }
            hint = index + 1
            guard (known[index].contact.x, known[index].contact.y) != (entry.x, entry.y) else { continue }
            (known[index].contact.x, known[index].contact.y) = (entry.x, entry.y)
            changes.append(.move(known[index].contact))
        }
        return changes
    }

    /// Lifts what the frame no longer has.
    private mutating func gone(_ sample: ContactSample) -> [ContactChange] {
        var (hint, kept) = (0, 0)
        for entry in sample.present {
            guard let index = index(of: entry.key, from: hint) else { continue }
            (known[index].frame, hint, kept) = (frames, index + 1, kept + 1)
        }
        guard kept < known.count else { return [] }
        let frame = frames
        let gone = known.filter { $0.frame != frame }.map { ContactChange.up($0.contact) }
        known.removeAll { $0.frame != frame }
        return gone
    }

    /// Most often they come in the order in which they are known.
    private func index(of key: Int, from hint: Int) -> Int? {
        hint < known.count && known[hint].key == key ? hint : known.firstIndex { $0.key == key }
    }

    private mutating func fresh(_ entry: SampledContact) -> Contact {
        lastNumber += 1
        return Contact(number: lastNumber, x: entry.x, y: entry.y)
    }
}

extension ContactTracker {
    package init(of panel: InputCapabilities) {
        self.init(ContactManner(of: panel), axes: (panel.x, panel.y))
    }
}
