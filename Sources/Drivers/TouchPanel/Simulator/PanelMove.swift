import ZoneTouch

/// What can be done to the simulated panel.
enum PanelMove: Sendable {
    case plug(PanelKind?)
    case unplug, touch, lift
    /// In one moment, exactly there.
    case tap(GlassPoint)
    case play(@Sendable (inout PanelDice) -> Gesture)
    case flood, mend
    case fault(@Sendable (inout PanelFaults) -> Void)

    static let stuckSlot: Int32 = 9
    static let middle = GlassPoint(x: 0.488_297_37, y: 0.488_297_37)

    /// What to type, and what happens.
    static let table: [(usage: String, meaning: String)] = [
        ("plug, unplug", "插上，拔掉 the socket comes and goes"),
        ("kind=b|a|point|mouse", "换一种屏 another panel: slots, no names, one point, as a mouse"),
        ("touch, lift", "按住，放开 one finger comes and stays; goes"),
        ("tap, tap=X,Y", "点一下 a tap as a hand makes it, in shares of the glass 0 to 1; exactly there in units"),
        ("drag=X0,Y0,X1,Y1", "划动 a finger slides"),
        ("use, use=SECONDS", "有人使用 a citizen taps and scrolls, a minute if not said"),
        ("flood", "事件丢失 events were lost"),
        ("stuck, stuck=X,Y", "卡住 a contact stays"),
        ("ghost", "鬼点 two seconds of touches that nobody makes"),
        ("dead=corner|column|row|cell|half|all|X0,Y0,X1,Y1", "盲区 nothing is felt there"),
        ("swap", "横竖对调 x and y change places"),
        ("invert=x|y|xy", "反向 an axis runs backwards"),
        ("offset=X,Y", "偏移 everything is so far beside"),
        ("jitter, jitter=SHARE", "抖动 a resting finger trembles"),
        ("slow", "报点变慢 8 reports a second"),
        ("extra", "多点 more touches than there are fingers"),
        ("silent", "不报点 nothing more is said, touched or not"),
        ("mend", "修好 all faults end"),
    ]

    static func parse(_ text: String) -> PanelMove? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return parts.count == 2 ? parse(parts[0], parts[1]) : plain(text)
    }

    private static func plain(_ word: String) -> PanelMove? {
        switch word {
        case "plug": .plug(nil)
        case "unplug": .unplug
        case "touch": .touch
        case "lift": .lift
        case "tap": .tap(middle)
        case "flood": .flood
        case "mend": .mend
        case "use": .play { Gesture.use(seconds: 60, &$0) }
        case "ghost": .play { Gesture.ghosts(&$0) }
        case "stuck": .fault { $0.stuck = GlassPoint(x: 0.8, y: 0.3) }
        case "swap": .fault { $0.isSwapped.toggle() }
        case "jitter": .fault { $0.jitter = 0.01 }
        case "slow": .fault { $0.isSlow = true }
        case "extra": .fault { $0.hasExtra = true }
        case "silent": .fault { $0.isSilent = true }
        default: nil
        }
    }

    private static func parse(_ word: String, _ value: String) -> PanelMove? {
        switch word {
        case "kind": return PanelKind(rawValue: value).map { .plug($0) }
        case "dead":
            guard let region = GlassRegion(value) else { return nil }
            return .fault { $0.dead.append(region) }
        case "invert":
            guard ["x", "y", "xy"].contains(value) else { return nil }
            return .fault { $0.inverted = (value.contains("x"), value.contains("y")) }
        default: return shares(value).flatMap { placed(word, $0) }
        }
    }

    private static func placed(_ word: String, _ numbers: [Double]) -> PanelMove? {
        let points = stride(from: 0, to: numbers.count - 1, by: 2).map {
            GlassPoint(x: numbers[$0], y: numbers[$0 + 1])
        }
        switch (word, numbers.count) {
        case ("tap", 2):
            guard numbers.contains(where: { $0 > 2 }) else { return .play { Gesture.tap(points[0], &$0) } }
            let units = Double(PanelKind.most)
            return .tap(GlassPoint(x: points[0].x / units, y: points[0].y / units))
        case ("drag", 4): return .play { Gesture.drag(points[0], points[1], &$0) }
        case ("stuck", 2): return .fault { $0.stuck = points[0] }
        case ("offset", 2): return .fault { $0.offset = points[0] }
        case ("jitter", 1): return .fault { $0.jitter = abs(numbers[0]) }
        case ("use", 1) where (1...3600).contains(numbers[0]):
            return .play { Gesture.use(seconds: Int(numbers[0]), &$0) }
        default: return nil
        }
    }

    /// Numbers with commas between them; a finger may be a little beside the glass.
    static func shares(_ text: String) -> [Double]? {
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = words.compactMap { Double($0) }
        guard numbers.count == words.count, numbers.allSatisfy({ abs($0) <= 40_000 }) else { return nil }
        return numbers
    }
}
