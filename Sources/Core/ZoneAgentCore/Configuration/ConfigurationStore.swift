import Crypto
import Glibc
import Synchronization
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneYAML

/// The configuration in force: read from its layers, kept when the files get worse, swapped when they get better.
package final class ConfigurationStore: Sendable {
    /// What the files say now, next to what is in force.
    package struct State: Sendable {
        package var inForce: ReadConfiguration
        package var revision: String
        /// What is wrong with the files as they are; then `inForce` is the last good one.
        package var complaint: FileComplaint?
        /// What is wrong with the files of the calendar in use. They decide nothing else, so the rest is in force.
        package var calendarComplaints: [FileComplaint] = []
        /// Keys that changed on the disk and wait for a restart.
        package var pendingRestart: [String] = []
    }

    /// In bytes. A whole one has some kilobytes; the time to read one grows with the square of its length.
    package static let longestFile = 64 << 10

    private let places: Places
    private let state: Mutex<State>

    /// - Throws: `FileComplaint` when the files are wrong and no earlier ones are known.
    package init(places: Places) throws {
        self.places = places
        state = Mutex(try ConfigurationStore.begin(places))
    }

    private static func begin(_ places: Places) throws -> State {
        do {
            let files = try files(places)
            let (read, revision) = try read(files)
            try keep(files, places)
            return withCalendar(read, revision, places)
        } catch let complaint as FileComplaint {
            guard let (read, revision) = try? read(lastGood(places)) else { throw complaint }
            return withCalendar(read, revision, places, complaint)
        }
    }

    private static func withCalendar(
        _ read: ReadConfiguration, _ revision: String, _ places: Places, _ complaint: FileComplaint? = nil
    ) -> State {
        var read = read
        let wrong = read.addCalendar(places)
        return State(inForce: read, revision: revision, complaint: complaint, calendarComplaints: wrong)
    }

    package var current: State { state.withLock { $0 } }
    package var config: AgentConfig { state.withLock { $0.inForce.config } }

    /// Reads the files again. When they are wrong, what is in force stays.
    /// - Returns: the configuration before and after.
    /// - Throws: `FileComplaint`.
    package func reload() throws -> (before: AgentConfig, after: AgentConfig) {
        do {
            let files = try ConfigurationStore.files(places)
            let (read, revision) = try ConfigurationStore.read(files)
            try ConfigurationStore.keep(files, places)
            return swap(read, revision)
        } catch let complaint as FileComplaint {
            state.withLock { $0.complaint = complaint }
            throw complaint
        }
    }

    /// Puts the hub's layer in place if the whole is right with it; else nothing has changed.
    /// - Throws: `FileComplaint`, `SystemError`.
    package func push(_ text: String) throws -> (before: AgentConfig, after: AgentConfig) {
        let site = try ConfigurationStore.files(places).site
        guard text.utf8.count <= ConfigurationStore.longestFile else {
            throw ConfigurationStore.tooLong(places.remoteConfig)
        }
        let remote = ConfigurationText(file: places.remoteConfig, text: text)
        _ = try ReadConfiguration(site: site, remote: remote)
        try SmallFile.makeDirectory(SmallFile.folder(of: places.remoteConfig))
        try SmallFile.replace(places.remoteConfig, with: text)
        return try reload()
    }

    /// What only a restart can change stays as it is, and is named.
    private func swap(_ read: ReadConfiguration, _ revision: String) -> (before: AgentConfig, after: AgentConfig) {
        var next = ConfigurationStore.withCalendar(read, revision, places)
        return state.withLock { state in
            let before = state.inForce.config
            func freeze<Value: Equatable>(_ key: String, _ path: WritableKeyPath<AgentConfig, Value>) {
                guard next.inForce.config[keyPath: path] != before[keyPath: path] else { return }
                next.pendingRestart.append(key)
                next.inForce.config[keyPath: path] = before[keyPath: path]
            }
            freeze("zone", \.zone)
            freeze("node", \.node)
            freeze("hub.url", \.hubURL)
            freeze("purpose", \.purpose)
            freeze("journal", \.journal)
            state = next
            return (before, next.inForce.config)
        }
    }
}

extension ConfigurationStore {
    fileprivate typealias Files = (site: ConfigurationText, remote: ConfigurationText?)

    fileprivate static func files(_ places: Places) throws -> Files {
        guard let site = try text(places.agentConfig) else {
            throw FileComplaint(
                file: places.agentConfig, line: 1, field: "",
                expected: "a file that names zone, node and hub; see README")
        }
        return (site, try text(places.remoteConfig))
    }

    fileprivate static func lastGood(_ places: Places) throws -> Files {
        guard let site = try text(places.lastGoodConfig + "/agent.yaml") else { throw SystemError("last good", 2) }
        return (site, try text(places.lastGoodConfig + "/remote.yaml"))
    }

    private static func text(_ path: String) throws -> ConfigurationText? {
        guard SmallFile.exists(path) else { return nil }
        let text: String
        do throws(SystemError) {
            text = try SmallFile.read(path, limit: longestFile)
        } catch  where error.errno == EFBIG {
            throw tooLong(path)
        }
        // Repaired text is longer than the bytes were.
        guard text.utf8.count <= longestFile else { throw tooLong(path) }
        return ConfigurationText(file: path, text: text)
    }

    fileprivate static func tooLong(_ path: String) -> FileComplaint {
        FileComplaint(file: path, line: 1, field: "", expected: "at most \(longestFile >> 10) KiB")
    }

    fileprivate static func read(_ files: Files) throws -> (ReadConfiguration, revision: String) {
        let digest = SHA256.hash(data: Array((files.site.text + "\u{0}" + (files.remote?.text ?? "")).utf8))
        let revision = Hex.text(digest).prefix(16)
        return (try ReadConfiguration(site: files.site, remote: files.remote), String(revision))
    }

    /// Copies, for the day on which somebody saves a mistake and the PC restarts.
    fileprivate static func keep(_ files: Files, _ places: Places) throws {
        try SmallFile.makeDirectory(places.lastGoodConfig)
        try replaceIfOther(places.lastGoodConfig + "/agent.yaml", files.site.text)
        let remote = places.lastGoodConfig + "/remote.yaml"
        if let text = files.remote?.text { try replaceIfOther(remote, text) } else { SmallFile.remove(remote) }
    }

    private static func replaceIfOther(_ path: String, _ text: String) throws {
        if let old = try? SmallFile.read(path), old == text { return }
        try SmallFile.replace(path, with: text)
    }
}
