import IPPPrinterSimulator
import Logging
import PrintingWorker
import Testing
import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneTestKit
import ZoneTime

/// Real datagrams between the worker and the simulated printer's agent, which has an encoder of its own.
@Suite("SNMP: the worker asks real datagrams")
struct SNMPWorkerTests {
    private func ask(
        port: Int, host: String = "127.0.0.1", community: String = "public", within deadline: Duration = .seconds(20)
    ) async -> Result<PrinterAnswer, PrinterSilence> {
        let client = WorkerRig.client()
        let query = PrinterQuery.snmp("ipp://\(host)/ipp/print", community: community, port: port)
        let result = await client.ask(query, within: deadline)
        #expect(await client.kills == 0)
        await client.close()
        return result
    }

    /// Asks a printer with these moves made.
    private func ask(
        _ manner: SNMPServer.Manner, _ moves: [(String, String)] = [], within deadline: Duration = .seconds(20)
    ) async throws -> (Result<PrinterAnswer, PrinterSilence>, datagrams: Int) {
        let printer = PrinterServer()
        try await printer.start()
        for (key, value) in moves + [("snmp", manner.rawValue)] { #expect(try await printer.apply(key, value)) }
        let result = await ask(port: await printer.snmp.boundPort, within: deadline)
        let datagrams = printer.snmp.received
        await printer.stop()
        return (result, datagrams)
    }

    private let whole = PrinterAnswer(
        state: .idle, reasons: ["none"], makeAndModel: "Simulated Office Printer", serial: "SIM-0001",
        supplies: [
            .init(name: "Black Toner", type: "toner", level: 80),
            .init(name: "Waste Toner", type: "wasteToner", level: 30, isReceptacle: true),
        ],
        trays: [
            .init(name: "Main", type: "sheetFeedAutoRemovableTray", level: 100),
            .init(name: "Bypass", type: "sheetFeedManual", level: nil),
        ], impressionsCompleted: 1200)

    @Test("an honest agent is understood to the last cell, in few datagrams")
    func honest() async throws {
        let (result, datagrams) = try await ask(.honest)
        #expect(try result.get() == whole)
        // One for the heads, one for the device, three and three for two rows each with the end, one lost column.
        #expect(datagrams <= 12)
    }

    @Test("what a person does to the printer is in its bits")
    func bits() async throws {
        let moves = [("paper", "0"), ("toner", "5"), ("cover", "open"), ("jam", "on")]
        let answer = try await ask(.honest, moves).0.get()
        #expect(
            Set(answer.reasons) == ["media-empty-error", "toner-low-warning", "door-open-error", "media-jam-error"])
        #expect(answer.state == .stopped)
        #expect(answer.trays.first?.level == 0)
    }

    @Test("every second datagram lost costs time and no fact")
    func lossy() async throws {
        let (result, datagrams) = try await ask(.lossy)
        #expect(try result.get() == whole)
        #expect(datagrams.isMultiple(of: 2))
    }

    @Test(
        "no answer, garbage, half an answer, another's answer, an answer from elsewhere: silence, asked twice",
        arguments: [SNMPServer.Manner.silent, .garbage, .cut, .otherID, .stranger])
    func silence(_ manner: SNMPServer.Manner) async throws {
        let (result, datagrams) = try await ask(manner)
        guard case .failure(let silence) = result else { return #expect(Bool(false), "\(result)") }
        #expect(silence.kind == .silent)
        #expect(datagrams == 2)
    }

    @Test("a whole exchange has one deadline, however many requests it takes")
    func deadline() async throws {
        let clock = SystemClock()
        let begin = clock.mono()
        let (result, datagrams) = try await ask(.lossy, within: .milliseconds(1200))
        // What was said in time holds: the state came with the first answer.
        #expect(try result.get().state != .unknown || datagrams < 2)
        #expect(datagrams < 8)
        #expect(clock.mono().since(begin) < .seconds(15))
    }

    @Test(
        "an agent that goes round in circles, and one without an end, are left",
        arguments: [SNMPServer.Manner.stuck, .endless])
    func walks(_ manner: SNMPServer.Manner) async throws {
        let (result, datagrams) = try await ask(manner)
        let answer = try result.get()
        #expect(answer.impressionsCompleted == 1200)
        #expect(answer.supplies.count <= 32)
        #expect(datagrams <= 80)
    }

    @Test("a counter that steps back is told as it is; what it means is judged elsewhere")
    func stepsBack() async throws {
        let printer = PrinterServer()
        try await printer.start()
        #expect(try await printer.apply("snmp", "stepsBack"))
        let port = await printer.snmp.boundPort
        let first = try await ask(port: port).get().impressionsCompleted ?? 0
        let second = try await ask(port: port).get().impressionsCompleted ?? 0
        await printer.stop()
        #expect(second < first && first < 1200)
    }

    @Test("a closed port, another community and an address that is none are told apart")
    func failures() async throws {
        let printer = PrinterServer()
        try await printer.start()
        let port = await printer.snmp.boundPort
        func kind(_ result: Result<PrinterAnswer, PrinterSilence>) -> PrinterSilence.Kind? {
            if case .failure(let silence) = result { silence.kind } else { nil }
        }
        #expect(kind(await ask(port: port, community: "secret")) == .silent)
        #expect(kind(await ask(port: 0)) == .badAddress)
        #expect(kind(await ask(port: port, community: "")) == .badAddress)
        #expect(try await printer.apply("snmp", "no such manner") == false)
        await printer.stop()
        #expect(kind(await ask(port: port)) == .refused)
    }

    @Test("the same over IPv6")
    func sixth() async throws {
        let server = SNMPServer(host: "::1")
        do {
            try await server.start { SimulatedPrinter() }
        } catch {
            // A machine without IPv6: the same as a closed port to whoever asks.
            return
        }
        let result = await ask(port: await server.boundPort, host: "[::1]")
        await server.stop()
        #expect(try result.get() == whole)
    }

    @Test("switched off and on it keeps its port")
    func power() async throws {
        let printer = PrinterServer()
        try await printer.start()
        let port = await printer.snmp.boundPort
        _ = try await printer.apply("power", "off")
        _ = try await printer.apply("power", "on")
        #expect(await printer.snmp.boundPort == port)
        #expect(try await ask(port: port).get() == whole)
        await printer.stop()
    }
}
