import Logging
import Testing
import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneProfiles
import ZoneTestKit
import ZoneWire

@testable import ZoneAgentCore

@Suite("A change of the configuration is a row in the journal")
struct ConfigurationDeskTests {
    private let rig: StationRig
    private let files: ConfigurationRig
    private let pc = DeviceID(.queryPC, 1)

    init() throws { (rig, files) = (try StationRig(), try ConfigurationRig()) }

    /// A desk over a supervisor without drivers.
    private func withDesk(_ body: (ConfigurationDesk, Station, Journal) async throws -> Void) async throws {
        try await rig.withStation { station, journal in
            await station.admit(DeviceCard(id: pc, kind: .queryPC), maxAge: .seconds(90))
            let log = Logger(label: "test")
            let supervisor = Supervisor(
                station: station, journal: journal, scout: HardwareScout(shelf: ProfileShelf([]), drivers: []),
                bindings: Bindings([], reserved: []), bindingsFile: files.places.bindings, clock: rig.clock, log: log)
            let desk = ConfigurationDesk(
                store: try files.store(), journal: journal, station: station, roster: Roster(supervisor: supervisor),
                profileComplaints: [], rules: PolicyRules(places: files.places, names: []), clock: rig.clock, log: log)
            try await body(desk, station, journal)
            await supervisor.stop()
        }
    }

    private func isComplaining(_ station: Station) -> Bool {
        station.board.state(of: pc)?.conditions.contains { $0.code == .configurationInvalid } == true
    }

    @Test("a good push is applied with revision and what was ignored; the revision is on the disk with the row")
    func applied() async throws {
        try await withDesk { desk, _, journal in
            try await desk.push("zone: other\nname: 区里说的", by: "hub")
            let rows = try await journal.rows(.configApplied, .configRejected)
            #expect(rows.map(\.name) == [.configApplied] && rows.first?.subject == "zone")
            #expect(rows.first?.data["by"] == "hub" && rows.first?.data["ignored"] == ["zone"])
            let revision = try files.store().current.revision
            #expect(rows.first?.data["revision"] == .string(revision))
            #expect(try journal.restore().configRevision == revision)
        }
    }

    @Test("a bad push is rejected with file, line and field, to the caller and in the journal")
    func rejected() async throws {
        try await withDesk { desk, _, journal in
            let disk = files.disk
            let error = await #expect(throws: ErrorJSON.self) {
                try await desk.push("name: x\npurpose: fun", by: "hub")
            }
            #expect(error?.code == "config.invalid" && error?.message.contains("remote.yaml:2") == true)
            let rows = try await journal.rows(.configApplied, .configRejected)
            #expect(rows.map(\.name) == [.configRejected])
            #expect(rows.first?.data["field"] == "purpose" && rows.first?.data["line"] == 2)
            #expect(files.disk == disk)
        }
    }

    @Test("files that are wrong are a condition of this PC until they are right")
    func condition() async throws {
        try await withDesk { desk, station, _ in
            try files.site("colour: red")
            _ = await #expect(throws: ErrorJSON.self) { try await desk.reload(by: "SIGHUP") }
            #expect(isComplaining(station))
            try files.site("name: 二号")
            try await desk.reload(by: "SIGHUP")
            #expect(!isComplaining(station))
        }
    }

    @Test("a mistake in a calendar's file is the same condition, until the file is right; the rest is applied")
    func calendar() async throws {
        try await withDesk { desk, station, _ in
            let file = files.places.siteCalendars + "/cn/2026.yaml"
            try SmallFile.makeDirectory(files.places.siteCalendars + "/cn")
            try SmallFile.replace(file, with: "year: 2025\n")
            try files.site("hours:\n  calendar: cn\n  mon: 09:00-17:00")
            try await desk.reload(by: "SIGHUP")
            #expect(isComplaining(station))
            #expect(desk.view.complaint == nil && desk.view.complaints?.first?.contains("cn/2026.yaml:1: ") == true)
            try SmallFile.replace(
                file, with: "year: 2026\nsource: x\nholidays:\n  - name: y\n    off: 2026-10-01\n")
            try await desk.reload(by: "SIGHUP")
            #expect(!isComplaining(station) && desk.view.complaints == nil)
        }
    }

    @Test("so is a mistake in a policy's file, with file and line, from the start on; the rest is applied")
    func policy() async throws {
        let file = files.places.sitePolicy + "/50-own.yaml"
        try SmallFile.makeDirectory(files.places.sitePolicy)
        try SmallFile.replace(file, with: "district: x\n")
        try await withDesk { desk, station, _ in
            await desk.tellStart(isNew: false)
            let told = station.board.state(of: pc)?.conditions.first { $0.code == .configurationInvalid }
            #expect(told?.fixer == .technician && told?.evidence?.contains("50-own.yaml:") == true)
            try SmallFile.replace(file, with: "district: x\ntitle: y\n")
            try await desk.reload(by: "SIGHUP")
            #expect(!isComplaining(station))
            try SmallFile.replace(file, with: "district: x\ntitle: y\nrule: []\n")
            try files.site("name: 二号")
            try await desk.reload(by: "SIGHUP")
            #expect(isComplaining(station))
        }
    }
}
