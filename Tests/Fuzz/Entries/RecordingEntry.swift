import DriverKit
import TouchPanelDriver
import ZoneRecording

extension FuzzEntry {
    /// A file that somebody has sent in, and what of a panel may be recorded.
    static let recordings = FuzzEntry("recordings") { bytes in
        try promiseNoPositions(bytes)
        let recording: Recording
        do throws(RecordingComplaint) {
            recording = try Recording(bytes)
        } catch {
            let lines = max(1, bytes.count { $0 == UInt8(ascii: "\n") })
            try promise((1...lines).contains(error.line), "the file has no line \(error.line)")
            return try promiseClean(error.description, "complaint")
        }
        for text in [recording.header.driver] + recording.header.settings.flatMap({ [$0.key, $0.value] }) {
            try promiseClean(text, "header")
        }
        try promise(recording.duration >= .zero && recording.duration <= .seconds(7 * 86_400), "longer than a week")
        let text = recording.text
        guard let again = try? Recording(Array(text.utf8)) else {
            throw BrokenPromise("what was written is no recording (\(text.utf8.count) bytes)")
        }
        try promise(again == recording, "a recording comes back as another")
        try promise(again.text == text, "equal recordings are not equal bytes")
        let times = recording.entries.map(\.ms)
        try promise(times == times.sorted(), "time runs backwards")
        for entry in recording.entries { try promiseNoPositions(entry.bytes) }
    }

    private static func promiseNoPositions(_ bytes: [UInt8]) throws {
        var (before, after) = (bytes, ContactFilter().withoutPositions(bytes))
        let kept = InputFrames.decode(&after)
        try promise(after.isEmpty, "half an event is recorded")
        // EV_ABS with ABS_X, ABS_Y, ABS_MT_POSITION_X and _Y, ABS_MT_TOOL_X and _Y (linux/input-event-codes.h).
        let events = InputFrames.decode(&before).filter { event in
            !(event.type == 0x03 && [0, 1, 53, 54, 60, 61].contains(event.code))
        }
        try promise(kept == events, "a position is recorded, or something else is not")
    }
}
