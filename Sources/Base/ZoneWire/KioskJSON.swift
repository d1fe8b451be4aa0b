import ZoneModel

/// The answer to `POST /v1/app/alive`.
package struct AppAliveJSON: Sendable, Hashable, Codable {
    /// When the next sign of life is due, in ms.
    package var againInMs: Int64
    package init(againInMs: Int64) { self.againInMs = againInMs }
}

/// `/v1/browser/policy`: what the browser is to be told, and what it is told.
package struct BrowserPolicyJSON: Sendable, Hashable, Codable {
    package struct Difference: Sendable, Hashable, Codable {
        package var key: String
        /// Absent: no file says it.
        package var file: String?
        package var found: JSONValue?
        package var wanted: JSONValue

        package init(key: String, file: String?, found: JSONValue?, wanted: JSONValue) {
            (self.key, self.file, self.found, self.wanted) = (key, file, found, wanted)
        }
    }

    /// One folder of managed policies.
    package struct Folder: Sendable, Hashable, Codable {
        package var folder: String
        /// The agent's own file in it.
        package var file: String
        package var isWritten: Bool
        package var canUndo: Bool
        /// Why nothing is known of it.
        package var unreadable: String?
        /// Files that are not readable as JSON: the browser leaves them out.
        package var broken: [String]
        package var differences: [Difference]

        package init(
            folder: String, file: String, isWritten: Bool, canUndo: Bool, unreadable: String?, broken: [String],
            differences: [Difference]
        ) {
            (self.folder, self.file, self.isWritten, self.canUndo) = (folder, file, isWritten, canUndo)
            (self.unreadable, self.broken, self.differences) = (unreadable, broken, differences)
        }

        package var isRight: Bool { unreadable == nil && broken.isEmpty && differences.isEmpty }
    }

    package var folders: [Folder]
    package var policies: [String: JSONValue]

    package init(folders: [Folder], policies: [String: JSONValue]) {
        (self.folders, self.policies) = (folders, policies)
    }
}
