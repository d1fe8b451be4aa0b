// Purpose: what passed at a device's port, as a file: for bug reports, for tests, and for a replay on an unmodified agent.
// docs/recordings.md describes the format.
import DriverKit
import ZoneModel

/// The first line: what is needed to open the device's driver again as it was.
package struct RecordingHeader: Sendable, Hashable, Codable {
    package static let version = 1

    package var recording: Int
    package var kind: DeviceKind
    package var driver: String
    package var settings: [String: String]
    package var probeMs: Int64
    package var maxAgeMs: Int64
    /// The address from the configuration; or the node, with udev's properties.
    package var address: String?
    package var node: String?
    package var properties: [String: String]?
    package var at: WallTime
    /// The far end said that it is a simulator.
    package var simulated: Bool
    /// Positions of fingers are in it, on a technician's word.
    package var contacts: Bool

    package init(
        kind: DeviceKind, profile: DeviceProfile, attachment: Attachment, at: WallTime, simulated: Bool, contacts: Bool
    ) {
        (recording, self.kind, driver, settings) = (RecordingHeader.version, kind, profile.driver, profile.settings)
        (probeMs, maxAgeMs) = (profile.probeInterval.milliseconds, profile.maxAge.milliseconds)
        (self.at, self.simulated, self.contacts) = (at, simulated, contacts)
        switch attachment {
        case .address(let text): address = text
        case .node(let path, let known): (node, properties) = (path, known)
        case .machine: break
        }
    }

    package var attachment: Attachment {
        if let address { return .address(address) }
        if let node { return .node(path: node, properties: properties ?? [:]) }
        return .machine
    }

    package var profile: DeviceProfile {
        DeviceProfile(
            driver: driver, kind: kind, settings: settings, probeInterval: .milliseconds(probeMs),
            maxAge: .milliseconds(maxAgeMs), evidence: .recording)
    }
}

/// One thing that passed.
package struct RecordedEntry: Sendable, Hashable {
    /// Milliseconds since the recording began.
    package var ms: Int64
    package var direction: WireDirection
    package var bytes: [UInt8]

    package init(ms: Int64, _ direction: WireDirection, _ bytes: [UInt8]) {
        (self.ms, self.direction, self.bytes) = (ms, direction, bytes)
    }
}

package struct Recording: Sendable, Hashable {
    package var header: RecordingHeader
    /// In the order of time.
    package var entries: [RecordedEntry]

    package init(header: RecordingHeader, entries: [RecordedEntry]) { (self.header, self.entries) = (header, entries) }

    /// How long it is.
    package var duration: Duration { .milliseconds(entries.last?.ms ?? 0) }
}
