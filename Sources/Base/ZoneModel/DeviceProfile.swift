/// What is known about one model of hardware, after all matching hw-profiles were laid over each other.
package struct DeviceProfile: Sendable, Hashable {
    package var driver: String
    package var kind: DeviceKind
    /// The driver's own settings, checked against what the driver declares.
    package var settings: [String: String]
    package var probeInterval: Duration
    /// How old the last good answer may be before the link is `stale`.
    package var maxAge: Duration
    package var evidence: ProfileEvidence

    package init(
        driver: String, kind: DeviceKind, settings: [String: String] = [:], probeInterval: Duration = .seconds(30),
        maxAge: Duration? = nil, evidence: ProfileEvidence = .guess
    ) {
        (self.driver, self.kind, self.settings) = (driver, kind, settings)
        self.probeInterval = probeInterval
        self.maxAge = maxAge ?? probeInterval * 3
        self.evidence = evidence
    }
}

/// How well a profile is founded. A `guess` may read, it may never cut power.
package enum ProfileEvidence: String, Sendable, CaseIterable {
    case vendorDocument = "vendor-document"
    case recording
    case fieldReport = "field-report"
    case guess
}
