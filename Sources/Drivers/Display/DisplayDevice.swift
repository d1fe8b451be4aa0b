import DriverKit
import ZoneLinux
import ZoneModel
import ZoneTime

/// One connector with a display on it. It has no events: udev tells of the cable, and the next check of the rest.
actor DisplayDevice: LiveDevice {
    struct Place: Sendable {
        var folder: String
        var isSimulated: Bool

        var connector: String { String(folder.split(separator: "/").last ?? "") }
    }

    nonisolated let events: AsyncStream<DeviceEvent>
    private let output: AsyncStream<DeviceEvent>.Continuation
    private let place: Place
    private let source: any DisplaySource
    private let wanted: DisplayMode?
    private let clock: any ZoneClock
    private let lane = BlockingLane(label: "display")
    /// One that did not return in time: while it hangs no second one is begun behind it.
    private var looking: Task<Result<ConnectorFacts, DeviceError>, Never>?

    init(_ place: Place, source: any DisplaySource, wanted: DisplayMode?, clock: any ZoneClock) {
        (events, output) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(1))
        (self.place, self.source, self.wanted, self.clock) = (place, source, wanted, clock)
    }

    func close() async { output.finish() }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        guard let facts = try await look(within: deadline) else {
            return Report(presence: .unknown, link: .unknown, activity: .unknown, reason: "timedOut")
        }
        return DisplayReport(facts, of: place, wanted: wanted).report
    }

    /// - Returns: `nil` when the kernel did not answer in time.
    /// - Throws: `.absent` when nothing is connected.
    func look(within deadline: Duration) async throws(DeviceError) -> ConnectorFacts? {
        let task: Task<Result<ConnectorFacts, DeviceError>, Never>
        if let looking {
            task = looking
        } else {
            let (lane, source, folder) = (lane, source, place.folder)
            task = Task {
                await lane.run {
                    do throws(DeviceError) { return .success(try source.look(at: folder)) } catch {
                        return .failure(error)
                    }
                }
            }
            looking = task
        }
        guard let result = await firstOf(task, orAfter: deadline, clock) else { return nil }
        looking = nil
        let facts = try result.get()
        guard facts.status != "disconnected" else {
            throw DeviceError(.absent, doing: "look at \(place.connector.cleaned(limit: 64))", "nothing is connected")
        }
        return facts
    }
}
