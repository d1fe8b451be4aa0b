import Glibc
import QueryPCDriver
import ZoneAccess
import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire
import ZoneYAML

/// The browser's managed policies: compared with what the configuration wants, written on a technician's word as one file of
/// this program's own in each folder, and taken back to what stood there before the first writing.
///
/// What stood there is kept in the agent's state, not beside the file: the browser reads every file of the folder.
actor BrowserDesk {
    /// Of two files that say the same key the browser takes the one whose name comes later.
    static let fileName = "zone-agent.json"
    private static let longest = 256 << 10

    private let places: Places
    private let wish: @Sendable () -> BrowserWish?
    /// What is wrong with the files of the configuration; then the last good one is in force.
    private let complaint: @Sendable () -> FileComplaint?
    private let journal: Journal
    private let clock: any ZoneClock
    private let lane = BlockingLane(label: "browser-policy")

    init(
        places: Places, wish: @escaping @Sendable () -> BrowserWish?,
        complaint: @escaping @Sendable () -> FileComplaint? = { nil }, journal: Journal, clock: any ZoneClock
    ) {
        (self.places, self.wish, self.complaint) = (places, wish, complaint)
        (self.journal, self.clock) = (journal, clock)
    }

    func policy() async throws -> BrowserPolicyJSON {
        guard let wish = wish() else { throw notConfigured }
        return await json(wish)
    }

    func write(by caller: Caller) async throws -> BrowserPolicyJSON {
        guard let wish = wish() else { throw notConfigured }
        // Who changes what citizens see is on the disk before it is changed.
        try await note(.browserWritten, wish.folders, keys: wish.policies.count, caller)
        try await change { () throws(SystemError) in
            for folder in wish.folders { try self.write(wish.text, in: folder) }
        }
        return await json(wish)
    }

    private nonisolated func write(_ text: String, in folder: String) throws(SystemError) {
        let (file, before) = (self.file(folder), self.before(folder))
        try BrowserDesk.makeFolder(folder)
        // Of a second writing what stood there before the first is the way back, not the first.
        let isFirst = try BrowserDesk.read(before) == nil
        if isFirst {
            let old = try BrowserDesk.read(file) ?? ""
            try SmallFile.makeDirectory(SmallFile.folder(of: before))
            try SmallFile.replace(before, with: old)
        }
        do throws(SystemError) {
            try BrowserDesk.replace(file, with: text)
        } catch {
            // A way back from nothing would take away what somebody else puts there.
            if isFirst, (try? BrowserDesk.read(file)) != text { SmallFile.remove(before) }
            throw error
        }
    }

    func undo(by caller: Caller) async throws -> BrowserPolicyJSON {
        let kept = await lane.run { [self] in written() }
        guard !kept.isEmpty else {
            throw ErrorJSON(
                code: "browser.none", message: "nothing was written that could be undone", zh: "没有可以撤销的浏览器设置",
                fixer: .none)
        }
        let wish = wish() ?? BrowserWish(folders: kept, policies: [:])
        try await note(.browserUndone, kept, keys: wish.policies.count, caller)
        try await change { () throws(SystemError) in
            for folder in kept {
                guard let old = try BrowserDesk.read(self.before(folder)) else { continue }
                if old.isEmpty {
                    try BrowserDesk.remove(self.file(folder))
                } else {
                    try BrowserDesk.replace(self.file(folder), with: old)
                }
                try BrowserDesk.remove(self.before(folder))
            }
        }
        return await json(wish)
    }

    private var notConfigured: ErrorJSON {
        let code = "browser.notConfigured"
        guard let complaint = complaint() else {
            return ErrorJSON(
                code: code, message: "agent.yaml says nothing below “browser”: there is nothing to write",
                zh: "配置中没有 browser 一节，无法比对或写入")
        }
        return ErrorJSON(
            code: code,
            message:
                "the last good configuration is in force, and says nothing below “browser”: correct \(complaint.english), "
                + "then run zonectl config reload",
            zh: "仍在用上次正确的配置，其中没有 browser 一节：请改正 \(complaint.zh)，再运行 zonectl config reload")
    }

    private func json(_ wish: BrowserWish) async -> BrowserPolicyJSON {
        let folders = await lane.run { [self] in wish.folders.map { shown($0, wish) } }
        return BrowserPolicyJSON(folders: folders, policies: wish.policies)
    }

    private nonisolated func shown(_ folder: String, _ wish: BrowserWish) -> BrowserPolicyJSON.Folder {
        var (differences, broken, unreadable): ([BrowserPolicyFolder.Difference], [String], String?) = ([], [], nil)
        switch BrowserPolicyFolder(folder).compare(wish.policies) {
        case .unreadable(let reason): unreadable = reason
        case .read(let found, let files): (differences, broken) = (found, files)
        }
        return BrowserPolicyJSON.Folder(
            folder: folder, file: file(folder), isWritten: SmallFile.exists(file(folder)),
            canUndo: SmallFile.exists(before(folder)), unreadable: unreadable, broken: broken.map { $0.cleaned() },
            differences: differences.map {
                BrowserPolicyJSON.Difference(
                    key: $0.key, file: $0.file?.cleaned(), found: $0.found, wanted: $0.wanted)
            })
    }

    private nonisolated func file(_ folder: String) -> String { "\(folder)/\(BrowserDesk.fileName)" }

    private nonisolated var state: String { places.agentState + "/browser" }
    private static let ending = ".before"

    /// A name that says the folder: the way back must be found when the configuration names another one, or none.
    private nonisolated func before(_ folder: String) -> String {
        let parts = folder.split(separator: "/").map {
            String($0).replacing("%", with: "%25").replacing("+", with: "%2B")
        }
        return "\(state)/\(parts.joined(separator: "+"))\(BrowserDesk.ending)"
    }

    /// The folders in which something was written that can be undone.
    private nonisolated func written() -> [String] {
        SmallFile.list(state).filter { $0.hasSuffix(BrowserDesk.ending) }.map { name in
            let parts = name.dropLast(BrowserDesk.ending.count).split(separator: "+").map {
                String($0).replacing("%2B", with: "+").replacing("%25", with: "%")
            }
            return "/" + parts.joined(separator: "/")
        }
    }

    private static func read(_ path: String) throws(SystemError) -> String? {
        do { return try SmallFile.read(path, limit: longest) } catch {
            guard error.errno == ENOENT else { throw error }
            return nil
        }
    }

    /// mkdir -p; the agent's own umask would keep what it makes from the kiosk's user.
    private static func makeFolder(_ path: String) throws(SystemError) {
        var prefix = ""
        for part in path.split(separator: "/") {
            prefix += "/" + part
            if mkdir(prefix, 0o755) == 0 {
                guard chmod(prefix, 0o755) == 0 else { throw SystemError("chmod \(prefix)") }
            } else if errno != EEXIST {
                throw SystemError("mkdir \(prefix)")
            }
        }
    }

    /// One that is not there is as good as removed.
    private static func remove(_ path: String) throws(SystemError) {
        guard unlink(path) == 0 else {
            guard errno == ENOENT else { throw SystemError("unlink \(path)") }
            return
        }
        let folder = try OwnedFD(path: SmallFile.folder(of: path), flags: O_RDONLY | O_DIRECTORY)
        guard fsync(folder.raw) == 0 else { throw SystemError("fsync \(path)") }
    }

    /// The agent's own umask would keep the file from the kiosk's user.
    private static func replace(_ file: String, with text: String) throws(SystemError) {
        try SmallFile.replace(file, with: text, mode: 0o644)
        guard chmod(file, 0o644) == 0 else { throw SystemError("chmod \(file)") }
    }

    private func change(_ work: @escaping @Sendable () throws(SystemError) -> Void) async throws {
        let result = await lane.run { () -> Result<Void, SystemError> in
            do throws(SystemError) { return .success(try work()) } catch { return .failure(error) }
        }
        guard case .failure(let error) = result else { return }
        // The unit may write in the folders that were there when it started.
        let advice =
            [EROFS, ENOENT].contains(error.errno)
            ? ": make the folder (mkdir -p), allow it in a drop-in (docs/pc.md), then systemctl restart zone-agent" : ""
        throw ErrorJSON(
            code: "browser.failed", message: "the policies cannot be written: \(error)\(advice)",
            zh: "浏览器策略文件写不进去，请先建好文件夹并重启服务（见 docs/pc.md）")
    }

    private func note(_ name: EventName, _ folders: [String], keys: Int, _ caller: Caller) async throws {
        let event = EventDraft(
            name, .a, subject: "pc-1", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: [
                "actor": .string(caller.description), "folders": .array(folders.map { .string($0) }),
                "keys": .integer(Int64(keys)),
            ])
        try await journal.write([Entry(event)], .now)
    }
}
