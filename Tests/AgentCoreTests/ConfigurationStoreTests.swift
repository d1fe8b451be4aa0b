import Testing
import ZoneAgentCore
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneYAML

/// The files of one agent in a folder of its own.
struct ConfigurationRig {
    let root: TemporaryRoot
    let places: Places

    init() throws {
        root = try TemporaryRoot()
        places = Places(root: root.path)
        try SmallFile.makeDirectory(root.path + "/etc/zone-agent")
        try SmallFile.makeDirectory(places.agentState + "/config")
        try site("name: 一号\nhub:\n  url: https://127.0.0.1:8081")
    }

    /// Writes agent.yaml: zone and node, then `text`.
    func site(_ text: String, zone: String = "a") throws {
        try SmallFile.replace(places.agentConfig, with: "zone: \(zone)\nnode: b\n" + text + "\n")
    }

    func siteAsItIs(_ text: String) throws { try SmallFile.replace(places.agentConfig, with: text) }

    func store() throws -> ConfigurationStore { try ConfigurationStore(places: places) }

    /// Every file below the state folder with its text.
    var disk: [String: String] {
        var found: [String: String] = [:]
        for folder in [places.agentState + "/config", places.lastGoodConfig] {
            for name in SmallFile.list(folder) {
                if let text = try? SmallFile.read("\(folder)/\(name)") { found["\(folder)/\(name)"] = text }
            }
        }
        return found
    }
}

@Suite("The configuration in force is the last good one")
struct ConfigurationStoreTests {
    private let rig: ConfigurationRig

    init() throws { rig = try ConfigurationRig() }

    /// What was wrong; `nil` when nothing was.
    private func complaint(_ work: () throws -> Void) throws -> FileComplaint? {
        do {
            try work()
            return nil
        } catch let complaint as FileComplaint { return complaint }
    }

    private func reload(_ store: ConfigurationStore) throws -> FileComplaint? {
        try complaint { _ = try store.reload() }
    }

    private func push(_ store: ConfigurationStore, _ text: String) throws -> FileComplaint? {
        try complaint { _ = try store.push(text) }
    }

    @Test("files that are wrong at the first start are refused with file, line and field")
    func firstStart() throws {
        try rig.site("purpose: fun")
        let found = try complaint { _ = try rig.store() }
        #expect(found?.file == rig.places.agentConfig && found?.line == 3 && found?.field == "purpose")
        SmallFile.remove(rig.places.agentConfig)
        #expect(try complaint { _ = try rig.store() }?.file == rig.places.agentConfig)
    }

    @Test(
        "a file that breaks is told, and the last good one stays in force over a restart",
        arguments: ["zone: a\nnode: b\nname: 二号\npurpose: fun", "", "zone: [", "\u{0}\u{1}\u{2}", nil])
    func breaks(_ text: String?) throws {
        let before = try rig.store().current
        if let text { try rig.siteAsItIs(text) } else { SmallFile.remove(rig.places.agentConfig) }
        let kept = rig.disk
        for _ in 0..<2 {
            let store = try rig.store()
            #expect(store.config == before.inForce.config && store.current.revision == before.revision)
            #expect(store.current.complaint?.file == rig.places.agentConfig)
        }
        #expect(rig.disk == kept)
        try rig.site("name: 三号")
        let store = try rig.store()
        #expect(store.config.name == "三号" && store.current.complaint == nil)
    }

    @Test("a reload of a broken file changes nothing but the complaint, and a good one ends it")
    func reloads() throws {
        let store = try rig.store()
        let before = store.current
        try rig.site("name: 二号\ncolour: red")
        #expect(try reload(store)?.field == "colour")
        #expect(store.config == before.inForce.config && store.current.revision == before.revision)
        #expect(store.current.complaint?.line == 4)
        try rig.site("name: 三号\nhub:\n  url: https://127.0.0.1:8081")
        let (old, new) = try store.reload()
        #expect(old.name == "一号" && new.name == "三号" && store.config == new)
        #expect(store.current.complaint == nil && store.current.revision != before.revision)
        #expect(store.current.pendingRestart == [])
    }

    @Test("the revision changes with the texts and with nothing else")
    func revision() throws {
        let store = try rig.store()
        let first = store.current.revision
        #expect(first.utf8.count == 16)
        _ = try store.reload()
        #expect(store.current.revision == first)
        _ = try store.push("name: 区里说的")
        let second = store.current.revision
        #expect(second != first)
        #expect(try rig.store().current.revision == second)
        _ = try store.push("")
        #expect(store.current.revision == first, "an empty layer says nothing")
    }

