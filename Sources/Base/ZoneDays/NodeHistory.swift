import ZoneModel

/// What became of each device of one node, as far as the rows say.
package struct NodeHistory: Sendable {
    struct Device: Sendable {
        var kind: DeviceKind?
        var isSimulated = false
        /// No sensor counts anything of it.
        var isByPerson = false
        /// Seconds since 1970; `nil`: it was on the list all the time.
        var added: Int64?
        var removed: Int64?
        var track: Track
        fileprivate var doubts: [Range<Int64>] = []
        /// Number and second of its words.
        fileprivate var words: [(seq: Int64, second: Int64)] = []
        /// The run that its last word is of.
        fileprivate var epoch: HexID?
    }

    package let node: String
    private(set) var devices: [String: Device] = [:]
    /// The node itself: off, or not known.
    private var life = Track()
    /// The end of the last run, in seconds: nothing of the device was seen between then and its first word.
    private var silentSince = Int64.min

    /// What a snapshot says was so a little earlier, too: it is written just after the moment that it is for.
    static let snapshotReach: Int64 = 60
    /// No list is longer; rows come from the wire, too.
    private static let mostDevices = 200
    private static let mostGaps = 200
    /// The first row of a run that was at work before the rows begin.
    private var snapshotAt: Int64?

    init(node: String, _ openings: [Opening]) {
        self.node = node
        for (index, opening) in openings.enumerated() {
            begin(opening, after: index > 0 ? openings[index - 1] : nil)
            for (row, time) in zip(opening.rows, opening.times) { take(row, second: time.seconds, opening) }
        }
        guard let end = openings.last?.last.seconds else { return }
        // What comes after the last row nobody has seen.
        for (id, device) in devices where device.removed == nil { devices[id]?.track.set(.unknown, at: end) }
        doubtGaps(openings)
    }

    /// - Returns: devices that were on the list within the range.
    func listed(in range: Range<Int64>) -> [(id: String, device: Device)] {
        devices.filter { _, device in
            (device.added ?? .min) < range.upperBound && (device.removed ?? .max) > range.lowerBound
        }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private mutating func begin(_ opening: Opening, after previous: Opening?) {
        snapshotAt = nil
        guard let previous else {
            silentSince = opening.first.seconds
            if !opening.beganHere { snapshotAt = opening.first.seconds }
            return
        }
        let ended = min(previous.end(toldBy: opening), opening.first)
        // Another boot, and its clock says when that began: until then the PC was off.
        let isOff = opening.boot != previous.boot && opening.followsDirectly
        let offUntil = isOff ? min(max(opening.bootedAt, ended), opening.first) : ended
        silentSince = ended.seconds
        set(.off, at: ended.seconds)
        set(.unknown, at: offUntil.seconds)
    }

    private mutating func set(_ lot: Lot, at second: Int64) {
        life.set(lot, at: second)
        for (id, device) in devices where device.removed == nil { devices[id]?.track.set(lot, at: second) }
    }

    private mutating func take(_ row: DayRow, second: Int64, _ opening: Opening) {
        switch row.what {
        case .added(let word):
            add(row.subject, at: second)
            note(word, row, second, opening)
        case .removed:
            known(row.subject) {
                $0.removed = second
                $0.track.set(.away, at: second)
            }
        case .device(let word): note(word, row, second, opening)
        case .started, .stepped, .gap, .other: break
        }
    }

    /// What the group's other devices did before it came, or without it, is not in doubt because of it.
    private mutating func add(_ id: String, at second: Int64) {
        let isNew = devices[id] == nil
        known(id) { device in
            if isNew { (device.added, device.track) = (second, Track(always: .away)) }
            guard isNew || device.removed != nil else { return }
            device.removed = nil
            device.track.set(.unknown, at: second)
        }
    }

    private mutating func known(_ id: String, _ change: (inout Device) -> Void) {
        guard devices[id] != nil || devices.count < NodeHistory.mostDevices else { return }
        change(&devices[id, default: Device(track: life)])
    }

    private mutating func note(_ word: DayRow.Word, _ row: DayRow, _ second: Int64, _ opening: Opening) {
        let (silentSince, snapshotAt) = (silentSince, snapshotAt)
        known(row.subject) { device in
            device.removed = nil
            device.kind = word.kind ?? device.kind
            device.isSimulated = word.simulated ?? device.isSimulated
            device.isByPerson = word.byPerson ?? device.isByPerson
            let isFirst = device.epoch != row.epoch
            if let flapped = word.flappedFor {
                device.doubts.append(min(second, max(second - flapped / 1000, opening.first.seconds))..<second)
            }
            guard let standing = word.standing else { return }
            device.epoch = row.epoch
            device.words.append((row.seq, second))
            let held = standing == .maintenance ? word.heldSince : nil
            let added = device.added ?? .min
            if isFirst, let held {
                // A hold that was entered before covers the silence since then.
                device.track.replace(since: max(silentSince, held.milliseconds.seconds, added), with: .maintenance)
            } else if isFirst, let snapshotAt, second <= snapshotAt + NodeHistory.snapshotReach {
                device.track.replace(since: max(snapshotAt - NodeHistory.snapshotReach, added), with: Lot(standing))
            }
            device.track.set(Lot(standing), at: second)
        }
    }

    /// Very many are taken for one.
    private static func few(_ gaps: [(from: Int64, to: Int64)]) -> [(from: Int64, to: Int64)] {
        guard gaps.count > mostGaps else { return gaps }
        return [(gaps.map(\.from).min() ?? 0, gaps.map(\.to).max() ?? 0)]
    }

    /// Rows went missing: what they said of a device nobody knows until its next word behind them.
    private mutating func doubtGaps(_ openings: [Opening]) {
        let moments = openings.flatMap { zip($0.rows.map(\.seq), $0.times.map(\.seconds)) }
        guard let (begin, end) = moments.first.flatMap({ first in moments.last.map { (first.1, $0.1) } }) else {
            return
        }
        let gaps = openings.flatMap(\.rows).compactMap { row -> (from: Int64, to: Int64)? in
            if case .gap(let from, let to) = row.what { (from, to) } else { nil }
        }
        for gap in NodeHistory.few(gaps) where gap.to > (moments.first?.0 ?? 0) {
            let since = moments.last { $0.0 < gap.from }?.1 ?? begin
            for id in devices.keys {
                let until = devices[id]?.words.first { $0.seq > gap.to }?.second ?? end
                if since < until { devices[id]?.doubts.append(since..<until) }
            }
        }
        for (id, device) in devices { devices[id]?.track = device.track.doubted(in: device.doubts) }
    }
}

extension Opening {
    /// When the agent was last known to be at work: its last row, or the sign of life that the next run found.
    fileprivate func end(toldBy next: Opening) -> Int64 {
        guard case .started(let alive?) = next.rows.first?.what, alive.boot == boot else { return last }
        return max(last, clock.time(at: alive.at.milliseconds, mono: alive.mono))
    }
}

extension Int64 {
    /// Of milliseconds since 1970: whole seconds, towards the past.
    var seconds: Int64 { self >= 0 ? self / 1000 : (self - 999) / 1000 }
}
