/// What a device is, in the words of the notices.
package enum DeviceKind: String, Sendable, Codable, CaseIterable {
    case touchPanel, display, printer, copier, ledDisplay, suggestionBox, queryPC, network
}

/// Is the thing there? Set by udev, EDID and the network, against the approved list.
package enum Presence: String, Sendable, Codable, CaseIterable { case present, absent, unexpected, unknown }

/// Did it answer? `stale`: the last good answer is older than the profile's `maxAge`.
package enum Link: String, Sendable, Codable, CaseIterable { case up, down, stale, unknown }

package enum Activity: String, Sendable, Codable, CaseIterable {
    case starting, idle, busy, sleeping, updating, unknown
}

/// Strongest hold wins: disabled > maintenance > closed > service.
package enum Mode: String, Sendable, Codable, CaseIterable { case service, closed, maintenance, disabled }

/// Who looks after a device: this program, or a person whose checks are entered by hand.
package enum Watch: String, Sendable, Codable, CaseIterable { case machine, person }

package enum Severity: String, Sendable, Codable, CaseIterable { case fault, warning, notice }

/// Who can put it right.
package enum Fixer: String, Sendable, Codable, CaseIterable {
    case `self`, staff, technician, vendor, network, office, none
}

package enum Health: String, Sendable, Codable, CaseIterable { case ok, degraded, failed, unknown }

extension Health {
    /// The health rule, first match wins: absent or link down is failed; a link that is stale, unknown or was never
    /// probed is unknown; then the worst condition decides. Silence is unknown, never ok.
    package init(presence: Presence, link: Link, severities: some Sequence<Severity>) {
        let open = Set(severities)
        switch (presence, link) {
        case (.absent, _), (_, .down): self = .failed
        case (_, .stale), (_, .unknown): self = .unknown
        case _ where open.contains(.fault): self = .failed
        case _ where open.contains(.warning): self = .degraded
        default: self = .ok
        }
    }
}

extension Severity: Comparable {
    /// The worst first.
    package static func < (left: Severity, right: Severity) -> Bool { left.order < right.order }

    private var order: Int {
        switch self {
        case .fault: 0
        case .warning: 1
        case .notice: 2
        }
    }
}
