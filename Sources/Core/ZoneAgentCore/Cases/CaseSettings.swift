import ZoneCases
import ZoneConfig
import ZoneModel
import ZoneTime

/// What of the configuration concerns cases, as it is at the moment.
package struct CaseSettings: Sendable {
    package var times = CaseTimes()
    /// `nil`: none are published.
    package var hours: OpeningCalendar?
    package var vendors: [DeviceID: VendorCard] = [:]
    /// In a zone that is for citizens, what simulators have is nobody's trouble.
    package var countsSimulated = false

    package init() {}

    init(_ store: ConfigurationStore) {
        let config = store.config
        (times, hours, countsSimulated) = (config.cases.times, config.hours, config.purpose == .demo)
        for device in config.devices {
            vendors[device.card.id] = device.vendor.flatMap { config.cases.vendors[$0] }
        }
    }

    /// Without published hours every hour counts.
    func isOpen(at now: WallTime) -> Bool { hours?.isOpen(at: now) ?? true }

    /// The dates that count as working days.
    func deadline(of subject: CaseSubject, from start: WallTime) -> WallTime? {
        if let hours { return times.deadline(of: subject, from: start, in: hours) }
        return times.deadline(of: subject, from: start, in: WeeklyHours.officeDays)
    }

    func view(_ file: Case, at now: WallTime) -> CaseJSON {
        if let hours { return CaseJSON(file, at: now, times: times, in: hours) }
        return CaseJSON(file, at: now, times: times, in: WeeklyHours.officeDays)
    }

    /// The card of whoever repairs this device, with what the device says of itself.
    func vendor(of state: DeviceState?) -> VendorCard? {
        guard let state, var card = vendors[state.card.id] else { return nil }
        (card.model, card.serial) = (state.identity.model, state.identity.serial)
        return card
    }
}
