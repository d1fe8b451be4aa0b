import ZoneModel

/// What a day's reckoning needs of one row of a journal.
package struct DayRow: Sendable, Hashable {
    /// Something about a device.
    package struct Word: Sendable, Hashable {
        package var kind: DeviceKind?
        /// `nil`: nothing new.
        package var standing: Standing?
        /// When the hold was entered that takes it out of service.
        package var heldSince: WallTime?
        package var simulated: Bool?
        /// Whether a person watches it and no machine.
        package var byPerson: Bool?
        /// A condition came and went for so long without rows of its own, ms.
        package var flappedFor: Int64?

        package init(
            kind: DeviceKind? = nil, standing: Standing? = nil, heldSince: WallTime? = nil, simulated: Bool? = nil,
            flappedFor: Int64? = nil
        ) {
            (self.kind, self.standing, self.heldSince) = (kind, standing, heldSince)
            (self.simulated, self.flappedFor) = (simulated, flappedFor)
        }
    }

    package enum What: Sendable, Hashable {
        /// An agent began its work; how far the one before was known to be at work, as both clocks said then.
        case started(lastAlive: LastAlive?)
        /// The wall clock had been set by so many ms.
        case stepped(Int64)
        /// Rows that told of devices are missing.
        case gap(from: Int64, to: Int64)
        case added(Word)
        case removed
        case device(Word)
        /// Proves only that the agent was at work.
        case other
    }

    package var seq: Int64
    package var epoch: HexID
    package var boot: String
    /// As the wall clock said.
    package var at: Int64
    package var mono: Int64
    /// Whether anybody vouched for the wall clock.
    package var isVouched: Bool
    package var subject: String
    package var what: What
    package var counts: [String: Int64]
}

/// A sign of life between two rows.
package struct LastAlive: Sendable, Hashable, Codable {
    package var boot: String
    package var at: WallTime
    /// CLOCK_BOOTTIME in ms.
    package var mono: Int64

    package init(boot: String, at: WallTime, mono: Int64) { (self.boot, self.at, self.mono) = (boot, at, mono) }
}

extension DayRow {
    /// Rows come over the wire, too: numbers that no clock shows must not overflow.
    private static let farthest: Int64 = 1 << 48

    /// More than a century; the sum of many steps must fit, too.
    private static let farthestStep: Int64 = 1 << 42

    private static func sane(_ value: Int64, _ most: Int64 = farthest) -> Int64 { min(max(value, -most), most) }

    package init(_ event: Event) {
        self.init(
            seq: event.seq, epoch: event.epoch, boot: event.boot, at: DayRow.sane(event.at.milliseconds),
            mono: DayRow.sane(event.mono), isVouched: event.clockQuality != .unsynced, subject: event.subject,
            what: DayRow.what(event), counts: DayRow.counts(event))
    }

    private static func what(_ event: Event) -> What {
        switch event.name {
        case .agentStarted: return .started(lastAlive: lastAlive(event.data["lastAlive"]))
        case .clockStepped: return .stepped(sane(event.data["offsetMs"]?.integerValue ?? 0, farthestStep))
        case .journalGap: return gap(event.data)
        case .deviceAdded: return .added(word(event.data))
        case .deviceRemoved: return .removed
        case .deviceState, .conditionRaised, .conditionCleared, .conditionUpdated:
            return .device(word(event.data, isState: event.name == .deviceState))
        default: return .other
        }
    }

    /// Class D holds nothing of use here.
    private static func gap(_ data: JSONValue) -> What {
        guard let from = data["from"]?.integerValue, let to = data["to"]?.integerValue, from <= to,
            data["class"]?.stringValue != EventClass.d.rawValue
        else { return .other }
        return .gap(from: from, to: to)
    }

    private static func lastAlive(_ data: JSONValue?) -> LastAlive? {
        guard let boot = data?["boot"]?.stringValue, let mono = data?["mono"]?.integerValue,
            let at = data?["at"]?.stringValue.flatMap({ WallTime(rfc3339: $0) })
        else { return nil }
        return LastAlive(boot: boot, at: at, mono: sane(mono))
    }

    private static func word(_ data: JSONValue, isState: Bool = false) -> Word {
        var word = Word(
            kind: data["kind"]?.stringValue.flatMap { DeviceKind(rawValue: $0) },
            standing: data["standing"]?.stringValue.flatMap { Standing(rawValue: $0) },
            heldSince: data["heldSince"]?.stringValue.flatMap { WallTime(rfc3339: $0) })
        if isState {
            word.simulated = data["simulated"] == .bool(true)
            word.byPerson = data["watch"]?.stringValue == Watch.person.rawValue
        }
        if isState, word.standing == nil { word.standing = standing(axes: data) }
        if (data["changes"]?.integerValue ?? 0) > 0 {
            let severity = data["code"]?.stringValue.flatMap { ConditionCode(rawValue: $0) }?.severity
            if severity ?? .fault == .fault { word.flappedFor = sane(max(0, data["forMs"]?.integerValue ?? .max)) }
        }
        return word
    }

    /// Of rows from before `standing` was written.
    private static func standing(axes data: JSONValue) -> Standing? {
        guard let health = data["health"]?.stringValue.flatMap({ Health(rawValue: $0) }) else { return nil }
        guard data["mode"]?.stringValue ?? Mode.service.rawValue == Mode.service.rawValue else { return .maintenance }
        return Standing(isServiceable: health == .ok || health == .degraded, health: health)
    }

    /// Names are those of the sheet.
    private static func counts(_ event: Event) -> [String: Int64] {
        let data = event.data
        switch event.name {
        case .useHour: return positive(["touchSessions": data["touchSessions"]?.integerValue])
        case .jobPrinted: return pages(data)
        case .instantOccurred where data["code"]?.stringValue == InstantCode.boxDeposit.rawValue:
            return positive(["deposits": data["count"]?.integerValue ?? 1])
        // A step that was done is no healing yet: the condition has to end with it.
        case .healSucceeded where data["healed"] == .bool(true): return ["healed": 1]
        // A list that people go through is a duty of theirs.
        case .checkDone where data["check"]?.stringValue != "checklist": return ["checks": 1]
        case .instantOccurred where data["code"]?.stringValue == InstantCode.boxLidOpened.rawValue:
            return positive(["boxOpenings": data["count"]?.integerValue ?? 1])
        case .caseEntry
        where data["step"]?.stringValue == "open" && data["subject"]?["foundBy"]?.stringValue == "citizen":
            return ["citizenReports": 1]
        default: return [:]
        }
    }

    /// What the printer counted is proven; of the rest what was ordered.
    private static func pages(_ data: JSONValue) -> [String: Int64] {
        let ordered = most(data["pages"]?.integerValue ?? 1) * most(data["copies"]?.integerValue ?? 1)
        let proven = data["pagesProven"]?.integerValue
        if data["copy"] == .bool(true) { return positive(["copies": proven ?? ordered]) }
        return positive(["pagesProven": proven, "pagesUnproven": proven == nil ? ordered : nil])
    }

    /// More nobody prints in one job; and sums of it never overflow.
    private static func most(_ value: Int64) -> Int64 { min(max(value, 0), 100_000) }

    private static func positive(_ counts: [String: Int64?]) -> [String: Int64] {
        counts.compactMapValues { $0.map { min($0, 1 << 32) } }.filter { $0.value > 0 }
    }
}
