import DriverKit
import Synchronization
import ZoneModel
import ZoneTouch

/// One cleaning as it goes on. A pure value: frames and times are handed in, and it says why it is over.
struct CleaningSession: Sendable {
    /// As they stand in `cleaning.ended`.
    enum End: String, Sendable { case over, corner, released, holderGone, lost, stopping }

    /// The upper left corner, a hand wide on a large panel: to be found without looking for it.
    private static let corner = 0.12
    /// No wipe rests that long in a corner.
    static let cornerHold = Duration.seconds(3)

    let id: String
    let device: DeviceID
    let endsAt: MonoTime
    let holder: CleaningHolder
    /// Between the wish and the kernel's yes; whoever grabs lets go, if it was ended meanwhile.
    var isGrabbed = false
    /// It keeps its place until the panel is let go of, so that the next one is not let go of in its stead.
    var isEnding = false
    private let geometry: PanelGeometry?
    /// Seconds that were left at the last look, rounded up.
    private var seenSeconds: Int64?
    /// Contacts that came down in the corner and have not left it.
    private var held: [Int: MonoTime] = [:]

    init(id: String, device: DeviceID, endsAt: MonoTime, holder: CleaningHolder, geometry: PanelGeometry?) {
        (self.id, self.device, self.endsAt) = (id, device, endsAt)
        (self.holder, self.geometry) = (holder, geometry)
    }

    mutating func take(_ frame: ContactFrame, at now: MonoTime) {
        for change in frame.changes {
            let contact = change.contact
            let isInCorner = geometry?.place(of: contact).map { $0.x < Self.corner && $0.y < Self.corner } ?? false
            switch change {
            // A position that comes a frame later counts from then on.
            case .down, .move: if isInCorner { held[contact.number] = held[contact.number] ?? now }
            case .up: held[contact.number] = nil
            }
            if !isInCorner { held[contact.number] = nil }
        }
    }

    /// What is left, when a page should hear of it: at each full ten seconds, and at each of the last five. One that was
    /// slept over is left out, not made up for.
    mutating func countdown(at now: MonoTime) -> Duration? {
        let left = endsAt.since(now)
        let seconds = (left.milliseconds + 999) / 1000
        let before = seenSeconds
        seenSeconds = seconds
        // How long it takes as a whole stands in `cleaning.started`.
        guard let before, seconds < before, !isEnding else { return nil }
        return seconds > 0 && (seconds % 10 == 0 || seconds <= 5) ? left : nil
    }

    /// - Returns: `nil` while it goes on.
    func end(at now: MonoTime, isLeaseHeld: (String) -> Bool) -> End? {
        if now >= endsAt { return .over }
        if held.values.contains(where: { now.since($0) >= Self.cornerHold }) { return .corner }
        return isLeaseHeld(holder.lease) ? nil : .holderGone
    }
}

/// Which panels take no touch, for readers who must not wait for the desk.
final class CleaningBoard: Sendable {
    private let ends = Mutex<[DeviceID: MonoTime]>([:])

    func set(_ device: DeviceID, _ end: MonoTime?) { ends.withLock { $0[device] = end } }
    func end(of device: DeviceID) -> MonoTime? { ends.withLock { $0[device] } }
}
