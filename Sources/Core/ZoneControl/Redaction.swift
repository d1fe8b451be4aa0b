import ZoneAccess
import ZoneModel

/// What of the history a reader of the stream may see. Whoever may not read the journal gets every event, so that
/// numbers have no holes, but of people's acts only the name.
enum Redaction: Sendable {
    case none
    /// For the kiosk app and the house: what devices do, not who did what to them.
    case acts

    init(for caller: Caller) { self = caller.may(.readJournal) ? .none : .acts }

    func apply(_ event: Event) -> Event {
        guard self == .acts else { return event }
        var event = event
        let family = event.name.rawValue.prefix { $0 != "." }
        switch family {
        case "device", "condition", "clock", "journal", "instant", "use": break
        case "job", "cleaning": event.data = event.data.without(["actor"])
        case "mode": event.data = event.data.without(["setter", "why"])
        // What staff wrote of a closure is for all to read (/v1/hours), what excuses them is not.
        case "hours": event.data = event.name == .hoursOpened || event.name == .hoursClosed ? event.data : [:]
        default: event.data = [:]
        }
        return event
    }
}

extension JSONValue {
    fileprivate func without(_ keys: Set<String>) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { !keys.contains($0.key) })
    }
}