    @Test("what the hub pushes is in force at once and after a restart, but not where the site has locked it")
    func pushed() throws {
        try rig.site("name: 一号\nlocked: [name]\nhours: 09:00-17:00")
        let store = try rig.store()
        let (before, after) = try store.push("name: 别的\nzone: other\ntype: library")
        #expect(before.type == .village && after.type == .library && after.name == "一号")
        #expect(store.current.inForce.origins.ignored == ["name", "zone"])
        let again = try rig.store()
        #expect(again.config == after && again.current.complaint == nil)
        #expect(again.current.inForce.origins.values["type"]?.file == rig.places.remoteConfig)
    }

    @Test(
        "a push that is wrong changes nothing on the disk and nothing in force",
        arguments: [
            "purpose: fun", "colour: red", "hub: [", "- list", "nodes:\n  - node: other", "devices:\n  - id: x",
        ])
    func badPush(_ text: String) throws {
        let store = try rig.store()
        for earlier in [nil, "name: 区里说的"] {
            if let earlier { _ = try store.push(earlier) }
            let (disk, config) = (rig.disk, store.config)
            #expect(try push(store, text)?.file == rig.places.remoteConfig)
            #expect(rig.disk == disk && store.config == config && store.current.complaint == nil)
        }
    }

    /// Right but for its length, which is `longestFile` and `more`.
    private func long(_ begin: String, more: Int) -> String {
        begin + "\n#" + String(repeating: "x", count: ConfigurationStore.longestFile - begin.utf8.count - 2 + more)
    }

    @Test("a file that is too long is told, whatever its length, and the last good one stays in force over a restart")
    func tooLong() throws {
        let begin = "zone: a\nnode: b\nname: 二号"
        try rig.siteAsItIs(long(begin, more: 0))
        #expect(try rig.store().config.name == "二号")
        for more in [1, 2 << 20] {
            try rig.siteAsItIs(long(begin.replacing("二", with: "三"), more: more))
            let store = try rig.store()
            let complaint = try #require(store.current.complaint)
            #expect(complaint.file == rig.places.agentConfig && complaint.line == 1)
            #expect(complaint.zh.contains("64 KiB") && complaint.english.contains("at most 64 KiB"))
            #expect(store.config.name == "二号")
            #expect(try reload(store) == complaint)
        }
    }

    @Test("a push that is too long changes nothing on the disk and nothing in force")
    func pushTooLong() throws {
        let store = try rig.store()
        _ = try store.push(long("name: 区里说的", more: 0))
        let (disk, config) = (rig.disk, store.config)
        let complaint = try #require(try push(store, long("name: 区里说的", more: 1)))
        #expect(complaint.file == rig.places.remoteConfig && complaint.expected == "at most 64 KiB")
        #expect(rig.disk == disk && store.config == config && store.current.complaint == nil)
    }

    @Test("a push over a broken site file is refused with that file's mistake")
    func pushOverBroken() throws {
        let store = try rig.store()
        try rig.site("colour: red")
        let disk = rig.disk
        #expect(try push(store, "name: x")?.file == rig.places.agentConfig)
        #expect(rig.disk == disk && store.config.name == "一号")
    }

    @Test("the hub's layer belongs to the last good ones, and goes with them when it is taken away")
    func lastGoodRemote() throws {
        let good = try rig.store()
        _ = try good.push("name: 区里说的")
        try SmallFile.replace(rig.places.remoteConfig, with: "name: [")
        let store = try rig.store()
        #expect(store.config.name == "区里说的" && store.current.complaint?.file == rig.places.remoteConfig)
        SmallFile.remove(rig.places.remoteConfig)
        _ = try store.reload()
        #expect(store.config.name == "一号" && store.current.complaint == nil)
        try rig.siteAsItIs("broken")
        #expect(try rig.store().config.name == "一号", "not what the hub once said")
    }

    @Test("what only a restart can change stays as it is, and is named until then")
    func pendingRestart() throws {
        let store = try rig.store()
        try rig.site("name: 二号\nhub:\n  url: https://192.0.2.1:8081\njournal:\n  days: 30", zone: "c")
        let (_, after) = try store.reload()
        #expect(after.name == "二号" && after.zone.text == "a" && after.hubURL == "https://127.0.0.1:8081")
        #expect(after.journal.days == 90 && store.current.pendingRestart == ["zone", "hub.url", "journal"])
        _ = try store.reload()
        #expect(store.current.pendingRestart == ["zone", "hub.url", "journal"], "told until it is done")
        let next = try rig.store()
        #expect(next.config.zone.text == "c" && next.config.journal.days == 30 && next.current.pendingRestart == [])
        try rig.site("name: 二号\nhub:\n  url: https://127.0.0.1:8081")
        _ = try store.reload()
        #expect(store.current.pendingRestart == [], "taken back")
    }
}
