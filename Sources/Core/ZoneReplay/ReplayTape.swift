import DriverKit
import Synchronization
import ZoneModel
import ZoneRecording
import ZoneTime

/// Where a replay stands in its recording. What a driver asks now is looked for among what was asked then; what was
/// answered then is answered now, after the same time.
final class ReplayTape: Sendable {
    /// What comes in next, and when.
    enum Input: Sendable {
        case bytes([UInt8], at: MonoTime)
        case lost(DeviceError, at: MonoTime)
        /// Nothing more until something is asked.
        case silence
    }

    private struct State {
        /// The entry that comes next.
        var next = 0
        /// How much later than in the recording things happen since the last question.
        var shift: Int64 = 0
        var unmatched = 0
    }

    private let entries: [RecordedEntry]
    private let clock: any ZoneClock
    private let state = Mutex(State())

    init(_ recording: Recording, clock: any ZoneClock) { (entries, self.clock) = (recording.entries, clock) }

    /// Questions that were not in the recording; they were met with silence.
    var unmatched: Int { state.withLock { $0.unmatched } }

    /// The device is opened: goes to the next opening in the recording, and takes as long as it took then.
    /// - Throws: `.absent` when there is none soon.
    func open() async throws(DeviceError) -> [UInt8] {
        let now = clock.mono()
        let greeting = state.withLock { state -> RecordedEntry? in
            guard let index = entries[state.next...].firstIndex(where: { $0.direction == .greeting }),
                entries[index].ms <= now.advanced(by: ReplayTape.openingTime).milliseconds
            else { return nil }
            (state.next, state.shift) = (index + 1, 0)
            return entries[index]
        }
        guard let greeting else { throw DeviceError(.absent, doing: "open", "not open in the recording") }
        try? await clock.sleep(until: MonoTime(milliseconds: greeting.ms))
        return greeting.bytes
    }

    /// What an opening may take; longer ones have failed, and were tried again.
    private static let openingTime = Duration.seconds(3)
    private static let moment = Duration.milliseconds(8)

    /// The driver asks: what was answered to the same question then is answered now. Of one question asked again and
    /// again, with no other in between, the latest by now is meant: a driver that polls need not poll as often. A driver
    /// that is late stays late: catching up would skip what it was told.
    func ask(_ bytes: [UInt8]) {
        let now = clock.mono().milliseconds
        state.withLock { state in
            guard let found = question(bytes, from: state.next, now: now - state.shift) else {
                state.unmatched += 1
                return
            }
            (state.next, state.shift) = (found + 1, max(0, now - entries[found].ms))
        }
    }

    /// - Parameter now: in the recording's time.
    private func question(_ bytes: [UInt8], from start: Int, now: Int64) -> Int? {
        var found: Int?
        for index in start..<entries.endIndex {
            let entry = entries[index]
            switch entry.direction {
            case .greeting: return found
            case .out where entry.bytes == bytes:
                if found != nil, entry.ms > now { return found }
                found = index
            case .out: if found != nil { return found }
            case .in, .lost, .end: break
            }
        }
        return found
    }

    /// When the device is next opened or asked something, if the driver is as late then as it was at its last question.
    var nextQuestion: MonoTime? {
        state.withLock { state in
            entries[state.next...].first { [.out, .greeting].contains($0.direction) }
                .map { MonoTime(milliseconds: $0.ms + state.shift) }
        }
    }

    /// When the last of it has passed.
    var end: MonoTime { state.withLock { MonoTime(milliseconds: (entries.last?.ms ?? 0) + $0.shift) } }

    /// Takes what comes in next.
    func take() -> Input {
        state.withLock { state in
            guard state.next < entries.endIndex else { return .silence }
            let entry = entries[state.next]
            let at = MonoTime(milliseconds: entry.ms + state.shift)
            switch entry.direction {
            case .in:
                state.next += 1
                return .bytes(entry.bytes, at: at)
            case .lost:
                state.next += 1
                return .lost(DeviceError(recorded: entry.bytes), at: at)
            case .out, .greeting, .end: return .silence
            }
        }
    }

    /// Puts back what was taken too early.
    func back() { state.withLock { $0.next -= 1 } }

    /// What comes in within the deadline, at its time.
    func read(within deadline: Duration) async throws(DeviceError) -> TimedReport {
        let until = clock.mono().advanced(by: deadline)
        let input = take()
        switch input {
        case .bytes(let bytes, let at) where at <= until:
            // An answer that came at once needs no time of its own: half of all steps are saved.
            if at > clock.mono().advanced(by: ReplayTape.moment) { try? await clock.sleep(until: at) }
            return TimedReport(bytes, at: max(at, clock.mono()))
        case .lost(let error, let at) where at <= until:
            try? await clock.sleep(until: at)
            throw error
        case .bytes, .lost: back()
        case .silence: break
        }
        try? await clock.sleep(until: until)
        throw DeviceError(.timedOut, doing: "read", "silent in the recording")
    }
}

extension DeviceError {
    /// As `WireTap` notes the end of a port: the code, a blank, the detail.
    fileprivate init(recorded bytes: [UInt8]) {
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 1).map(String.init)
        self.init(
            parts.first.flatMap(DeviceError.Code.init) ?? .ioFailed, doing: "use the port",
            parts.count > 1 ? parts[1].cleaned() : "as recorded")
    }
}
