import DriverKit
import IPPPrinterDriver
import IPPPrinterSimulator
import Logging
import PrintingWorker
import Synchronization
import Testing
import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneTestKit
import ZoneTime

/// Real IPP to the simulator, through the real worker: what the driver says became of a document.
@Suite("Printer: what became of a document, told from what was counted")
struct PrintOutcomeTests {
    private struct Bench {
        let printer: PrinterServer
        let client: PrintingWorkerClient
        let device: any LiveDevice & DocumentPrinter
        let document: TemporaryRoot
        let path: String

        func print(
            copies: Int = 1, pages: Int? = nil, progress: @escaping @Sendable (Int) -> Void = { _ in }
        ) async -> PrintResult {
            var order = PrintOrder(path: path, format: "text/plain", copies: copies)
            order.expectedImpressions = pages
            return await device.printDocument(order, progress: progress)
        }

        func move(_ key: String, _ value: String) async throws { #expect(try await printer.apply(key, value)) }

        var unproven: Symptom.Sight? {
            get async throws {
                try await device.check(within: .seconds(5)).symptoms.first { $0.code == .printerUnproven }?.sight
            }
        }

        func end() async {
            await device.close()
            await client.close()
            await printer.stop()
        }
    }

    private func bench(stalled: Duration = .seconds(60), snmp: Bool = false) async throws -> Bench {
        let printer = PrinterServer()
        try await printer.start()
        let client = WorkerRig.client()
        var pace = PrintPatience()
        (pace.look, pace.settling) = (.milliseconds(20), .milliseconds(100))
        pace.stalled = stalled
        let driver = IPPPrinterDriver(exchange: client, clock: SystemClock(), pace: pace)
        let device = try await driver.open(
            .address("ipp://127.0.0.1:\(await printer.boundPort)/ipp/print"),
            profile: DeviceProfile(
                driver: driver.name, kind: .printer,
                settings: [
                    "answerWithin": "15s", "snmp": snmp ? "on" : "off", "snmpPort": "\(await printer.snmp.boundPort)",
                ]),
            tap: WireTap())
        let root = try TemporaryRoot()
        let path = root.path + "/document.txt"
        try SmallFile.replace(path, with: "一页纸\n")
        let taker = try #require(device as? any LiveDevice & DocumentPrinter)
        return Bench(printer: printer, client: client, device: taker, document: root, path: path)
    }

    @Test("three sheets that came out are three sheets proven")
    func printed() async throws {
        let bench = try await bench()
        #expect(await bench.print(copies: 3, pages: 1) == .printed(pagesProven: 3))
        #expect(bench.printer.state.impressions == 1203)
        #expect(try await bench.unproven == .fine)
        await bench.end()
    }

    @Test("a printer whose counter only SNMP tells proves its sheets by that; without it nothing is proven")
    func hiddenCounter() async throws {
        for snmp in [true, false] {
            let bench = try await bench(snmp: snmp)
            try await bench.move("counter", "hidden")
            #expect(await bench.print(copies: 3, pages: 1) == .printed(pagesProven: snmp ? 3 : nil))
            await bench.end()
        }
    }

    @Test("what is copied at the panel between two documents is told apart from them")
    func otherPages() async throws {
        let bench = try await bench()
        func others() async throws -> JSONValue? {
            try await bench.device.check(within: .seconds(20)).details?["otherPages"]?["impressions"]
        }
        #expect(try await others() == 0)
        _ = await bench.print(copies: 3, pages: 1)
        #expect(try await others() == 0)
        try await bench.move("copies", "4")
        #expect(try await others() == 4)
        await bench.end()
    }

    @Test(
        "rollers that slip: the printer says done, nothing was counted, so staff is asked to look; a good sheet ends it"
    )
    func slipping() async throws {
        let bench = try await bench()
        if case .unknown = try await bench.unproven {} else { Issue.record("a doubt before anything was printed") }
        try await bench.move("feed", "slips")
        guard case .unknown(let reason) = await bench.print() else { return #expect(Bool(false), "believed") }
        #expect(reason.contains("counted 0 of 1"))
        #expect(try await bench.unproven == .wrong(evidence: "done, but the counter stays at 1200"))
        try await bench.move("feed", "good")
        #expect(await bench.print() == .printed(pagesProven: 1))
        #expect(try await bench.unproven == .fine)
        await bench.end()
    }

    @Test(
        "scp-power-cycle: switched off and on in mid-job, it has forgotten the job; nobody claims that it was printed")
    func powerCycle() async throws {
        let bench = try await bench()
        try await bench.move("pace", "1")
        let job = Task { await bench.print(copies: 50, pages: 1) }
        try await eventuallyTrue("two sheets are out") { bench.printer.state.impressions >= 1202 }
        try await bench.move("cycle", "now")
        guard case .unknown(let reason) = await job.value else { return #expect(Bool(false), "claimed to know") }
        #expect(reason.contains("switched off and on"))
        await bench.end()
    }

    @Test("a printer that only lost its list of jobs is told apart from one that was switched off")
    func forgotten() async throws {
        let bench = try await bench()
        try await bench.move("pace", "1")
        let job = Task { await bench.print(copies: 50, pages: 1) }
        try await eventuallyTrue("a sheet is out") { bench.printer.state.impressions >= 1201 }
        try await bench.move("forget", "now")
        guard case .unknown(let reason) = await job.value else { return #expect(Bool(false), "claimed to know") }
        #expect(reason.contains("no longer knows the job"))
        await bench.end()
    }

    @Test("no paper for too long: the job is taken back at the printer, and nothing comes out when somebody refills it")
    func stalled() async throws {
        let bench = try await bench(stalled: .milliseconds(200))
        try await bench.move("paper", "0")
        guard case .failed(let reason) = await bench.print(copies: 2) else { return #expect(Bool(false), "waited on") }
        #expect(reason.contains("asked to stop") && reason.contains("0 pages counted"))
        try await bench.move("paper", "100")
        _ = try await bench.device.check(within: .seconds(5))
        #expect(bench.printer.state.impressions == 1200)
        await bench.end()
    }

    @Test("sides are told while they come out, and never more than were asked for")
    func progress() async throws {
        let bench = try await bench()
        try await bench.move("pace", "1")
        let told = Mutex([Int]())
        let result = await bench.print(copies: 5, pages: 1) { count in told.withLock { $0.append(count) } }
        #expect(result == .printed(pagesProven: 5))
        let counts = told.withLock { $0 }
        #expect(counts.last == 5 && counts.count > 2 && zip(counts, counts.dropFirst()).allSatisfy { $0 < $1 })
        await bench.end()
    }

    @Test("cancelled in the middle: cancelled, with the pages that were out by then")
    func cancelled() async throws {
        let bench = try await bench()
        try await bench.move("pace", "1")
        let job = Task { await bench.print(copies: 90) }
        try await eventuallyTrue("a sheet is out") { bench.printer.state.impressions >= 1201 }
        job.cancel()
        guard case .cancelled(let reason) = await job.value else { return #expect(Bool(false), "not cancelled") }
        #expect(reason.contains("pages counted"))
        await bench.end()
    }
}
