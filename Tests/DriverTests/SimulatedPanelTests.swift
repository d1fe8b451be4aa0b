import DriverKit
import Synchronization
import Testing
import TouchPanelDriver
import TouchPanelSimulator
import ZoneFuzzEntries
import ZoneTestKit

/// What a reader of the simulator's wire has heard, as contacts.
private final class Listener: Sendable {
    private struct Heard {
        var tracker: ContactTracker
        var changes: [ContactChange] = []
        var book = ContactBook()
        var isSound = true
    }

    private let heard: Mutex<Heard>

    init(_ source: any InputSource) {
        heard = Mutex(Heard(tracker: ContactTracker(of: source.capabilities)))
        source.start(
            onEvents: { events in
                self.heard.withLock { heard in
                    for event in events {
                        guard let frame = heard.tracker.take(event) else { continue }
                        heard.changes += frame.changes
                        heard.isSound = heard.isSound && (try? heard.book.note(frame.changes)) != nil
                    }
                }
            }, onEnd: { _ in })
    }

    func begin() { heard.withLock { $0.changes = [] } }

    var downs: [Contact] {
        heard.withLock { heard in
            heard.changes.compactMap { change in if case .down(let contact) = change { contact } else { nil } }
        }
    }
    var moves: Int {
        heard.withLock { $0.changes.count { change in if case .move = change { true } else { false } } }
    }
    var open: [Contact] { heard.withLock { $0.tracker.contacts } }
    var isSound: Bool { heard.withLock { $0.isSound } }
}

