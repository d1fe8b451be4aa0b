import ZoneModel
import ZoneWire

/// Why a run is over.
package enum TouchTestEnd: String, Sendable, Hashable, Codable {
    /// All its seconds; somebody wished so (Ctrl-C).
    case over, interrupted
    /// Unplugged; the agent stops; the agent may not show touches any more.
    case lost, stopping, released
    /// The connection broke; it is there, and nothing comes; what comes is not understood.
    case gone, silent, unreadable

    package var isTrouble: Bool { self != .over && self != .interrupted }
}

/// One run, from the first byte of the stream of contacts to its end.
package struct TouchTestSession: Sendable {
    /// The agent says something every 5 s, if only a comment.
    private static let silence = Duration.seconds(15)
    /// So many looks as well: a PC that slept or was busy for so long first reads what has waited for it.
    private static let silentLooks = 20
    /// No frame of a panel is longer.
    private static let longestEvent = 1 << 20

    package let device: String
    package let seconds: Int
    package private(set) var panel: ContactPanelJSON?
    package private(set) var glass = TestedGlass()
    /// When the panel was introduced.
    private var began: MonoTime?
    private var heard: MonoTime
    private var looksSince = 0
    private var parser = EventStreamParser(limit: longestEvent)

    package init(device: String, seconds: Int, now: MonoTime) {
        (self.device, self.seconds, heard) = (device, seconds, now)
    }

    package var isBegun: Bool { panel != nil }
    package func elapsed(at now: MonoTime) -> Duration { began.map { max(.zero, now.since($0)) } ?? .zero }
    /// Whole seconds, upwards.
    package func secondsLeft(at now: MonoTime) -> Int {
        max(0, seconds - Int(elapsed(at: now).components.seconds))
    }

    /// - Returns: not `nil` when that was the last of it.
    package mutating func take(_ bytes: [UInt8], at now: MonoTime) -> TouchTestEnd? {
        (heard, looksSince) = (now, 0)
        for event in parser.take(bytes) {
            if let end = take(event, at: now) { return end }
        }
        return parser.isOverfull ? .unreadable : nil
    }

    /// What time alone brings.
    package mutating func look(at now: MonoTime) -> TouchTestEnd? {
        looksSince += 1
        if isBegun, elapsed(at: now) >= .seconds(seconds) { return .over }
        let isSilent = now.since(heard) >= TouchTestSession.silence && looksSince >= TouchTestSession.silentLooks
        return isSilent ? .silent : nil
    }

    private mutating func take(_ event: StreamedEvent, at now: MonoTime) -> TouchTestEnd? {
        let data = Array(event.data.utf8)
        do {
            switch event.name {
            case "panel":
                panel = try WireCoding.decode(ContactPanelJSON.self, data)
                began = began ?? now
            case "frame": glass.take(try WireCoding.decode(ContactFrameJSON.self, data), at: now)
            case "end": return TouchTestSession.end(try WireCoding.decode(ContactEndJSON.self, data).why)
            default: break
            }
            return nil
        } catch {
            return .unreadable
        }
    }

    private static func end(_ why: ContactEndJSON.Why) -> TouchTestEnd {
        switch why {
        case .lost: .lost
        case .stopping: .stopping
        case .released: .released
        }
    }
}
