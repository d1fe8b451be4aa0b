import DriverKit
import QueryPCDriver
import Synchronization
import Testing
import ZoneAccess
import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire
import ZoneYAML

@testable import ZoneAgentCore

/// A setting that a test changes.
private final class Setting: Sendable {
    private let value = Mutex(false)
    var now: Bool { value.withLock { $0 } }
    func say(_ new: Bool) { value.withLock { $0 = new } }
}

@Suite("The kiosk's program as systemd and its own signs show it")
struct KioskAppTests {
    private let clock = ManualClock()
    private let units = UnitsThatSay()
    private let config = KioskAppConfig(unit: "kiosk.service", heartbeat: true, silence: .seconds(90))

    private func app(_ config: KioskAppConfig?) -> KioskApp { KioskApp(config: { config }, units: units, clock: clock) }

    @Test("what systemd says of the unit, in the words of this program")
    func states() async {
        let app = app(config)
        let cases: [([String: String], KioskSight.Unit)] = [
            (["ActiveState": "active", "NRestarts": "2"], .active(restarts: 2)),
            (["ActiveState": "activating", "NRestarts": "3"], .starting(restarts: 3)),
            (
                ["ActiveState": "failed", "Result": "start-limit-hit", "LoadState": "loaded"],
                .down("failed (start-limit-hit)", restarts: 0)
            ),
            (["ActiveState": "inactive", "Result": "success"], .down("inactive", restarts: 0)),
            (["ActiveState": "inactive", "LoadState": "not-found"], .down("not-found", restarts: 0)),
            (["ActiveState": "odd\u{1B}[2J"], .unknown("systemd says odd[2J")),
        ]
        for (facts, wanted) in cases {
            units.say(facts)
            let seen = await app.look()?.unit
            #expect(seen?.name == "kiosk.service" && seen?.state == wanted)
        }
        units.say(["ActiveState": "active"], of: "own-name.service")
        #expect(await app.look()?.unit?.state == .active(restarts: 0), "kiosk.service is an alias")
        units.say(nil)
        #expect(await app.look()?.unit?.state == .unknown("systemd does not answer"))
    }

    @Test("what the agent itself has stopped for a moment is not absent")
    func paused() async throws {
        let app = app(config)
        units.say(["ActiveState": "inactive"])
        try await app.stop(within: .seconds(5))
        #expect(await app.look()?.unit?.state == .starting(restarts: 0))
        try await app.start(within: .seconds(5))
        #expect(await app.look()?.unit?.state == .down("inactive", restarts: 0))
        #expect(units.acts == ["stop kiosk.service", "start kiosk.service"])
    }

    @Test("a sign of life is remembered; a program without a unit is known by it; nothing configured is nothing")
    func signs() async {
        let app = app(KioskAppConfig(unit: nil, heartbeat: true, silence: .seconds(90)))
        let before = clock.mono()
        #expect(await app.look()?.sign == .init(listeningSince: before, last: nil, silence: .seconds(90)))
        clock.advance(by: .seconds(40))
        app.isAlive()
        #expect(await app.look()?.sign?.last == clock.mono())
        #expect(!app.canRestart)
        #expect(await self.app(nil).look() == nil)
    }

    @Test("a heartbeat that is added while the agent runs gives the program its time from then on")
    func listening() async {
        let wanted = Setting()
        let app = KioskApp(
            config: { KioskAppConfig(unit: "kiosk.service", heartbeat: wanted.now, silence: .seconds(90)) },
            units: units, clock: clock)
        #expect(await app.look()?.sign == nil)
        for _ in 0..<2 {
            clock.advance(by: .seconds(1000))
            wanted.say(true)
            let added = clock.mono()
            #expect(await app.look()?.sign?.listeningSince == added)
            clock.advance(by: .seconds(10))
            #expect(await app.look()?.sign?.listeningSince == added)
            wanted.say(false)
            #expect(await app.look()?.sign == nil)
        }
    }

    @Test("its word on who is there is believed while it speaks")
    func word() {
        let app = app(config)
        #expect(app.isInUse == nil)
        app.isAlive()
        #expect(app.isInUse == nil, "a sign of life without that word")
        for inUse in [true, false] {
            app.isAlive(inUse: inUse)
            clock.advance(by: .seconds(90))
            #expect(app.isInUse == inUse)
            clock.advance(by: .seconds(1))
            #expect(app.isInUse == nil)
        }
        app.isAlive(inUse: true)
        app.isAlive()
        #expect(app.isInUse == nil, "another program that does not say")
    }

    @Test("started anew by the name that is configured; not by an agent with a root of its own")
    func restart() async throws {
        let app = app(config)
        #expect(app.canRestart)
        try await app.restart(within: .seconds(5))
        #expect(units.acts == ["restart kiosk.service"])
        let far = KioskApp(config: { config }, units: nil, clock: clock)
        #expect(!far.canRestart)
        await #expect(throws: DeviceError.self) { try await far.restart(within: .seconds(5)) }
    }
}

@Suite("Browser policies are written on a technician's word")
struct BrowserDeskTests {
    private let rig: StationRig
    private let technician = Caller(door: .admin, uid: 1001, role: .technician)

    init() throws { rig = try StationRig() }

    private var places: Places { Places(root: rig.root.path) }
    private var folder: String { rig.root.path + "/etc/chromium/policies/managed" }

