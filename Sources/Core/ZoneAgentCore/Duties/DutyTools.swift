import Logging
import ZoneConfig
import ZoneJournal
import ZoneModel
import ZonePolicy
import ZoneTime
import ZoneWire

/// What the desk of duties needs of the agent.
struct DutyTools: Sendable {
    /// As it is now: a reload may bring another one.
    var policy: @Sendable () -> Policy
    /// Else these are the files of several districts, to look at: they oblige nobody.
    var isChosen: @Sendable () -> Bool = { true }
    var type: @Sendable () -> ZoneType
    var hours: @Sendable () -> OpeningCalendar?
    /// The official forms as they were last looked at.
    var shelf: (@Sendable () -> FormListJSON)?
    var journal: Journal
    var station: Station
    var clock: any ZoneClock
    var log: Logger
}

extension EventName {
    /// What somebody entered today is taken back.
    static let dutyUndone = EventName(rawValue: "duty.undone")
    /// What a duty waits for has happened.
    static let dutyBegun = EventName(rawValue: "duty.begun")
}

extension DutyMark {
    /// `nil` for what a newer version has written.
    init?(_ record: DutyRecord) {
        guard let kind = Kind(rawValue: record.kind), let date = CivilDate(record.date) else { return nil }
        self.init(
            duty: record.duty, kind: kind, date: date, at: record.at, role: record.role, isLate: record.late,
            isVouched: record.vouched ?? false)
    }

    func record(note: String?) -> DutyRecord {
        DutyRecord(
            duty: duty, kind: kind.rawValue, date: date.description, at: at, role: role, late: isLate, note: note,
            vouched: isVouched)
    }
}

extension CheckAnswer {
    /// `nil` for what is no answer.
    init?(_ record: CheckRecord) {
        guard let found = Found(record.found) else { return nil }
        self.init(list: record.list, item: record.item, found: found, at: record.at, role: record.role)
    }

    var record: CheckRecord { CheckRecord(list: list, item: item, found: found.json, at: at, role: role) }
}

extension CheckAnswer.Found {
    init?(_ json: JSONValue) {
        switch json {
        case .bool(let isThere): self = isThere ? .yes : .no
        case .integer(let count):
            guard let count = Int(exactly: count), CheckAnswer.counts.contains(count) else { return nil }
            self = .count(count)
        default: return nil
        }
    }

    var json: JSONValue {
        switch self {
        case .yes: true
        case .no: false
        case .count(let count): .integer(Int64(count))
        }
    }
}
