import ZoneModel
import ZoneTime

/// A row of the journal that sheets are made of, beside days and cases. Of each date the last one counts.
package struct SheetNote: Sendable, Hashable {
    /// `zone.described` or `duty.counted`.
    package var name: EventName
    package var date: CivilDate
    /// The event's data.
    package var data: JSONValue

    package init(_ name: EventName, _ date: CivilDate, _ data: JSONValue) {
        (self.name, self.date, self.data) = (name, date, data)
    }

    /// `nil` for what is no note, or does not say of which date.
    package init?(_ name: EventName, data: JSONValue) {
        guard SheetNote.names.contains(name), let text = data["date"]?.stringValue, let date = CivilDate(text),
            date.description == text
        else { return nil }
        self.init(name, date, data)
    }

    package static let names: Set<EventName> = [.zoneDescribed, .dutyCounted]

    /// Which of the notes in a range of dates.
    package enum Pick: Sendable { case all, first, last }
}

extension EventName {
    /// What a PC knows of its zone that is no event: devices with their asset numbers, whose zone it is, forms, fees.
    package static let zoneDescribed = EventName(rawValue: "zone.described")
    /// How often each duty was due and done, by the date under which it counts.
    package static let dutyCounted = EventName(rawValue: "duty.counted")
}
