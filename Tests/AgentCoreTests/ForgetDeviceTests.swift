import Logging
import Testing
import ZoneAccess
import ZoneAgentCore
import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneProfiles
import ZoneTestKit
import ZoneUdev
import ZoneWire

@Suite("A found device that is gone for good is forgotten on a technician's word")
struct ForgetDeviceTests {
    private static let generic =
        "kind: touchPanel\ndriver: touch-panel\nmatch: {udev.ID_INPUT_TOUCHSCREEN: \"1\"}\n"
    private static let technician = Caller(door: .admin, uid: 1001, role: .technician)

    private static func panel(_ number: Int) -> UdevDevice {
        let port = "pci-0000:00:14.0-usb-0:\(number)"
        return UdevDevice(
            sysPath: "/sys/devices/usb1/1-\(number)/input/input\(number)/event\(number)",
            node: "/dev/input/event\(number)", subsystem: "input",
            properties: ["ID_INPUT_TOUCHSCREEN": "1", "CONTACTS": "slots", "ID_PATH": port + ":1.0", "NAME": "Panel"],
            hardware: "/sys/devices/usb1/1-\(number)")
    }

    private func supervisor(_ rig: StationRig, _ station: Station, _ journal: Journal, _ bindings: [Binding] = [])
        -> Supervisor
    {
        let shelf = ProfileShelf([.init(path: "0.yaml", root: 0, folder: "10-generic", text: Self.generic)])
        return Supervisor(
            station: station, journal: journal, scout: HardwareScout(shelf: shelf, drivers: [NodeDriver()]),
            bindings: Bindings(bindings, reserved: []), bindingsFile: rig.root.path + "/bindings.yaml",
            clock: rig.clock, log: Logger(label: "test"))
    }

    private func refusal(_ body: () async throws -> Void) async -> String? {
        do { try await body() } catch let error as ErrorJSON { return error.code } catch { return "\(error)" }
        return nil
    }

    @Test(
        "its binding, memory, holds and conditions go with it; the id is the next one's; a restart knows nothing of it")
    func forgotten() async throws {
        let rig = try StationRig()
        let id = StationRig.panel
        try await rig.withStation { station, journal in
            await station.dismiss(id)
            let supervisor = supervisor(rig, station, journal)
            await supervisor.take(.present(Self.panel(2)), cards: [])
            #expect(try journal.restore().bindings.map(\.device) == [id])
            #expect(await refusal { try await supervisor.forget(id, by: Self.technician) } == "device.present")
            try await journal.write([Entry(nil, [.learned(id, [1, 2, 3])])], .now)
            try await station.hold(
                Hold(
                    subject: id.text, mode: .maintenance, setter: "t", reason: nil, since: rig.clock.wall(), until: nil)
            )
            await supervisor.take(.removed(sysPath: Self.panel(2).sysPath), cards: [])
            #expect(station.board.state(of: id)?.conditions.map(\.code) == [.touchAbsent])
            try await supervisor.forget(id, by: Self.technician)
            #expect(station.board.state(of: id) == nil)
            let left = try journal.restore()
            #expect(left.bindings.isEmpty && left.holds.isEmpty && !left.devices.contains { $0.card.id == id })
            #expect(try await journal.learned(by: id) == nil)
            #expect(try SmallFile.read(rig.root.path + "/bindings.yaml").contains("usb-0") == false)
            let told = try #require(try await journal.rows(.deviceForgotten).first)
            #expect(told.class == .a && told.subject == id.text)
            #expect(told.data["keys"] == ["input:path:pci-0000:00:14.0-usb-0:2"])
            #expect(try await journal.rows(.deviceRemoved).last?.subject == id.text)
            #expect(await refusal { try await supervisor.forget(id, by: Self.technician) } == "not.found")
            // Other hardware gets the number, and has learned nothing.
            await supervisor.take(.present(Self.panel(5)), cards: [])
            #expect(try journal.restore().bindings.map(\.key) == ["input:path:pci-0000:00:14.0-usb-0:5"])
            #expect(station.board.state(of: id)?.mode == .service)
            await supervisor.stop()
        }
    }

    @Test("one that is awaited at start is not missed any more, and what never was found cannot be forgotten")
    func awaited() async throws {
        let rig = try StationRig()
        let id = StationRig.panel
        try await rig.withStation { station, journal in
            let supervisor = supervisor(rig, station, journal, [Binding(key: "k", device: id, kind: .touchPanel)])
            await supervisor.expect(DeviceCard(id: id, kind: .touchPanel), restored: nil)
            try await supervisor.forget(id, by: Self.technician)
            await supervisor.take(.listed, cards: [])
            #expect(station.board.state(of: id) == nil)
            #expect(
                await refusal { try await supervisor.forget(StationRig.printer, by: Self.technician) } == "not.found")
            await supervisor.stop()
        }
    }
}
