import ZoneConfig
import ZoneModel
import ZoneTime
import ZoneWire
import ZoneYAML

extension ConfigurationStore.State {
    /// Every key in force with its origin, and the ones that nobody set.
    var json: ConfigurationJSON {
        let origins = inForce.origins.values
        let set = origins.keys.sorted().map { path in key(path, origins[path]) }
        let unset = ConfigurationKey.all.filter { key in
            // Days of the week are not "unset" where one line says the hours of all.
            !key.path.contains("*") && !origins.keys.contains { $0 == key.path || key.path.hasPrefix("\($0).") }
        }
        return ConfigurationJSON(
            revision: revision, keys: set + unset.map { key($0.path, nil) }, ignored: inForce.origins.ignored.sorted(),
            complaint: complaint.map { "\($0)" }, pendingRestart: pendingRestart)
    }

    private func key(_ path: String, _ origin: Origins.Origin?) -> ConfigurationKeyJSON {
        let schema = ConfigurationKey.describing(path)
        let layer: ConfigurationKeyJSON.Layer = origin.map { $0.layer == 0 ? .site : .remote } ?? .default
        return ConfigurationKeyJSON(
            key: path, value: (origin?.text ?? schema?.fallback).map { .string($0) }, layer: layer, file: origin?.file,
            line: origin?.line, locked: inForce.locks.contains { path == $0 || path.hasPrefix("\($0).") },
            effect: schema?.effect == .restart ? .restart : .live, meaning: schema?.meaning ?? "",
            zh: schema?.zh ?? "")
    }
}

extension HoursJSON {
    /// - Parameter now: decides what `today` and `open` are.
    init(_ config: AgentConfig, now: WallTime) {
        guard let hours = config.hours else {
            self.init()
            return
        }
        let today = hours.day(CivilDate(of: now)).spans.map(SpanJSON.init)
        self.init(
            open: hours.isOpen(at: now), today: today,
            week: Dictionary(
                uniqueKeysWithValues: Weekday.allCases.map { day in
                    (day.rawValue, (hours.days[day]?.spans ?? []).map(SpanJSON.init))
                }), revision: hours.revision, nextChange: hours.nextChange(after: now))
    }
}

extension HoursJSON.SpanJSON {
    fileprivate init(_ span: WeeklyHours.Span) {
        func text(_ minute: Int) -> String {
            let inDay = minute > 1440 ? minute - 1440 : minute
            return "\(padded(inDay / 60, 2)):\(padded(inDay % 60, 2))"
        }
        self.init(opens: text(span.opensAtMinute), closes: text(span.closesAtMinute))
    }
}
