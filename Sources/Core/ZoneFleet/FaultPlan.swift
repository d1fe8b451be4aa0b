import ZoneModel

/// What goes wrong in a simulated fleet, and when: `outage 30% for 60s every 5m`, `poison 1%`, `clock 5% by -2y`.
package struct Fault: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Nodes lose their line for a while.
        case outage
        /// Nodes change all at the same moment.
        case storm
        /// Nodes whose wall clock is wrong from the beginning.
        case clock
        /// A second PC with the same disk and certificate appears.
        case clone
        /// The disk is restored from an older image.
        case rewind
        /// Events with a field of the wrong type, as a share of events.
        case poison
        /// Nodes send a whole day again.
        case replay
        /// Nodes lose power and start again: a new boot and epoch.
        case reboot
        /// The line is cut after a request went out, as a share of requests.
        case lost
        /// Measurements thinned out before anybody saw them, as a share of those: declared gaps.
        case thin
    }

    package struct Unreadable: Error, CustomStringConvertible, Hashable {
        package let text: String
        package let why: String
        package var description: String {
            "--fault \(text.cleaned(limit: 80)): \(why). 写法 write: “outage 30% for 60s at 10s every 5m”, "
                + "“clock 5% by -2y”; \(Kind.allCases.map(\.rawValue).joined(separator: " "))"
        }
    }

    package var kind: Kind
    /// 0...1.
    package var share: Double
    /// ms.
    package var lasts: Int64 = 60_000
    /// ms after the start of the run.
    package var at: Int64 = 10_000
    /// ms; `nil` is once.
    package var every: Int64?
    /// ms by which a clock is wrong, the sign at random when absent; or the number of events of a rewind.
    package var by: Int64?

    /// Of nodes at moments; the others are shares of what passes.
    package var isScheduled: Bool { ![.clock, .poison, .lost, .thin].contains(kind) }

    package init(_ text: String) throws(Unreadable) {
        var words = text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)[...]
        func stop(_ why: String) -> Unreadable { Unreadable(text: text, why: why) }
        guard let kind = words.popFirst().flatMap({ Kind(rawValue: $0) }) else { throw stop("unknown fault") }
        guard let share = words.popFirst(), share.hasSuffix("%"), let percent = Double(share.dropLast()),
            (0...100).contains(percent)
        else { throw stop("expected a share, 0% to 100%") }
        (self.kind, self.share) = (kind, percent / 100)
        while let word = words.popFirst() {
            guard let value = words.popFirst() else { throw stop("nothing follows “\(word)”") }
            guard try take(word, value) else { throw stop("“\(word) \(value)” is not readable") }
        }
    }

    private mutating func take(_ word: String, _ value: String) throws(Unreadable) -> Bool {
        if word == "by" {
            by = kind == .rewind ? Int64(value).flatMap { $0 > 0 ? $0 : nil } : Fault.span(value)
            return by != nil
        }
        guard let span = Duration(shortText: value)?.milliseconds else { return false }
        switch word {
        case "for": lasts = span
        case "at": at = span
        case "every": every = span
        default: return false
        }
        return true
    }

    /// `-2y`, `40d`, `90m`: also longer than a week, and into the past.
    private static func span(_ text: String) -> Int64? {
        let sign: Int64 = text.hasPrefix("-") ? -1 : 1
        let plain = text.drop { $0 == "-" || $0 == "+" }
        let days: [Character: Int64] = ["y": 365, "d": 1]
        if let unit = plain.last, let factor = days[unit], let count = Int64(plain.dropLast()), (1...36_500) ~= count {
            return sign * min(count * factor, 36_500) * 86_400_000
        }
        return Duration(shortText: String(plain)).map { sign * $0.milliseconds }
    }
}

/// When the scheduled ones of a run are due.
struct FaultSchedule {
    private(set) var waiting: [(due: Int64, fault: Fault)]

    init(_ faults: [Fault]) { waiting = faults.filter(\.isScheduled).map { ($0.at, $0) } }

    /// What is due at `now`; what repeats is put on the list again.
    mutating func take(at now: Int64) -> [Fault] {
        var due: [Fault] = []
        for index in waiting.indices where waiting[index].due <= now {
            due.append(waiting[index].fault)
            waiting[index].due = waiting[index].fault.every.map { waiting[index].due + $0 } ?? .max
        }
        return due
    }
}

extension [Fault] {
    /// The share of a kind that is no matter of moments.
    func share(_ kind: Fault.Kind) -> Double { first { $0.kind == kind }?.share ?? 0 }
}
