import DriverKit
import IPPPrinterDriver
import Synchronization
import Testing
import ZoneModel
import ZonePrinting
import ZoneTestKit
import ZoneTime

/// A printer that says what a test wants: one page more each time it is asked, and deaf to Cancel-Job.
private final class DeafPrinter: PrinterExchange {
    private let impressions = Mutex([Int?]())
    private let cancels = Mutex(0)
    let pages: [Int?]

    /// - Parameter pages: what it says of its progress, one answer each; the last one for ever.
    init(_ pages: [Int?]) {
        self.pages = pages
        impressions.withLock { $0 = pages }
    }

    var cancelled: Int { cancels.withLock { $0 } }

    func ask(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterAnswer, PrinterSilence> {
        .success(PrinterAnswer(state: .processing))
    }

    func order(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterJob, PrinterSilence> {
        if case .cancel = query.task { cancels.withLock { $0 += 1 } }
        let said = impressions.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? nil }
        return .success(PrinterJob(id: 1, state: .processing, impressions: said))
    }
}

@Suite("Printer: how far a document is, and a printer that does not stop")
struct PrintProgressTests {
    private let clock = ManualClock()

    private func device(_ exchange: any PrinterExchange) async throws -> any DocumentPrinter {
        let driver = IPPPrinterDriver(exchange: exchange, clock: clock)
        let device = try await driver.open(
            .address("ipp://127.0.0.1/ipp/print"), profile: DeviceProfile(driver: driver.name, kind: .printer),
            tap: WireTap())
        return try #require(device as? any DocumentPrinter)
    }

    @Test("sides are told as they rise, not twice and not backwards; told to stop, a deaf printer is let go of")
    func deaf() async throws {
        let printer = DeafPrinter([0, nil, 1, 1, 2, 1, 5])
        let device = try await device(printer)
        let told = Mutex([Int]())
        let job = Task {
            await device.printDocument(PrintOrder(path: "/nowhere", format: "application/pdf")) { count in
                told.withLock { $0.append(count) }
            }
        }
        try await eventuallyTrue("all pages are told") {
            if told.withLock({ $0.last == 5 }) { return true }
            clock.advance(by: .seconds(1))
            return false
        }
        #expect(told.withLock { $0 } == [1, 2, 5])
        job.cancel()
        try await eventuallyTrue("asked to stop") { printer.cancelled > 0 }
        let begin = clock.mono()
        let result = Mutex<PrintResult?>(nil)
        let waiter = Task {
            let end = await job.value; result.withLock { $0 = end }
        }
        try await eventuallyTrue("let go of") {
            if result.withLock({ $0 != nil }) { return true }
            clock.advance(by: .seconds(1))
            return false
        }
        await waiter.value
        guard case .unknown(let why) = result.withLock({ $0 }) else { return #expect(Bool(false), "claimed to know") }
        #expect(why.contains("asked to stop"))
        #expect(clock.mono().since(begin) >= .seconds(45))
        await device.close()
    }

    @Test("what a person saw is in the next check")
    func person() async throws {
        let device = try await device(DeafPrinter([0]))
        func sight() async throws -> Symptom.Sight? {
            try await device.check(within: .seconds(5)).symptoms.first { $0.code == .printerUnproven }?.sight
        }
        await device.personSaw(paper: false)
        guard case .wrong(let evidence, _) = try await sight() else { return #expect(Bool(false), "not told") }
        #expect(evidence.contains("a person found no paper"))
        await device.personSaw(paper: true)
        #expect(try await sight() == .fine)
        await device.close()
    }
}
