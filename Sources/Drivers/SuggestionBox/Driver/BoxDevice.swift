import DriverKit
import ZoneModel
import ZoneTime

/// One opened box: looks at the pins again and again, tells at once what happened, and in a check how things stand.
actor BoxDevice: LiveDevice {
    private static let mostFailures = 3

    nonisolated let events: AsyncStream<DeviceEvent>
    private let output: AsyncStream<DeviceEvent>.Continuation
    private let link: ChipLink
    private let settings: BoxSettings
    private let identity: Identity
    private let clock: any ZoneClock

    private var logic: DepositLogic
    private var loop: Task<Void, Never>?
    /// When the next look is due: a grid from the start on, so that delays do not add up.
    private var due: MonoTime
    private var isPolling = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// Why the last look failed, and how many have in a row.
    private var failure: DeviceError?
    private var failures = 0
    private var loss: DeviceError?

    init(link: ChipLink, settings: BoxSettings, identity: Identity, clock: any ZoneClock) {
        (events, output) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(256))
        (self.link, self.settings, self.identity, self.clock) = (link, settings, identity, clock)
        logic = DepositLogic(settings.deposits)
        due = clock.mono()
    }

    /// Held weakly, so that a device nobody holds any more stops looking.
    func start() {
        loop = Task { [weak self, clock] in
            while let next = await self?.lookAndPlan() {
                do { try await clock.sleep(until: next) } catch { return }
            }
        }
    }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        if let loss { throw loss }
        let look = Task { await self.look() }
        let isInTime = await firstOf(look, orAfter: deadline, clock) != nil
        if let loss { throw loss }
        return state(failure ?? (isInTime ? nil : DeviceError(.timedOut, doing: "read pins", "no answer in time")))
    }

    func close() async {
        loss = loss ?? DeviceError(.absent, doing: "use suggestion box", "closed here")
        loop?.cancel()
        output.finish()
        await link.port.close()
    }

    private func lookAndPlan() async -> MonoTime? {
        await look()
        guard loss == nil else { return nil }
        let step = settings.pollEvery.milliseconds
        let behind = max(0, clock.mono().since(due).milliseconds)
        due = due.advanced(by: .milliseconds((behind / step + 1) * step))
        return due
    }

    /// One look at the pins. Who comes while one is under way waits for that one: commands go one at a time.
    private func look() async {
        if isPolling {
            await withCheckedContinuation { waiting.append($0) }
            return
        }
        guard loss == nil else { return }
        isPolling = true
        do throws(DeviceError) {
            // The answer to a command that was given up may still come, and looks like the answer to the next one of
            // its kind. A command of another kind brings the two ends back in step.
            if failure != nil { _ = try await link.exchange(MCP2221.status) }
            take(try settings.sample(try await link.exchange(MCP2221.readPins)))
        } catch {
            fail(error)
        }
        isPolling = false
        for waiter in waiting { waiter.resume() }
        waiting = []
    }

    private func take(_ sample: PinSample) {
        (failure, failures) = (nil, 0)
        let news = logic.take(sample)
        if !news.isEmpty { output.yield(.report(Report(news, symptoms: stateSymptoms))) }
    }

    private func fail(_ error: DeviceError) {
        guard loss == nil else { return }
        failures += 1
        failure = error
        guard error.code == .absent || failures >= BoxDevice.mostFailures else { return }
        loss = error
        let news = logic.flush()
        if !news.isEmpty { output.yield(.report(Report(news, symptoms: []))) }
        // Whoever opens it anew cannot say how long it has been dead.
        if error.code != .absent { output.yield(.report(state(error))) }
        output.yield(.lost(error))
        output.finish()
    }
}

extension BoxDevice {
    /// How things stand; `trouble` when the chip does not say.
    private func state(_ trouble: DeviceError?) -> Report {
        var report = Report(
            presence: .present, link: .up, activity: .idle, identity: identity,
            symptoms: [Symptom(.boxSensorDead, .fine)] + stateSymptoms, details: details,
            simulated: link.port.identity.simulated)
        guard let trouble else { return report }
        report.link = .down
        report.reason = trouble.code.rawValue
        report.symptoms = report.symptoms.map { symptom in
            symptom.code == .boxSensorDead
                ? Symptom(.boxSensorDead, .wrong(evidence: trouble.description.cleaned()))
                : Symptom(symptom.code, .unknown(reason: trouble.code.rawValue))
        }
        return report
    }

    private var stateSymptoms: [Symptom] {
        var symptoms = [Symptom(.boxSlotBlocked, slotSight)]
        if settings.lidPin != nil { symptoms.append(Symptom(.boxLidOpen, lidSight)) }
        return symptoms
    }

    private var slotSight: Symptom.Sight {
        if let severity = logic.blockage {
            let limit = severity == .fault ? settings.deposits.blockedFault : settings.deposits.blockedAfter
            return .wrong(evidence: "beam not clear for \(limit) ms", severity: severity)
        }
        guard let isBlocked = logic.slotIsBlocked else { return .unknown(reason: "settling") }
        return isBlocked && logic.lidIsOpen == true ? .unknown(reason: "lidOpen") : .fine
    }

    private var lidSight: Symptom.Sight {
        switch logic.lidIsOpen {
        case .some(true): .wrong(evidence: "contact open")
        case .some(false): .fine
        case nil: .unknown(reason: "settling")
        }
    }

    private var details: JSONValue {
        let lid = settings.lidPin == nil ? "none" : logic.lidIsOpen.map { $0 ? "open" : "closed" }
        return .members([
            "slot": logic.slotIsBlocked.map { $0 ? "blocked" : "clear" }, "lid": lid.map { .string($0) },
            "samples": .integer(logic.sampleCount), "lateSamples": .integer(logic.lateCount),
            "source": link.port.identity.simulated ? "simulator" : "hidraw",
            "pins": ["slot": .string(settings.slotPinName), "lid": .string(settings.lidPinName)],
        ])
    }
}

extension Report {
    /// What happened, and where it changes how things stand, that too.
    fileprivate init(_ news: [BoxEvent], symptoms: [Symptom]) {
        self.init()
        for event in news {
            switch event {
            case .deposit(let length):
                instants.append(Instant(.boxDeposit, evidence: "beam blocked for \(length) ms"))
            case .burst(let count):
                instants.append(Instant(.boxBurst, count: count, evidence: "beam broken \(count) times in a row"))
            case .lidOpened:
                instants.append(Instant(.boxLidOpened, evidence: "contact opened"))
                self.symptoms = symptoms
            case .lidClosed, .slotBlocked, .slotCleared, .settled: self.symptoms = symptoms
            }
        }
    }
}
