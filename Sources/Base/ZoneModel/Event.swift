/// How long an event must be kept: **A** audit (never dropped), **B** deleted only after acknowledgement,
/// **C** and **D** may be thinned unacknowledged, D first.
package enum EventClass: String, Sendable, Codable, Comparable {
    case a = "A"
    case b = "B"
    case c = "C"
    case d = "D"

    package static func < (left: EventClass, right: EventClass) -> Bool { left.rawValue < right.rawValue }
}

/// `subject.verb` in the past tense. Unknown names from elsewhere are stored and shown raw, so this is an open set.
package struct EventName: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    private init(_ name: String) { rawValue = name }
    package var description: String { rawValue }

    package static let agentStarted = EventName("agent.started")
    package static let agentStopping = EventName("agent.stopping")
    package static let clockStepped = EventName("clock.stepped")
    package static let journalGap = EventName("journal.gap")
    package static let journalRewound = EventName("journal.rewound")
    package static let deviceAdded = EventName("device.added")
    package static let deviceRemoved = EventName("device.removed")
    package static let deviceForgotten = EventName("device.forgotten")
    package static let deviceRecorded = EventName("device.recorded")
    package static let deviceState = EventName("device.state")
    package static let conditionRaised = EventName("condition.raised")
    package static let conditionUpdated = EventName("condition.updated")
    package static let conditionCleared = EventName("condition.cleared")
    package static let instantOccurred = EventName("instant.occurred")
    package static let modeHeld = EventName("mode.held")
    package static let modeReleased = EventName("mode.released")
    package static let healAttempted = EventName("heal.attempted")
    package static let healSucceeded = EventName("heal.succeeded")
    package static let healFailed = EventName("heal.failed")
    package static let healBudgetSpent = EventName("heal.budgetSpent")
    package static let leaseGranted = EventName("lease.granted")
    package static let leaseReleased = EventName("lease.released")
    package static let jobAccepted = EventName("job.accepted")
    package static let jobStarted = EventName("job.started")
    package static let jobProgressed = EventName("job.progressed")
    package static let jobPrinted = EventName("job.printed")
    package static let jobFailed = EventName("job.failed")
    package static let jobCancelled = EventName("job.cancelled")
    package static let jobUnknown = EventName("job.unknown")
    package static let jobConfirmed = EventName("job.confirmed")
    package static let configApplied = EventName("config.applied")
    package static let configRejected = EventName("config.rejected")
    package static let commandAccepted = EventName("command.accepted")
    package static let commandRunning = EventName("command.running")
    package static let commandSucceeded = EventName("command.succeeded")
    package static let commandFailed = EventName("command.failed")
    package static let commandInterrupted = EventName("command.interrupted")
    package static let commandCancelled = EventName("command.cancelled")
    package static let commandExpired = EventName("command.expired")
    package static let checkDone = EventName("check.done")
    package static let hoursOpened = EventName("hours.opened")
    package static let hoursClosed = EventName("hours.closed")
    package static let dutyDone = EventName("duty.done")
    package static let caseEntry = EventName("case.entry")
    package static let dayClosed = EventName("day.closed")
    package static let reportIssued = EventName("report.issued")
    package static let useHour = EventName("use.hour")
    package static let useBegan = EventName("use.began")
    package static let useWarned = EventName("use.warned")
    package static let useEnded = EventName("use.ended")
    package static let cleaningStarted = EventName("cleaning.started")
    package static let cleaningCountdown = EventName("cleaning.countdown")
    package static let cleaningEnded = EventName("cleaning.ended")
    package static let calibrationWritten = EventName("calibration.written")
    package static let calibrationUndone = EventName("calibration.undone")
    package static let browserWritten = EventName("browser.written")
    package static let browserUndone = EventName("browser.undone")
    package static let residueCleared = EventName("residue.cleared")
    package static let accessDenied = EventName("access.denied")

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// An event before it is written: it has no sequence number until COMMIT.
package struct EventDraft: Sendable, Hashable {
    package var name: EventName
    package var eventClass: EventClass
    /// A device id, or `zone` for the agent itself.
    package var subject: String
    package var at: WallTime
    package var clockQuality: ClockQuality
    package var mono: MonoTime
    package var data: JSONValue

    package init(
        _ name: EventName, _ eventClass: EventClass, subject: String, at: WallTime, clockQuality: ClockQuality,
        mono: MonoTime, data: JSONValue = [:]
    ) {
        (self.name, self.eventClass, self.subject) = (name, eventClass, subject)
        (self.at, self.clockQuality, self.mono, self.data) = (at, clockQuality, mono, data)
    }
}

/// One row of the journal.
package struct Event: Sendable, Hashable, Codable {
    package static let schemaVersion = 1

    package var seq: Int64
    package var epoch: HexID
    package var name: EventName
    package var `class`: EventClass
    package var subject: String
    package var at: WallTime
    package var clockQuality: ClockQuality
    /// The kernel's boot_id, 36 characters.
    package var boot: String
    /// CLOCK_BOOTTIME in ms.
    package var mono: Int64
    package var schema: Int
    package var data: JSONValue

    package init(seq: Int64, epoch: HexID, boot: String, draft: EventDraft) {
        (self.seq, self.epoch, self.boot, name) = (seq, epoch, boot, draft.name)
        (self.class, subject, at) = (draft.eventClass, draft.subject, draft.at)
        (clockQuality, mono, schema, data) =
            (draft.clockQuality, draft.mono.milliseconds, Event.schemaVersion, draft.data)
    }
}