@Suite("Touch panel simulator: every kind of panel, every fault")
struct SimulatedPanelTests {
    private func listen(
        _ moves: [String] = [], kind: PanelKind = .b, _ body: (PanelServer, Listener) async throws -> Void
    ) async throws {
        let root = try TemporaryRoot()
        let panel = PanelServer(path: root.path + "/panel.sock")
        #expect(try await panel.apply("kind=\(kind.rawValue)"))
        let source = try await StreamInputOpener().open(.address("sim-input:\(root.path)/panel.sock"))
        let listener = Listener(source)
        // The panel has taken the reader on when it hears a touch; what came before that is nobody's.
        await panel.touch(slot: 7, x: 1, y: 1)
        try await eventuallyTrue("heard") { !listener.open.isEmpty }
        await panel.lift(slot: 7)
        try await eventuallyTrue("heard") { listener.open.isEmpty }
        listener.begin()
        for move in moves { #expect(try await panel.apply(move), "\(move)") }
        try await body(panel, listener)
        #expect(listener.isSound, "a contact without a beginning, or with two ends")
        source.close()
        await panel.unplug()
    }

    @Test("touched and lifted, a panel of each kind is felt once, where it was touched", arguments: PanelKind.allCases)
    func kinds(_ kind: PanelKind) async throws {
        try await listen(kind: kind) { panel, listener in
            await panel.touch(slot: 0, x: 3000, y: 9000)
            try await eventuallyTrue("down") { !listener.open.isEmpty }
            await panel.touch(slot: 0, x: 3100, y: 9000)
            try await eventuallyTrue("moved") { listener.open.first?.x == 3100 }
            await panel.lift(slot: 0)
            try await eventuallyTrue("up") { listener.open.isEmpty }
            #expect(listener.downs.map(\.x) == [3000])
            #expect(listener.downs.map(\.y) == [9000])
        }
    }

    @Test(
        "a panel that is wired or fitted wrongly says other places",
        arguments: [
            ("swap", 9000, 3000), ("invert=x", 29767, 9000), ("invert=y", 3000, 23767), ("invert=xy", 29767, 23767),
            ("offset=0.1,0", 6277, 9000),
        ])
    func axes(_ move: String, _ x: Int32, _ y: Int32) async throws {
        try await listen([move]) { panel, listener in
            await panel.touch(slot: 0, x: 3000, y: 9000)
            try await eventuallyTrue("down") { listener.open.map { [$0.x, $0.y] } == [[x, y]] }
            #expect(try await panel.apply("mend"))
            try await eventuallyTrue("mended") { listener.open.map { [$0.x, $0.y] } == [[3000, 9000]] }
        }
    }

    @Test(
        "what is dead feels nothing there, and all else elsewhere",
        arguments: [
            ("corner", 500, 500), ("column", 15_000, 30_000), ("row", 30_000, 15_000),
            ("0.5,0.5,0.6,0.6", 18_000, 18_000),
        ]
    )
    func dead(_ part: String, _ x: Int32, _ y: Int32) async throws {
        try await listen(["dead=\(part)"]) { panel, listener in
            await panel.touch(slot: 0, x: x, y: y)
            await panel.touch(slot: 1, x: 25_000, y: 25_000)
            try await eventuallyTrue("the other finger") { listener.downs.count == 1 }
            #expect(listener.downs.map(\.x) == [25_000])
            // A finger that slides out of the dead part is felt from there on.
            await panel.touch(slot: 0, x: 21_000, y: 29_000)
            try await eventuallyTrue("felt") { listener.downs.count == 2 }
        }
    }

    @Test("a stuck contact stays although the finger is lifted, until it is mended")
    func stuck() async throws {
        try await listen(["stuck=0.2,0.3", "touch", "lift"]) { panel, listener in
            try await eventuallyTrue("stuck") { listener.open.map(\.x) == [6553] }
            await panel.touch(slot: 0, x: 1, y: 1)
            await panel.lift(slot: 0)
            try await eventuallyTrue("felt beside it") { listener.downs.count >= 2 && listener.open.count == 1 }
            #expect(try await panel.apply("mend"))
            try await eventuallyTrue("gone") { listener.open.isEmpty }
        }
    }

    @Test("a trembling panel reports moves of a finger that rests")
    func jitter() async throws {
        try await listen(["jitter=0.02", "touch"]) { _, listener in
            try await eventuallyTrue("trembles") { listener.moves > 20 }
            #expect(listener.downs.count == 1)
        }
    }

    @Test("a panel that has gone silent says nothing, and everything when it is mended")
    func silent() async throws {
        try await listen(["silent"]) { panel, listener in
            await panel.touch(slot: 0, x: 5, y: 5)
            await panel.lift(slot: 0)
            await panel.touch(slot: 3, x: 7, y: 7)
            #expect(try await panel.apply("mend"))
            try await eventuallyTrue("mended") { listener.open.map(\.x) == [7] }
            #expect(listener.downs.count == 1, "the first touch was swallowed")
        }
    }

    @Test("a slow panel tells late where the finger is, but tells it")
    func slow() async throws {
        try await listen(["slow", "touch"]) { panel, listener in
            for step in 1...40 { await panel.touch(slot: 0, x: Int32(step) * 100, y: 100) }
            try await eventuallyTrue("the last place") { listener.open.first?.x == 4000 }
            #expect(listener.moves < 40)
            await panel.lift(slot: 0)
            try await eventuallyTrue("lifted") { listener.open.isEmpty }
        }
    }

    @Test("ghosts are many, everywhere, and end by themselves; a panel may report more touches than it has slots")
    func ghosts() async throws {
        try await listen(["ghost"]) { _, listener in
            try await eventuallyTrue("ghosts") { listener.downs.count > 60 && listener.open.isEmpty }
            #expect(Set(listener.downs.map { ($0.x ?? 0) / 3277 }).count > 5)
        }
        try await listen(["extra", "touch"]) { _, listener in
            try await eventuallyTrue("all slots") { listener.open.count == 10 }
        }
    }

    @Test("a hand taps and slides as hands do")
    func hand() async throws {
        try await listen(["drag=0.2,0.2,0.8,0.6"]) { panel, listener in
            try await eventuallyTrue("slid") { listener.downs.count == 1 && listener.open.isEmpty }
            #expect(listener.moves > 20)
            #expect(try await panel.apply("tap=0.5,0.5"))
            try await eventuallyTrue("tapped") { listener.downs.count == 2 && listener.open.isEmpty }
            #expect(try await panel.apply("use=3"))
            try await eventuallyTrue("used") { listener.downs.count >= 3 }
        }
    }

    @Test(
        "what is no move is refused",
        arguments: [
            "", "kind=c", "dead=", "dead=1,1,0,0", "dead=nan,0,1,1", "invert=z", "tap=1", "tap=a,b", "drag=1,2,3",
            "jitter=", "use=0", "use=9999", "offset=inf,0", "touch=1", "=",
        ])
    func noMove(_ move: String) async throws {
        let root = try TemporaryRoot()
        let panel = PanelServer(path: root.path + "/panel.sock")
        #expect(try await panel.apply(move) == false)
    }
}
