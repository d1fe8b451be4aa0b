import DriverKit
import IPPPrinterDriver
import Synchronization
import Testing
import ZoneModel
import ZonePrinting
import ZoneTestKit
import ZoneTime

/// A printer and a queue that say what the test wants, and remember what was ordered.
private final class Spool: PrinterExchange, PrintSystem {
    struct World {
        var device: Result<PrinterAnswer, PrinterSilence> = .success(
            PrinterAnswer(state: .idle, reasons: ["none"], impressionsCompleted: 100, upTimeSeconds: 50))
        var queue: Result<QueueAnswer, PrinterSilence> = .success(
            QueueAnswer(
                state: .idle, reasons: ["none"], isAcceptingJobs: true, deviceURI: "ipp://192.0.2.7/ipp",
                makeAndModel: "P", seconds: 10_000))
        var done: [String] = []
        /// What becomes of the queue by an order.
        var obeys = true
    }

    let world = Mutex(World())

    func ask(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterAnswer, PrinterSilence> {
        world.withLock { $0.device }
    }

    func order(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterJob, PrinterSilence> {
        .failure(PrinterSilence(.workerFailed))
    }

    func spool(_ query: PrinterQuery, within deadline: Duration) async -> Result<QueueAnswer, PrinterSilence> {
        guard case .queue(_, let order) = query.task else { return .failure(PrinterSilence(.workerFailed)) }
        return world.withLock { world in
            guard let order else { return world.queue }
            world.done.append("\(order)")
            guard world.obeys, case .success(var queue) = world.queue else { return world.queue }
            switch order {
            case .resume: (queue.state, queue.isAcceptingJobs) = (.idle, true)
            case .cancel(let jobs): queue.jobs.removeAll { jobs.contains($0.id) }
            case .requeue: break
            }
            world.queue = .success(queue)
            return world.queue
        }
    }

    func restartScheduler(within deadline: Duration) async throws(DeviceError) {
        world.withLock { $0.done.append("restart") }
    }

    func makeQueue(_ name: String, to uri: String, at server: String, within deadline: Duration)
        async throws(DeviceError)
    {
        world.withLock { world in
            world.done.append("make \(name) \(uri) \(server)")
            guard world.obeys else { return }
            world.queue = .success(QueueAnswer(state: .idle, makeAndModel: "P"))
        }
    }

    var done: [String] { world.withLock { $0.done } }
    func queue(_ change: (inout QueueAnswer) -> Void) {
        world.withLock { world in
            guard case .success(var queue) = world.queue else { return }
            change(&queue)
            world.queue = .success(queue)
        }
    }
    func device(_ answer: PrinterAnswer) { world.withLock { $0.device = .success(answer) } }
}

@Suite("Print queue: healing steps look first, and do nothing that could print twice")
struct QueueHealingTests {
    private let spool = Spool()
    private let job = QueueAnswer.Job(id: 7, state: .processing, createdSeconds: 9_900)

    private func device(_ settings: [String: String] = ["queue": "hall"], system: Bool = true) async throws
        -> any LiveDevice
    {
        let driver = IPPPrinterDriver(exchange: spool, clock: ManualClock(), system: system ? spool : nil)
        return try await driver.open(
            .address("ipp://192.0.2.7/ipp"),
            profile: DeviceProfile(driver: driver.name, kind: .printer, settings: settings), tap: WireTap())
    }

    private func heal(_ name: String, _ device: (any LiveDevice)? = nil) async throws {
        let live = try await { if let device { device } else { try await self.device() } }()
        let step = try #require(live.healingSteps.first { $0.name == name })
        try await live.heal(step)
    }

    private func refusal(_ name: String, _ device: (any LiveDevice)? = nil) async throws -> String {
        let error = await #expect(throws: DeviceError.self) { try await heal(name, device) }
        #expect(error?.code == .refused)
        return error?.detail ?? ""
    }

    @Test("without a queue there is nothing to heal; without the PC's print system the two mild steps are left")
    func offered() async throws {
        #expect(try await device([:]).healingSteps.isEmpty)
        #expect(try await device(system: false).healingSteps.map(\.name) == ["resumeQueue", "cancelStuckJob"])
        let all = try await device().healingSteps
        #expect(all.map(\.name) == ["resumeQueue", "cancelStuckJob", "restartScheduler", "recreateQueue"])
        #expect(all.allSatisfy { $0.deadline <= .seconds(50) && $0.dailyBudget > 0 && $0.harm != .cutsPower })
    }

    @Test("resume: a stopped queue goes on; documents that nobody waits for any more are taken out before that")
    func resume() async throws {
        spool.queue { queue in
            queue.state = .stopped
            queue.jobs = [QueueAnswer.Job(id: 1, state: .pending, createdSeconds: 9_000), job]
        }
        try await heal("resumeQueue")
        #expect(spool.done == ["cancel([1])", "resume"])
        #expect(try await refusal("resumeQueue").contains("not stopped"))
    }

    @Test("resume: not while the printer itself has a fault or says nothing, and an order without effect is a failure")
    func noResume() async throws {
        spool.queue { $0.state = .stopped }
        spool.device(PrinterAnswer(state: .stopped, reasons: ["media-jam-error"]))
        #expect(try await refusal("resumeQueue").contains("media-jam-error"))
        spool.world.withLock { $0.device = .failure(PrinterSilence(.refused)) }
        #expect(try await refusal("resumeQueue").contains("does not answer"))
        #expect(spool.done.isEmpty)
        spool.device(PrinterAnswer(state: .idle, reasons: ["none"]))
        spool.world.withLock { $0.obeys = false }
        let error = await #expect(throws: DeviceError.self) { try await heal("resumeQueue") }
        #expect(error?.code == .ioFailed)
    }

    @Test("a stuck document of which nothing was printed is sent once more, and the second time it is taken out")
    func requeue() async throws {
        let live = try await device()
        _ = try await live.check(within: .seconds(5))
        spool.queue { $0.jobs = [job] }
        _ = try await live.check(within: .seconds(5))
        try await heal("cancelStuckJob", live)
        try await heal("cancelStuckJob", live)
        #expect(spool.done == ["requeue(7)", "cancel([7])"])
        #expect(try await refusal("cancelStuckJob", live).contains("no document waits"))
    }

    @Test(
        "a stuck document is taken out for good when a page may be out, when it is old, or when nobody saw it begin",
        arguments: ["page", "old", "unseen", "undated"])
    func cancel(_ why: String) async throws {
        let live = try await device()
        if why != "unseen" { _ = try await live.check(within: .seconds(5)) }
        var job = job
        if why == "old" { job.createdSeconds = 9_000 }
        if why == "undated" { job.createdSeconds = nil }
        spool.queue { [job] in $0.jobs = [job] }
        _ = try await live.check(within: .seconds(5))
        if why == "page" { spool.device(PrinterAnswer(state: .idle, reasons: ["none"], impressionsCompleted: 101)) }
        try await heal("cancelStuckJob", live)
        #expect(spool.done == ["cancel([7])"])
    }

    @Test("no document is taken from a printer that is at it, or that only waits for paper")
    func noCancel() async throws {
        spool.queue { $0.jobs = [job] }
        spool.device(PrinterAnswer(state: .processing, reasons: ["none"]))
        #expect(try await refusal("cancelStuckJob").contains("not idle"))
        spool.device(PrinterAnswer(state: .idle, reasons: ["media-empty-warning"]))
        #expect(try await refusal("cancelStuckJob").contains("media-empty-warning"))
        #expect(spool.done.isEmpty)
    }

    @Test("the scheduler is restarted when it hangs, but not while any document could be printed twice by it")
    func restart() async throws {
        spool.device(PrinterAnswer(state: .processing, reasons: ["none"]))
        #expect(try await refusal("restartScheduler").contains("second time"))
        spool.device(PrinterAnswer(state: .idle, reasons: ["none"]))
        spool.queue { $0.processingElsewhere = 1 }
        #expect(try await refusal("restartScheduler").contains("another queue"))
        spool.queue { queue in (queue.processingElsewhere, queue.jobs) = (0, [job]) }
        #expect(try await refusal("restartScheduler").contains("cancelStuckJob"))
        #expect(spool.done.isEmpty)
        spool.queue { $0.jobs = [] }
        try await heal("restartScheduler")
        #expect(spool.done == ["restart"])
    }

    @Test("a queue is made anew only where its driver is missing, with the address of the configuration, and looked at")
    func recreate() async throws {
        #expect(try await refusal("recreateQueue").contains("has its driver"))
        spool.queue { queue in (queue.makeAndModel, queue.jobs) = ("Local Raw Printer", [job]) }
        #expect(try await refusal("recreateQueue").contains("has documents"))
        spool.queue { $0.jobs = [] }
        spool.world.withLock { $0.obeys = false }
        let error = await #expect(throws: DeviceError.self) { try await heal("recreateQueue") }
        #expect(error?.detail.contains("still has no driver") == true)
        spool.world.withLock { world in (world.obeys, world.queue) = (true, .failure(PrinterSilence(.notFound))) }
        try await heal("recreateQueue")
        let made = "make hall ipp://192.0.2.7/ipp /run/cups/cups.sock"
        #expect(spool.done == [made, made])
    }
}
