import DriverKit
import Testing
import TouchPanelDriver
import ZoneFuzzEntries
import ZoneTestKit

/// Short words for what a panel sends.
private enum Tell {
    static func slot(_ value: Int32) -> InputEvent { absolute(InputCode.slot, value) }
    static func id(_ value: Int32) -> InputEvent { absolute(InputCode.trackingID, value) }
    static func mt(_ x: Int32, _ y: Int32) -> [InputEvent] {
        [absolute(InputCode.positionX, x), absolute(InputCode.positionY, y)]
    }
    static func point(_ x: Int32, _ y: Int32) -> [InputEvent] { [absolute(InputCode.x, x), absolute(InputCode.y, y)] }
    static func button(_ code: UInt16, _ isDown: Bool) -> InputEvent {
        InputEvent(type: InputCode.key, code: code, value: isDown ? 1 : 0)
    }
    static let touchEnd = sync(InputCode.touchReport)
    static let lost = sync(InputCode.dropped)
    static let report = sync(InputCode.report)

    private static func absolute(_ code: UInt16, _ value: Int32) -> InputEvent {
        InputEvent(type: InputCode.absolute, code: code, value: value)
    }
    private static func sync(_ code: UInt16) -> InputEvent {
        InputEvent(type: InputCode.synchronization, code: code, value: 0)
    }
}

extension ContactTracker {
    /// The changes of all frames, as `down 1 10,20`.
    fileprivate mutating func words(_ events: [InputEvent]) -> [String] {
        events.compactMap { take($0) }.flatMap(\.changes).map { change in
            let contact = change.contact
            let place = "\(contact.x.map(String.init) ?? "?"),\(contact.y.map(String.init) ?? "?")"
            return switch change {
            case .down: "down \(contact.number) \(place)"
            case .move: "move \(contact.number) \(place)"
            case .up: "up \(contact.number) \(place)"
            }
        }
    }
}

