import DriverKit
import TouchPanelDriver
import ZoneModel
import ZoneTestKit
import ZoneTouch

/// What can be wrong with a simulated panel. Places are shares of the glass.
enum Illness: String, CaseIterable, Sendable {
    case none, stuck, ghostBursts, ghostPlace, deadCorner, deadColumn, deadRow, mirrored, noise, slowReports
}

/// A way of a finger over the glass.
struct Stroke {
    var begin: Double
    var duration: Double
    var from: GlassPoint
    var to: GlassPoint
    /// Lifts while it still moves.
    var isThrown = false

    /// Between the places a hand speeds up and slows down (T. Flash and N. Hogan, "The coordination of arm movements",
    /// 1985: the least jerk); one that is thrown only speeds up.
    func place(at time: Double) -> GlassPoint {
        let part = min(1, max(0, (time - begin) / duration))
        let way =
            isThrown ? part * part * (2 - part) : part * part * part * (10 - 15 * part + 6 * part * part)
        return GlassPoint(x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way)
    }
}

/// A 65-inch panel that looks a hundred times a second and tells what it sees, ill or not, to `PanelHealth`.
struct SimulatedGlass {
    static let capabilities = InputCapabilities(
        name: "Simulated", bus: 3, vendor: 0x5A41, product: 1, version: 1, slots: 10,
        x: .init(minimum: 0, maximum: 32_767, resolution: 23), y: .init(minimum: 0, maximum: 32_767, resolution: 41),
        simulated: true)
    private static let width = 1424.7
    private static let height = 799.2

    var random: SeededGenerator
    var health: PanelHealth
    /// Each frame as it goes to `health`, for whoever records.
    var onFrame: ((ContactFrame, MonoTime) -> Void)?
    var illness = Illness.none
    private(set) var frames = 0
    private var lastNumber = 0
    private var merged: Contact?
    private(set) var stuckSince: MonoTime?

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        health = PanelHealth(of: SimulatedGlass.capabilities, openedAt: MonoTime(milliseconds: 0))
    }

    /// Plays strokes, all times in ms from `start`.
    /// - Returns: when the last of them has ended.
    mutating func play(_ strokes: [Stroke], start: Double) -> Double {
        guard let first = strokes.map(\.begin).min(), let last = strokes.map({ $0.begin + $0.duration }).max() else {
            return start
        }
        let period = illness == .slowReports ? 80.0 : 10.0
        var open = [Contact?](repeating: nil, count: strokes.count)
        var time = first + Double.random(in: 0..<period, using: &random)
        while true {
            var changes: [ContactChange] = []
            for (index, stroke) in strokes.enumerated() {
                let isThere = time >= stroke.begin && time < stroke.begin + stroke.duration
                guard isThere || open[index] != nil else { continue }
                let seen = isThere ? report(stroke.place(at: time)) : nil
                follow(&open[index], seen, &changes)
            }
            if !changes.isEmpty { emit(changes, at: start + time) }
            if time > last, open.allSatisfy({ $0 == nil }) { break }
            time += period
        }
        if let left = merged {
            emit([.up(left)], at: start + time)
            merged = nil
        }
        return start + time
    }

    private mutating func follow(
        _ contact: inout Contact?, _ seen: (x: Int32, y: Int32)?, _ changes: inout [ContactChange]
    ) {
        switch (contact, seen) {
        case (nil, nil): break
        case (nil, let seen?):
            if let taken = merged {
                // The finger that was just lifted and this one are the same to the panel.
                merged = nil
                let moved = Contact(number: taken.number, x: seen.x, y: seen.y)
                if moved != taken { changes.append(.move(moved)) }
                contact = moved
                return
            }
            lastNumber += 1
            let fresh = Contact(number: lastNumber, x: seen.x, y: seen.y)
            contact = fresh
            changes.append(.down(fresh))
        case (let old?, nil):
            contact = nil
            // Two of a hundred: the panel takes the next finger for this one.
            if merged == nil, Int.random(in: 0..<100, using: &random) < 2 {
                merged = old
            } else {
                changes.append(.up(old))
            }
        case (let old?, let seen?):
            let moved = Contact(number: old.number, x: seen.x, y: seen.y)
            guard moved != old else { return }
            contact = moved
            changes.append(.move(moved))
        }
    }

    /// Where the panel says that a finger is; `nil` where it does not see it.
    private mutating func report(_ place: GlassPoint) -> (x: Int32, y: Int32)? {
        var place = place
        switch illness {
        case .deadCorner where place.x > 0.85 && place.y < 0.2: return nil
        case .deadColumn where (0.5..<0.54).contains(place.x): return nil
        case .deadRow where (0.55..<0.61).contains(place.y): return nil
        case .mirrored: place.x = 1 - place.x
        default: break
        }
        let noise = illness == .noise ? 4.0 : 0.4
        let x = place.x + gauss() * noise / SimulatedGlass.width
        let y = place.y + gauss() * noise / SimulatedGlass.height
        guard (0...1).contains(x), (0...1).contains(y) else { return nil }
        return (Int32(x * 32_767), Int32(y * 32_767))
    }

    /// Nearly normal, spread 1: the sum of three even ones, each from -1 to 1.
    mutating func gauss() -> Double {
        (0..<3).reduce(0.0) { sum, _ in sum + Double.random(in: -1...1, using: &random) }
    }

    private mutating func emit(_ changes: [ContactChange], at ms: Double) {
        let frame = ContactFrame(changes: changes, microseconds: Int64(ms * 1000))
        frames += 1
        let now = MonoTime(milliseconds: Int64(ms))
        health.take(frame, now: now)
        onFrame?(frame, now)
    }

    // What comes without a finger.

    mutating func stick(at ms: Double) {
        lastNumber += 1
        stuckSince = MonoTime(milliseconds: Int64(ms))
        emit([.down(Contact(number: lastNumber, x: 31_000, y: 20_000))], at: ms)
    }

    /// A spell of interference: contacts of one or two reports anywhere.
    mutating func burst(at ms: Double) -> Double {
        var time = ms
        for _ in 0..<Int.random(in: 60...200, using: &random) {
            lastNumber += 1
            let contact = Contact(
                number: lastNumber, x: .random(in: 0...32_767, using: &random),
                y: .random(in: 0...32_767, using: &random))
            emit([.down(contact)], at: time)
            emit([.up(contact)], at: time + (Bool.random(using: &random) ? 10 : 20))
            time += .random(in: 20...60, using: &random)
        }
        return time
    }

    /// One tap of a ghost that always comes to the same place.
    mutating func haunt(at ms: Double) {
        let place = GlassPoint(x: 0.2 + gauss() * 0.0012, y: 0.35 + gauss() * 0.0012)
        _ = play([Stroke(begin: 0, duration: .random(in: 60...140, using: &random), from: place, to: place)], start: ms)
    }
}
