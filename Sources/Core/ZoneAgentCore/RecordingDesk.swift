import DriverKit
import Synchronization
import ZoneAccess
import ZoneJournal
import ZoneModel
import ZoneRecording
import ZoneTime
import ZoneWire

/// Records what passes at a device's port, from its opening on.
package struct RecordingDesk: Sendable {
    /// What waits for a slow reader; a reader that is slower still loses the rest of the recording, not the agent's memory.
    private static let room = 20_000

    let supervisor: Supervisor
    let station: Station
    let journal: Journal
    let clock: any ZoneClock

    /// The lines of a recording: the header first. Ends when the reader stops or when the time is over. The device is opened anew at its beginning, because a replay has to open it, too.
    /// - Throws: `ErrorJSON` when there is nothing to record, or somebody records already.
    package func record(
        _ id: DeviceID, for duration: Duration, withContacts: Bool, by caller: Caller
    ) async throws -> AsyncStream<String> {
        guard let assignment = await supervisor.assignments[id] else {
            throw RecordingDesk.refusal("\(id) is not run now: nothing passes on its wire", "这台设备现在没有运行，没有可录的内容")
        }
        guard assignment.driver.hasWire else {
            throw RecordingDesk.refusal("\(id) has no wire to listen at", "这类设备没有可录制的通信线路")
        }
        guard await !supervisor.isPrinting(id) else {
            throw RecordingDesk.refusal("\(id) is printing; record it afterwards", "正在打印，请打印完再录")
        }
        let (lines, output) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingOldest(RecordingDesk.room))
        let header = RecordingHeader(
            kind: assignment.card.kind, profile: assignment.profile, attachment: assignment.attachment,
            at: clock.wall(), simulated: station.board.state(of: id)?.simulated ?? false, contacts: withContacts)
        output.yield(header.line)
        let begin = clock.mono()
        guard attach(assignment, output, withContacts, begin) else {
            throw RecordingDesk.refusal("\(id) is being recorded already", "这台设备正在录制中")
        }
        let timer = Task { [clock] in
            // How long nothing passed at the end is part of the recording.
            if (try? await clock.sleep(for: duration)) != nil {
                output.yield(RecordedEntry(ms: clock.mono().since(begin).milliseconds, .end, []).line)
            }
            output.finish()
        }
        output.onTermination = { _ in
            timer.cancel()
            assignment.tap.detach()
        }
        try await note(id, withContacts, caller)
        // Not waited for: one that does not open now is what somebody wants to see recorded, from its first byte.
        Task { [supervisor] in try? await supervisor.heal(id, .reopen) }
        return lines
    }

    private func attach(
        _ assignment: Assignment, _ output: AsyncStream<String>.Continuation, _ withContacts: Bool,
        _ begin: MonoTime
    ) -> Bool {
        let filter = assignment.card.kind == .touchPanel && !withContacts ? ContactFilter() : nil
        let hasBegun = Atomic<Bool>(false)
        return assignment.tap.attach { [clock] direction, bytes in
            // The end of what was open before belongs to nobody.
            if direction == .lost, !hasBegun.load(ordering: .relaxed) { return }
            hasBegun.store(true, ordering: .relaxed)
            var bytes = bytes
            if direction == .in, let filter { bytes = filter.withoutPositions(bytes) }
            guard !bytes.isEmpty || direction != .in else { return }
            let entry = RecordedEntry(ms: clock.mono().since(begin).milliseconds, direction, bytes)
            // A hole would make the rest worthless, and so would a line that nobody could read back.
            guard bytes.count <= Recording.longestEntry else { return output.finish() }
            if case .dropped = output.yield(entry.line) { output.finish() }
        }
    }

    /// Who listened to what is told for ever.
    private func note(_ id: DeviceID, _ withContacts: Bool, _ caller: Caller) async throws {
        let event = EventDraft(
            .deviceRecorded, .a, subject: id.text, at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: ["actor": .string(caller.description), "contacts": .bool(withContacts)])
        try await journal.write([Entry(event)], .now)
    }

    private static func refusal(_ message: String, _ zh: String) -> ErrorJSON {
        ErrorJSON(code: "recording.refused", message: message, zh: zh)
    }
}
