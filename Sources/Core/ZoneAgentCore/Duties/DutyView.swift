import ZoneModel
import ZonePolicy
import ZoneTime
import ZoneWire

/// `GET /v1/duties`: what the book says, in the API's words.
extension DutyDesk {
    func list() -> DutyListJSON {
        DutyListJSON(date: today.description, duties: duties.map(json), doubt: doubt)
    }

    private var doubt: String? {
        if isClockDoubtful { return "clockUnknown" }
        if tools.hours() == nil { return "hoursUnknown" }
        return tools.isChosen() ? nil : "notChosen"
    }

    func json(_ duty: Duty) -> DutyJSON {
        var json = DutyJSON(duty)
        guard !isClockDoubtful else { return json }
        let book = book
        var status = book.status(of: duty, at: now)
        // Rules that nobody has chosen reproach nobody.
        if status.state == .overdue, !tools.isChosen() { status.state = .due }
        json.state = status.state.rawValue
        (json.dueDate, json.dueSince, json.dueBy) = (
            status.occurrence?.dueDate.description, status.occurrence?.asks, status.occurrence?.due
        )
        json.overdueSince = status.state == .overdue ? status.occurrence?.overdue : nil
        (json.doneAt, json.doneBy) = (status.mark?.at, status.mark?.role)
        json.late = status.mark?.isLate == true ? true : nil
        json.ahead = status.state == .waiting && status.mark != nil ? true : nil
        json.nextBy = status.next?.due
        json.thisMonth = summary(of: duty, book).map { .init(due: $0.due, done: $0.done, late: $0.late) }
        return json
    }

    /// From the first of this month until now; `nil`: nobody knows what is due.
    func summary(of duty: Duty, _ book: DutyBook) -> DutySummary? {
        guard since[duty.id] != nil, !isClockDoubtful, book.status(of: duty, at: now).state != .unknown else {
            return nil
        }
        return book.summary(of: duty, from: month, through: today, at: now)
    }

    /// The first of the month that counts are of.
    var month: CivilDate { today.advanced(byDays: 1 - today.day) }
}

extension DutyJSON {
    fileprivate init(_ duty: Duty) {
        self.init(
            id: duty.id.text, text: duty.text, notice: duty.notice, clause: duty.clause,
            required: duty.required.rawValue, role: duty.role.rawValue, rhythm: duty.rhythm.words,
            tap: duty.tap?.rawValue, state: DutyStatus.State.unknown.rawValue, lateDays: duty.lateDays)
        (name, trigger) = (duty.label == duty.text ? nil : duty.label, duty.trigger)
    }
}

extension Duty.Rhythm {
    fileprivate var words: String {
        switch self {
        case .daily(let end): "daily \(end.rawValue)"
        case .weekly(let day): "weekly \(day.rawValue)"
        case .monthly(let day): "monthly \(day)"
        case .everyDays(let days): "every \(days)"
        case .unconfirmed: "unconfirmed"
        case .after(let event, let workdays): "after \(event) \(workdays)"
        }
    }
}