@Suite("Touch panel: contacts")
struct ContactTests {
    @Test("two fingers with slots; one lifts, the other goes on")
    func slots() {
        var tracker = ContactTracker(.slots(10))
        let down = [Tell.slot(0), Tell.id(5)] + Tell.mt(10, 20) + [Tell.slot(1), Tell.id(6)] + Tell.mt(30, 40)
        #expect(tracker.words(down).isEmpty, "a frame that has not ended is half of the truth")
        #expect(tracker.words([Tell.report]) == ["down 1 10,20", "down 2 30,40"])
        #expect(
            tracker.words([Tell.slot(0), Tell.id(-1), Tell.slot(1)] + Tell.mt(31, 40) + [Tell.report]) == [
                "up 1 10,20", "move 2 31,40",
            ])
        #expect(tracker.words([Tell.report]).isEmpty, "an empty frame changes nothing")
    }

    @Test("of a second touch on the same column or in the same place the kernel sends no more than it must")
    func unchangedPositions() {
        var tracker = ContactTracker(.slots(2))
        let first = [Tell.slot(0), Tell.id(1)] + Tell.mt(10, 20) + [Tell.report, Tell.id(-1), Tell.report]
        #expect(tracker.words(first) == ["down 1 10,20", "up 1 10,20"])
        #expect(tracker.words([Tell.id(2), Tell.mt(0, 30)[1], Tell.report]) == ["down 2 10,30"])
        #expect(tracker.words([Tell.id(-1), Tell.id(3), Tell.report]) == ["up 2 10,30", "down 3 10,30"])
        // Another slot's position is its own; one that is told while nobody touches is remembered, too.
        #expect(tracker.words([Tell.slot(1)] + Tell.mt(7, 8) + [Tell.report]).isEmpty)
        #expect(tracker.words([Tell.id(4), Tell.report]) == ["down 4 7,8"])
    }

    @Test("a slot that changes hands without a lift is an end and a beginning")
    func hands() {
        var tracker = ContactTracker(.slots(10))
        #expect(tracker.words([Tell.id(5)] + Tell.mt(1, 1) + [Tell.report]) == ["down 1 1,1"])
        #expect(tracker.words([Tell.id(9)] + Tell.mt(2, 2) + [Tell.report]) == ["up 1 1,1", "down 2 2,2"])
    }

    @Test("a tap within one frame is not lost")
    func quick() {
        var tracker = ContactTracker(.slots(10))
        #expect(
            tracker.words([Tell.id(5)] + Tell.mt(1, 1) + [Tell.id(-1), Tell.report]) == ["down 1 1,1", "up 1 1,1"])
        var single = ContactTracker(.point)
        let tap =
            Tell.point(3, 4) + [Tell.button(InputCode.touchButton, true), Tell.button(InputCode.touchButton, false)]
        #expect(single.words(tap + [Tell.report]) == ["down 1 3,4", "up 1 3,4"])
    }

    @Test("slots beyond the panel's own are not believed")
    func foreignSlots() {
        var tracker = ContactTracker(.slots(10))
        for slot in [99, -1, Int32.max, .min] {
            #expect(tracker.words([Tell.slot(slot), Tell.id(1)] + Tell.mt(1, 1) + [Tell.report]).isEmpty)
        }
    }

    @Test(
        "one point and a button, of a panel or of one that says it is a mouse",
        arguments: [InputCode.touchButton, InputCode.leftButton])
    func point(_ button: UInt16) {
        var tracker = ContactTracker(.point)
        #expect(tracker.words(Tell.point(5, 6) + [Tell.report]).isEmpty, "hovering is no touch")
        #expect(tracker.words([Tell.button(button, true), Tell.report]) == ["down 1 5,6"])
        #expect(tracker.words(Tell.point(7, 6) + [Tell.report]) == ["move 1 7,6"])
        #expect(tracker.words([Tell.button(button, false), Tell.report]) == ["up 1 7,6"])
        #expect(tracker.words([Tell.button(button, true), Tell.report]) == ["down 2 7,6"])
    }

    @Test("without slots touches are told apart by where they were, in whatever order they come")
    func anonymous() {
        let axis = InputCapabilities.Axis(minimum: 0, maximum: 6000, resolution: 0)
        var tracker = ContactTracker(.anonymous, axes: (axis, axis))
        func frame(_ places: [(Int32, Int32)]) -> [InputEvent] {
            places.flatMap { Tell.mt($0.0, $0.1) + [Tell.touchEnd] } + [Tell.report]
        }
        #expect(tracker.words(frame([(100, 100), (5000, 5000)])) == ["down 1 100,100", "down 2 5000,5000"])
        #expect(tracker.words(frame([(5010, 5000), (110, 100)])) == ["move 2 5010,5000", "move 1 110,100"])
        #expect(tracker.words(frame([(5010, 5000)])) == ["up 1 110,100"])
        #expect(
            tracker.words(frame([(100, 100)])) == ["up 2 5010,5000", "down 3 100,100"], "nobody moves so far in a frame"
        )
        #expect(tracker.words([Tell.touchEnd, Tell.report]) == ["up 3 100,100"], "a touch without a place is none")
    }

    @Test("what was lifted while events were lost is lifted, and its frame says that it comes late")
    func lost() throws {
        var tracker = ContactTracker(.slots(10))
        #expect(tracker.words([Tell.id(5)] + Tell.mt(1, 1) + [Tell.report]) == ["down 1 1,1"])
        let frames = [Tell.lost, Tell.id(-1), Tell.report, Tell.id(6), Tell.report].compactMap { tracker.take($0) }
        #expect(frames.map(\.isResync) == [true, false])
        #expect(frames.first?.changes.count == 1)
        #expect(tracker.droppedCount == 1)
    }

    @Test("a panel that is pulled out lifts what was down")
    func gone() {
        var tracker = ContactTracker(.slots(10))
        _ = tracker.words([Tell.id(5)] + Tell.mt(1, 1) + [Tell.report])
        #expect(tracker.end().count == 1)
        #expect(!tracker.isTouched && tracker.end().isEmpty)
    }

    @Test(
        "any events at all: no contact without an end, none that was not begun, none too many",
        arguments: [ContactManner.slots(5), .anonymous, .point], Seeds.first(8))
    func anyEvents(_ manner: ContactManner, _ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (tracker, book) = (ContactTracker(manner), ContactBook())
        for _ in 0..<20_000 {
            let event = Self.anything(&random)
            guard let frame = tracker.take(event) else { continue }
            try book.note(frame.changes)
            #expect(tracker.contacts.count <= 32)
            #expect(Set(tracker.contacts) == Set(book.open.values))
        }
        try book.note(tracker.end())
        #expect(book.open.isEmpty)
        #expect(book.ended > 100, "the stream was no test")
    }

    /// Mostly what panels send, in any order and with any values.
    private static func anything(_ random: inout SeededGenerator) -> InputEvent {
        let values: [Int32] = [-1, 0, 1, 2, 4, 5, 99, 4095, .max, .min, .random(in: 0...4095, using: &random)]
        let value = values[Int.random(in: 0..<values.count, using: &random)]
        let absolutes = [
            InputCode.slot, InputCode.trackingID, InputCode.positionX, InputCode.positionY, InputCode.x, InputCode.y,
        ]
        return switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: Tell.report
        case 2: Tell.touchEnd
        case 3:
            Bool.random(using: &random)
                ? Tell.lost
                : InputEvent(
                    type: .random(in: 0...31, using: &random), code: .random(in: 0...767, using: &random), value: value)
        case 4:
            Tell.button(
                Bool.random(using: &random) ? InputCode.touchButton : InputCode.leftButton, Bool.random(using: &random))
        default:
            InputEvent(
                type: InputCode.absolute, code: absolutes[Int.random(in: 0..<absolutes.count, using: &random)],
                value: value)
        }
    }
}
