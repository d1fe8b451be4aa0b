import DriverKit
import SuggestionBoxDriver
import SuggestionBoxSimulator
import Synchronization
import Testing
import ZoneModel
import ZoneTestKit
import ZoneTime

@Suite("Suggestion box: opening")
struct SuggestionBoxOpeningTests {
    @Test("a new chip's pins are made inputs, in RAM, and the others left as they are")
    func setsPins() async throws {
        let bench = BoxBench()
        let device = try await bench.open()
        #expect(Array(bench.port.commands.prefix(5)) == [0x10, 0x51, 0x61, 0x60, 0x51])
        let setup = bench.port.state.withLock { $0.written[3] }
        #expect(Array(setup.prefix(12)) == [0x60, 0, 0, 0, 0, 0, 0, 0x80, 8, 3, 8, 1])
        await device.close()
    }

    @Test("pins that are inputs already are not touched")
    func leavesPins() async throws {
        let bench = BoxBench(chip: SimulatedChip(pins: [8, 3, 8, 1]))
        let device = try await bench.open()
        try await bench.pass(10)
        #expect(!bench.port.commands.contains(0x60))
        #expect(Array(bench.port.commands.prefix(2)) == [0x10, 0x51])
        await device.close()
    }

    @Test("without a lid contact only the slot's pin is taken")
    func noLid() async throws {
        let bench = BoxBench()
        let device = try await bench.open(["lidPin": "none", "slotPin": "gp3"])
        #expect(bench.port.state.withLock { $0.chip.pins } == [2, 3, 1, 8])
        try await bench.pass(100)
        let report = try await device.check(within: .seconds(5))
        #expect(report.details?["lid"] == "none")
        #expect(report.looked(at: .boxLidOpen) == nil)
        await device.close()
    }

    @Test("a device with the chip's ids and 8-byte reports is another one, and is not written to")
    func wrongDescriptor() async throws {
        var identity = SimulatedChip.identity
        identity.descriptor = SuggestionBoxDescriptorTests.vendor(reports: 8)
        let bench = BoxBench(identity: identity)
        let error = await bench.openingError()
        #expect(error?.code == .wrongHardware)
        #expect(error?.detail == "a HID device with this chip's ids, but with 8-byte reports: not an MCP2221A")
        #expect(bench.port.commands == [])
        identity.descriptor = [0x06]
        #expect(await BoxBench(identity: identity).openingError()?.code == .wrongHardware)
    }

    @Test("a device that answers something else is another one; a silent one may be the right one")
    func foreignAndSilent() async throws {
        var chip = SimulatedChip()
        chip.manner = .foreign
        let foreign = await BoxBench(chip: chip).openingError()
        #expect(foreign?.code == .wrongHardware)
        #expect(foreign?.detail == "command 10 was answered by ef00: not an MCP2221A")
        chip.manner = .silent
        #expect(await BoxBench(chip: chip).openingError()?.code == .timedOut)
    }

    @Test("a locked chip refuses, and the pins are named")
    func locked() async throws {
        let error = await BoxBench(chip: SimulatedChip(isLocked: true)).openingError(["slotPin": "gp1"])
        #expect(error?.code == .refused)
        #expect(error?.detail.contains("GP1, GP2") == true)
        let unlocked = BoxBench(chip: SimulatedChip(pins: [8, 3, 8, 1], isLocked: true))
        let device = try await unlocked.open()
        await device.close()
    }

    @Test("a port that was opened for nothing is closed")
    func closesPort() async throws {
        let bench = BoxBench(chip: SimulatedChip(isLocked: true))
        _ = await bench.openingError()
        #expect(bench.port.state.withLock { $0.closeCount } == 1)
    }