    private func desk(
        _ journal: Journal, homepage: String? = "https://example.gov.cn/", complaint: FileComplaint? = nil
    ) -> BrowserDesk {
        let config = homepage.map {
            BrowserConfig(
                policies: ["/etc/chromium/policies/managed"], homepage: $0, bookmarks: [], leavesNothing: true,
                downloads: .into("/srv/kiosk/downloads"))
        }
        let root = places.root
        return BrowserDesk(
            places: places, wish: { config.map { BrowserWish($0, root: root) } }, complaint: { complaint },
            journal: journal, clock: rig.clock)
    }

    @Test("written, written again, and taken back to what stood there before the first; each is in the journal")
    func story() async throws {
        try await rig.withStation { _, journal in
            try SmallFile.makeDirectory(folder)
            let own = "{\"HomepageLocation\": \"https://example.com/\"}\n"
            try SmallFile.replace(folder + "/zone-agent.json", with: own)
            let desk = desk(journal)
            let before = try await desk.policy().folders[0]
            #expect(!before.canUndo && before.isWritten)
            let found = before.differences.first { $0.key == "HomepageLocation" }
            #expect(found?.found == "https://example.com/" && found?.wanted == "https://example.gov.cn/")
            let after = try await desk.write(by: technician)
            #expect(after.folders.allSatisfy(\.isRight) && after.folders[0].canUndo)
            #expect(try FileFacts(path: folder + "/zone-agent.json").mode == 0o644)
            _ = try await self.desk(journal, homepage: "https://other.gov.cn/").write(by: technician)
            #expect(SmallFile.list(folder) == ["zone-agent.json"], "the browser reads every file of the folder")
            _ = try await desk.undo(by: technician)
            #expect(try SmallFile.read(folder + "/zone-agent.json") == own)
            let rows = try await journal.rows(.browserWritten, .browserUndone)
            #expect(rows.map(\.name) == [.browserWritten, .browserWritten, .browserUndone])
            #expect(rows.allSatisfy { $0.class == .a && $0.data["actor"] == .string(technician.description) })
        }
    }

    @Test("where nothing stood before, undoing leaves nothing; twice is told, and so is a PC that wants no policies")
    func undone() async throws {
        try await rig.withStation { _, journal in
            let desk = desk(journal)
            _ = try await desk.write(by: technician)
            let left = try await desk.undo(by: technician)
            #expect(SmallFile.list(folder).isEmpty && !left.folders[0].canUndo)
            let twice = await #expect(throws: ErrorJSON.self) { _ = try await desk.undo(by: technician) }
            #expect(twice?.code == "browser.none")
            for path in [folder, SmallFile.folder(of: folder)] {
                #expect(try FileFacts(path: path).mode == 0o755, "the kiosk's user may look in")
            }
            let none = self.desk(journal, homepage: nil)
            let refused = await #expect(throws: ErrorJSON.self) { _ = try await none.policy() }
            #expect(refused?.code == "browser.notConfigured")
            let mistake = FileComplaint(file: "/etc/zone-agent/agent.yaml", line: 7, field: "hours", expected: "x")
            let rejected = self.desk(journal, homepage: nil, complaint: mistake)
            let told = await #expect(throws: ErrorJSON.self) { _ = try await rejected.policy() }
            #expect(told?.message.contains("agent.yaml:7") == true && told?.message.hasPrefix("the last good") == true)
            _ = try await desk.write(by: technician)
            let last = try await none.undo(by: technician)
            #expect(SmallFile.list(folder).isEmpty && last.folders.count == 1 && !last.folders[0].canUndo)
        }
    }

    @Test("a folder that cannot be made: the answer says what to do, and the wish is in the journal")
    func unwritable() async throws {
        try await rig.withStation { _, journal in
            try SmallFile.makeDirectory(rig.root.path + "/etc")
            try SmallFile.replace(rig.root.path + "/etc/chromium", with: "a file")
            let failed = await #expect(throws: ErrorJSON.self) { _ = try await desk(journal).write(by: technician) }
            #expect(failed?.code == "browser.failed")
            let after = await #expect(throws: ErrorJSON.self) { _ = try await desk(journal).undo(by: technician) }
            #expect(after?.code == "browser.none", "what was not written has no way back")
            #expect(try await journal.rows(.browserWritten).count == 1)
        }
    }
}

/// A service manager that says of every unit what a test wants.
final class UnitsThatSay: UnitManager {
    private struct State {
        var facts: [String: String]?
        var name: String?
        var acts: [String] = []
    }

    private let state = Mutex(State())
    /// Such as `restart kiosk.service`.
    var acts: [String] { state.withLock { $0.acts } }
    /// - Parameter name: where the unit's own name is another than the one asked for.
    func say(_ facts: [String: String]?, of name: String? = nil) {
        state.withLock { ($0.facts, $0.name) = (facts, name) }
    }

    func restart(_ unit: String, within deadline: Duration) async throws(DeviceError) { act("restart", unit) }
    func stop(_ unit: String, within deadline: Duration) async throws(DeviceError) { act("stop", unit) }
    func start(_ unit: String, within deadline: Duration) async throws(DeviceError) { act("start", unit) }

    private func act(_ verb: String, _ unit: String) { state.withLock { $0.acts.append("\(verb) \(unit)") } }

    func facts(of units: [String]) async -> [String: [String: String]] {
        let (facts, name) = state.withLock { ($0.facts, $0.name) }
        guard let facts else { return [:] }
        return Dictionary(uniqueKeysWithValues: units.map { (name ?? $0, facts) })
    }
}
