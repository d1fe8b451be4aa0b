import ZoneModel

/// One touch, from the moment a finger comes to the moment it goes.
package struct Contact: Sendable, Hashable {
    /// From 1; never used for another touch of the same opening.
    package let number: Int
    /// In the panel's own units (`InputCapabilities.Axis`); `nil` as long as the panel has not said.
    package var x: Int32?
    package var y: Int32?

    package init(number: Int, x: Int32? = nil, y: Int32? = nil) { (self.number, self.x, self.y) = (number, x, y) }
}

/// What one frame of events has changed. Of every number there is one `down`, then any `move`, then one `up`.
package enum ContactChange: Sendable, Hashable {
    case down(Contact)
    case move(Contact)
    /// With the last position.
    case up(Contact)

    package var contact: Contact {
        switch self {
        case .down(let contact), .move(let contact), .up(let contact): contact
        }
    }
}

/// What one frame of a panel has brought, at SYN_REPORT.
package struct ContactFrame: Sendable, Hashable {
    package var changes: [ContactChange]
    /// The kernel's stamp of its end, in µs of the clock that the source was opened with.
    package var microseconds: Int64
    /// Events were lost before it: what it says happened some time since.
    package var isResync: Bool

    package init(changes: [ContactChange], microseconds: Int64, isResync: Bool = false) {
        (self.changes, self.microseconds, self.isResync) = (changes, microseconds, isResync)
    }
}

/// A panel's frames for one reader, who waits for nothing else: between a finger and its program lies no task but the
/// reader's. So that it can look at the clock and at its rights, too, it can be nudged.
package struct ContactFeed: AsyncSequence, Sendable {
    private let stream: AsyncStream<ContactFrame>
    private let wake: @Sendable () -> Void

    /// - Parameter nudge: yields a frame without a change when none waits.
    package init(_ stream: AsyncStream<ContactFrame>, nudge: @escaping @Sendable () -> Void) {
        (self.stream, wake) = (stream, nudge)
    }

    package func nudge() { wake() }
    package func makeAsyncIterator() -> AsyncStream<ContactFrame>.Iterator { stream.makeAsyncIterator() }
}

/// A panel whose touches can be followed while they happen. Positions leave a driver on this way only: they are in no
/// report, no event and no file.
package protocol TouchSurface: LiveDevice {
    nonisolated var capabilities: InputCapabilities { get }

    /// Frames from now on, also those without a change. Bounded: who does not read fast enough loses the oldest, and the
    /// first frame after the loss `isResync`. Every contact has its end here too: a panel that goes away ends its
    /// contacts, then the stream.
    nonisolated func contactFrames() -> ContactFeed

    /// Has the panel to itself, so that no touch reaches the desktop (EVIOCGRAB, linux/input.h), or lets go of it.
    /// The kernel lets go by itself when the device is closed.
    /// - Throws: `DeviceError` `.busy` while a finger is down (the desktop would keep a touch without an end) or while
    ///   another program has it, `.unsupported` where nothing can be grabbed.
    func setGrabbed(_ isGrabbed: Bool) async throws(DeviceError)
}
