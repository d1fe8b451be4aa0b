import DriverKit
import FoundationEssentials
import Synchronization
import TouchPanelDriver
import ZoneModel
import ZonePrinting
import ZoneRecording
import ZoneTime
import ZoneWire

/// Every port that a driver can open, played from one tape.
struct ReplayPorts: ByteOpener, ReportOpener, InputOpener, PrinterPortOpener, PrinterExchange {
    let tape: ReplayTape
    let clock: any ZoneClock

    func open(_ address: PortAddress, within deadline: Duration, tap: WireTap) async throws(DeviceError) -> any BytePort
    {
        _ = try await tape.open()
        return ReplayBytes(tape: tape)
    }

    func open(_ attachment: Attachment, tap: WireTap) async throws(DeviceError) -> any ReportPort {
        let greeting = try await tape.open()
        guard let identity = try? WireCoding.decode(ReportIdentity.self, greeting) else {
            throw DeviceError(.malformedReply, doing: "open", "no identity in the recording")
        }
        return ReplayReports(identity: identity, tape: tape)
    }

    func open(_ attachment: Attachment, tap: WireTap) async throws(DeviceError) -> any PrinterPort {
        _ = try await tape.open()
        return ReplayPrinter(tape: tape)
    }

    func open(_ attachment: Attachment) async throws(DeviceError) -> any InputSource {
        let greeting = try await tape.open()
        guard let capabilities = InputFrames.capabilities(greeting) else {
            throw DeviceError(.malformedReply, doing: "open", "no capabilities in the recording")
        }
        return ReplayInput(capabilities: capabilities, tape: tape, clock: clock)
    }

    func ask(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterAnswer, PrinterSilence> {
        await reply(query, within: deadline).answerResult
    }

    func order(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterJob, PrinterSilence> {
        await reply(query, within: deadline).jobResult
    }

    func spool(_ query: PrinterQuery, within deadline: Duration) async -> Result<QueueAnswer, PrinterSilence> {
        await reply(query, within: deadline).queueResult
    }

    private func reply(_ query: PrinterQuery, within deadline: Duration) async -> WorkerReply {
        tape.ask(TappedLine.encode(query))
        do {
            // The worker's own grace lies above the deadline.
            let line = try await tape.read(within: deadline + .seconds(1))
            return TappedLine.reply(line.bytes)
                ?? WorkerReply(id: 0, silence: PrinterSilence(.workerFailed, "not readable"))
        } catch {
            return WorkerReply(id: 0, silence: PrinterSilence(.silent, error.detail))
        }
    }
}

private struct ReplayBytes: BytePort {
    let tape: ReplayTape

    func write(_ bytes: [UInt8], within deadline: Duration) async throws(DeviceError) { tape.ask(bytes) }
    func read(within deadline: Duration) async throws(DeviceError) -> [UInt8] {
        try await tape.read(within: deadline).bytes
    }
    func close() async {}
}

private struct ReplayReports: ReportPort {
    let identity: ReportIdentity
    let tape: ReplayTape

    func write(_ report: [UInt8], within deadline: Duration) async throws(DeviceError) { tape.ask(report) }
    func read(within deadline: Duration) async throws(DeviceError) -> TimedReport {
        try await tape.read(within: deadline)
    }
    func close() async {}
}

/// Looks only: a recording has nothing of a document, and nobody prints while it is played.
private struct ReplayPrinter: PrinterPort {
    let tape: ReplayTape

    func look(within deadline: Duration) async throws(DeviceError) -> PrinterLook {
        tape.ask(PrinterLook.question)
        let answer = try await tape.read(within: deadline).bytes
        guard let look = try? WireCoding.decode(PrinterLook.self, answer) else {
            throw DeviceError(.timedOut, doing: "look", "not readable in the recording")
        }
        return look
    }

    func write(_ bytes: [UInt8], within deadline: Duration) async throws(DeviceError) -> Int {
        throw DeviceError(.unsupported, doing: "write", "a replay prints nothing")
    }

    func finish(within deadline: Duration) async throws(DeviceError) {}
    func abandon(within deadline: Duration) async {}
    func close() async {}
}

/// Events that nobody asks for come at their times.
private final class ReplayInput: InputSource {
    let capabilities: InputCapabilities
    private let tape: ReplayTape
    private let clock: any ZoneClock
    private let player = Mutex<Task<Void, Never>?>(nil)

    init(capabilities: InputCapabilities, tape: ReplayTape, clock: any ZoneClock) {
        (self.capabilities, self.tape, self.clock) = (capabilities, tape, clock)
    }

    func start(onEvents: @escaping @Sendable ([InputEvent]) -> Void, onEnd: @escaping @Sendable (DeviceError) -> Void) {
        let task = Task { [tape, clock] in
            while !Task.isCancelled {
                switch tape.take() {
                case .bytes(var bytes, let at):
                    try? await clock.sleep(until: at)
                    onEvents(InputFrames.decode(&bytes))
                case .lost(let error, let at):
                    try? await clock.sleep(until: at)
                    return onEnd(error)
                case .silence: return
                }
            }
            onEnd(DeviceError(.absent, doing: "read", "closed here"))
        }
        player.withLock { $0 = task }
    }

    func close() { player.withLock { $0 }?.cancel() }
}
