import DriverKit
import Glibc
import Logging
import Synchronization
import Testing
import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit

@testable import ZoneAgentCore

/// What a test lets a seam say, such as whether the hall is open; `nil`: there are no hours.
private final class Answer: Sendable {
    let state = Mutex<Bool?>(nil)
}

@Suite("What the last citizen left goes when the use is over, where the site says so")
struct ResidueKeeperTests {
    private let rig: StationRig
    private let units = UnitsThatSay()
    private let isOpen = Answer()
    private var folder: String { rig.root.path + "/downloads" }
    private var memory: String { rig.root.path + "/state/residue.cleared" }

    init() throws {
        rig = try StationRig()
        try SmallFile.makeDirectory(folder)
        if geteuid() == 0 { #expect(chown(folder, 65_534, 65_534) == 0) }
    }

    private func leave(_ name: String) throws {
        try SmallFile.replace("\(folder)/\(name)", with: "x")
        if geteuid() == 0 { #expect(chown("\(folder)/\(name)", 65_534, 65_534) == 0) }
    }

    private func keeper(
        _ station: Station, _ journal: Journal, clear: Bool = true, restart: Bool = true,
        units: (any UnitManager)? = nil
    ) -> ResidueKeeper {
        let config = ResidueConfig(folders: [folder], clear: clear, restartApp: restart)
        let app = KioskApp(
            config: { KioskAppConfig(unit: "kiosk.service", heartbeat: false, silence: .seconds(90)) },
            units: units ?? self.units, clock: rig.clock)
        return ResidueKeeper(
            config: { config }, station: station, app: app, journal: journal,
            memory: memory, isHallOpen: { [isOpen] _ in isOpen.state.withLock { $0 } }, clock: rig.clock,
            log: Logger(label: "test"))
    }

    /// Somebody touches the panel once and goes.
    private func use(_ station: Station, _ keeper: ResidueKeeper, until end: Bool = true) async {
        await station.take(Report(presence: .present, activity: .busy), from: StationRig.panel)
        await station.take(Report(presence: .present, activity: .idle), from: StationRig.panel)
        for _ in 0..<(end ? 61 : 30) {
            rig.clock.advance(by: .seconds(1))
            await station.tick()
            await keeper.tick()
        }
    }

    @Test("not while somebody is there; then the program is started anew, the folder emptied, and a count told")
    func story() async throws {
        try await rig.withStation { station, journal in
            let keeper = keeper(station, journal)
            await keeper.tick()
            try leave("a.pdf")
            try leave("b.pdf")
            await use(station, keeper, until: false)
            #expect(SmallFile.list(folder).count == 2 && units.acts.isEmpty)
            await use(station, keeper)
            try await eventuallyTrue("the folder is empty") { SmallFile.list(folder).isEmpty }
            let row = try await eventually("the count") { try await journal.rows(.residueCleared).first }
            #expect(row.data["removed"] == 2 && row.data["occasion"] == "useEnded" && row.class == .b)
            #expect(units.acts == ["stop kiosk.service", "start kiosk.service"])
            let last = try #require(await station.lastUse)
            #expect(last.ended != nil)
            try await eventuallyTrue("it is kept that this was done") { SmallFile.exists(memory) }
        }
    }

    @Test("a use that ended while the agent was away is cleared after at its start, without taking the page away")
    func started() async throws {
        try await rig.withStation { station, journal in
            await use(station, keeper(station, journal, clear: false, restart: false))
        }
        try leave("a.pdf")
        try await rig.withStation { station, journal in
            let keeper = keeper(station, journal)
            await keeper.tick()
            try await eventuallyTrue("the folder is empty") { SmallFile.list(folder).isEmpty }
            #expect(units.acts.isEmpty)
            try await eventuallyTrue("it is kept that this was done") { SmallFile.exists(memory) }
        }
        try leave("b.pdf")
        try await rig.withStation { station, journal in
            let keeper = keeper(station, journal)
            await keeper.tick()
            await keeper.tick()
            #expect(SmallFile.list(folder) == ["b.pdf"], "the use before was cleared after already")
        }
    }

    @Test("an agent that ended between stopping the program and starting it starts it at its next start, once")
    func endedInBetween() async throws {
        let (gate, owed) = (Gate(), rig.root.path + "/state/residue.stopped")
        try await rig.withStation { station, journal in
            let keeper = keeper(station, journal, units: UnitsThatHang(gate))
            await keeper.tick()
            await use(station, keeper)
            try await gate.reached(1)
            #expect(try SmallFile.read(owed) == "kiosk.service", "on the disk before the program is stopped")
            // What this run would still do does not happen: as if it had ended here.
            let next = self.keeper(station, journal)
            await next.tick()
            try await eventuallyTrue("it is started, and nothing is owed any more") { !SmallFile.exists(owed) }
            #expect(units.acts.first == "start kiosk.service")
            let afterThat = self.keeper(station, journal)
            await afterThat.tick()
            await afterThat.tick()
            #expect(units.acts.count { $0 == "start kiosk.service" } == 1)
            gate.open()
            try await gate.reached(2)
        }
    }

    @Test(
        "what an earlier run had not emptied goes before the program starts, unless somebody has started it since",
        arguments: [("inactive", []), ("active", ["a.pdf"])] as [(String, [String])])
    func endedWhileClearing(_ state: String, _ left: [String]) async throws {
        try await rig.withStation { station, journal in
            let owed = rig.root.path + "/state/residue.stopped"
            try OwedStart(path: owed).write("kiosk.service")
            try leave("a.pdf")
            units.say(["ActiveState": state])
            await keeper(station, journal).tick()
            try await eventuallyTrue("nothing is owed any more") { !SmallFile.exists(owed) }
            #expect(SmallFile.list(folder) == left && units.acts == ["start kiosk.service"])
        }
    }

    @Test("a program whose start cannot be kept in mind is not stopped, and the folder is emptied all the same")
    func nothingKept() async throws {
        try await rig.withStation { station, journal in
            try SmallFile.replace(rig.root.path + "/state", with: "a file, where a folder should be")
            let keeper = keeper(station, journal)
            await keeper.tick()
            try leave("a.pdf")
            await use(station, keeper)
            try await eventuallyTrue("the folder is empty") { SmallFile.list(folder).isEmpty }
            #expect(units.acts.isEmpty)
        }
    }

    @Test("what stands in the file and is no name of a kiosk's unit is started by nobody")
    func hostileName() throws {
        let owed = OwedStart(path: rig.root.path + "/owed")
        #expect(owed.unit == nil)
        for (text, unit) in [
            ("kiosk.service", "kiosk.service"), ("", nil), ("--help.service", nil), ("systemd-logind.service", nil),
            ("a/b.service", nil), (String(repeating: "a", count: 300) + ".service", nil),
        ] {
            try SmallFile.replace(owed.path, with: text)
            #expect(owed.unit == unit)
        }
    }

    @Test("not while a technician is at work; then it is due still")
    func maintenance() async throws {
        try await rig.withStation { station, journal in
            let pc = DeviceID(.queryPC, 1)
            await station.admit(DeviceCard(id: pc, kind: .queryPC), restored: nil, maxAge: .seconds(90))
            let keeper = keeper(station, journal, restart: false)
            await keeper.tick()
            try leave("a.pdf")
            try await station.hold(
                Hold(
                    subject: pc.text, mode: .maintenance, setter: "t", reason: nil, since: rig.clock.wall(), until: nil)
            )
            await use(station, keeper)
            #expect(SmallFile.list(folder) == ["a.pdf"])
            _ = try await station.release(pc.text, .maintenance, why: "test")
            await keeper.tick()
            try await eventuallyTrue("it is kept that this was done") { SmallFile.exists(memory) }
            #expect(SmallFile.list(folder).isEmpty)
        }
    }

    @Test("not under a lease or a copy, whatever the panel says; what is due comes when that ends, once")
    func busy() async throws {
        try await rig.withStation { station, journal in
            let (keeper, isBusy) = (keeper(station, journal), Answer())
            isBusy.state.withLock { $0 = true }
            isOpen.state.withLock { $0 = true }
            await keeper.tick { isBusy.state.withLock { $0 == true } }
            try leave("a.pdf")
            await station.take(Report(presence: .present, activity: .busy), from: StationRig.panel)
            await station.take(Report(presence: .present, activity: .idle), from: StationRig.panel)
            for second in 0..<200 {
                rig.clock.advance(by: .seconds(1))
                if second == 150 { isOpen.state.withLock { $0 = false } }
                await station.tick()
                await keeper.tick { isBusy.state.withLock { $0 == true } }
            }
            let last = try #require(await station.lastUse)
            #expect(last.ended != nil && SmallFile.list(folder) == ["a.pdf"] && units.acts.isEmpty)
            isBusy.state.withLock { $0 = false }
            await keeper.tick { isBusy.state.withLock { $0 == true } }
            try await eventuallyTrue("it is kept that this was done") { SmallFile.exists(memory) }
            for _ in 0..<5 { await keeper.tick { isBusy.state.withLock { $0 == true } } }
            #expect(SmallFile.list(folder).isEmpty)
            #expect(units.acts == ["stop kiosk.service", "start kiosk.service"])
        }
    }

    @Test("when the hall closes it is emptied once more")
    func closing() async throws {
        try await rig.withStation { station, journal in
            let keeper = keeper(station, journal, restart: false)
            isOpen.state.withLock { $0 = true }
            await keeper.tick()
            try leave("a.pdf")
            await keeper.tick()
            #expect(SmallFile.list(folder) == ["a.pdf"])
            isOpen.state.withLock { $0 = false }
            await keeper.tick()
            let row = try await eventually("the count") { try await journal.rows(.residueCleared).first }
            #expect(row.data["occasion"] == "closing" && SmallFile.list(folder).isEmpty)
        }
    }

    @Test("without the site's word nothing is removed")
    func notAsked() async throws {
        try await rig.withStation { station, journal in
            let keeper = keeper(station, journal, clear: false, restart: false)
            try leave("a.pdf")
            await use(station, keeper)
            await keeper.clear(.useEnded)
            #expect(SmallFile.list(folder) == ["a.pdf"])
        }
    }
}

/// A service manager whose stop does not come back: where an agent may be killed.
private struct UnitsThatHang: UnitManager {
    let gate: Gate

    init(_ gate: Gate) { self.gate = gate }

    func restart(_ unit: String, within deadline: Duration) async throws(DeviceError) {}
    func stop(_ unit: String, within deadline: Duration) async throws(DeviceError) { await gate.pass() }
    func start(_ unit: String, within deadline: Duration) async throws(DeviceError) { await gate.pass() }
    func facts(of units: [String]) async -> [String: [String: String]] { [:] }
}
