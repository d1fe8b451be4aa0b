import DriverKit
import ZoneModel
import ZoneWire

/// Why a file is no recording: the line and what was expected there.
package struct RecordingComplaint: Error, Sendable, Hashable, CustomStringConvertible {
    package var line: Int
    package var expected: String

    package var description: String { "第\(line)行有误。 line \(line): expected \(expected)" }
}

/// One entry as a line of JSON. Bytes are text where they are a line of JSON themselves (`s`), else hex digits (`h`) with
/// the zeros at their end counted (`z`): most of a HID report is padding.
private struct EntryLine: Codable {
    var t: Int64
    var d: WireDirection
    var h: String?
    var s: String?
    var z: Int?
}

extension RecordedEntry {
    /// One line with its end.
    package var line: String {
        var form = EntryLine(t: ms, d: direction)
        if bytes.first == UInt8(ascii: "{") || direction == .lost, let text = String(validating: bytes, as: UTF8.self) {
            form.s = text
        } else {
            let zeros = bytes.reversed().prefix { $0 == 0 }.count
            form.h = Hex.text(bytes.dropLast(zeros))
            form.z = zeros == 0 ? nil : zeros
        }
        // Numbers and texts only: encoding has no way to fail.
        return ((try? WireCoding.text(form)) ?? "") + "\n"
    }

    fileprivate init?(_ form: EntryLine) {
        let zeros = form.z ?? 0
        guard (0...Recording.longestEntry).contains(zeros), form.t >= 0 else { return nil }
        let body: [UInt8]
        switch (form.s, form.h) {
        case (let text?, nil): body = Array(text.utf8)
        case (nil, ""): body = []
        case (nil, let digits?):
            guard let bytes = Hex.bytes(digits) else { return nil }
            body = bytes
        default: return nil
        }
        guard body.count + zeros <= Recording.longestEntry else { return nil }
        self.init(ms: form.t, form.d, body + [UInt8](repeating: 0, count: zeros))
    }
}

extension RecordingHeader {
    package var line: String { ((try? WireCoding.text(self)) ?? "") + "\n" }
}

extension Recording {
    /// Of a whole file, in bytes.
    package static let longestFile = 32 << 20
    /// Of one entry, in bytes: the longest thing that passes is an answer of the printing worker.
    package static let longestEntry = 256 << 10
    /// Of all entries, in bytes: counted zeros make much of a short line.
    package static let longestContent = 4 * longestFile
    /// Of one line, in bytes: JSON takes six for a control character, so what was read can be written and read again.
    package static let longestLine = 8 * longestEntry
    /// A week: longer recordings are a mistake of the clock.
    private static let longestTime: Int64 = 7 * 86_400_000

    package var text: String { header.line + entries.map(\.line).joined() }

    /// - Throws: `RecordingComplaint` for the first line that is wrong. A last line that was cut short (the recorder was
    ///   killed) is left out.
    package init(_ bytes: [UInt8]) throws(RecordingComplaint) {
        guard bytes.count <= Recording.longestFile else {
            throw RecordingComplaint(line: 1, expected: "at most \(Recording.longestFile >> 20) MiB")
        }
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What follows the last end of line: nothing, or a line that was cut short.
        lines.removeLast()
        guard let first = lines.first, first.count <= Recording.longestLine,
            let header = try? WireCoding.decode(RecordingHeader.self, Array(first)),
            header.recording == RecordingHeader.version, header.isSound
        else { throw RecordingComplaint(line: 1, expected: "the header of a recording of version 1") }
        self.header = header
        entries = []
        entries.reserveCapacity(lines.count)
        var room = Recording.longestContent
        for (index, line) in lines.enumerated().dropFirst() {
            guard let entry = Recording.entry(line, after: entries.last?.ms ?? 0) else {
                throw RecordingComplaint(
                    line: index + 1, expected: "{d, t, h or s, z}, no earlier than the line before it")
            }
            room -= entry.bytes.count
            guard room >= 0 else {
                throw RecordingComplaint(
                    line: index + 1, expected: "at most \(Recording.longestContent >> 20) MiB in all entries")
            }
            entries.append(entry)
        }
    }

    private static func entry(_ line: ArraySlice<UInt8>, after earliest: Int64) -> RecordedEntry? {
        guard line.count <= longestLine, let form = try? WireCoding.decode(EntryLine.self, Array(line)),
            let entry = RecordedEntry(form), (earliest...longestTime).contains(entry.ms)
        else { return nil }
        return entry
    }
}

extension RecordingHeader {
    /// What a driver and a judge can live with.
    fileprivate var isSound: Bool {
        let week: Int64 = 7 * 86_400_000
        let texts = [driver, address ?? "", node ?? ""] + settings.flatMap { [$0.key, $0.value] }
        return (10...week).contains(probeMs) && (10...week).contains(maxAgeMs)
            && texts.allSatisfy { $0 == $0.cleaned(limit: 1000) }
    }
}
