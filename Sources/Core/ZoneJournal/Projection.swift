// Purpose: what happened on this PC, kept so that an acknowledged row survives a power cut: events and the tables
// that show the present, written in one transaction. The agent's only importer of GRDB.
import ZoneDays
import ZoneModel
import ZoneWire

/// A change of a table that shows the present. Written in the same transaction as its event; start-up reads these
/// tables and never replays events.
package enum Projection: Sendable, Hashable {
    case device(DeviceState)
    /// Off the list.
    case deviceGone(DeviceID)
    case conditionOpened(DeviceID, Condition)
    case conditionClosed(DeviceID, ConditionCode)
    case command(CommandJSON)
    /// The hub knows that an order is in this state; nothing changes when it is in another one by now.
    case orderTold(HexID, CommandState)
    /// The hub asks for an order once more: it is told again.
    case orderUntold(HexID)
    case binding(Binding)
    /// The id is free for other hardware.
    case bindingGone(DeviceID)
    /// `at`: when the hub said so.
    case acknowledged(seq: Int64, at: WallTime)
    case held(Hold)
    case released(subject: String, Mode)
    case healed(HealCount)
    case ladder(LadderRecord)
    case remembered(RememberedRequest)
    case job(JobRecord)
    case flap(FlapCount)
    /// What a day began and ended with so far; a measurement of its own, without an event (decision 0026).
    case supplyDays([SupplyDay])
    /// How the kiosk is used just now, and which hours of use were told.
    case use(UseRecord)
    /// What was told of the opening hours.
    case hours(HoursRecord)
    /// The published hours of dates, as they are in force.
    case hoursOfDates([HoursOfDate])
    /// What a device has learned, in its driver's own bytes, without an event (decision 0029).
    case learned(DeviceID, [UInt8])
    /// A date that is over, with its event.
    case day(DayRecord)
    /// What sheets are made of beside days and cases, with its event.
    case sheetNote(SheetNote)
    /// A sign of life between two events, without one: the next run tells how far this one went.
    case alive(LastAlive)
    /// One line of a case.
    case caseEntry(CaseRow)
    /// What people entered of duties and check-lists.
    case duty(DutyChange)
    /// Everybody knows what the damage took; it need not be read again.
    case salvageTold
    /// The revision of the configuration that was last told.
    case configRevision(String)
}

/// Which hardware carries which device id: serial, else port path, else name.
package struct Binding: Sendable, Hashable, Codable {
    package var key: String
    package var device: DeviceID
    package var kind: DeviceKind

    package init(key: String, device: DeviceID, kind: DeviceKind) {
        (self.key, self.device, self.kind) = (key, device, kind)
    }
}

/// One event with the change it stands for; either may be missing.
package struct Entry: Sendable, Hashable {
    package var event: EventDraft?
    package var projections: [Projection]

    package init(_ event: EventDraft?, _ projections: [Projection] = []) {
        (self.event, self.projections) = (event, projections)
    }
}

/// How long an entry may wait for company before it is committed.
package enum Urgency: Sendable {
    /// Somebody waits for the answer.
    case now
    /// By class: A and B at most 20 ms, C and D up to 5 s.
    case byClass
}

/// What the tables say at start-up.
package struct Restored: Sendable {
    package var devices: [DeviceState] = []
    package var commands: [CommandJSON] = []
    package var bindings: [Binding] = []
    package var acknowledged: Int64 = 0
    package var holds: [Hold] = []
    package var heals: [HealCount] = []
    package var ladders: [LadderRecord] = []
    package var remembered: [RememberedRequest] = []
    package var jobs: [JobRecord] = []
    package var flaps: [FlapCount] = []
    package var supplyDays: [SupplyDay] = []
    package var use: UseRecord?
    package var hours: HoursRecord?
    package var hoursOfDates: [HoursOfDate] = []
    package var duties = DutyTables()
    package var configRevision: String?
    package var alive: LastAlive?
    /// JSON, of the cases that are not over and of the last ones that are.
    package var caseEntries: [String] = []

    package init() {}
}
