import DriverKit
import Testing
import ZoneBus
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime

@testable import QueryPCDriver

@Suite("Drives: what udisks2 says of them, on a real bus", .enabled(if: BusBench.isThere, BusBench.missing))
struct UDisksTests {
    private func drives(_ bus: SystemBus) async throws(DriveSilence) -> [DriveFact] {
        try await UDisksDrives(bus: bus, statePath: "/nowhere").drives(within: .seconds(30))
    }

    @Test("a drive of the PC that is well; a stick that fails is nobody's drive")
    func fine() async throws {
        try await BusBench.with("fine") { bus in
            let seen = try await drives(bus)
            #expect(seen == [DriveFact(model: "Inner", health: .fine, badSectors: 0, celsius: 37)])
        }
    }

    @Test("a drive that says of itself that it fails, in numbers")
    func failing() async throws {
        try await BusBench.with("failing") { bus in
            let sight = DriveHealth.symptom(try await drives(bus)).sight
            #expect(sight == .wrong(evidence: "Inner: 1 attributes failing, 12 bad sectors"))
        }
    }

    @Test("an NVMe drive with warnings beside one that is well")
    func nvme() async throws {
        try await BusBench.with("nvme") { bus in
            let sight = DriveHealth.symptom(try await drives(bus)).sight
            #expect(sight == .wrong(evidence: "Chip: 2 critical warnings: spare, readonly"))
        }
    }

    @Test("other types than expected make nothing of a drive but unknown, and no control characters pass")
    func types() async throws {
        try await BusBench.with("types") { bus in
            let seen = try await drives(bus)
            #expect(seen.map(\.model) == ["Ba[31mre"])
            #expect(DriveHealth.symptom(seen).sight == .unknown(reason: "Ba[31mre SMART was not read yet"))
        }
    }

    @Test("an answer without end is refused, whatever it says")
    func huge() async throws {
        try await BusBench.with("huge") { bus in
            let silence = await #expect(throws: DriveSilence.self) { _ = try await drives(bus) }
            #expect(silence?.reason == "udisks2: malformed answer (too much)")
        }
    }

    @Test(
        "a service that does not answer costs its deadline and no more; the next question is asked as if nothing were")
    func silent() async throws {
        try await BusBench.with("silent") { bus in
            let silent = UDisksDrives(bus: bus, statePath: "/nowhere")
            let silence = await #expect(throws: DriveSilence.self) {
                _ = try await silent.drives(within: .milliseconds(300))
            }
            #expect(silence?.reason == "udisks2: timedOut")
        }
    }

    @Test("without udisks2 nothing is known, and nothing is wrong")
    func absent() async throws {
        try await BusBench.with(nil) { bus in
            var look = DriveHealth(UDisksDrives(bus: bus, statePath: "/nowhere"))
            let symptom = await look.look(at: SystemClock().mono(), within: .seconds(30))
            #expect(symptom == Symptom(.diskSMART, .unknown(reason: "udisks2 is not there")))
        }
    }
}

@Suite("The bus itself is not there, or says nothing")
struct SilentBusTests {
    @Test("no socket: no bus")
    func none() async throws {
        let root = try TemporaryRoot()
        let source = UDisksDrives(bus: SystemBus(address: "unix:path=\(root.path)/none"), statePath: "/")
        let silence = await #expect(throws: DriveSilence.self) { _ = try await source.drives(within: .seconds(30)) }
        #expect(silence?.reason.hasPrefix("udisks2: no bus") == true)
    }

    @Test("the drive that holds the state counts, though it can be pulled out; what holds nothing does not")
    func removable() {
        func drive(_ model: String) -> BusValue {
            .map([
                "org.freedesktop.UDisks2.Drive": .map([
                    "Model": .text(model), "Removable": .bool(true), "ConnectionBus": .text("usb"),
                ])
            ])
        }
        let objects = BusValue.map([
            "/d/A": drive("A"), "/d/B": drive("B"),
            "/b/sdb1": .map([
                "org.freedesktop.UDisks2.Block": .map(["Device": .text("/dev/sdb1"), "Drive": .text("/d/B")])
            ]),
        ])
        #expect(UDisksObjects.drives(in: objects, holding: "/dev/sdb1").map(\.model) == ["B"])
        #expect(UDisksObjects.drives(in: objects, holding: nil).isEmpty)
        #expect(UDisksObjects.drives(in: .text("no objects"), holding: nil).isEmpty)
    }
}
