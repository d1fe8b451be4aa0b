import ZoneModel

/// What of an event may leave the PC: for each kind a list of members that hold no person's words. What is not listed is
/// left out, so an event that is invented later shows its name only.
enum DiagnosticsEvents {
    private static let members: [String: [String]] = [
        "agent.started": ["reason", "version", "salvaged"],
        "clock.stepped": ["offsetMs"],
        "journal.gap": ["from", "to", "class", "count", "why"],
        "journal.rewound": ["hubHeld", "lastSeq"],
        "device.added": ["kind"], "device.removed": ["kind"],
        "device.state": ["kind", "presence", "link", "activity", "mode", "health", "reason", "standing", "heldSince"],
        "condition.raised": condition, "condition.updated": condition, "condition.cleared": condition,
        "instant.occurred": ["code", "count", "evidence"],
        "heal.attempted": ["step", "harm", "count"], "heal.succeeded": ["step", "harm", "healed", "codes", "steps"],
        "heal.failed": ["step", "harm", "error", "reason", "gates", "count"],
        "heal.budgetSpent": ["step", "harm", "codes"],
        "mode.held": ["mode", "until"], "mode.released": ["mode"],
        "job.accepted": job, "job.started": job, "job.printed": job, "job.failed": job, "job.cancelled": job,
        "job.unknown": job,
        "config.applied": ["revision", "hoursRevision", "pendingRestart"], "config.rejected": ["line", "field"],
        "command.accepted": command, "command.running": command, "command.succeeded": command,
        "command.failed": command, "command.interrupted": command, "command.cancelled": command,
        "command.expired": command, "command.rejected": command,
        "access.denied": ["door", "role", "action"],
    ]
    private static let condition = [
        "code", "severity", "since", "evidence", "simulated", "open", "changes", "date", "supersededBy",
    ]
    /// The reason is the printer's keyword; `cancelled` has who did it.
    private static let job = ["id", "bytes", "format", "copies", "form", "pages", "pagesProven"]
    private static let command = ["id", "verb", "order"]

    static func json(_ event: Event) -> JSONValue {
        let wanted = members[event.name.rawValue] ?? []
        let data = wanted.reduce(into: [String: JSONValue]()) { data, name in
            // By name, past the list of wordy members: what is listed here was looked at.
            data[name] = event.data[name].map { DiagnosticsScrub.value($0) }
        }
        return [
            "seq": .integer(event.seq), "name": .string(event.name.rawValue.cleaned(limit: 40)),
            "class": .string(event.class.rawValue),
            "subject": .string(Slug(event.subject)?.text ?? DiagnosticsScrub.removed),
            "at": .string(event.at.rfc3339), "clock": .string(event.clockQuality.rawValue), "data": .object(data),
        ]
    }
}
