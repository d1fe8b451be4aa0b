import DisplayDriver
import DriverKit
import Testing
import ZoneLinux
import ZoneModel
import ZoneTestKit

/// A connector's folder of sysfs, made of files.
private struct ConnectorFolder {
    let root: TemporaryRoot
    let path: String

    init(_ edid: [UInt8] = GoldenEDID.hall43) throws {
        root = try TemporaryRoot()
        path = root.path + "/card0-HDMI-A-1"
        try SmallFile.makeDirectory(path)
        try write("status", "connected\n")
        try write("enabled", "enabled\n")
        try write("dpms", "On\n")
        try write("modes", "1920x1080\n1280x720\nnonsense\n")
        let file = try OwnedFD.create(path + "/edid", mode: 0o600)
        try SmallFile.write(edid, to: file.raw, naming: "edid")
    }

    func write(_ name: String, _ text: String) throws { try SmallFile.replace("\(path)/\(name)", with: text) }
}

@Suite("A display on its connector")
struct DisplayDriverTests {
    private func report(
        _ folder: ConnectorFolder, set: [String: String] = [:], inForce: ModeInForce = .mode(.full)
    ) async throws -> Report {
        let driver = DisplayDriver(source: SysfsDisplays { _, _ in inForce }, clock: SystemClock())
        let profile = DeviceProfile(driver: driver.name, kind: .display, settings: set)
        let device = try await driver.open(.address("sim-display:\(folder.path)"), profile: profile, tap: WireTap())
        let report = try await device.check(within: .seconds(30))
        await device.close()
        return report
    }

    private func sight(_ report: Report) -> Symptom.Sight? {
        report.symptoms.first { $0.code == .displayMode }?.sight
    }

    @Test("who it is, how large it is, and in which mode it runs")
    func told() async throws {
        let report = try await report(try ConnectorFolder())
        #expect(report.presence == .present && report.link == .up && report.activity == .idle)
        #expect(report.identity?.model == "WALL 43" && report.identity?.serial == "Q430001")
        #expect(report.identity?.busPath == "card0-HDMI-A-1" && report.simulated == true)
        #expect(report.details?["widthMm"] == 941 && report.details?["inches"] == .number(42.5))
        #expect(report.details?["mode"] == "1920x1080" && report.details?["modes"] == ["1920x1080", "1280x720"])
        #expect(sight(report) == .fine)
    }

    @Test("another mode than its own is told, unless the site has asked for it")
    func modes() async throws {
        let (folder, low) = (try ConnectorFolder(), ModeInForce.mode(DisplayMode(width: 1024, height: 768)))
        #expect(sight(try await report(folder, inForce: low)) == .wrong(evidence: "1024x768 instead of 1920x1080"))
        #expect(sight(try await report(folder, set: ["mode": "1024x768"], inForce: low)) == .fine)
        let other = try await report(folder, set: ["mode": "1280x720"])
        #expect(sight(other) == .wrong(evidence: "1920x1080 instead of 1280x720"))
    }

    @Test("what was not read is unknown: no mode, no EDID, a dark screen")
    func unknown() async throws {
        let folder = try ConnectorFolder()
        let closed = try await report(folder, inForce: .unknown("permission"))
        #expect(sight(closed) == .unknown(reason: "permission") && closed.details?["modeUnknown"] == "permission")
        try folder.write("enabled", "disabled\n")
        let dark = try await report(folder)
        #expect(sight(dark) == .unknown(reason: "dark") && dark.activity == .sleeping)
        let mute = try await report(try ConnectorFolder([]))
        #expect(sight(mute) == .unknown(reason: "noPreferredMode") && mute.presence == .present)
        #expect(mute.details?["edid"] == "none" && mute.details?["sizeUnknown"] == "edid")
        #expect(mute.details?["inches"] == nil && mute.identity?.model == nil)
        let projector = try await report(try ConnectorFolder(GoldenEDID.projector))
        #expect(projector.details?["sizeUnknown"] == "notSaid" && projector.details?["inches"] == nil)
    }

    @Test("a cable that is pulled is an absence, at the next look and at each opening after it")
    func pulled() async throws {
        let folder = try ConnectorFolder()
        let driver = DisplayDriver(source: SysfsDisplays { _, _ in .dark }, clock: SystemClock())
        let profile = DeviceProfile(driver: driver.name, kind: .display)
        let place = Attachment.address("sim-display:\(folder.path)")
        let device = try await driver.open(place, profile: profile, tap: WireTap())
        try folder.write("status", "disconnected\n")
        let lost = await #expect(throws: DeviceError.self) { try await device.check(within: .seconds(30)) }
        #expect(lost?.code == .absent)
        let away = await #expect(throws: DeviceError.self) {
            try await driver.open(place, profile: profile, tap: WireTap())
        }
        #expect(away?.code == .absent && driver.absence == .displayAbsent)
        try folder.write("status", "unknown\n")
        let doubtful = try await report(folder)
        #expect(doubtful.presence == .unknown && doubtful.reason == "statusUnknown")
    }

    @Test("a mode that is none is refused in words; connectors are named as the kernel names them")
    func refusals() async throws {
        let folder = try ConnectorFolder()
        let error = await #expect(throws: DeviceError.self) { try await report(folder, set: ["mode": "big"]) }
        #expect(error?.code == .unsupported && error?.detail.contains("1920x1080") == true)
        let name = ConnectorName("card0-HDMI-A-1")
        #expect(name?.card == "card0" && name?.type == "HDMI-A" && name?.number == 1)
        for text in ["", "card0", "card0-", "card0-1", "../card0-DP-1", "cardX-DP-1", "card0-DP-x"] {
            #expect(ConnectorName(text) == nil, "\(text)")
        }
    }
}

extension DisplayMode { fileprivate static let full = DisplayMode(width: 1920, height: 1080) }
