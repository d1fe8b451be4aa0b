import Glibc
import ZoneModel

/// When something happens next at a node, and what ends by itself.
struct Happenings {
    private let meanGap: Double
    private(set) var next: Int64
    /// In the order of their ends.
    private var endings: [(at: Int64, trouble: UInt8)] = []
    var isStopped = false

    init(from start: Int64, perDay: Double, _ random: inout FleetRandom) {
        meanGap = perDay > 0 ? 86_400_000 / perDay : .infinity
        next = start
        advance(from: start, &random)
    }

    var due: Int64 { isStopped ? .max : min(next, endings.first?.at ?? .max) }

    /// Independent events: the gaps between them are exponential.
    mutating func advance(from now: Int64, _ random: inout FleetRandom) {
        let gap = -log(1 - random.fraction()) * meanGap
        next = gap.isFinite && gap < 1e15 ? now + max(1, Int64(gap)) : .max
    }

    mutating func end(_ trouble: UInt8, at: Int64) {
        let place = endings.firstIndex { $0.at > at } ?? endings.endIndex
        endings.insert((at, trouble), at: place)
    }

    mutating func takeEnding(until now: Int64) -> (at: Int64, trouble: UInt8)? {
        guard let first = endings.first, first.at <= now, first.at <= next else { return nil }
        endings.removeFirst()
        return first
    }
}

extension NodeMachine {
    /// Lets everything happen that is due.
    package mutating func happen(until now: Int64) {
        while happenings.due <= now {
            if let ending = happenings.takeEnding(until: now) {
                clear(ending.trouble, at: ending.at)
            } else {
                let at = happenings.next
                somethingHappens(at: at)
                happenings.advance(from: at, &random)
            }
        }
    }

    /// What people and machines do in a zone, by share.
    private mutating func somethingHappens(at: Int64) {
        switch random.below(100) {
        case ..<30:
            devices.noteDeposit()
            fact(.deposit, at: at, device: 3)
        case ..<60: fact(.printed, at: at, device: 1, detail: UInt32(1 + random.below(12)))
        case ..<85: fact(.use, at: at, device: 0, detail: UInt32(random.below(40)))
        case ..<90: fact(.state, at: at, device: UInt8(random.below(4)))
        case ..<92: fact(.lidOpened, at: at, device: 3)
        default:
            raise(UInt8(random.below(Trouble.all.count)), at: at, lasting: 120_000 + random.wait(below: 14_400_000))
        }
    }

    private mutating func fact(_ what: Fact.What, at: Int64, device: UInt8, detail: UInt32 = 0) {
        var fact = Fact(what, at: at)
        (fact.device, fact.detail) = (device, detail)
        append(fact)
    }

    /// Nothing happens when it is open already.
    mutating func raise(_ trouble: UInt8, at: Int64, lasting: Int64) {
        guard devices.open[trouble] == nil else { return }
        // Whole seconds: the end of a condition names its beginning, and a fact has no room for milliseconds.
        let since = at / 1000 * 1000
        devices.raise(trouble, at: since)
        happenings.end(trouble, at: since + lasting)
        note(.raised, trouble, at: since, lasted: 0)
    }

    mutating func clear(_ trouble: UInt8, at: Int64) {
        guard let since = devices.clear(trouble) else { return }
        let lasted = max(0, at - since) / 1000
        note(.cleared, trouble, at: since + lasted * 1000, lasted: lasted)
    }

    private mutating func note(_ what: Fact.What, _ trouble: UInt8, at: Int64, lasted: Int64) {
        var fact = Fact(what, at: at)
        (fact.device, fact.trouble) = (Trouble.all[Int(trouble)].device, trouble)
        fact.detail = UInt32(clamping: lasted)
        append(fact)
        prepared = nil
        pacing.noteChange(at: at)
    }

    /// So many ordinary events at once, for load: as different from each other as in a zone, or they would be sent in
    /// a tenth of the bytes.
    package mutating func produce(_ count: Int, at now: Int64) {
        for index in 0..<count {
            let at = now - Int64(count - index) * 911 + random.wait(below: 911)
            switch random.below(4) {
            case 0: fact(.deposit, at: at, device: 3)
            case 1: fact(.use, at: at, device: 0, detail: UInt32(random.below(40)))
            case 2: fact(.state, at: at, device: UInt8(random.below(4)))
            default: fact(.printed, at: at, device: 1, detail: UInt32(1 + random.below(12)))
            }
        }
    }
}
