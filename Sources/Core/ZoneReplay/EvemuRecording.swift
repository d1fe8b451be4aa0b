import DriverKit
import TouchPanelDriver
import ZoneModel
import ZoneRecording

/// Why a recording cannot be told to evemu.
package struct NoPanelRecorded: Error, CustomStringConvertible {
    package var description: String { "这不是触摸屏的录制。 This is no recording of a touch panel." }
}

extension EvemuFile {
    /// The panel from its first opening until it was lost: evemu knows one device that is always there.
    package init(_ recording: Recording) throws(NoPanelRecorded) {
        var (panel, timed) = (InputCapabilities?.none, [(ms: Int64, event: InputEvent)]())
        reading: for entry in recording.entries {
            switch (entry.direction, panel) {
            case (.greeting, nil):
                guard let found = InputFrames.capabilities(entry.bytes) else { throw NoPanelRecorded() }
                panel = found
            case (.in, .some):
                var bytes = entry.bytes
                timed += InputFrames.decode(&bytes).map { (entry.ms, $0) }
            case (.lost, .some), (.greeting, .some): break reading
            default: break
            }
        }
        guard var panel else { throw NoPanelRecorded() }
        panel.name = panel.name.cleaned(limit: 80)
        if panel.name.isEmpty { panel.name = "?" }
        self.init(of: panel, events: EvemuFile.stamped(Array(timed.prefix(EvemuFile.mostEvents))))
    }

    /// Times from the first event on, which is at 1 µs as with evemu-record. The panel's own stamps, unless they are not
    /// there or run backwards, as when somebody set the clock: then the recorder's.
    private static func stamped(_ timed: [(ms: Int64, event: InputEvent)]) -> [InputEvent] {
        let own = timed.map(\.event.microseconds)
        let week: Int64 = 7 * 86_400_000_000
        let areGood =
            zip(own, own.dropFirst()).allSatisfy { $0 <= $1 } && own.allSatisfy { $0 > 0 }
            && (own.last ?? 0) - (own.first ?? 0) < week
        let stamps = areGood ? own : timed.map { $0.ms * 1000 }
        return zip(timed, stamps).map { entry, stamp in
            var event = entry.event
            event.microseconds = stamp - (stamps.first ?? 0) + 1
            return event
        }
    }
}

extension Recording {
    private static let eventsInEntry = 1000

    /// As if this PC had recorded it.
    /// - Parameter at: when; evemu does not say.
    package init(_ evemu: EvemuFile, at: WallTime) {
        let profile = DeviceProfile(
            driver: "touch-panel", kind: .touchPanel, settings: [:], probeInterval: .seconds(30), maxAge: .seconds(90))
        let header = RecordingHeader(
            kind: .touchPanel, profile: profile, attachment: .address("evemu:"), at: at, simulated: false,
            contacts: evemu.hasPositions)
        var entries = [RecordedEntry(ms: 0, .greeting, InputFrames.greeting(evemu.capabilities))]
        let first = evemu.events.first?.microseconds ?? 0
        var frame: [InputEvent] = []
        func flush(_ last: InputEvent) {
            let ms = (last.microseconds - first) / 1000
            entries.append(RecordedEntry(ms: ms, .in, frame.flatMap(InputFrames.encode)))
            frame = []
        }
        for event in evemu.events {
            frame.append(event)
            let isEnd = event.type == InputCode.synchronization && event.code == InputCode.report
            if isEnd || frame.count == Recording.eventsInEntry { flush(event) }
        }
        if let last = frame.last { flush(last) }
        // Long enough for the driver to say that the panel is idle again.
        entries.append(RecordedEntry(ms: (entries.last?.ms ?? 0) + 5000, .end, []))
        self.init(header: header, entries: entries)
    }

    /// A recording, or a file of evemu.
    package init(anyFile bytes: [UInt8], at: WallTime) throws(RecordingComplaint) {
        if bytes.first == UInt8(ascii: "{") {
            self = try Recording(bytes)
        } else {
            self.init(try EvemuFile(bytes), at: at)
        }
    }
}
