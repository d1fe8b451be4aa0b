import ZoneTouch

/// What hands do, as frames 10 ms apart: who is where on the glass. A slot that a frame does not name has no finger of
/// this gesture.
struct Gesture: Sendable {
    static let frameMilliseconds: Int64 = 10
    private(set) var frames: [[Int32: GlassPoint]] = []
    /// The slots that it uses.
    var slots: Set<Int32> { Set(frames.flatMap(\.keys)) }

    /// A finger rests for 80 to 160 ms and rolls a little.
    static func tap(_ point: GlassPoint, _ dice: inout PanelDice) -> Gesture {
        Gesture(frames: trembling(Array(repeating: point, count: 8 + Int(dice.share() * 8)), &dice) + [[:]])
    }

    /// As fast as people scroll: the whole glass in about a second.
    static func drag(_ start: GlassPoint, _ end: GlassPoint, _ dice: inout PanelDice) -> Gesture {
        let way = max(abs(end.x - start.x), abs(end.y - start.y))
        let count = max(12, Int(way * 100))
        let places = (0...count).map { step in
            // Slow at both ends, as an arm is.
            let part = Double(step) / Double(count)
            let eased = part * part * (3 - 2 * part)
            return GlassPoint(x: start.x + (end.x - start.x) * eased, y: start.y + (end.y - start.y) * eased)
        }
        return Gesture(frames: trembling(places, &dice) + [[:]])
    }

    /// A citizen: taps, scrolls, and reads in between.
    static func use(seconds: Int, _ dice: inout PanelDice) -> Gesture {
        var gesture = Gesture()
        let count = seconds * 1000 / Int(frameMilliseconds)
        while gesture.frames.count < count {
            let place = GlassPoint(x: 0.08 + dice.share() * 0.84, y: 0.08 + dice.share() * 0.84)
            let isTap = dice.share() < 0.65
            let scrolled = GlassPoint(x: place.x, y: place.y < 0.5 ? place.y + 0.4 : place.y - 0.4)
            gesture.frames += (isTap ? tap(place, &dice) : drag(place, scrolled, &dice)).frames
            gesture.frames += Array(repeating: [:], count: 40 + Int(dice.share() * 200))
        }
        gesture.frames = Array(gesture.frames.prefix(count)) + [[:]]
        return gesture
    }

    /// Two seconds of what no hand can do: several touches at once, each elsewhere, each for a frame or two.
    static func ghosts(_ dice: inout PanelDice) -> Gesture {
        let frames = (0..<100).flatMap { _ -> [[Int32: GlassPoint]] in
            let touches = (0..<Int32(1 + dice.share() * 5)).map {
                ($0 + 2, GlassPoint(x: dice.share(), y: dice.share()))
            }
            return [Dictionary(uniqueKeysWithValues: touches), [:]]
        }
        return Gesture(frames: frames)
    }

    /// One finger in slot 0. About a third of a millimetre on a panel of a metre.
    private static func trembling(_ places: [GlassPoint], _ dice: inout PanelDice) -> [[Int32: GlassPoint]] {
        places.map { place in
            [
                0: GlassPoint(
                    x: place.x + (dice.share() - 0.5) * 0.0006, y: place.y + (dice.share() - 0.5) * 0.0006)
            ]
        }
    }
}
