import IPPPrinterSimulator
import Logging
import PrintingWorker
import Testing
import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneTestKit
import ZoneTime

/// The real libcups code against the simulator's own encoder, worker and client joined by a socket pair in one
/// process; the child process itself is under test in EndToEndTests.
@Suite("Printer: the worker asks real bytes")
struct PrintingWorkerTests {
    private func ask(
        _ manner: SimulatedPrinter.Manner, within deadline: Duration = .seconds(2)
    ) async throws -> (Result<PrinterAnswer, PrinterSilence>, Duration) {
        let printer = PrinterServer()
        try await printer.start()
        _ = try await printer.apply("manner", manner.rawValue)
        let client = WorkerRig.client()
        let clock = SystemClock()
        let begin = clock.mono()
        let uri = "ipp://127.0.0.1:\(await printer.boundPort)/ipp/print"
        let result = await client.ask(PrinterQuery(device: "p", uri: uri), within: deadline)
        let took = clock.mono().since(begin)
        await client.close()
        await printer.stop()
        return (result, took)
    }

    @Test("an honest printer is understood to the last supply")
    func honest() async throws {
        let answer = try await ask(.honest, within: .seconds(10)).0.get()
        #expect(answer.state == .idle)
        #expect(answer.reasons == ["none"])
        #expect(answer.supplies == [.init(name: "black", type: "toner", level: 80)])
        #expect(answer.trays.first?.level == 100)
        #expect(answer.impressionsCompleted == 1200)
        #expect(answer.deviceID?.contains("SN:SIM-0001") == true)
    }

    @Test(
        "each way of not answering has its name, and costs its deadline and no more",
        arguments: [
            (SimulatedPrinter.Manner.silent, PrinterSilence.Kind.silent), (.drip, .silent), (.http500, .httpError),
        ])
    func silences(_ manner: SimulatedPrinter.Manner, _ kind: PrinterSilence.Kind) async throws {
        // An answer, even a bad one, gets time on a busy machine; silence shows its deadline soon.
        let deadline = Duration.seconds(manner == .http500 ? 15 : 2)
        let (result, took) = try await ask(manner, within: deadline)
        guard case .failure(let silence) = result else { return #expect(Bool(false), "\(result)") }
        #expect(silence.kind == kind, "\(silence)")
        #expect(took < deadline + .seconds(20))
    }

    @Test(
        "garbage and half an answer are failures, never answers", arguments: [SimulatedPrinter.Manner.garbage, .half])
    func nonsense(_ manner: SimulatedPrinter.Manner) async throws {
        let (result, _) = try await ask(manner)
        guard case .failure(let silence) = result else { return #expect(Bool(false), "\(result)") }
        #expect([.notIPP, .closed, .ippError, .silent].contains(silence.kind), "\(silence)")
    }

    @Test(
        "a closed port and no address at all are told apart",
        arguments: [
            ("ipp://127.0.0.1:1/ipp/print", PrinterSilence.Kind.refused),
            ("http://127.0.0.1/", .badAddress), ("nonsense", .badAddress),
        ])
    func addresses(_ uri: String, _ kind: PrinterSilence.Kind) async {
        let client = WorkerRig.client()
        let result = await client.ask(PrinterQuery(device: "p", uri: uri), within: .seconds(8))
        await client.close()
        guard case .failure(let silence) = result else { return #expect(Bool(false), "\(result)") }
        #expect(silence.kind == kind, "\(silence)")
    }

    @Test("a name that does not resolve costs its deadline and nothing else")
    func unresolved() async {
        let client = WorkerRig.client()
        let query = PrinterQuery(device: "p", uri: "ipp://no-such-host.invalid/ipp")
        let result = await client.ask(query, within: .seconds(3))
        await client.close()
        guard case .failure(let silence) = result else { return #expect(Bool(false), "\(result)") }
        // A name server that answers says so at once; one that is silent blocks the look-up until the worker is ended.
        #expect([.notResolved, .workerOverrun].contains(silence.kind), "\(silence)")
    }

    @Test("one device that never answers does not hold up the others")
    func neighbours() async throws {
        let silent = try await RawServer.tcp(says: [])
        let printer = PrinterServer()
        try await printer.start()
        let client = WorkerRig.client()
        async let slow = client.ask(
            PrinterQuery(device: "a", uri: "ipp://127.0.0.1:\(silent.port)/"), within: .seconds(3))
        let good = "ipp://127.0.0.1:\(await printer.boundPort)/ipp/print"
        for _ in 0..<5 { _ = try await client.ask(PrinterQuery(device: "b", uri: good), within: .seconds(15)).get() }
        let first = await slow
        #expect(throws: PrinterSilence.self) { try first.get() }
        #expect(await client.kills == 0)
        await client.close()
        await silent.close()
        await printer.stop()
    }

    @Test("a worker that overruns is ended, its question fails, the others are asked again")
    func overrun() async throws {
        let clock = SystemClock()
        let attempts = AttemptCounter()
        // The first worker hangs for ever, the second is a real one.
        let client = PrintingWorkerClient(clock: clock, log: Logger(label: "test")) { fd in
            if attempts.next() == 1 {
                try? await clock.sleep(for: .seconds(3600))
                _ = OwnedFD(adopting: fd)
            } else {
                await BlockingLane(label: "worker").run {
                    PrintingWorker(output: fd).run(input: fd)
                    _ = OwnedFD(adopting: fd)
                }
            }
        }
        let printer = PrinterServer()
        try await printer.start()
        let good = "ipp://127.0.0.1:\(await printer.boundPort)/ipp/print"
        async let late = client.ask(PrinterQuery(device: "a", uri: good), within: .milliseconds(200))
        async let patient = client.ask(PrinterQuery(device: "b", uri: good), within: .seconds(20))
        let (first, second) = await (late, patient)
        guard case .failure(let silence) = first else { return #expect(Bool(false), "\(first)") }
        #expect(silence.kind == .workerOverrun)
        #expect(try second.get().state == .idle)
        #expect(await client.kills == 1)
        await client.close()
        await printer.stop()
    }
}
