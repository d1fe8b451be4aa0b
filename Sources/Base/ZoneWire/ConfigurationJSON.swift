import ZoneModel

/// One key of the configuration in force: `zonectl config explain KEY`.
package struct ConfigurationKeyJSON: Sendable, Hashable, Codable {
    package enum Layer: String, Sendable, Codable { case `default`, site, remote }
    /// What a change needs to take effect.
    package enum Effect: String, Sendable, Codable { case live, restart }

    package var key: String
    package var value: JSONValue?
    package var layer: Layer
    /// The file and line that set it; absent for a default.
    package var file: String?
    package var line: Int?
    /// The site does not let the hub's layer change it.
    package var locked: Bool
    package var effect: Effect
    package var meaning: String
    package var zh: String

    package init(
        key: String, value: JSONValue?, layer: Layer, file: String?, line: Int?, locked: Bool, effect: Effect,
        meaning: String, zh: String
    ) {
        (self.key, self.value, self.layer, self.file, self.line) = (key, value, layer, file, line)
        (self.locked, self.effect, self.meaning, self.zh) = (locked, effect, meaning, zh)
    }
}

/// `GET /v1/config`.
package struct ConfigurationJSON: Sendable, Hashable, Codable {
    /// SHA-256 (first 16 hex digits) over the texts of both layers.
    package var revision: String
    package var keys: [ConfigurationKeyJSON]
    /// Keys of the remote layer that are not in force because the site locked them.
    package var ignored: [String]
    /// What is wrong with the files as they are now; then the last good ones are in force.
    package var complaint: String?
    /// What is wrong with files that keep nothing else from being applied: calendars, hw-profiles, policies. Absent when
    /// nothing is.
    package var complaints: [String]?
    /// Keys that have another value on the disk and take effect at the next start.
    package var pendingRestart: [String]

    package init(
        revision: String, keys: [ConfigurationKeyJSON], ignored: [String], complaint: String?, pendingRestart: [String]
    ) {
        (self.revision, self.keys, self.ignored) = (revision, keys, ignored)
        (self.complaint, self.pendingRestart) = (complaint, pendingRestart)
    }
}
