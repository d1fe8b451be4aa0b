import DriverKit
import SuggestionBoxDriver
import SuggestionBoxSimulator
import Testing
import ZoneLinux
import ZoneModel
import ZonePorts
import ZoneTestKit

/// On a loaded machine looks come late, and what is late is not counted: these are about the wire, so they take more.
@Suite("Suggestion box: the driver on its simulator's wire")
struct SuggestionBoxServerTests {
    private static let patient = [
        "lateAfter": "60s", "lidSettle": "10ms", "burst": "100", "maxBlock": "60s", "blockedAfter": "60s",
    ]

    private func withBox(_ body: (ChipServer, MCP2221BoxDriver, DriverKit.Attachment) async throws -> Void) async throws
    {
        let root = try TemporaryRoot()
        let box = ChipServer(path: root.path + "/box.sock")
        try await box.plug()
        let driver = MCP2221BoxDriver(opener: SystemReportOpener(), clock: SystemClock())
        try await body(box, driver, .address("sim-hid:\(root.path)/box.sock"))
        await box.unplug()
    }

    private func open(_ driver: MCP2221BoxDriver, _ attachment: DriverKit.Attachment) async throws -> any LiveDevice {
        try await driver.open(attachment, profile: BoxBench.profile(Self.patient), tap: WireTap())
    }

    private func wait(for code: InstantCode, _ device: any LiveDevice) async {
        for await event in device.events {
            if case .report(let report) = event, report.instants.contains(where: { $0.code == code }) { return }
        }
        Issue.record("the stream ended before \(code)")
    }

    @Test("deposits, the lid and the slot are told as they happen")
    func story() async throws {
        try await withBox { box, driver, attachment in
            let device = try await open(driver, attachment)
            try await eventuallyTrue("it has settled") {
                try await device.check(within: .seconds(5)).details?["lid"] == "closed"
            }
            for _ in 0..<3 {
                // By hand, not by the simulator's time: a sheet of 80 ms passes unseen when nobody looks for longer.
                #expect(try await box.apply("block"))
                try await eventuallyTrue("the sheet is seen") {
                    try await device.check(within: .seconds(5)).details?["slot"] == "blocked"
                }
                #expect(try await box.apply("clear"))
                await wait(for: .boxDeposit, device)
            }
            #expect(try await box.apply("open"))
            await wait(for: .boxLidOpened, device)
            #expect(try await box.apply("close"))
            #expect(try await box.apply("block"))
            try await eventuallyTrue("the slot is blocked") {
                try await device.check(within: .seconds(5)).details?["slot"] == "blocked"
            }
            #expect(await box.truth["slot"] == "blocked")
            await device.close()
        }
    }

    @Test("silence costs a check its answer, unplugging the device")
    func silentThenUnplugged() async throws {
        try await withBox { box, driver, attachment in
            let device = try await open(driver, attachment)
            #expect(try await device.check(within: .seconds(5)).link == .up)
            #expect(try await box.apply("silent"))
            // A look that was under way may still be answered.
            try await eventuallyTrue("silence is seen") { try await device.check(within: .seconds(5)).link == .down }
            #expect(try await box.apply("answer"))
            try await eventuallyTrue("it answers again") { try await device.check(within: .seconds(5)).link == .up }
            #expect(try await box.apply("unplug"))
            #expect(await device.told().loss?.code == .absent)
            await device.close()
            let error = await #expect(throws: DeviceError.self) { try await open(driver, attachment) }
            #expect(error?.code == .absent)
            #expect(try await box.apply("plug"))
            let again = try await open(driver, attachment)
            #expect(try await again.check(within: .seconds(5)).link == .up)
            await again.close()
        }
    }

    @Test("wrong, silent and right are told apart when it is opened")
    func toldApart() async throws {
        try await withBox { box, driver, attachment in
            for (move, code) in [("foreign", DeviceError.Code.wrongHardware), ("silent", .timedOut)] {
                #expect(try await box.apply(move))
                let error = await #expect(throws: DeviceError.self) { try await open(driver, attachment) }
                #expect(error?.code == code, "\(move)")
            }
            #expect(try await box.apply("answer"))
            let device = try await open(driver, attachment)
            await device.close()
        }
    }

    @Test("every move of the list is one, others are not")
    func moves() async throws {
        try await withBox { box, _, _ in
            for move in ChipServer.help {
                let isMove = try await box.apply(move.replacingN)
                #expect(isMove, "\(move)")
            }
            for move in [
                "", "Deposit", "deposits=", "deposits=0", "deposits=101", "deposits=x", "deposits=-1", "block ",
            ] {
                let isMove = try await box.apply(move)
                #expect(!isMove, "\(move)")
            }
        }
    }
}

extension String {
    /// `deposits=N` with a number for N.
    fileprivate var replacingN: String { hasSuffix("=N") ? String(dropLast()) + "2" : self }
}
