import DriverKit
import Testing
import ZoneLinux
import ZoneModel
import ZoneTestKit

/// What every driver promises to the core, run over the registry: a new driver is covered when it has a rig.
@Suite("The driver contract", .serialized)
struct DriverContractTests {
    private func forEachRig(_ body: (ContractRig, DeviceProfile) async throws -> Void) async throws {
        let world = try await ContractWorld()
        for driver in world.drivers {
            let rig = try #require(
                try await ContractRig.make(driver, world), "\(driver.name) has no rig: add one to ContractRig")
            let kind = try #require(driver.kinds.min { $0.rawValue < $1.rawValue })
            try await body(
                rig, DeviceProfile(driver: driver.name, kind: kind, settings: [:], probeInterval: .seconds(30)))
            await rig.dispose()
        }
        await world.end()
    }

    @Test("names are unique and kinds are given")
    func names() async throws {
        let world = try await ContractWorld()
        #expect(Set(world.drivers.map(\.name)).count == world.drivers.count)
        for driver in world.drivers { #expect(!driver.kinds.isEmpty, "\(driver.name)") }
        await world.end()
    }

    @Test("opens, and says what it saw within the deadline")
    func opensAndChecks() async throws {
        try await forEachRig { rig, profile in
            let device = try await rig.driver.open(rig.attachment, profile: profile, tap: WireTap())
            let report = try await device.check(within: .seconds(10))
            #expect(report.presence == .present, "\(rig.driver.name)")
            #expect(report.link == .up, "\(rig.driver.name)")
            #expect(
                Set(report.symptoms.map(\.code)).count == report.symptoms.count, "each code once: \(rig.driver.name)")
            await device.close()
        }
    }

    @Test("refuses what is not its kind, with a reason")
    func refusesForeign() async throws {
        try await forEachRig { rig, profile in
            let error = await #expect(throws: DeviceError.self, "\(rig.driver.name)") {
                try await rig.driver.open(rig.foreign, profile: profile, tap: WireTap())
            }
            #expect(error?.code == .unsupported, "\(rig.driver.name)")
        }
    }

    @Test("closes twice, and its stream ends")
    func closesTwice() async throws {
        try await forEachRig { rig, profile in
            let device = try await rig.driver.open(rig.attachment, profile: profile, tap: WireTap())
            await device.close()
            await device.close()
            for await _ in device.events {}
        }
    }

    @Test("a far end that falls silent costs the deadline and is said: a report that is not up, or an error")
    func silence() async throws {
        try await forEachRig { rig, profile in
            guard let silence = rig.silence else { return }
            let device = try await rig.driver.open(rig.attachment, profile: profile, tap: WireTap())
            _ = try await device.check(within: .seconds(10))
            try await silence()
            let clock = SystemClock()
            let begin = clock.mono()
            try await eventuallyTrue("\(rig.driver.name) notices") {
                do {
                    return try await device.check(within: .seconds(1)).link != .up
                } catch is DeviceError {
                    return true
                }
            }
            #expect(clock.mono().since(begin) < .seconds(15), "\(rig.driver.name)")
            await device.close()
        }
    }

    @Test("opening and closing leaks no descriptor")
    func descriptors() async throws {
        try await forEachRig { rig, profile in
            func openAndClose(_ times: Int) async throws {
                for _ in 0..<times {
                    let device = try await rig.driver.open(rig.attachment, profile: profile, tap: WireTap())
                    _ = try await device.check(within: .seconds(10))
                    await device.close()
                }
            }
            try await openAndClose(2)
            let before = SmallFile.list("/proc/self/fd").count
            // Other suites open descriptors in the same process meanwhile: many rounds against a wide margin.
            try await openAndClose(100)
            try await eventuallyTrue("\(rig.driver.name) gives its descriptors back") {
                SmallFile.list("/proc/self/fd").count <= before + 40
            }
        }
    }
}
