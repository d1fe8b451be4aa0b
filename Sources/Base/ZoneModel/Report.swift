/// One thing a driver looked at: seen to be wrong, seen to be fine, or not to be seen.
package struct Symptom: Sendable, Hashable {
    package enum Sight: Sendable, Hashable {
        /// What was seen, in the device's own words. `severity`: when it is not the code's own, as of a slot that was
        /// blocked for seconds or for minutes.
        case wrong(evidence: String, severity: Severity? = nil)
        case fine
        /// Neither raises nor clears.
        case unknown(reason: String)
        /// Behind what is broken it cannot be seen. Once that is open, this is open no longer, and not mended either.
        case superseded(by: ConditionCode)
    }

    package var code: ConditionCode
    package var sight: Sight

    package init(_ code: ConditionCode, _ sight: Sight) { (self.code, self.sight) = (code, sight) }
}

/// What a driver states about its device at one moment. What is `nil` was not looked at and stays as it was.
package struct Report: Sendable, Hashable {
    package var presence: Presence?
    package var link: Link?
    package var activity: Activity?
    /// Why presence or link is not what it should be: a short stable word such as `timedOut` or `permission`.
    package var reason: String?
    package var identity: Identity?
    package var symptoms: [Symptom]
    /// What has happened since the last report.
    package var instants: [Instant]
    package var details: JSONValue?
    /// The device says that it is a simulator.
    package var simulated: Bool?

    package init(
        presence: Presence? = nil, link: Link? = nil, activity: Activity? = nil, reason: String? = nil,
        identity: Identity? = nil, symptoms: [Symptom] = [], instants: [Instant] = [], details: JSONValue? = nil,
        simulated: Bool? = nil
    ) {
        (self.presence, self.link, self.activity, self.reason) = (presence, link, activity, reason)
        (self.identity, self.symptoms, self.instants) = (identity, symptoms, instants)
        (self.details, self.simulated) = (details, simulated)
    }
}
