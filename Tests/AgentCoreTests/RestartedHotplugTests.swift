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
    private func supervisor(_ rig: StationRig, _ station: Station, _ journal: Journal, _ clock: any ZoneClock) async
        -> Supervisor
    {
        let scout = HardwareScout(shelf: ProfileShelf([]), drivers: DriverRegistry.shipped)
        let supervisor = Supervisor(
            station: station, journal: journal, scout: scout, bindings: Bindings([], reserved: []),
            bindingsFile: rig.root.path + "/bindings.yaml", clock: clock, log: Logger(label: "test"))
        await supervisor.expect(DeviceCard(id: StationRig.panel, kind: .touchPanel), restored: nil)
        return supervisor
    }

    @Test("a panel that was there before is absent only when the list is over and it was not on it")
    func awaited() async throws {
        let rig = try StationRig()
        try await rig.withStation { station, journal in
            let supervisor = await supervisor(rig, station, journal, rig.clock)
            #expect(station.board.state(of: StationRig.panel)?.conditions.isEmpty == true)
            #expect(station.board.state(of: StationRig.panel)?.health == .unknown)
            await supervisor.take(.listed, cards: [])
            #expect(station.board.state(of: StationRig.panel)?.conditions.map(\.code) == [.touchAbsent])
            #expect(station.board.state(of: StationRig.panel)?.presence == .absent)
            await supervisor.stop()
        }
    }

    @Test("at a cold start the list is not believed for a minute: a driver may still be on its way")
    func coldStart() async throws {
        let rig = try StationRig()
        try await rig.withStation { station, journal in
            let clock = ManualClock(mono: 12_000)
            let supervisor = await supervisor(rig, station, journal, clock)
            await supervisor.take(.listed, cards: [])
            try await eventuallyTrue("it waits") { clock.sleeperCount == 1 }
            #expect(station.board.state(of: StationRig.panel)?.presence == .unknown)
            clock.advance(by: .seconds(48))
            try await eventuallyTrue("it is missed") {
                station.board.state(of: StationRig.panel)?.conditions.map(\.code) == [.touchAbsent]
            }
            await supervisor.stop()
        }
    }
}
