import ZoneDays
import ZoneJournal
import ZoneJudge
import ZoneModel
import ZoneTime

extension Station {
    /// One row for each device on the list as it stands, so that a day's reckoning can end here and the next begin.
    /// - Returns: the number of the last row.
    func tellStandings() async throws -> Int64 {
        let entries = judges.values.map(\.state).sorted { $0.card.id < $1.card.id }.map { state in
            Entry(
                EventDraft(
                    .deviceState, .c, subject: state.card.id.text, at: clock.wall(), clockQuality: clock.quality(),
                    mono: clock.mono(), data: state.axesJSON))
        }
        guard !entries.isEmpty else { return journal.lastSeq }
        return try await journal.write(entries, .now).last?.seq ?? journal.lastSeq
    }
}

extension DeviceState {
    /// What `device.state` says.
    var axesJSON: JSONValue {
        let watch: JSONValue? = card.watch == .person ? .string(card.watch.rawValue) : nil
        return standingJSON(
            with: .members([
                "kind": .string(card.kind.rawValue), "presence": .string(presence.rawValue),
                "link": .string(link.rawValue), "activity": .string(activity.rawValue), "mode": .string(mode.rawValue),
                "health": .string(health.rawValue), "reason": reason.map { .string($0) },
                "simulated": simulated ? true : nil,
                "watch": watch,
            ]))
    }

    /// What every row about a device says beside its own: whether citizens can use it, and since when it is held.
    func standingJSON(with data: JSONValue) -> JSONValue {
        guard case .object(var members) = data else { return data }
        members["standing"] = .string(Standing(self).rawValue)
        let people = holds.filter { $0.setter != Hold.setByHours }
        members["heldSince"] = people.map(\.since).min().map { .string($0.rfc3339) }
        return .object(members)
    }
}
