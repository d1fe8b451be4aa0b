import Logging
import ZoneConfig
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire
import ZoneYAML

/// Changes the configuration while the agent runs: all of it or nothing, and always with a row in the journal.
actor ConfigurationDesk {
    private let store: ConfigurationStore
    private let journal: Journal
    private let station: Station
    private let roster: Roster
    /// Of the hw-profiles, which are read once: the same condition says what is wrong with either.
    private let profileComplaints: [FileComplaint]
    /// The district's rules, whose files are read again with the configuration.
    private let rules: PolicyRules?
    private let clock: any ZoneClock
    private let log: Logger
    /// Told after each change, whatever changed.
    private let applied: @Sendable () -> Void

    init(
        store: ConfigurationStore, journal: Journal, station: Station, roster: Roster,
        profileComplaints: [FileComplaint], rules: PolicyRules? = nil, clock: any ZoneClock, log: Logger,
        applied: @escaping @Sendable () -> Void = {}
    ) {
        (self.store, self.journal, self.station) = (store, journal, station)
        (self.roster, self.clock, self.log) = (roster, clock, log)
        (self.profileComplaints, self.rules, self.applied) = (profileComplaints, rules, applied)
    }

    /// - Throws: `ErrorJSON` with file, line and field.
    func reload(by actor: String) async throws {
        try await apply(by: actor, isOnDisk: true) { [store] in try store.reload() }
    }

    /// Takes the hub's layer.
    func push(_ text: String, by actor: String) async throws {
        try await apply(by: actor, isOnDisk: false) { [store] in try store.push(text) }
    }

    /// What was found at start: a mistake is a condition; other files than last time are an event.
    func tellStart(isNew: Bool) async {
        if let complaint = store.current.complaint {
            await reject(complaint, by: "start", isOnDisk: true)
        } else if isNew {
            await note(.configApplied, appliedData("start"))
        }
        if store.current.complaint == nil { await tell(nil) }
    }

    /// - Parameter isOnDisk: a mistake stays until somebody mends the file; what was only offered leaves nothing behind.
    private func apply(
        by actor: String, isOnDisk: Bool, _ change: () throws -> (before: AgentConfig, after: AgentConfig)
    ) async throws {
        do {
            let (before, after) = try change()
            await note(.configApplied, appliedData(actor))
            rules?.read(after.policies, origin: store.policyOrigin)
            await roster.change(from: before, to: after)
            await tell(nil)
            applied()
        } catch let complaint as FileComplaint {
            await reject(complaint, by: actor, isOnDisk: isOnDisk)
            throw ErrorJSON(
                code: "config.invalid", message: "the configuration stays as it was: \(complaint.english)",
                zh: "仍使用原来的配置：\(complaint.zh)")
        }
    }

    private func reject(_ complaint: FileComplaint, by actor: String, isOnDisk: Bool) async {
        log.error("Configuration is wrong; the last good one stays", metadata: ["complaint": "\(complaint)"])
        await note(
            .configRejected,
            [
                "by": .string(actor), "file": .string(complaint.file), "line": .integer(Int64(complaint.line)),
                "field": .string(complaint.field), "expected": .string(complaint.expected),
            ])
        if isOnDisk { await tell(complaint) }
    }

    private func appliedData(_ actor: String) -> JSONValue {
        let state = store.current
        return .members([
            "by": .string(actor), "revision": .string(state.revision),
            "hoursRevision": .integer(state.inForce.config.hours?.revision ?? 0),
            "ignored": .array(state.inForce.origins.ignored.sorted().map { .string($0) }),
            "pendingRestart": .array(state.pendingRestart.map { .string($0) }),
        ])
    }

    /// What is in force, and what is wrong with whichever file.
    nonisolated var view: ConfigurationJSON {
        var json = store.current.json
        let wrong = besides
        if !wrong.isEmpty { json.complaints = wrong.map { "\($0)" } }
        return json
    }

    /// Of files that decide nothing but what they are about.
    private nonisolated var besides: [FileComplaint] {
        store.current.calendarComplaints + profileComplaints + (rules?.view.complaints ?? [])
    }

    private func tell(_ complaint: FileComplaint?) async {
        for complaint in rules?.view.complaints ?? [] {
            log.error("A policy file is wrong", metadata: ["complaint": "\(complaint)"])
        }
        let all = (complaint.map { [$0] } ?? []) + besides
        let more = all.count > 1 ? " (+\(all.count - 1))" : ""
        let sight = all.first.map { Symptom.Sight.wrong(evidence: "\($0)\(more)") } ?? .fine
        await station.takeForGood(Symptom(.configurationInvalid, sight), from: DeviceID(.queryPC, 1))
    }

    private func note(_ name: EventName, _ data: JSONValue) async {
        let revision = Projection.configRevision(store.current.revision)
        let event = EventDraft(
            name, .a, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(), data: data)
        do {
            try await journal.write([Entry(event, [revision])], .now)
        } catch {
            log.error("Journal does not take an event", metadata: ["event": "\(name)", "error": "\(error)"])
        }
    }
}
