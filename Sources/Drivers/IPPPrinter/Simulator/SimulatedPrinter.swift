import ZoneModel

/// The printer's inside: what a person can do to it, and what it then says.
package struct SimulatedPrinter: Sendable, Hashable {
    /// How it treats whoever asks.
    package enum Manner: String, Sendable, CaseIterable { case honest, silent, drip, half, garbage, http500 }

    package var isOn = true
    package var paperSheets = 250
    package var tonerPercent = 80
    package var isJammed = false
    package var isCoverOpen = false
    package var isBinFull = false
    package var serial = "SIM-0001"
    package var manner = Manner.honest
    package var impressions = 1200
    package enum Counter: String, Sendable {
        case good
        /// It stands still, whatever comes out: a broken sensor.
        case stuck
        /// IPP leaves it out, as most real printers do; SNMP tells it.
        case hidden
    }

    package var counter = Counter.good
    /// Nothing comes out, and it counts nothing, but each job is done by its own word: rollers that do not grip.
    package var isFeedSlipping = false
    /// It was on before anybody asked.
    private var onSince = ContinuousClock.now - .seconds(600)
    /// The most sheets of one job that come out at each moment; `nil`: all at once.
    package var sheetsPerMoment: Int?
    var jobs: [Int: SimulatedJob] = [:]
    /// Reasons that somebody has put in, as a device of another make would word them.
    package var wordedReasons: [String] = []
    /// Where it listens, for the addresses that it tells.
    var port = 631

    package init() {}

    package static let help = [
        "power=on|off", "paper=SHEETS (0…250)", "toner=PERCENT (0…100)", "jam=on|off", "cover=open|closed",
        "bin=full|empty", "serial=TEXT", "counter=good|stuck|hidden", "copies=SIDES (1…250)", "feed=slips|good",
        "pace=SHEETS (1…250) or all",
        "cycle=now", "forget=now", "reasons=KEYWORD,… or none",
        "manner=" + Manner.allCases.map(\.rawValue).joined(separator: "|"),
    ]

    /// One `key=value` move.
    /// - Returns: `false` when the simulator knows no such move.
    package mutating func apply(_ key: String, _ value: String) -> Bool {
        switch (key, value) {
        case ("power", "on"), ("power", "off"): isOn = value == "on"
        case ("jam", "on"), ("jam", "off"): isJammed = value == "on"
        case ("cover", "open"), ("cover", "closed"): isCoverOpen = value == "open"
        case ("bin", "full"), ("bin", "empty"): isBinFull = value == "full"
        case ("serial", _): serial = value.cleaned(limit: 40)
        // Somebody copies at its own panel.
        case ("copies", _): return set(value, in: 1...250) { impressions += $0 }
        case ("counter", _):
            guard let wanted = Counter(rawValue: value) else { return false }
            counter = wanted
        case ("feed", "slips"), ("feed", "good"): isFeedSlipping = value == "slips"
        case ("pace", "all"): sheetsPerMoment = nil
        case ("pace", _): return set(value, in: 1...250) { sheetsPerMoment = $0 }
        case ("cycle", "now"): cyclePower()
        case ("forget", "now"): jobs = [:]
        case ("reasons", _): word(value)
        case ("paper", _): return set(value, in: 0...250) { paperSheets = $0 }
        case ("toner", _): return set(value, in: 0...100) { tonerPercent = $0 }
        case ("manner", _):
            guard let wanted = Manner(rawValue: value) else { return false }
            manner = wanted
        default: return false
        }
        return true
    }

    /// As after a mains failure: the clock begins anew, jobs are gone, the life counter is kept.
    private mutating func cyclePower() { (onSince, jobs) = (.now, [:]) }

    /// printer-up-time begins at 1 (RFC 8011, 5.4.29).
    var upTime: Int { Int(onSince.duration(to: .now).components.seconds) + 1 }

    private mutating func word(_ list: String) {
        let words = list.split(separator: ",").prefix(16).map { String($0).cleaned(limit: 100) }
        wordedReasons = words == ["none"] ? [] : words
    }

    private func set(_ text: String, in range: ClosedRange<Int>, _ assign: (Int) -> Void) -> Bool {
        guard let value = Int(text), range.contains(value) else { return false }
        assign(value)
        return true
    }

    package var reasons: [String] {
        var reasons: [String] = []
        if paperSheets == 0 { reasons.append("media-empty-error") }
        if (1...20).contains(paperSheets) { reasons.append("media-low-warning") }
        if isJammed { reasons.append("media-jam-error") }
        if isCoverOpen { reasons.append("cover-open-error") }
        if isBinFull { reasons.append("output-area-full-error") }
        if tonerPercent == 0 { reasons.append("toner-empty-error") }
        if (1...10).contains(tonerPercent) { reasons.append("toner-low-warning") }
        reasons += wordedReasons
        return reasons.isEmpty ? ["none"] : reasons
    }
}
