import DriverKit
import ZoneModel
import ZonePrinting
import ZoneTime

package struct IPPPrinterDriver: DeviceDriver {
    package let name = "ipp-printer"
    package let kinds: Set<DeviceKind> = [.printer, .copier]
    package let settings = [SecondSource.settings, ScannerSource.settings, QueueSource.settings].reduce(
        into: ["answerWithin": .duration, "jobStalledWithin": .duration]
    ) { all, more in all.merge(more) { own, _ in own } }
    package let absence: ConditionCode? = .printerLinkDown

    private let exchange: any PrinterExchange
    private let clock: any ZoneClock
    private let pace: PrintPatience
    private let system: (any PrintSystem)?

    /// - Parameters:
    ///   - pace: of documents, where a profile sets nothing else.
    ///   - system: the PC's print system; without it its scheduler is left alone.
    package init(
        exchange: any PrinterExchange, clock: any ZoneClock, pace: PrintPatience = PrintPatience(),
        system: (any PrintSystem)? = nil
    ) {
        (self.exchange, self.clock, self.pace, self.system) = (exchange, clock, pace, system)
    }

    package func open(_ attachment: Attachment, profile: DeviceProfile, tap: WireTap) async throws(DeviceError)
        -> any LiveDevice
    {
        guard case .address(let uri) = attachment, uri.hasPrefix("ipp://") || uri.hasPrefix("ipps://") else {
            throw DeviceError(.unsupported, doing: "open printer", "the address must begin with ipp:// or ipps://")
        }
        func duration(_ key: String) -> Duration? { profile.settings[key].flatMap(Duration.init(shortText:)) }
        var pace = pace
        pace.stalled = duration("jobStalledWithin") ?? pace.stalled
        return IPPPrinterDevice(
            uri: uri, patience: duration("answerWithin") ?? .seconds(4), pace: pace,
            second: SecondSource(profile.settings), scanner: ScannerSource(profile.settings),
            queue: QueueSource(profile.settings), system: system,
            exchange: TappedExchange(exchange, tap: tap), clock: clock)
    }
}

/// A network printer holds no connection between questions; "open" only means that we know where to ask.
actor IPPPrinterDevice: LiveDevice {
    nonisolated let events: AsyncStream<DeviceEvent>
    private let continuation: AsyncStream<DeviceEvent>.Continuation
    let uri: String
    let patience: Duration
    let pace: PrintPatience
    private let second: SecondSource?
    nonisolated let scanner: ScannerSource?
    nonisolated let queue: QueueSource?
    nonisolated let system: (any PrintSystem)?
    let exchange: any PrinterExchange
    let clock: any ZoneClock
    /// Whether the last document that it called done was counted. Until there is one, an earlier doubt stays.
    var proof = Symptom.Sight.unknown(reason: "nothing printed since the start")
    var comparison: QueueComparison?
    var ledger: PageLedger

    init(
        uri: String, patience: Duration, pace: PrintPatience, second: SecondSource?, scanner: ScannerSource?,
        queue: QueueSource?, system: (any PrintSystem)?, exchange: any PrinterExchange, clock: any ZoneClock
    ) {
        (events, continuation) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(1))
        (self.uri, self.patience, self.pace, self.second) = (uri, patience, pace, second)
        (self.scanner, self.queue, self.system, self.exchange, self.clock) = (scanner, queue, system, exchange, clock)
        comparison = queue.map { QueueComparison($0, device: uri) }
        ledger = PageLedger(since: clock.mono())
    }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        let begin = clock.mono()
        let (answer, sources) = await askDevice(within: min(patience, deadline), since: begin)
        if case .success(let answer) = answer { ledger.note(PrintEvidence.Look(answer)) }
        var report = Report(answer, uri: uri, sources: sources, proof: proof)
        report.add(ledger.json(at: clock.mono()), as: "otherPages")
        // Each of these adds to what the device has said, within what is left of the time, and takes nothing away.
        await addQueue(to: &report, answer, within: deadline - clock.mono().since(begin))
        if let scanner {
            let left = deadline - clock.mono().since(begin)
            report = await scanner.complete(report, of: uri, by: exchange, within: left)
        }
        return report
    }

    /// - Parameter lane: questions of one lane wait for each other.
    func askDevice(_ lane: String = "", within patience: Duration, since begin: MonoTime) async -> (
        Result<PrinterAnswer, PrinterSilence>, SecondSource.Sources
    ) {
        let result = await exchange.ask(PrinterQuery(device: uri + lane, uri: uri), within: patience)
        guard let second, case .success(let answer) = result else { return (result, [:]) }
        let left = patience - clock.mono().since(begin)
        let (whole, sources) = await second.complete(answer, of: uri, by: exchange, within: left)
        return (.success(whole), sources)
    }

    private func addQueue(
        to report: inout Report, _ device: Result<PrinterAnswer, PrinterSilence>, within left: Duration
    ) async {
        guard let queue else { return }
        let told = await queue.ask(exchange, within: left)
        let symptoms = comparison?.symptoms(told, device: try? device.get(), now: clock.mono()) ?? []
        report.add(symptoms, queue: queue.details(told, device: uri))
    }

    func close() async { continuation.finish() }
}
