import Synchronization
import Testing
import ZoneCommandLine
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("zonectl touch test: what is shown of a run")
struct TouchTestPictureTests {
    private let start = MonoTime(milliseconds: 1_000_000)

    private func event(_ name: String, _ value: some Encodable) throws -> [UInt8] {
        Array("event: \(name)\ndata: \(try WireCoding.text(value))\n\n".utf8)
    }

    private func panel(_ x: ClosedRange<Int32>, _ y: ClosedRange<Int32>, resolution: Int32 = 10) -> ContactPanelJSON {
        ContactPanelJSON(
            slots: 10, x: .init(min: x.lowerBound, max: x.upperBound, resolution: resolution),
            y: .init(min: y.lowerBound, max: y.upperBound, resolution: resolution), simulated: true)
    }

    /// A finger along the upper edge, one that rests in the lower right corner, and one that has come and gone.
    private func session(_ panel: ContactPanelJSON) throws -> TouchTestSession {
        typealias Change = ContactFrameJSON.Change
        var session = TouchTestSession(device: "touch-1", seconds: 60, now: start)
        func take(_ changes: [Change], us: Int64) throws {
            #expect(
                session.take(try event("frame", ContactFrameJSON(us: us, resync: false, changes: changes)), at: start)
                    == nil)
        }
        #expect(session.take(try event("panel", panel), at: start) == nil)
        try take([Change(phase: .down, id: 1, x: 0, y: 0.1), Change(phase: .down, id: 2, x: 0.99, y: 0.99)], us: 0)
        for step in 1...60 {
            var changes = [Change(phase: .move, id: 1, x: Double(step) * 0.01, y: 0.1)]
            if step > 40 { changes.append(Change(phase: .move, id: 2, x: 0.99, y: 0.99)) }
            try take(changes, us: Int64(step) * 10_000)
        }
        try take([Change(phase: .down, id: 3, x: 0.5, y: 0.5)], us: 700_000)
        try take([Change(phase: .up, id: 3, x: 0.5, y: 0.5)], us: 710_000)
        return session
    }

    @Test("a picture of the glass with who touches it now, and where touches have been")
    func golden() throws {
        let lines = GlassPicture.lines(
            try session(panel(0...4000, 0...2000)), GlassPicture.Size(columns: 56, rows: 18), now: start)
        let wanted = """
            touch-1（模拟 simulated）  剩余 left 60 s
            触点 contacts 2  最多 most 3  触摸 touches 3
            报点率 rate 100 Hz  触到 covered 3 %
            +------------------------------------------------+
            |                                                |
            |▒░░░░░░░░░░░▒░░░░░░░░░░░▒░░░1░                  |
            |                                                |
            |                                                |
            |                                                |
            |                                                |
            |                        ░                       |
            |                                                |
            |                                                |
            |                                                |
            |                                                |
            |                                              ▓2|
            +------------------------------------------------+
            ░▒▓█ 触到 touched  1-9 手指 fingers  Ctrl-C 结束 ends
            """
        #expect(lines.map(trimmed).joined(separator: "\n") == wanted)
        #expect(lines.count == 18 && lines.allSatisfy { TextTable.width($0) == 56 })
    }

    private func trimmed(_ line: String) -> String { String(line.reversed().drop { $0 == " " }.reversed()) }

    @Test("a panel that stands upright is drawn upright", arguments: [(40, 20), (80, 24), (200, 60), (1, 1)])
    func upright(_ columns: Int, _ rows: Int) throws {
        let size = GlassPicture.Size(columns: columns, rows: rows)
        let lines = GlassPicture.lines(try session(panel(0...2000, 0...4000)), size, now: start)
        #expect(lines.count == size.rows && lines.allSatisfy { TextTable.width($0) == size.columns })
        let edge = try #require(lines.first { $0.hasPrefix("+") })
        #expect(edge.count { $0 == "-" } <= max(1, size.rows - 6))
    }

    @Test("the summary says in words and as numbers what was never touched")
    func summary() throws {
        let session = try session(panel(0...4000, 0...2000))
        let text = TouchTestText.summary(session, size: GlassPicture.Size(columns: 56, rows: 18))
        for part in [
            "触摸 touches 3", "most at once 3", "rate 100–100 Hz", "左起 from the left 63–97 %", "上起 from the top 0–6 %",
            "run zonectl touch check", "Contacts at the end: 2",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        let json = TouchTestJSON(session, .interrupted, elapsedMs: 1234)
        #expect(json.reportRateHz?.median == 100 && json.contactsAtEnd == 2 && json.end == .interrupted)
        #expect(json.cells == 576 && json.cellsUntouched == 576 - json.touchedCells.joined().count { $0 == "#" })
        #expect(json.untouchedColumns.first?.fromPercent == 62.5 && json.untouchedColumns.first?.toPercent == 96.9)
        #expect(try WireCoding.decode(TouchTestJSON.self, WireCoding.encode(json)) == json)
    }

    @Test("nothing felt is said as such, and no rate is made up")
    func nothing() throws {
        var session = TouchTestSession(device: "touch-1", seconds: 60, now: start)
        _ = session.take(try event("panel", panel(0...1, 0...1, resolution: 0)), at: start)
        let text = TouchTestText.summary(session, size: GlassPicture.Size(columns: 66, rows: 20))
        #expect(text.contains("Nothing was felt") && text.contains("unknown"))
        #expect(TouchTestJSON(session, .over, elapsedMs: 0).reportRateHz == nil)
    }

    @Test(
        "a few reports from beyond the edge are numbers, one in twenty is a word", arguments: [(1, false), (3, true)])
    func outside(_ beyond: Int, _ isSaid: Bool) throws {
        var session = TouchTestSession(device: "touch-1", seconds: 60, now: start)
        let size = GlassPicture.Size(columns: 66, rows: 20)
        for report in 0..<50 {
            let change = ContactFrameJSON.Change(phase: .down, id: report, x: report < beyond ? -0.01 : 0.5, y: 0.5)
            let frame = ContactFrameJSON(us: Int64(report), resync: false, changes: [change])
            #expect(session.take(try event("frame", frame), at: start) == nil)
        }
        #expect(TouchTestText.summary(session, size: size).contains("outside of the glass: \(beyond) of 50") == isSaid)
        #expect(TouchTestJSON(session, .over, elapsedMs: 0).reportsOutside == beyond)
    }

    @Test("a run ends by its time, by silence, and by what the agent says")
    func ends() throws {
        let greeting = try event("panel", panel(0...4000, 0...2000))
        func begun() -> TouchTestSession {
            var session = TouchTestSession(device: "touch-1", seconds: 60, now: start)
            #expect(session.take(greeting, at: start) == nil)
            return session
        }
        var session = begun()
        for second in 1...12 {
            let now = start.advanced(by: .seconds(second * 5))
            #expect(
                session.take(Array(": \n\n".utf8), at: now) == nil
                    && session.look(at: now) == (second < 12 ? nil : .over))
        }
        var silent = begun()
        let late = start.advanced(by: .seconds(16))
        #expect((1...20).map { _ in silent.look(at: late) } == Array(repeating: nil, count: 19) + [.silent])
        var early = TouchTestSession(device: "touch-1", seconds: 5, now: start)
        #expect((1...50).allSatisfy { _ in early.look(at: start.advanced(by: .seconds(9))) == nil })
        for (why, end) in [
            (ContactEndJSON.Why.lost, TouchTestEnd.lost), (.stopping, .stopping), (.released, .released),
        ] {
            var session = begun()
            #expect(session.take(try event("end", ContactEndJSON(why: why)), at: start) == end && end.isTrouble)
        }
        for text in ["event: frame\ndata: {\"us\":1}\n\n", "event: panel\ndata: {}\n\n", "event: end\ndata: []\n\n"] {
            var session = begun()
            #expect(session.take(Array(text.utf8), at: start) == .unreadable)
        }
        var patient = begun()
        #expect(patient.take(Array("event: newer\ndata: {}\n\n".utf8), at: start) == nil)
        var flooded = begun()
        #expect(flooded.take([UInt8](repeating: 0x61, count: 2 << 20), at: start) == .unreadable)
    }

    @Test("a terminal gets each picture in place, cut to its window, and is given back as it was")
    func terminal() throws {
        let session = try session(panel(0...4000, 0...2000))
        let shown = Mutex("")
        var display = TouchTestDisplay(.screen(Terminal { (60, 12) })) { text in shown.withLock { $0 += text } }
        display.end()
        #expect(shown.withLock { $0 } == "")
        display.draw(session, now: start)
        display.draw(session, now: start)
        let pictures = shown.withLock { $0 }.split(separator: "\u{1B}[H")
        #expect(pictures.count == 3 && pictures[1] == pictures[2] && pictures[0].hasPrefix("\u{1B}[?1049h"))
        #expect(pictures[1].split(separator: "\r\n").count == 12)
        display.end()
        display.end()
        #expect(shown.withLock { $0 }.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"))
        #expect(shown.withLock { $0 }.split(separator: "\u{1B}[?1049l", omittingEmptySubsequences: false).count == 2)
    }

    @Test("a pipe gets a line a second at most, and none that says nothing new")
    func lines() throws {
        let session = try session(panel(0...4000, 0...2000))
        let shown = Mutex("")
        var display = TouchTestDisplay(.lines) { text in shown.withLock { $0 += text } }
        for tenth in 0...50 { display.draw(session, now: start.advanced(by: .milliseconds(100 * tenth))) }
        let lines = shown.withLock { $0 }.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].contains("touch the whole glass now") && lines[1].hasPrefix("1 s  触点"))
        #expect(!shown.withLock { $0 }.contains("\u{1B}"))
    }
}
