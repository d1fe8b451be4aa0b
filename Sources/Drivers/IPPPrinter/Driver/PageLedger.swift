import ZoneModel

/// What the device's life counter moved by beside our own documents: copies at its own panel, prints of other PCs.
/// Whoever copies while a document of ours is printed is counted with that.
package struct PageLedger: Sendable {
    private let since: MonoTime
    private var last: PrintEvidence.Look?
    private var isPrinting = false
    /// Sides; `nil` until the counter was seen.
    package private(set) var others: Int?

    package init(since: MonoTime) { self.since = since }

    /// Nothing of ours was on its way since the look before.
    package mutating func note(_ look: PrintEvidence.Look) {
        guard !isPrinting, look.impressions != nil else { return }
        others = (others ?? 0) + (advance(to: look) ?? 0)
    }

    /// A document of ours begins.
    package mutating func begin(_ look: PrintEvidence.Look?) {
        if let look { note(look) }
        isPrinting = true
    }

    /// It is over: what the counter moved by meanwhile is ours.
    package mutating func end(_ look: PrintEvidence.Look?) {
        isPrinting = false
        // Without a look nobody knows which pages are whose: it begins anew with the next one.
        if let look, look.impressions != nil { _ = advance(to: look) } else { last = nil }
    }

    /// - Returns: what it moved by; `nil` for the first look, another device, or a counter that stepped back.
    private mutating func advance(to look: PrintEvidence.Look) -> Int? {
        defer { last = look }
        guard let last, last.serial == look.serial, let before = last.impressions, let now = look.impressions,
            now >= before
        else { return nil }
        return now - before
    }

    /// For `details`: sides, and for how long they were counted.
    package func json(at now: MonoTime) -> JSONValue? {
        others.map {
            ["impressions": .integer(Int64($0)), "seconds": .integer(now.since(since).milliseconds / 1000)]
        }
    }
}
