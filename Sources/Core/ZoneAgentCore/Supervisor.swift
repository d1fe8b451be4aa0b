import DriverKit
import Logging
import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneProfiles
import ZoneTime
import ZoneUdev

/// Decides which device is run by which driver, and keeps a runner for each.
package actor Supervisor {
    let station: Station
    let journal: Journal
    let scout: HardwareScout
    let log: Logger
    let clock: any ZoneClock
    var bindings: Bindings
    let bindingsFile: String
    private var runners: [DeviceID: (runner: DeviceRunner, task: Task<Void, Never>)] = [:]
    /// What is or would be running; a disabled device keeps its place here.
    var assignments: [DeviceID: Assignment] = [:]
    private var taps: [DeviceID: WireTap] = [:]
    /// Which plugged device carries which id, by udev's path.
    var plugged: [String: (id: DeviceID, node: PluggedNode)] = [:]
    /// The other nodes of the same things, by udev's path.
    var spares: [String: PluggedNode] = [:]
    /// What is missing unless udev lists it.
    var awaited: [DeviceID: ConditionCode] = [:]
    var isListed = false
    /// At a cold start: until the list is believed.
    var settling: Task<Void, Never>?
    /// The names of the serial lines that are there, by udev's path.
    var lines: [String: Set<String>] = [:]

    package init(
        station: Station, journal: Journal, scout: HardwareScout, bindings: Bindings, bindingsFile: String,
        clock: any ZoneClock, log: Logger
    ) {
        (self.station, self.journal, self.scout, self.bindings) = (station, journal, scout, bindings)
        (self.clock, self.log, self.bindingsFile) = (clock, log, bindingsFile)
    }

    /// Puts a device from the configuration, or the machine itself, on the air.
    package func run(_ card: DeviceCard, at attachment: Attachment, facts: [String: String], restored: DeviceState?)
        async
    {
        guard let (driver, profile) = scout.choose(HardwareFacts(kind: card.kind, facts: facts)) else {
            await station.admit(card, restored: restored, maxAge: .seconds(90))
            await station.take(.unmatched("no profile"), from: card.id)
            log.warning("No profile fits", metadata: ["device": "\(card.id)"])
            return
        }
        await station.admit(card, restored: restored, maxAge: profile.maxAge)
        await station.takeForGood(Symptom(.profileUnmatched, .fine), from: card.id)
        await start(
            Assignment(
                card: card, driver: driver, attachment: attachment, profile: profile, tap: tap(of: card.id),
                refine: scout.refinement(of: HardwareFacts(kind: card.kind, facts: facts), for: driver)))
    }

    /// Puts a device that was seen before, but is not there now, on the list.
    package func expect(_ card: DeviceCard, restored: DeviceState?) async {
        await station.admit(card, restored: restored, maxAge: .seconds(90))
        guard card.watch == .machine, let absence = scout.absence(ofPlugged: card.kind) else { return }
        guard isListed else {
            awaited[card.id] = absence
            return
        }
        await tellAbsent(absence, reason: "notPlugged", card.id)
    }

    /// Nobody looks again at what is not there, so this one fact is as good as the several that others need.
    func tellAbsent(_ absence: ConditionCode, reason: String, _ id: DeviceID) async {
        for _ in 0..<absence.factsToRaise { await station.take(.absent(absence, reason: reason), from: id) }
    }

    /// Looks at a device now.
    package func probe(_ id: DeviceID) async throws(DeviceError) -> Report? {
        guard let entry = runners[id] else { return nil }
        return try await entry.runner.probe()
    }

    /// The steps that could be tried on a device now, the mildest first.
    package func healingSteps(of id: DeviceID) async -> [HealingStep] {
        guard let entry = runners[id] else { return [] }
        return await entry.runner.healingSteps + [.reopen]
    }

    package func heal(_ id: DeviceID, _ step: HealingStep) async throws(DeviceError) {
        let absence = DeviceError(.absent, doing: step.name, "the device is not run")
        guard let entry = runners[id], assignments[id] != nil else { throw absence }
        guard step == .reopen else { return try await entry.runner.heal(step) }
        guard await !isPrinting(id) else {
            throw DeviceError(.busy, doing: step.name, "a document is being printed")
        }
        // Meanwhile it may have been pulled out, or plugged in as another node.
        guard let current = assignments[id] else { throw absence }
        await start(current)
        guard let fresh = runners[id]?.runner else { throw absence }
        let opening = Task { await fresh.waitUntilOpen() }
        guard await firstOf(opening, orAfter: step.deadline, clock) != nil else {
            throw DeviceError(.timedOut, doing: step.name, "not open within \(step.deadline.milliseconds) ms")
        }
    }

    /// Gives an order to a sign.
    package func order(
        _ id: DeviceID, _ doing: String, within deadline: Duration,
        _ order: @escaping @Sendable (any SignDisplay) async throws(DeviceError) -> SignResult
    ) async throws(DeviceError) -> SignResult {
        guard let entry = runners[id] else { throw DeviceError(.absent, doing: doing, "the device is not run") }
        return try await entry.runner.order(doing, within: deadline, order)
    }

    /// The panel as it is open now.
    package func touchSurface(of id: DeviceID) async -> (any TouchSurface)? { await runners[id]?.runner.touchSurface }

    package func takesDocuments(_ id: DeviceID) async -> Bool {
        guard let entry = runners[id] else { return false }
        return await entry.runner.takesDocuments
    }

    /// Where it can be copied from.
    package func scannerAddress(of id: DeviceID) async -> String? { await runners[id]?.runner.scannerAddress }

    package func printDocument(
        _ order: PrintOrder, on id: DeviceID, progress: @escaping @Sendable (Int) -> Void
    ) async -> PrintResult {
        guard let entry = runners[id] else { return .failed("the device is not run") }
        return await entry.runner.printDocument(order, progress: progress)
    }

    package func personSaw(paper: Bool, from id: DeviceID) async { await runners[id]?.runner.personSaw(paper: paper) }

    /// Lets go of what is disabled, takes up again what no longer is.
    package func enforceModes() async {
        for id in assignments.keys {
            let isDisabled = await station.mode(of: id) == .disabled
            if isDisabled, runners[id] != nil {
                await end(id)
                await station.take(
                    Report(presence: .unknown, link: .unknown, activity: .unknown, reason: "disabled"), from: id)
            } else if !isDisabled, runners[id] == nil, let current = assignments[id] {
                await start(current)
            }
        }
    }

    /// Takes a device of the configuration off the list.
    package func dismiss(_ id: DeviceID) async {
        await end(id)
        assignments[id] = nil
        await station.dismiss(id)
    }

    /// Answers when the supervisor is not stuck.
    package func pulse() {}

    package func stop() async {
        settling?.cancel()
        for entry in runners.values { entry.task.cancel() }
        for entry in runners.values { await entry.task.value }
        runners = [:]
    }

    /// The device's runner tries again at once when it is waiting to.
    func hurry(_ id: DeviceID) async { await runners[id]?.runner.hurry() }

    func start(_ assignment: Assignment) async {
        let id = assignment.card.id
        assignments[id] = assignment
        let isDisabled = await station.mode(of: id) == .disabled
        // Whoever else started one meanwhile: there is one runner per device, the newest.
        while runners[id] != nil { await end(id) }
        guard !isDisabled, let newest = assignments[id] else { return }
        let memory = MemoryKeeper(journal: journal, device: id, log: log)
        let runner = DeviceRunner(newest, clock: clock, log: log, memory: memory) { [station] in
            await station.take($0, from: id)
        }
        runners[id] = (runner, Task { await runner.run() })
    }

    /// One per device for as long as the agent runs.
    func tap(of id: DeviceID) -> WireTap {
        let tap = taps[id] ?? WireTap()
        taps[id] = tap
        return tap
    }

    package func isPrinting(_ id: DeviceID) async -> Bool { await runners[id]?.runner.isPrinting ?? false }

    var isPrintingAnything: Bool {
        get async {
            for entry in runners.values where await entry.runner.isPrinting { return true }
            return false
        }
    }

    func end(_ id: DeviceID) async {
        guard let old = runners.removeValue(forKey: id) else { return }
        old.task.cancel()
        await old.task.value
    }
}

extension Report {
    static func absent(_ code: ConditionCode, reason: String) -> Report {
        Report(
            presence: .absent, link: .down, activity: .unknown, reason: reason,
            symptoms: [Symptom(code, .wrong(evidence: reason))])
    }

    static func unmatched(_ evidence: String) -> Report {
        Report(symptoms: [Symptom(.profileUnmatched, .wrong(evidence: evidence))])
    }
}
