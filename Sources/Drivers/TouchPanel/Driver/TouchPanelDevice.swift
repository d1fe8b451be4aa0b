import DriverKit
import Synchronization
import ZoneModel
import ZoneTime

/// One opened panel. Events are followed on the source's own queue, so that a storm of them costs no task; only
/// "touched" and "idle again" leave this actor.
actor TouchPanelDevice: LiveDevice {
    nonisolated let events: AsyncStream<DeviceEvent>
    private let source: any InputSource
    private let busPath: String?
    private let follower: ContactFollower

    init(source: any InputSource, busPath: String?, idleAfter: Duration, clock: any ZoneClock) {
        let (events, continuation) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(16))
        let follower = ContactFollower(
            slotCount: source.capabilities.slots, idleAfter: idleAfter, clock: clock, output: continuation)
        (self.events, self.source, self.busPath, self.follower) = (events, source, busPath, follower)
        source.start(onEvents: follower.take, onEnd: follower.end)
    }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        if let loss = follower.loss { throw loss }
        let capabilities = source.capabilities
        return Report(
            presence: .present, link: .up, activity: follower.activity, identity: identity(capabilities),
            symptoms: [Symptom(.touchAbsent, .fine)], details: details(capabilities),
            simulated: capabilities.simulated)
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
            "axes": .members(["x": axis(capabilities.x), "y": axis(capabilities.y)]),
            "contacts": .integer(Int64(follower.contactCount)),
            "eventsLostTimes": .integer(Int64(follower.droppedCount)),
            "source": capabilities.simulated ? "simulator" : "evdev",
        ]
    }
}

private func hex(_ value: UInt16) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
}

/// Follows contacts and says when the panel becomes busy or idle.
private final class ContactFollower: Sendable {
    private struct State {
        var tracker: SlotTracker
        var activity = Activity.idle
        /// Counts lifts, so that a timer armed by an older lift knows it is out of date.
        var lifts = 0
        var loss: DeviceError?
    }

    private let state: Mutex<State>
    private let idleAfter: Duration
    private let clock: any ZoneClock
    private let output: AsyncStream<DeviceEvent>.Continuation

    init(
        slotCount: Int, idleAfter: Duration, clock: any ZoneClock, output: AsyncStream<DeviceEvent>.Continuation
    ) {
        state = Mutex(State(tracker: SlotTracker(slotCount: slotCount)))
        (self.idleAfter, self.clock, self.output) = (idleAfter, clock, output)
    }

    var activity: Activity { state.withLock { $0.activity } }
    var contactCount: Int { state.withLock { $0.tracker.contacts.count } }
    var droppedCount: Int { state.withLock { $0.tracker.droppedCount } }
    var loss: DeviceError? { state.withLock { $0.loss } }

    func take(_ events: [InputEvent]) {
        let armTimer: Int? = state.withLock { state in
            let before = state.tracker.isTouched
            for event in events { state.tracker.take(event) }
            let after = state.tracker.isTouched
            if after, state.activity != .busy {
                state.activity = .busy
                output.yield(.report(Report(activity: .busy)))
            }
            guard !after, before || state.activity == .busy else { return nil }
            state.lifts += 1
            return state.lifts
        }
        if let armTimer { settle(after: armTimer) }
    }

    func end(_ error: DeviceError) {
        state.withLock { $0.loss = error }
        output.yield(.lost(error))
        output.finish()
    }

    private func settle(after lift: Int) {
        Task { [self] in
            try? await clock.sleep(for: idleAfter)
            state.withLock { state in
                guard state.lifts == lift, !state.tracker.isTouched, state.activity == .busy else { return }
                state.activity = .idle
                output.yield(.report(Report(activity: .idle)))
            }
        }
    }
}
