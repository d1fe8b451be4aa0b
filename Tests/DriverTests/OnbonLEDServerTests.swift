import DriverKit
import OnbonLEDDriver
import OnbonLEDSimulator
import Testing
import ZoneLinux
import ZoneModel
import ZonePorts
import ZoneTestKit

/// The same driver over the machine's own ports: TCP on the loopback interface, and a pseudo terminal.
@Suite("Onbon LED: real ports")
struct OnbonLEDServerTests {
    private func open(_ address: String, answerWithin: String = "15s") async throws -> any SignDisplay {
        let driver = OnbonLEDDriver(opener: SystemByteOpener(), clock: SystemClock())
        let profile = DeviceProfile(
            driver: driver.name, kind: .ledDisplay, settings: ["answerWithin": answerWithin])
        return try #require(
            try await driver.open(.address(address), profile: profile, tap: WireTap()) as? any SignDisplay)
    }

    private func withServer(_ body: (CardServer, String) async throws -> Void) async throws {
        let server = CardServer()
        try await server.start()
        try await body(server, "onbon://127.0.0.1:\(await server.boundPort)")
        await server.stop()
    }

    @Test("a day of a sign: text, brightness, dark, power cut, text again")
    func day() async throws {
        try await withServer { server, address in
            let device = try await open(address)
            #expect(try await device.look().simulated == true)
            #expect(try await device.say("政务公开", "欢迎光临", colour: .red) == SignResult(.accepted))
            #expect(await server.truth["text"] == "政务公开\n欢迎光临")
            #expect(try await device.setBrightness(percent: 20, within: .seconds(10)).proof == .verified)
            #expect(await server.truth["brightness"] == 3)
            #expect(try await device.setBlank(true, within: .seconds(10)).proof == .verified)
            #expect(await server.truth["blank"] == true)
            #expect(await server.apply("blank", "off"))

            #expect(await server.apply("power", "off"))
            let report = try await device.look()
            #expect(report.link == .down && report.isWrong(.ledNoAnswer))
            #expect(await server.truth["text"] == .null)
            #expect(await server.apply("power", "on"))
            #expect(try await device.look().link == .up)
            #expect(await server.truth["text"] == "政务公开\n欢迎光临")
            await device.close()
        }
    }

    @Test(
        "each manner is told apart",
        arguments: [
            ("silent", .timedOut), ("junk", .wrongHardware), ("badChecksum", .malformedReply), ("slow", nil),
            ("busy", nil), ("otherFamily", .wrongHardware), ("echo", .wrongHardware), ("http", .wrongHardware),
            ("normal", nil),
        ] as [(String, DeviceError.Code?)])
    func manners(_ manner: String, _ code: DeviceError.Code?) async throws {
        try await withServer { server, address in
            #expect(await server.apply("manner", manner))
            // A slow answer takes about a second, and a loaded machine takes its time, too.
            let patience = code == nil ? "20s" : manner == "silent" ? "500ms" : "10s"
            let error = await deviceError { await (try open(address, answerWithin: patience)).close() }
            #expect(error?.code == code, "\(String(describing: error))")
        }
    }

    @Test("moves: those of the help exist, others do not")
    func moves() async throws {
        try await withServer { server, _ in
            for move in CardServer.help where !move.contains("…") {
                let parts = move.split(separator: "=").map(String.init)
                #expect(await server.apply(parts[0], parts[1]), "\(move)")
            }
            #expect(await server.apply("brightness", "0"))
            for (move, value) in [("brightness", "16"), ("manner", "kind"), ("power", ""), ("dance", "on")] {
                #expect(await !server.apply(move, value), "\(move)=\(value)")
            }
        }
    }

    @Test("a name instead of an address is refused before anything is asked")
    func names() async {
        #expect(await deviceError { _ = try await open("onbon://localhost") }?.code == .unsupported)
    }

    @Test("a pseudo terminal: found, shown on, and unplugged")
    func tty() async throws {
        let tty = try await CardTTY()
        let device = try await open("onbon:" + tty.path)
        #expect(try await device.say("政务公开").proof == .accepted)
        #expect(tty.state.visibleText == "政务公开")
        #expect(try await device.setBrightness(percent: 0, within: .seconds(10)).proof == .verified)
        #expect(try await device.look().link == .up)
        await tty.unplug()
        try await eventuallyTrue("the loss is told") {
            await deviceError { _ = try await device.look() }?.code == .absent
        }
        await device.close()
    }

    @Test("what is no card on a tty: silent, and what is no tty")
    func silentTTY() async throws {
        let tty = try await CardTTY()
        tty.change { $0.faults.manner = .silent }
        #expect(await deviceError { _ = try await open("onbon:" + tty.path, answerWithin: "100ms") }?.code == .timedOut)
        await tty.unplug()
        #expect(await deviceError { _ = try await open("onbon:/dev/null") } != nil)
        #expect(await deviceError { _ = try await open("onbon:/dev/serial/by-path/none") }?.code == .absent)
    }
}
