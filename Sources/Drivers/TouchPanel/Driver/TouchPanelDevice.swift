import DriverKit
import ZoneModel
import ZoneTime

/// One opened panel. Events are followed on the source's own queue, so that a storm of them costs no task; only
/// "touched" and "idle again" leave this actor.
actor TouchPanelDevice: TouchSurface {
    nonisolated let events: AsyncStream<DeviceEvent>
    nonisolated var capabilities: InputCapabilities { source.capabilities }
    private let source: any InputSource
    private let busPath: String?
    let follower: ContactFollower

    init(
        source: any InputSource, busPath: String?, idleAfter: Duration, health: HealthSettings, clock: any ZoneClock,
        isHallOpen: @escaping @Sendable (WallTime) -> Bool?, tap: WireTap
    ) {
        let (events, continuation) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(16))
        let follower = ContactFollower(
            of: source.capabilities, idleAfter: idleAfter, health: health, clock: clock, isHallOpen: isHallOpen,
            output: continuation)
        (self.events, self.source, self.busPath, self.follower) = (events, source, busPath, follower)
        tap.note(.greeting, InputFrames.greeting(source.capabilities))
        source.start(
            onEvents: { events in
                // Before anything is made of them: what is measured is the reader alone.
                let handedOn = source.stampNow()
                tap.note(.in, events.flatMap(InputFrames.encode))
                follower.take(events, handedOn: handedOn)
            },
            onEnd: { error in
                tap.note(.lost, Array("\(error.code.rawValue) \(error.detail)".utf8))
                follower.end(error)
            })
    }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        if let loss = follower.loss { throw loss }
        let capabilities = source.capabilities
        return Report(
            presence: .present, link: .up, activity: follower.activity, identity: identity(capabilities),
            symptoms: [Symptom(.touchAbsent, .fine)] + follower.withHealth { $0.symptoms(now: $1) },
            details: details(capabilities),
            simulated: capabilities.simulated)
    }

    var readerCount: Int { follower.readerCount }

    nonisolated func contactFrames() -> ContactFeed { follower.frames() }

    func setGrabbed(_ isGrabbed: Bool) async throws(DeviceError) {
        if let loss = follower.loss { throw loss }
        guard isGrabbed else {
            try await source.setGrabbed(false)
            return follower.setWiped(false)
        }
        let busy = DeviceError(.busy, doing: "grab", "a finger is on the glass")
        guard !follower.isInUse else { throw busy }
        try await source.setGrabbed(true)
        // One that came in between was seen by the desktop, which would never see it go.
        guard follower.isInUse else { return follower.setWiped(true) }
        try await source.setGrabbed(false)
        throw busy
    }

    func close() async { source.close() }

    private func identity(_ capabilities: InputCapabilities) -> Identity {
        Identity(
            model: capabilities.name.cleaned(), serial: capabilities.serial?.cleaned(),
            firmware: hex(capabilities.version), busId: "\(hex(capabilities.vendor)):\(hex(capabilities.product))",
            busPath: (busPath ?? capabilities.physicalPath)?.cleaned())
    }

    private func details(_ capabilities: InputCapabilities) -> JSONValue {
        func axis(_ axis: InputCapabilities.Axis?) -> JSONValue? {
            axis.map {
                [
                    "min": .integer(Int64($0.minimum)), "max": .integer(Int64($0.maximum)),
                    "resolution": .integer(Int64($0.resolution)),
                ]
            }
        }
        return [
            "slots": .integer(Int64(capabilities.slots)),
            "manner": .string(ContactManner(of: capabilities).name),
            "axes": .members(["x": axis(capabilities.x), "y": axis(capabilities.y)]),
            "contacts": .integer(Int64(follower.contactCount)),
            "eventsLostTimes": .integer(Int64(follower.droppedCount)),
            "reader": follower.readerDetails,
            "health": follower.withHealth { $0.details(now: $1) },
            "source": capabilities.simulated ? "simulator" : "evdev",
        ]
    }
}

private func hex(_ value: UInt16) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
}
