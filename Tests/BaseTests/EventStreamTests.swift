import Testing
import ZoneTestKit
import ZoneWire

@Suite("A stream of events")
struct EventStreamTests {
    private func events(_ text: String) -> [StreamedEvent] {
        var parser = EventStreamParser()
        return parser.take(text.utf8)
    }

    @Test("as the agent writes it: name, identifier, one line of data")
    func agent() {
        let found = events("event: snapshot\ndata: {}\n\nevent: event\nid: ab-7\ndata: {\"a\": 1}\n\n")
        #expect(found == [.init(name: "snapshot", data: "{}"), .init(name: "event", data: #"{"a": 1}"#)])
    }

    @Test("a character that comes in two pieces is whole")
    func split() {
        let text = "event: event\ndata: 缺纸 é\n\n"
        for count in 0...text.utf8.count {
            var parser = EventStreamParser()
            let found = parser.take(text.utf8.prefix(count)) + parser.take(text.utf8.dropFirst(count))
            #expect(found == [.init(name: "event", data: "缺纸 é")], "cut after \(count) bytes")
        }
    }

    @Test("the pieces in which it comes change nothing", arguments: Seeds.first(50))
    func pieces(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let parts = ["event:", "data:", " ", "é", "\n", "\r", "\r\n", "\n\n", ":", "x"].map { Array($0.utf8) }
        let stream = (0..<60).flatMap { _ in parts[Int.random(in: parts.indices, using: &random)] }
        var (whole, pieces, found) = (EventStreamParser(), EventStreamParser(), [StreamedEvent]())
        var rest = stream[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...5, using: &random)
            found += pieces.take(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(found == whole.take(stream))
    }

    @Test("the standard's forms: any line end, several lines of data, comments, no space, no name")
    func forms() {
        #expect(events("data: a\r\ndata:b\r\n\r\n") == [.init(name: "message", data: "a\nb")])
        #expect(events(": hello\rretry: 5\rdata\rdata:  c\r\r") == [.init(name: "message", data: "\n c")])
        #expect(events("event: lost\n\nevent: x\nEvent: y\nevents: z\ndata:\n\n") == [.init(name: "x", data: "")])
        #expect(events("data: unfinished\n") == [])
    }

    @Test("an event longer than anything that is sent ends the reading, with what was found before it")
    func overfull() {
        for long in ["data: 0123456789", "0123456789012345", String(repeating: "data:\n", count: 20)] {
            var parser = EventStreamParser(limit: 15)
            #expect(parser.take("data: 1\n\n\(long)\n\ndata: 2\n\n".utf8) == [.init(name: "message", data: "1")])
            #expect(parser.isOverfull && parser.take("data: 3\n\n".utf8) == [])
        }
    }
}
