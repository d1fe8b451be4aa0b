import ZoneModel

/// Where files live. `--root DIR` moves everything, in all three programs.
package struct Places: Sendable, Hashable {
    /// Empty for the real system, else a directory without a slash at its end.
    package let root: String

    package init(root: String) { self.root = root.hasSuffix("/") ? String(root.dropLast()) : root }

    package var agentConfig: String { root + "/etc/zone-agent/agent.yaml" }
    package var agentState: String { root + "/var/lib/zone-agent" }
    package var journal: String { agentState + "/journal.db" }
    package var remoteConfig: String { agentState + "/config/remote.yaml" }
    /// Copies of the files that were last in force.
    package var lastGoodConfig: String { agentState + "/config/last-good" }
    package var staffPIN: String { agentState + "/staff.pin" }
    package var spool: String { agentState + "/spool" }
    package var ballast: String { agentState + "/ballast" }
    package var shippedPolicy: String { root + "/usr/share/zone-agent/policy" }
    package var sitePolicy: String { root + "/etc/zone-agent/policy" }
    package var shippedCalendars: String { root + "/usr/share/zone-agent/calendars" }
    package var siteCalendars: String { root + "/etc/zone-agent/calendars" }
    package var hubCalendars: String { root + "/etc/zone-hub/calendars" }
    /// `forms.yaml` and the documents that it lists.
    package var forms: String { root + "/etc/zone-agent/forms" }
    package var bindings: String { agentState + "/bindings.yaml" }
    package var runtime: String { root + "/run/zone-agent" }
    package var kioskSocket: String { runtime + "/kiosk.sock" }
    package var adminSocket: String { runtime + "/admin.sock" }
    package var simulationSocket: String { runtime + "/sim.sock" }
    package var simulatedPanel: String { runtime + "/sim-panel.sock" }
    package var simulatedBox: String { runtime + "/sim-box.sock" }
    package var simulationAddresses: String { runtime + "/sim.env" }
    package var shippedProfiles: String { root + "/usr/share/zone-agent/hw-profiles" }
    package var siteProfiles: String { root + "/etc/zone-agent/hw-profiles" }
    package var hubState: String { root + "/var/lib/zone-hub" }
    package var hubDatabase: String { hubState + "/hub.db" }
    package var hubBallast: String { hubState + "/ballast" }
    package var hubConfig: String { root + "/etc/zone-hub/hub.yaml" }
    /// Keys and certificates of the hub's own authority, for its owner only.
    package var hubCA: String { hubState + "/ca" }
    /// Files that are being imported; what is left of them after a crash is removed at start.
    package var hubImports: String { hubState + "/imports" }
    package var hubRuntime: String { root + "/run/zone-hub" }
    package var officeSocket: String { hubRuntime + "/office.sock" }
}
