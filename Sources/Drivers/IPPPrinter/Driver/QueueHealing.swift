import DriverKit
import ZoneModel
import ZonePrinting
import ZoneTime

/// What can be done about a queue, the mildest first. Each looks at device and queue before it does anything.
extension HealingStep {
    static let resumeQueue = HealingStep("resumeQueue", harm: .none, deadline: .seconds(20), dailyBudget: 6)
    static let cancelStuckJob = HealingStep(
        "cancelStuckJob", harm: .interruptsUse, deadline: .seconds(20), dailyBudget: 6)
    static let restartScheduler = HealingStep(
        "restartScheduler", harm: .interruptsUse, reach: .machine, deadline: .seconds(45), dailyBudget: 4)
    static let recreateQueue = HealingStep(
        "recreateQueue", harm: .interruptsUse, deadline: .seconds(45), dailyBudget: 3)
}

extension IPPPrinterDevice {
    nonisolated var healingSteps: [HealingStep] {
        guard queue != nil else { return [] }
        return [.resumeQueue, .cancelStuckJob] + (system == nil ? [] : [.restartScheduler, .recreateQueue])
    }

    func heal(_ step: HealingStep) async throws(DeviceError) {
        guard let queue, healingSteps.contains(step) else {
            throw DeviceError(.unsupported, doing: step.name, "the printer has no print queue of this PC")
        }
        let act = QueueAct(step, queue, uri: uri, exchange: exchange, begin: clock.mono(), clock: clock)
        switch step {
        case .resumeQueue: try await resume(act)
        case .cancelStuckJob: try await cancelStuck(act)
        case .restartScheduler: try await restart(act)
        default: try await recreate(act)
        }
    }

    /// Documents that have waited too long are taken out first: who wanted them has gone, and their pages would lie in
    /// the tray for everybody.
    private func resume(_ act: QueueAct) async throws(DeviceError) {
        let device = try await act.device()
        if device.state == .stopped || device.hindrance != nil {
            throw act.refused("the printer itself says \(device.hindrance ?? "stopped"): that comes first")
        }
        var answer = try await act.queue()
        guard answer.isStopped || answer.isAcceptingJobs == false || !answer.leftovers(device).isEmpty else {
            throw act.refused("the queue \(act.source.name) is not stopped, and says nothing else than the printer")
        }
        let stale = answer.jobs.filter { act.source.isTooOld($0, in: answer) }.map(\.id)
        if !stale.isEmpty { _ = try await act.queue(.cancel(stale)) }
        answer = try await act.queue(.resume)
        guard !answer.isStopped, answer.isAcceptingJobs != false else {
            throw act.failed("cupsd stopped the queue again: \(answer.message ?? "no reason given")")
        }
    }

    /// Sent once more only if nothing of it can be on paper and somebody may still be waiting for it.
    private func cancelStuck(_ act: QueueAct) async throws(DeviceError) {
        let (device, answer) = (try await act.device(), try await act.queue())
        guard let job = answer.jobs.first(where: \.isWaiting) else {
            throw act.refused("no document waits in the queue \(act.source.name)")
        }
        guard device.isFree else {
            throw act.refused("the printer is not idle (\(device.hindrance ?? device.state.rawValue)): it may be at it")
        }
        let mayBeSentAgain =
            comparison?.isUnprinted(job, device) == true && !act.source.isTooOld(job, in: answer)
            && answer.age(of: job) != nil
        if mayBeSentAgain {
            comparison?.noteRequeued(job.id)
            _ = try await act.queue(.requeue(job.id))
        } else {
            let after = try await act.queue(.cancel([job.id]))
            if after.jobs.contains(where: { $0.id == job.id }) { throw act.failed("cupsd still has job \(job.id)") }
        }
    }