    @Test(
        "what is no HID device is refused with the form that is expected",
        arguments: [.machine, .address("ipp://x/"), .address("")] as [DriverKit.Attachment])
    func attachments(_ attachment: DriverKit.Attachment) async throws {
        let bench = BoxBench()
        let error = await #expect(throws: DeviceError.self) {
            try await bench.driver.open(attachment, profile: BoxBench.profile(), tap: WireTap())
        }
        #expect(error?.code == .unsupported)
        #expect(error?.detail.contains("sim-hid:PATH") == true)
    }

    @Test(
        "settings that contradict each other are refused, and named",
        arguments: [
            (["slotPin": "gp2"], "slotPin and lidPin are both gp2"), (["pollEvery": "1ms"], "pollEvery is below 2ms"),
            (["pollEvery": "50ms"], "pollEvery is not below lateAfter"),
            (["minBlock": "3s"], "minBlock is above maxBlock"),
            (["blockedAfter": "2m"], "blockedAfter is above blockedFault"),
        ])
    func contradictions(_ settings: [String: String], _ words: String) async throws {
        let error = await BoxBench().openingError(settings)
        #expect(error?.code == .unsupported)
        #expect(error?.detail == "settings: \(words)")
    }

    @Test("every setting has a kind that takes its default, and is read")
    func settings() throws {
        let texts = [
            "slotPin": "gp3", "lidPin": "gp1", "slotBlocked": "low", "lidOpen": "low", "pollEvery": "20ms",
            "beamOn": "6ms", "beamOff": "21ms", "contact": "51ms", "minBlock": "16ms", "maxBlock": "3s",
            "lockout": "151ms", "blockedAfter": "6s", "blockedFault": "2m", "lidSettle": "4s", "burst": "7",
            "burstWithin": "11s", "lateAfter": "200ms",
        ]
        #expect(Set(texts.keys) == Set(BoxSettings.kinds.keys))
        for (name, text) in texts { #expect(BoxSettings.kinds[name]?.complaint(about: text) == nil, "\(name)") }
        let read = try BoxSettings(texts)
        #expect((read.slotPin, read.lidPin, read.pollEvery) == (3, 1, .milliseconds(20)))
        #expect((read.slotBlocked, read.lidOpen) == (.low, .low))
        var times = DepositSettings()
        (times.beamOn, times.beamOff, times.contact, times.minBlock, times.maxBlock) = (6, 21, 51, 16, 3000)
        (times.lockout, times.blockedAfter, times.blockedFault, times.lidSettle) = (151, 6000, 120_000, 4000)
        (times.burst, times.burstWithin, times.lateAfter) = (7, 11_000, 200)
        #expect(read.deposits == times)
        let answer = [0x51, 0, 1, 1, 1, 1, 0, 1, 0, 1] + [UInt8](repeating: 0, count: 54)
        let sample = try read.sample(TimedReport(answer, at: MonoTime(milliseconds: 5)))
        #expect(sample == PinSample(at: MonoTime(milliseconds: 5), slotBlocked: true, lidOpen: false))
        #expect(try BoxSettings(["slotPin": "nonsense", "burst": "x"]) == BoxSettings([:]))
    }
}

