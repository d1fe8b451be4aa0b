import DriverKit
import TouchPanelDriver
import ZoneRecording

extension FuzzEntry {
    /// `struct input_event` frames and what panels make of them: those that declare something sensible, and those that
    /// do not. The first byte says how the stream is cut.
    static let inputFrames = FuzzEntry("input-frames", longest: 2048) { bytes in
        let events = try promisePieces(bytes)
        let wild = InputCapabilities.Axis(minimum: .max, maximum: .min, resolution: -1)
        let wide = InputCapabilities.Axis(minimum: .min, maximum: .max, resolution: .max)
        var panels: [(tracker: ContactTracker, most: Int)] = [
            (ContactTracker(.slots(5)), 5), (ContactTracker(.slots(0)), 0), (ContactTracker(.slots(-1)), 0),
            (ContactTracker(.slots(.max)), 1024), (ContactTracker(.anonymous), 32),
            (ContactTracker(.anonymous, axes: (wide, wild)), 32), (ContactTracker(.anonymous, axes: (wild, nil)), 32),
            (ContactTracker(.point), 1),
        ]
        var books = [ContactBook](repeating: ContactBook(), count: panels.count)
        var lost = 0
        for event in events {
            var written = InputFrames.encode(event)
            try promise(InputFrames.decode(&written) == [event], "an event comes back as another")
            lost += event.type == InputCode.synchronization && event.code == InputCode.dropped ? 1 : 0
            for index in panels.indices {
                guard let frame = panels[index].tracker.take(event) else { continue }
                try promise(frame.microseconds == event.microseconds, "a frame with another stamp")
                try books[index].note(frame.changes)
                try promise(
                    panels[index].tracker.contacts.count <= panels[index].most, "more contacts than the panel can have")
            }
        }
        for index in panels.indices {
            try promise(panels[index].tracker.droppedCount == lost, "a loss is not counted")
            try promiseEnd(&panels[index].tracker, &books[index])
        }
    }

    private static func promiseEnd(_ tracker: inout ContactTracker, _ book: inout ContactBook) throws {
        try promise(Set(tracker.contacts) == Set(book.open.values), "the tracker has others than it told")
        try book.note(tracker.end())
        try promise(book.open.isEmpty, "a contact without an end")
        try promise(!tracker.isTouched && tracker.end().isEmpty, "a panel that is gone is touched")
    }

    private static func promisePieces(_ bytes: [UInt8]) throws -> [InputEvent] {
        var rest = bytes
        let events = InputFrames.decode(&rest)
        try promise(rest.count < InputEvent.byteCount, "a whole event is left over")
        try promise(events.count * InputEvent.byteCount + rest.count == bytes.count, "bytes are lost")
        var (pending, pieces, left) = ([UInt8](), [InputEvent](), bytes[...])
        while !left.isEmpty {
            pending += left.prefix(1 + Int(bytes[0]))
            left = left.dropFirst(1 + Int(bytes[0]))
            pieces += InputFrames.decode(&pending)
        }
        try promise(pieces == events && pending == rest, "the pieces change the events")
        return events
    }

    /// A file of evemu that somebody has sent in.
    static let evemu = FuzzEntry("evemu") { bytes in
        let file: EvemuFile
        do throws(RecordingComplaint) {
            file = try EvemuFile(bytes)
        } catch {
            let lines = 1 + bytes.count { $0 == UInt8(ascii: "\n") }
            try promise((1...lines).contains(error.line), "the file has no line \(error.line)")
            return try promiseClean(error.description, "complaint")
        }
        try promiseClean(file.name, "name")
        let text = file.text()
        try promise((try? EvemuFile(Array(text.utf8))) == file, "what was written is another file")
        let stamps = file.events.map(\.microseconds)
        try promise(stamps == stamps.sorted() && (stamps.first ?? 0) >= 0, "time runs backwards")
        let panel = file.capabilities
        try promise((0...1024).contains(panel.slots), "a panel of \(panel.slots) slots")
        let again = EvemuFile(of: panel, events: file.events)
        try promise(again.capabilities == panel, "a panel comes back as another")
        try promise((try? EvemuFile(Array(again.text().utf8))) == again, "a derived description is not readable")
        var (tracker, book) = (ContactTracker(of: panel), ContactBook())
        for event in file.events { try tracker.take(event).map { try book.note($0.changes) } }
        try promiseEnd(&tracker, &book)
    }
}