    private func restart(_ act: QueueAct) async throws(DeviceError) {
        guard let system else { throw act.refused("the services of this PC are left alone") }
        let device = try await act.device()
        guard device.state != .processing else {
            throw act.refused("a document is on the printer, and a restart may print it a second time")
        }
        // A scheduler that does not answer is what this step is for.
        if case .success(let answer) = await act.source.ask(exchange) {
            guard answer.processingElsewhere == 0 else {
                throw act.refused("a document of another queue is being printed, and would be printed again")
            }
            for job in answer.jobs where job.state == .processing || job.state == .stopped {
                guard comparison?.isUnprinted(job, device) == true else {
                    throw act.refused("job \(job.id) may be partly on paper: cancel it first (cancelStuckJob)")
                }
            }
        }
        try await system.restartScheduler(within: act.left)
        try await act.untilAnswered()
    }

    private func recreate(_ act: QueueAct) async throws(DeviceError) {
        guard let system else { throw act.refused("the print system of this PC is left alone") }
        guard try await act.device().isFree else { throw act.refused("the printer is not idle and well") }
        switch await act.source.ask(exchange) {
        case .failure(let silence) where silence.kind == .notFound: break
        case .failure(let silence): throw act.failed("cupsd: \(silence)")
        case .success(let answer):
            guard answer.hasDriver == false else { throw act.refused("the queue \(act.source.name) has its driver") }
            guard answer.jobs.isEmpty else {
                throw act.refused("the queue \(act.source.name) has documents: cancel them first (cancelStuckJob)")
            }
        }
        try await system.makeQueue(act.source.name, to: uri, at: act.source.server, within: act.left)
        guard try await act.queue().hasDriver == true else {
            throw act.failed("the queue \(act.source.name) still has no driver (PPD)")
        }
    }
}

extension QueueSource {
    func isTooOld(_ job: QueueAnswer.Job, in queue: QueueAnswer) -> Bool {
        queue.age(of: job).map { .seconds($0) > forgetsAfter } ?? false
    }
}

/// One step under way: whom it asks, how it says no, and its time.
private struct QueueAct {
    let source: QueueSource
    private let step: HealingStep
    private let uri: String
    private let exchange: any PrinterExchange
    private let begin: MonoTime
    private let clock: any ZoneClock

    init(
        _ step: HealingStep, _ source: QueueSource, uri: String, exchange: any PrinterExchange, begin: MonoTime,
        clock: any ZoneClock
    ) {
        (self.step, self.source, self.uri) = (step, source, uri)
        (self.exchange, self.begin, self.clock) = (exchange, begin, clock)
    }

    var left: Duration { step.deadline - clock.mono().since(begin) }

    func refused(_ why: String) -> DeviceError { DeviceError(.refused, doing: step.name, why.cleaned(limit: 300)) }
    func failed(_ why: String) -> DeviceError { DeviceError(.ioFailed, doing: step.name, why.cleaned(limit: 300)) }

    /// - Throws: when it does not answer: what cannot be seen is not risked.
    func device() async throws(DeviceError) -> PrinterAnswer {
        switch await exchange.ask(PrinterQuery(device: uri + "#heal", uri: uri), within: min(.seconds(4), left)) {
        case .success(let answer): return answer
        case .failure(let silence): throw refused("the printer does not answer (\(silence)): nothing was done")
        }
    }

    func queue(_ order: QueueOrder? = nil) async throws(DeviceError) -> QueueAnswer {
        switch await source.ask(exchange, order: order, within: left) {
        case .success(let answer): return answer
        case .failure(let silence) where silence.kind == .httpError:
            throw failed("cupsd does not allow it (\(silence.detail)): give its socket as cupsSocket")
        case .failure(let silence): throw failed("cupsd: \(silence)")
        }
    }

    func untilAnswered() async throws(DeviceError) {
        while true {
            if case .success = await source.ask(exchange, within: left) { return }
            guard left > .seconds(1) else { throw failed("the scheduler was restarted and does not answer") }
            try? await clock.sleep(for: .milliseconds(200))
        }
    }
}