@Suite("Suggestion box: an opened one")
struct SuggestionBoxDeviceTests {
    @Test("says who it is and how things stand")
    func check() async throws {
        let bench = BoxBench()
        let device = try await bench.open()
        try await bench.pass(100)
        let report = try await device.check(within: .seconds(5))
        #expect((report.presence, report.link, report.activity) == (.present, .up, .idle))
        #expect(
            report.identity
                == Identity(
                    vendor: "Microchip", model: "MCP2221A", serial: "SIM-BOX-1", firmware: "1.2", busId: "04d8:00dd",
                    busPath: "sim-hid:none"))
        #expect(report.symptoms.map(\.code) == [.boxSensorDead, .boxSlotBlocked, .boxLidOpen])
        #expect(report.symptoms.allSatisfy { $0.sight == .fine })
        #expect((report.details?["slot"], report.details?["lid"]) == ("clear", "closed"))
        #expect(report.details?["pins"] == ["slot": "gp0", "lid": "gp2"])
        #expect(report.details?["source"] == "simulator")
        #expect(report.details?["lateSamples"] == 0)
        #expect(report.simulated == true)
        await device.close()
    }

    @Test("what is not known yet has no key and is neither good nor bad")
    func settling() async throws {
        let bench = BoxBench()
        let device = try await bench.open()
        let report = try await device.check(within: .seconds(5))
        #expect(report.link == .up)
        #expect(report.details?["lid"] == nil)
        #expect(report.looked(at: .boxLidOpen) == .unknown(reason: "settling"))
        await device.close()
    }

    @Test("a deposit is told at once and once; a check does not count it again")
    func deposit() async throws {
        let bench = BoxBench()
        let device = try await bench.open()
        try await bench.pass(4000)
        bench.port.slot(blocked: true)
        try await bench.pass(80)
        bench.port.slot(blocked: false)
        try await bench.pass(170)
        for _ in 0..<3 { #expect(try await device.check(within: .seconds(5)).instants == []) }
        await device.close()
        let told = await device.told()
        #expect(told.instants == [Instant(.boxDeposit, evidence: "beam blocked for 80 ms")])
        // Where things stood at the beginning, and the deposit.
        #expect(told.count == 2)
        #expect(told.reports.last?.symptoms == [])
    }

    @Test("an opened lid is told at once, and stays open until it is closed")
    func lid() async throws {
        let bench = BoxBench()
        let device = try await bench.open()
        try await bench.pass(200)
        bench.port.lid(open: true)
        try await bench.pass(60)
        #expect(try await device.check(within: .seconds(5)).looked(at: .boxLidOpen) == .wrong(evidence: "contact open"))
        bench.port.slot(blocked: true)
        try await bench.pass(6000)
        let open = try await device.check(within: .seconds(5))
        #expect(open.looked(at: .boxSlotBlocked) == .unknown(reason: "lidOpen"))
        #expect((open.details?["slot"], open.details?["lid"]) == ("blocked", "open"))
        bench.port.slot(blocked: false)
        bench.port.lid(open: false)
        try await bench.pass(400)
        #expect(try await device.check(within: .seconds(5)).looked(at: .boxLidOpen) == .fine)
        await device.close()
        let told = await device.told()
        #expect(told.instants.map(\.code) == [.boxLidOpened])
        #expect(told.reports.map { $0.looked(at: .boxLidOpen) } == [.fine, .wrong(evidence: "contact open"), .fine])
    }

    @Test("a lid that is open from the start is told as it stands, not as something that happened")
    func openFromStart() async throws {
        let bench = BoxBench()
        bench.port.lid(open: true)
        let device = try await bench.open()
        try await bench.pass(100)
        await device.close()
        let told = await device.told()
        #expect(told.instants == [])
        #expect(told.reports.map { $0.looked(at: .boxLidOpen) } == [.wrong(evidence: "contact open")])
    }

    @Test("a blocked slot grows from a warning to a fault")
    func blocked() async throws {
        let bench = BoxBench()
        let device = try await bench.open(["blockedAfter": "500ms", "blockedFault": "1s"])
        try await bench.pass(200)
        bench.port.slot(blocked: true)
        try await bench.pass(700)
        #expect(
            try await device.check(within: .seconds(5)).looked(at: .boxSlotBlocked)
                == .wrong(evidence: "beam not clear for 500 ms", severity: .warning))
        try await bench.pass(500)
        bench.port.slot(blocked: false)
        try await bench.pass(200)
        await device.close()
        let sights = await device.told().reports.map { $0.looked(at: .boxSlotBlocked) }
        #expect(
            sights == [
                .fine, .wrong(evidence: "beam not clear for 500 ms", severity: .warning),
                .wrong(evidence: "beam not clear for 1000 ms", severity: .fault), .fine,
            ])
    }

    @Test("levels the other way round")
    func polarity() async throws {
        let bench = BoxBench(chip: SimulatedChip(levels: [true, false, true, false]))
        let device = try await bench.open(["slotBlocked": "low", "lidOpen": "low"])
        try await bench.pass(100)
        let report = try await device.check(within: .seconds(5))
        #expect((report.details?["slot"], report.details?["lid"]) == ("clear", "closed"))
        await device.close()
    }
}
