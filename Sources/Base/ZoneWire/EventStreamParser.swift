/// One event of a `text/event-stream`.
package struct StreamedEvent: Sendable, Hashable {
    package var name: String
    package var data: String

    package init(name: String, data: String) { (self.name, self.data) = (name, data) }
}

/// Cuts a `text/event-stream` into events (HTML Living Standard, section 9.2.6), whatever the pieces in which it comes.
/// It takes bytes, because a piece may end in the middle of a character. Identifiers and retry times are left out.
package struct EventStreamParser: Sendable {
    /// In bytes. The longest that an agent sends is the snapshot of its devices.
    package static let longestEvent = 16 << 20

    private let limit: Int
    private var line: [UInt8] = []
    private var name = ""
    private var data: [String] = []
    private var dataCount = 0
    /// A line feed behind a carriage return ends no second line.
    private var isAfterReturn = false
    /// An event was longer than anything that is sent: what follows is not read any more.
    package private(set) var isOverfull = false

    package init(limit: Int = EventStreamParser.longestEvent) { self.limit = limit }

    package mutating func take(_ bytes: some Sequence<UInt8>) -> [StreamedEvent] {
        var events: [StreamedEvent] = []
        for byte in bytes where !isOverfull {
            switch byte {
            case UInt8(ascii: "\n") where isAfterReturn: break
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): if let event = endLine() { events.append(event) }
            default: keep(byte)
            }
            isAfterReturn = byte == UInt8(ascii: "\r")
        }
        return events
    }

    private mutating func keep(_ byte: UInt8) {
        line.append(byte)
        isOverfull = line.count + dataCount > limit
        if isOverfull { (line, data) = ([], []) }
    }

    private mutating func endLine() -> StreamedEvent? {
        guard !line.isEmpty else { return endEvent() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        let rest = line[colon...].dropFirst()
        let value = rest.first == UInt8(ascii: " ") ? rest.dropFirst() : rest
        if line[..<colon].elementsEqual("event".utf8) { name = String(decoding: value, as: UTF8.self) }
        if line[..<colon].elementsEqual("data".utf8) {
            data.append(String(decoding: value, as: UTF8.self))
            // The line break counts too: empty lines of data are no way around the limit.
            dataCount += value.count + 1
            isOverfull = dataCount > limit
        }
        line.removeAll(keepingCapacity: true)
        return nil
    }

    private mutating func endEvent() -> StreamedEvent? {
        defer { (name, data, dataCount) = ("", [], 0) }
        guard !data.isEmpty else { return nil }
        return StreamedEvent(name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"))
    }
}
