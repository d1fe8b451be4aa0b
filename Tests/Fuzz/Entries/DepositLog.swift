import SuggestionBoxDriver
import ZoneModel

/// Second opinion on detected deposits: keeps what was seen, and judges only what needs no filter.
struct DepositLog {
    private let settings: BoxSettings
    private var logic: DepositLogic
    /// What was seen of the lid since nobody looked for long.
    private var seen: [(at: Int64, isOpen: Bool)] = []
    private var wasBlocked = false
    private var intervals = 0
    private var told = 0
    private var blockage: Severity?

    init(_ settings: BoxSettings) {
        self.settings = settings
        logic = DepositLogic(settings.deposits)
    }

    mutating func take(_ sample: PinSample) throws {
        let now = sample.at.milliseconds
        if let last = seen.last, !(0...500).contains(now &- last.at) { seen = [] }
        seen.append((now, sample.lidOpen ?? false))
        if sample.slotBlocked, !wasBlocked { intervals += 1 }
        wasBlocked = sample.slotBlocked
        let count = logic.sampleCount
        let events = logic.take(sample)
        try promise(logic.sampleCount == count + 1 && events.count <= 6, "\(events.count) events of one sample")
        for event in events { try judge(event, sample) }
        try promise(blockage == logic.blockage, "a blockage that was not told")
        try promise(told <= intervals, "\(told) passages, \(intervals) intervals")
    }

    mutating func finish() throws {
        for event in logic.flush() {
            guard case .burst(let count) = event, count > 0 else { throw BrokenPromise("flushed: \(event)") }
            told += count
        }
        try promise(told <= intervals, "\(told) passages, \(intervals) intervals")
        try promise(logic.flush().isEmpty, "told twice")
    }

    private mutating func judge(_ event: BoxEvent, _ sample: PinSample) throws {
        switch event {
        case .deposit(let length):
            told += 1
            let times = settings.deposits
            try promise((times.minBlock...times.maxBlock).contains(length), "a deposit of \(length) ms")
            try promise(sample.lidOpen != true && logic.lidIsOpen != true, "a deposit while the lid is open")
            try promiseLidWasClosed(for: times.lockout + length + times.lidSettle)
        case .burst(let count):
            told += count
            try promise(count > 0, "a burst of \(count)")
        case .lidOpened: try promise(logic.lidIsOpen == true, "the lid is not open")
        case .lidClosed: try promise(logic.lidIsOpen == false, "the lid is not closed")
        case .slotBlocked(let severity):
            try promise(severity != blockage && blockage != .fault, "a blockage becomes milder")
            blockage = severity
        case .slotCleared:
            try promise(blockage != nil && logic.slotIsBlocked == false, "cleared, and was not blocked")
            blockage = nil
        case .settled: try promise(logic.slotIsBlocked != nil, "settled, and nobody knows where")
        }
    }

    /// Three looks in a row at an open lid that span the contact's time are an open lid.
    private func promiseLidWasClosed(for span: Int64) throws {
        guard settings.lidPin != nil, let now = seen.last?.at else { return }
        var run: [Int64] = []
        for look in seen.reversed() where now &- look.at <= span {
            if look.isOpen { run.append(look.at) } else { run = [] }
            guard run.count >= 3, let last = run.first else { continue }
            try promise(last - look.at < settings.deposits.contact, "a deposit soon after the lid was open")
        }
    }
}
