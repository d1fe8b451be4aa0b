import Glibc
import Logging
import Testing
import ZoneAgentCore
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZonePolicy
import ZoneTestKit
import ZoneUdev

@Suite("A display among the other devices")
struct DisplayBookTests {
    private let rig: StationRig
    private let display = DeviceID(.display, 1)
    private let panel = DeviceID(.touchPanel, 1)

    init() throws { rig = try StationRig() }

    private func withStation(_ policy: String, _ body: (Station) async throws -> Void) async throws {
        let rules = Policy([.init(path: "district.yaml", text: policy)])
        #expect(rules.complaints.isEmpty)
        let journal = try Journal(path: rig.root.path + "/journal.db", boot: "boot", clock: SystemClock())
        let station = Station(
            journal: journal, clock: rig.clock, rules: rig.rules,
            displays: DisplayBook(rules: { rules.evaluate(zoneType: "hall", equipment: $0) }),
            log: Logger(label: "test"))
        await station.admit(DeviceCard(id: display, kind: .display), maxAge: .seconds(90))
        do { try await body(station) } catch {
            await journal.close()
            throw error
        }
        await journal.close()
    }

    private let district = """
        district: 某区
        title: 规则
        rules:
          - {id: screen, notice: 一号, clause: 第一条, text: 不小于43英寸, anyOf: [display], inches: 43, required: yes}
        """

    private func tell(_ station: Station, inches: Double?) async {
        await station.take(
            Report(
                presence: .present, link: .up,
                details: .members([
                    "inches": inches.map { .number($0) }, "widthMm": 941, "heightMm": 529,
                ])), from: display)
    }

    private func codes(_ station: Station) -> [ConditionCode] {
        station.board.state(of: display)?.conditions.map(\.code) ?? []
    }

    @Test("too small only where a rule asks for more: nominal 43 is met from 42.0; unknown is never small")
    func small() async throws {
        try await withStation(district) { station in
            await tell(station, inches: 41.9)
            #expect(codes(station) == [.displaySmall])
            await tell(station, inches: nil)
            #expect(codes(station) == [.displaySmall], "a size that is not read ends nothing")
            await tell(station, inches: 42.0)
            #expect(codes(station) == [])
            await tell(station, inches: nil)
            #expect(codes(station) == [], "a projector")
        }
        try await withStation("district: 某区\ntitle: 规则\n") { station in
            await tell(station, inches: 15)
            #expect(codes(station) == [])
        }
    }

    @Test("each half of a pair names the other one, and says why")
    func pair() async throws {
        try await withStation(district) { station in
            await tell(station, inches: 42.5)
            #expect(station.board.state(of: display)?.details["pairing"] == "unknown")
            await station.admit(DeviceCard(id: panel, kind: .touchPanel), maxAge: .seconds(90))
            await station.take(Report(presence: .present, details: ["slots": 10]), from: panel)
            await tell(station, inches: 42.5)
            #expect(station.board.state(of: panel)?.details["display"] == "display-1")
            let half = station.board.state(of: display)?.details
            #expect(half?["panel"] == "touch-1" && half?["pairing"] == "only")
        }
    }
}

@Suite("Displays as udev and sysfs tell of them")
struct DisplayConnectorTests {
    private let root: TemporaryRoot
    private let card: String

    init() throws {
        root = try TemporaryRoot()
        card = root.path + "/0000:00:02.0/drm/card1"
        for (name, status) in [("card1-HDMI-A-1", "connected"), ("card1-DP-1", "disconnected"), ("power", "")] {
            try SmallFile.makeDirectory("\(card)/\(name)")
            try SmallFile.replace("\(card)/\(name)/status", with: status + "\n")
        }
    }

    @Test("a connector with something on it is a display, known by its place while it does not say who it is")
    func connected() throws {
        let device = try #require(UdevDevice(connectorAt: card + "/card1-HDMI-A-1"))
        #expect(device.properties["CONNECTOR"] == "HDMI-A-1" && device.node == device.sysPath)
        #expect(device.bindingKey == "drm:path:0000:00:02.0-HDMI-A-1")
        #expect(UdevDevice(connectorAt: card + "/card1-DP-1") == nil && UdevDevice(connectorAt: card) == nil)
    }

    @Test("a change of the card tells what came and what went")
    func change() throws {
        let (hdmi, dp) = (card + "/card1-HDMI-A-1", card + "/card1-DP-1")
        let before = UdevDevice.connectors(ofCard: card)
        #expect(before.count == 2 && before.contains(.removed(sysPath: dp)))
        try SmallFile.replace(hdmi + "/status", with: "disconnected\n")
        try SmallFile.replace(dp + "/status", with: "connected\n")
        let after = UdevDevice.connectors(ofCard: card)
        #expect(
            after.contains(.removed(sysPath: hdmi)) && after.contains { if case .present = $0 { true } else { false } })
        #expect(UdevDevice.connectors(ofCard: hdmi) == [], "a connector is no card")
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let file = try OwnedFD(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
        try SmallFile.write(bytes, to: file.raw, naming: path)
    }

    @Test("a card that cannot tell says nothing; an EDID that is not read makes no second display of the first")
    func unsure() throws {
        let hdmi = card + "/card1-HDMI-A-1"
        var edid: [UInt8] = [0] + [UInt8](repeating: 255, count: 6) + [0] + [UInt8](1...119) + [0]
        edid[127] = 0 &- edid.reduce(0, &+)
        try write(edid, to: hdmi + "/edid")
        var told = ToldDisplays()
        func news() -> [HotplugEvent] { told.news(UdevDevice.connectors(ofCard: card)) }
        let first = news()
        #expect(first.count == 1)
        guard case .present(let device)? = first.first else { return }
        #expect(device.bindingKey.hasPrefix("drm:serial:"))
        try write([UInt8](repeating: 0, count: 128), to: hdmi + "/edid")
        #expect(news() == [])
        try SmallFile.replace(hdmi + "/status", with: "unknown\n")
        #expect(news() == [])
        try SmallFile.replace(hdmi + "/status", with: "disconnected\n")
        #expect(news() == [.removed(sysPath: hdmi)])
        // There again, and still without an EDID: the one that was there last.
        try SmallFile.replace(hdmi + "/status", with: "connected\n")
        guard case .present(let again)? = news().first else {
            Issue.record("not told")
            return
        }
        #expect(again.bindingKey == device.bindingKey)
        // But not when that one is at another connector now.
        try SmallFile.replace(hdmi + "/status", with: "disconnected\n")
        let dp = card + "/card1-DP-1"
        try write(edid, to: dp + "/edid")
        try SmallFile.replace(dp + "/status", with: "connected\n")
        #expect(news().count == 2)
        try SmallFile.replace(hdmi + "/status", with: "connected\n")
        guard case .present(let other)? = news().first else {
            Issue.record("not told")
            return
        }
        #expect(other.bindingKey == "drm:path:0000:00:02.0-HDMI-A-1")
    }
}
