import DriverKit
import Hummingbird
import NIOCore
import ServiceLifecycle
import ZoneHTTP
import ZoneModel
import ZoneTime
import ZoneTouch
import ZoneWire

/// A panel's frames as they go over the wire: shares of the glass instead of its units, numbers of this stream alone.
struct ContactStream {
    private let geometry: PanelGeometry?
    private var names: [Int: Int] = [:]
    private var lastName = 0

    init(_ panel: InputCapabilities) { geometry = PanelGeometry(x: panel.x, y: panel.y) }

    /// - Returns: `nil` for a frame that changes nothing.
    mutating func take(_ frame: ContactFrame) -> ContactFrameJSON? {
        let changes = frame.changes.compactMap { change($0) }
        guard !changes.isEmpty || frame.isResync else { return nil }
        return ContactFrameJSON(us: frame.microseconds, resync: frame.isResync, changes: changes)
    }

    private mutating func change(_ change: ContactChange) -> ContactFrameJSON.Change? {
        let contact = change.contact
        let phase: ContactFrameJSON.Phase
        switch change {
        case .down:
            lastName += 1
            names[contact.number] = lastName
            phase = .down
        case .move: phase = .move
        case .up: phase = .up
        }
        guard let name = names[contact.number] else { return nil }
        if phase == .up { names[contact.number] = nil }
        let place = geometry?.place(of: contact)
        return ContactFrameJSON.Change(
            phase: phase, id: name, x: place.map { GlassPointJSON.share($0.x) },
            y: place.map { GlassPointJSON.share($0.y) })
    }
}

extension ContactPanelJSON {
    init(_ panel: InputCapabilities) {
        func axis(_ axis: InputCapabilities.Axis?) -> Axis? {
            axis.map { Axis(min: $0.minimum, max: $0.maximum, resolution: $0.resolution) }
        }
        self.init(slots: panel.slots, x: axis(panel.x), y: axis(panel.y), simulated: panel.simulated)
    }
}

/// `GET /v1/devices/{id}/contacts`: touches while they happen. What is sent is kept nowhere.
struct ContactStreamResponse: Sendable {
    private static let stallLimit = Duration.seconds(30)
    /// Looks at the lease this often while nothing is touched.
    private static let look = Duration.seconds(1)
    /// A comment after so much silence shows that it is alive.
    private static let silence = Duration.seconds(5)

    let surface: any TouchSurface
    let clock: any ZoneClock
    /// Whether the lease that lets the reader look is still there.
    let isAllowed: @Sendable () -> Bool

    func response(channel: any Channel) -> Response {
        // Not before the response is begun: frames would wait for a reader who never comes.
        let body = ResponseBody { writer in
            let guardian = StallGuard(clock: clock, limit: ContactStreamResponse.stallLimit, channel: channel)
            defer { guardian.stop() }
            // Begun before anything is said: who has heard of the panel misses no touch.
            let frames = surface.contactFrames()
            try await send(&writer, "panel", ContactPanelJSON(surface.capabilities), guardian)
            let why = try await follow(frames, &writer, guardian)
            try await send(&writer, "end", ContactEndJSON(why: why), guardian)
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    /// Waits for the panel alone: each stream that were merged with its frames would be one more task to be woken for each.
    @concurrent
    private func follow(
        _ frames: ContactFeed, _ writer: inout any ResponseBodyWriter, _ guardian: StallGuard
    ) async throws -> ContactEndJSON.Why {
        let looks = Task { [clock] in
            while (try? await clock.sleep(for: ContactStreamResponse.look)) != nil { frames.nudge() }
        }
        defer { looks.cancel() }
        return try await withGracefulShutdownHandler {
            var (stream, spoken) = (ContactStream(surface.capabilities), ContinuousClock.now)
            for await frame in frames {
                guard !Task.isShuttingDownGracefully else { return .stopping }
                guard isAllowed() else { return .released }
                if let told = stream.take(frame) {
                    try await write(&writer, ContactFrameText.event(told), guardian)
                } else if spoken.duration(to: .now) >= ContactStreamResponse.silence {
                    try await write(&writer, ": \n\n", guardian)
                } else {
                    continue
                }
                spoken = .now
            }
            return .lost
        } onGracefulShutdown: {
            frames.nudge()
        }
    }

    @concurrent
    private func send(
        _ writer: inout any ResponseBodyWriter, _ name: String, _ value: some Encodable & Sendable,
        _ guardian: StallGuard
    ) async throws {
        try await write(&writer, "event: \(name)\ndata: \(WireCoding.text(value))\n\n", guardian)
    }

    @concurrent
    private func write(_ writer: inout any ResponseBodyWriter, _ text: String, _ guardian: StallGuard) async throws {
        guardian.beginWrite()
        defer { guardian.endWrite() }
        try await writer.write(ByteBuffer(string: text))
    }
}
