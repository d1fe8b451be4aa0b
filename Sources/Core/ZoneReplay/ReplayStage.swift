import DriverKit
import Logging
import ZoneAgentCore
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneRecording
import ZoneTime
import ZoneWire

/// What an agent made of a recording.
package struct ReplayOutcome: Sendable {
    /// What it wrote down, in its order.
    package var events: [Event]
    package var state: DeviceState
    /// Questions of the driver that the recording does not have: it was made with another version of the driver.
    package var unmatched: Int
    package var duration: Duration

    /// The story without times: what must come out again whenever the recording is played.
    package var story: [String] {
        let told: Set<EventName> = [.conditionRaised, .conditionUpdated, .conditionCleared, .instantOccurred]
        let lines = events.filter { told.contains($0.name) }.map { event in
            let parts = [event.name.rawValue, event.data["code"]?.stringValue, event.data["severity"]?.stringValue]
            return parts.compactMap(\.self).joined(separator: " ")
        }
        let counts = state.counts.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        return lines + ["end \(state.presence) \(state.link) \(state.health)\(counts)"]
    }
}

/// Plays a recording to the driver that made it, in front of a real station and a real journal in a folder of its own.
/// Everything in it is marked simulated.
package struct ReplayStage: Sendable {
    package struct UnknownDriver: Error, CustomStringConvertible {
        package let name: String
        package var description: String { "没有驱动“\(name)”。 There is no driver “\(name)”." }
    }

    private let recording: Recording
    private let log: Logger

    package init(_ recording: Recording, log: Logger) { (self.recording, self.log) = (recording, log) }

    /// - Parameters:
    ///   - folder: an empty folder for the journal.
    ///   - progress: how far it is, in the recording's time.
    package func run(in folder: String, progress: @escaping @Sendable (Duration) -> Void = { _ in }) async throws
        -> ReplayOutcome
    {
        let clock = ReplayClock(start: recording.header.at, real: SystemClock())
        let tape = ReplayTape(recording, clock: clock)
        let ports = ReplayPorts(tape: tape, clock: clock)
        let drivers = DriverRegistry.all(
            DeviceSeams(input: ports, bytes: ports, reports: ports, printers: ports, printing: ports), clock: clock)
        guard let driver = drivers.first(where: { $0.name == recording.header.driver && $0.hasWire }) else {
            throw UnknownDriver(name: recording.header.driver)
        }
        let journal = try Journal(path: folder + "/journal.db", boot: "replay", clock: SystemClock())
        let station = Station(journal: journal, clock: clock, log: log)
        let card = DeviceCard(id: DeviceID(recording.header.kind, 1), kind: recording.header.kind)
        let profile = recording.header.profile
        await station.admit(card, maxAge: profile.maxAge)
        let assignment = Assignment(
            card: card, driver: driver, attachment: recording.header.attachment, profile: profile)
        let runner = DeviceRunner(assignment, clock: clock, log: log) { report in
            var report = report
            report.simulated = true
            let marked = report
            await clock.holding { await station.take(marked, from: card.id) }
        }
        let device = Task { await runner.run() }
        let seconds = Task { await tick(station, clock, progress) }
        await clock.run(until: { tape.end }, expected: { tape.nextQuestion })
        let events = try await written(by: journal, at: clock)
        // The board shows what is written.
        let state = station.board.state(of: card.id) ?? DeviceState(card: card)
        for task in [device, seconds] { task.cancel() }
        // Whoever still waits for the recording's time is let go.
        for task in [device, seconds] { await task.value }
        await journal.close()
        return ReplayOutcome(
            events: events, state: state, unmatched: tape.unmatched, duration: recording.duration)
    }

    private func tick(_ station: Station, _ clock: ReplayClock, _ progress: @Sendable (Duration) -> Void) async {
        while (try? await clock.sleep(for: .seconds(1))) != nil {
            _ = await clock.holding { await station.tick() }
            progress(.milliseconds(clock.mono().milliseconds))
        }
    }

    /// A row that somebody waits for takes along everything that was written before it.
    private func written(by journal: Journal, at clock: ReplayClock) async throws -> [Event] {
        let end = EventDraft(
            .agentStopping, .a, subject: "zone", at: clock.wall(), clockQuality: .synced, mono: clock.mono())
        try await journal.write([Entry(end)], .now)
        var events: [Event] = []
        while true {
            let page = try await journal.page(after: events.last?.seq ?? 0, limit: 1000)
            guard !page.isEmpty else { return events }
            events += page
        }
    }
}
