import Testing
import ZoneCommandLine
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("zonectl touch test: between the listener and the screen")
struct TouchTestWatchTests {
    private let now = MonoTime(milliseconds: 1_000_000)

    private func watch() -> TouchTestWatch {
        TouchTestWatch(TouchTestSession(device: "touch-1", seconds: 60, now: now))
    }

    private func event(_ name: String, _ value: some Encodable) throws -> [UInt8] {
        Array("event: \(name)\ndata: \(try WireCoding.text(value))\n\n".utf8)
    }

    private var panel: ContactPanelJSON { ContactPanelJSON(slots: 10, x: nil, y: nil, simulated: true) }

    private func touch(_ id: Int, us: Int64) throws -> [UInt8] {
        try [ContactFrameJSON.Phase.down, .up].flatMap { phase in
            try event(
                "frame",
                ContactFrameJSON(us: us, resync: false, changes: [.init(phase: phase, id: id, x: 0.5, y: 0.5)]))
        }
    }

    @Test("a screen that is held for ever holds nothing up: nothing waits, nothing is lost")
    func held() throws {
        let watch = watch()
        #expect(watch.take(try event("panel", panel), at: now))
        // Ctrl-S: nobody looks.
        for id in 1...5000 { #expect(watch.take(try touch(id, us: Int64(id) * 10_000), at: now)) }
        // Ctrl-Q: the newest is there at once.
        #expect(try watch.look(at: now) == nil)
        let glass = watch.session.glass
        #expect(glass.touches == 5000 && glass.fingers.isEmpty && glass.map.touchedCount == 1)
    }

    @Test("the first reason to end is the reason, whoever says it")
    func ends() throws {
        let stopped = watch()
        #expect(stopped.take(try event("panel", panel), at: now))
        #expect(!stopped.take(try event("end", ContactEndJSON(why: .stopping)), at: now))
        stopped.end(.gone)
        stopped.end(.interrupted)
        #expect(try stopped.look(at: now) == .stopping)
        #expect(!stopped.take(try touch(1, us: 1), at: now) && stopped.session.glass.touches == 0, "it is over")
        let interrupted = watch()
        interrupted.end(.interrupted)
        interrupted.fail("connection reset")
        #expect(try interrupted.look(at: now) == .interrupted)
        let over = watch()
        #expect(over.take(try event("panel", panel), at: now))
        #expect(try over.look(at: now.advanced(by: .seconds(60))) == .over)
    }

    @Test("refused before it began is the agent's word; broken later it is gone")
    func refused() throws {
        let refused = watch()
        refused.fail("touch.unsupported")
        #expect(throws: TouchTestTrouble.self) { try refused.look(at: now) }
        let broken = watch()
        #expect(broken.take(try event("panel", panel), at: now))
        broken.fail("connection reset")
        #expect(try broken.look(at: now) == .gone)
    }
}

@Suite("Frames of contacts as text")
struct ContactFrameTextTests {
    @Test("the same bytes as the general encoder's", arguments: 0..<20)
    func sameBytes(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let changes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                func share() -> Double? {
                    let wide = Bool.random(using: &random) ? 1.0 : 5e9
                    let value = GlassPointJSON.share(Double.random(in: -0.2 * wide...1.2 * wide, using: &random))
                    // Minus nothing is nothing: the one number whose text is another.
                    return Bool.random(using: &random)
                        ? (value == 0 ? 0 : value)
                        : [nil, 0, 1, 0.5, 0.0001, -0.25].randomElement(using: &random) ?? nil
                }
                return ContactFrameJSON.Change(
                    phase: ContactFrameJSON.Phase.allCases.randomElement(using: &random) ?? .up,
                    id: Int.random(in: 1...Int.max, using: &random), x: share(), y: share())
            }
            let frame = ContactFrameJSON(
                us: Int64.random(in: .min ... .max, using: &random), resync: Bool.random(using: &random),
                changes: changes)
            #expect(try ContactFrameText.json(frame) == WireCoding.text(frame))
        }
    }

    @Test("what is no share is written as the general encoder writes it", arguments: [1e300, 0.123456789, 1e-9])
    func odd(_ value: Double) throws {
        let frame = ContactFrameJSON(us: 1, resync: false, changes: [.init(phase: .move, id: 1, x: value, y: nil)])
        #expect(try ContactFrameText.json(frame) == WireCoding.text(frame))
        #expect(try ContactFrameText.event(frame) == "event: frame\ndata: \(WireCoding.text(frame))\n\n")
    }
}
