import DriverKit
import Logging
import Testing
import ZoneAgentCore
import ZoneConfig
import ZoneJournal
import ZoneModel
import ZoneProfiles
import ZoneTestKit
import ZoneTime
import ZoneUdev

@Suite("After a restart nothing is missed before udev has told what is there")
struct RestartedHotplugTests {
    @Test("a panel that was there before is absent only when the list is over and it was not on it")
    func awaited() async throws {
        let rig = try StationRig()
        try await rig.withStation { station, journal in
            let log = Logger(label: "test")
            let scout = HardwareScout(shelf: ProfileShelf([]), drivers: DriverRegistry.shipped)
            let supervisor = Supervisor(
                station: station, journal: journal, scout: scout, bindings: Bindings([], reserved: []),
                bindingsFile: rig.root.path + "/bindings.yaml", clock: rig.clock, log: log)
            await supervisor.expect(DeviceCard(id: StationRig.panel, kind: .touchPanel), restored: nil)
            #expect(station.board.state(of: StationRig.panel)?.conditions.isEmpty == true)
            #expect(station.board.state(of: StationRig.panel)?.health == .unknown)
            await supervisor.take(.listed, cards: [])
            #expect(station.board.state(of: StationRig.panel)?.conditions.map(\.code) == [.touchAbsent])
            #expect(station.board.state(of: StationRig.panel)?.presence == .absent)
            await supervisor.stop()
        }
    }
}
