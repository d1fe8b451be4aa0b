import DriverKit
import Logging
import ZoneModel
import ZoneTime

/// What is needed to run one device.
package struct Assignment: Sendable {
    package var card: DeviceCard
    package var driver: any DeviceDriver
    package var attachment: Attachment
    package var profile: DeviceProfile
    /// The profile of what a device says it is; `nil` when nothing more is known about that.
    package let refine: @Sendable (Identity) -> DeviceProfile?
    /// Stays the same when the device is opened anew or plugged in again, so that a recorder hears it.
    package let tap: WireTap

    package init(
        card: DeviceCard, driver: any DeviceDriver, attachment: Attachment, profile: DeviceProfile,
        tap: WireTap = WireTap(), refine: @escaping @Sendable (Identity) -> DeviceProfile? = { _ in nil }
    ) {
        (self.card, self.driver, self.attachment, self.profile) = (card, driver, attachment, profile)
        (self.tap, self.refine) = (tap, refine)
    }
}

/// Opens one device, watches it, and opens it again when it is lost, with back-off.
package actor DeviceRunner {
    /// Why an open device is closed.
    private enum End: Sendable {
        case cancelled
        case lost(DeviceError)
        /// It said which model it is, and that model has a profile of its own.
        case known
    }

    private let assignment: Assignment
    private var profile: DeviceProfile
    private let clock: any ZoneClock
    private let log: Logger
    private let memory: MemoryKeeper?
    private let deliver: @Sendable (Report) async -> Void
    private var live: (any LiveDevice)?
    /// How much longer than its deadline a driver may take before it counts as wedged. A driver bounds its own waits;
    /// this is for the one that does not return at all.
    private static let grace = Duration.seconds(10)
    private static let openDeadline = Duration.seconds(30)

    private var nap: Task<Void, Never>?
    private var printing = 0
    private var opened: [CheckedContinuation<Void, Never>] = []
    /// The last loss that was logged: a device that stays away is one line, not one per attempt.
    private var loggedLoss: DeviceError?

    package init(
        _ assignment: Assignment, clock: any ZoneClock, log: Logger, memory: MemoryKeeper? = nil,
        deliver: @escaping @Sendable (Report) async -> Void
    ) {
        (self.assignment, self.clock, self.memory, self.deliver) = (assignment, clock, memory, deliver)
        profile = assignment.profile
        var log = log
        log[metadataKey: "device"] = "\(assignment.card.id)"
        log[metadataKey: "driver"] = "\(assignment.driver.name)"
        self.log = log
    }

    /// Until the task is cancelled.
    package func run() async {
        var backoff = Backoff(base: .seconds(1), cap: .seconds(60))
        while !Task.isCancelled {
            do {
                let device = try await open()
                live = device
                for waiter in opened { waiter.resume() }
                opened = []
                backoff.reset()
                loggedLoss = nil
                log.info("Device opened")
                let end = await watch(device)
                live = nil
                await close(device)
                // Also a device that says which model it is, has its pause: one that says another each time would have the
                // agent open and ask it without end.
                if case .lost(let loss) = end { await tellLoss(loss) }
            } catch {
                await tellLoss(error)
            }
            await rest(backoff.next() + .milliseconds(200))
        }
        for waiter in opened { waiter.resume() }
        opened = []
    }

    /// Ends a wait between two attempts to open.
    package func hurry() { nap?.cancel() }

    private func rest(_ duration: Duration) async {
        let nap = Task { [clock] in _ = try? await clock.sleep(for: duration) }
        self.nap = nap
        await withTaskCancellationHandler {
            await nap.value
        } onCancel: {
            nap.cancel()
        }
        self.nap = nil
    }

    /// Looks at the device now. `nil` when it is not open.
    package func probe() async throws(DeviceError) -> Report? {
        guard let live else { return nil }
        let report = try await check(live)
        await deliver(report)
        return report
    }

    /// Waits until the device is open; forever when it never is, so give it a deadline.
    package func waitUntilOpen() async {
        guard live == nil else { return }
        await withCheckedContinuation { opened.append($0) }
    }

    /// The driver's own steps, while the device is open.
    package var healingSteps: [HealingStep] { live?.healingSteps ?? [] }

    package func heal(_ step: HealingStep) async throws(DeviceError) {
        guard let live else { throw DeviceError(.absent, doing: step.name, "the device is not open") }
        try await bounded(step.name, within: step.deadline) { () async throws(DeviceError) in try await live.heal(step)
        }
    }

    package func order(
        _ doing: String, within deadline: Duration,
        _ order: @escaping @Sendable (any SignDisplay) async throws(DeviceError) -> SignResult
    ) async throws(DeviceError) -> SignResult {
        guard let live else { throw DeviceError(.absent, doing: doing, "the device is not open") }
        guard let sign = live as? any SignDisplay else {
            throw DeviceError(.unsupported, doing: doing, "the device is no sign")
        }
        return try await bounded(doing, within: deadline) { () async throws(DeviceError) in try await order(sign) }
    }

    package var touchSurface: (any TouchSurface)? { live as? any TouchSurface }
    package var isPrinting: Bool { printing > 0 }
    package var takesDocuments: Bool { live is any DocumentPrinter }
    package var scannerAddress: String? { (live as? any DocumentScanner)?.scannerAddress }

    package func printDocument(
        _ order: PrintOrder, progress: @escaping @Sendable (Int) -> Void
    ) async -> PrintResult {
        guard let printer = live as? any DocumentPrinter else { return .failed("the device is not open") }
        printing += 1
        defer { printing -= 1 }
        return await printer.printDocument(order, progress: progress)
    }

    /// What was seen is in the next report: nothing is raised or cleared past the judge.
    package func personSaw(paper: Bool) async { await (live as? any DocumentPrinter)?.personSaw(paper: paper) }

    private func open() async throws(DeviceError) -> any LiveDevice {
        let (assignment, profile, memory) = (assignment, profile, memory)
        let open: @Sendable () async throws(DeviceError) -> any LiveDevice = { () async throws(DeviceError) in
            let device = try await assignment.driver.open(
                assignment.attachment, profile: profile, tap: assignment.tap)
            await memory?.handOver(to: device)
            return device
        }
        return try await bounded("open", within: DeviceRunner.openDeadline, late: { await $0.close() }, open)
    }

    private func check(_ device: any LiveDevice) async throws(DeviceError) -> Report {
        let deadline = checkDeadline
        var report = try await bounded("check", within: deadline) { () async throws(DeviceError) in
            try await device.check(within: deadline)
        }
        report.symptoms.append(Symptom(.driverWedged, .fine))
        return report
    }

    /// A device that is wedged may not close either; its object is left to itself then.
    private func close(_ device: any LiveDevice) async {
        let closing = Task { [memory] in
            // A disk that stalls must not keep a device open.
            let learned = await (device as? any LearningDevice)?.memory()
            await device.close()
            await memory?.keep(learned)
        }
        // In a task of its own, because this one may be cancelled, and then it would not wait.
        let clock = clock
        let isClosed = await Task { await firstOf(closing, orAfter: DeviceRunner.grace, clock) != nil }.value
        if !isClosed { log.error("Driver does not close") }
    }

    /// Waits for a driver no longer than its deadline and some grace; then it is wedged, and what it hangs in is left
    /// behind on its own lane.
    private func bounded<Value: Sendable>(
        _ doing: String, within deadline: Duration, late: @escaping @Sendable (Value) async -> Void = { _ in },
        _ work: @escaping @Sendable () async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        let task = Task { await Self.result(work) }
        let result = await withTaskCancellationHandler {
            await firstOf(task, orAfter: deadline + DeviceRunner.grace, clock)
        } onCancel: {
            task.cancel()
        }
        guard let result else {
            task.cancel()
            // What comes after all belongs to nobody.
            Task { if case .success(let value) = await task.value { await late(value) } }
            throw DeviceError(.wedged, doing: doing, "no return within \(deadline.milliseconds) ms and 10 s of grace")
        }
        return try result.get()
    }

    private static func result<Value>(
        _ work: @Sendable () async throws(DeviceError) -> Value
    ) async -> Result<Value, DeviceError> {
        do {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }

    private var checkDeadline: Duration { max(.seconds(5), profile.probeInterval) }

    private func watch(_ device: any LiveDevice) async -> End {
        await withTaskGroup(of: End.self) { group in
            group.addTask { [deliver] in
                for await event in device.events {
                    switch event {
                    case .report(let report): await deliver(report)
                    case .lost(let error): return .lost(error)
                    }
                }
                return .cancelled
            }
            group.addTask { await self.checkAgainAndAgain(device) }
            if memory != nil, device is any LearningDevice { group.addTask { await self.keepMemory(of: device) } }
            // A driver may have no events at all: the end of its stream means nothing, its loss does.
            while let ended = await group.next() {
                if case .cancelled = ended, !Task.isCancelled { continue }
                await close(device)
                group.cancelAll()
                return Task.isCancelled ? .cancelled : ended
            }
            return .cancelled
        }
    }

    private func keepMemory(of device: any LiveDevice) async -> End {
        while (try? await clock.sleep(for: MemoryKeeper.round)) != nil, !Task.isCancelled {
            let memory = memory
            // A device that is wedged is the check's to tell.
            try? await bounded("memory", within: .zero) { () async throws(DeviceError) in await memory?.ask(device) }
        }
        return .cancelled
    }

    private func checkAgainAndAgain(_ device: any LiveDevice) async -> End {
        while !Task.isCancelled {
            do {
                let report = try await check(device)
                await deliver(report)
                if takeProfile(of: report.identity) { return .known }
            } catch {
                return .lost(error)
            }
            try? await clock.sleep(for: profile.probeInterval)
        }
        return .cancelled
    }

    /// - Returns: whether the device must be opened with another profile. A document under way is waited for.
    private func takeProfile(of identity: Identity?) -> Bool {
        guard printing == 0, let identity, let better = assignment.refine(identity),
            (better.settings, better.probeInterval) != (profile.settings, profile.probeInterval)
        else {
            return false
        }
        log.notice("Profile of its model", metadata: ["model": "\(identity.model ?? identity.vendor ?? "?")"])
        profile = better
        return true
    }

    private func tellLoss(_ error: DeviceError) async {
        // Whoever stopped us knows; what we were waiting for says nothing about the device.
        guard !Task.isCancelled else { return }
        if error != loggedLoss { log.notice("Device is not usable", metadata: ["error": "\(error)"]) }
        loggedLoss = error
        let isAbsent = error.code == .absent && !assignment.attachment.isFar
        let isDown = [.absent, .timedOut].contains(error.code)
        await deliver(
            Report(
                presence: isAbsent ? .absent : .unknown, link: isDown ? .down : .unknown, activity: .unknown,
                reason: error.code.rawValue, symptoms: assignment.absence(error)))
    }
}

extension Attachment {
    /// Behind a network: whether it is there cannot be told from whether it answers.
    fileprivate var isFar: Bool { if case .address(let text) = self { text.contains("://") } else { false } }
}

extension Assignment {
    /// What is not there, or is silent where it must answer, raises the driver's condition; a device we may not open is
    /// unknown.
    fileprivate func absence(_ error: DeviceError) -> [Symptom] {
        if error.code == .wedged { return [Symptom(.driverWedged, .wrong(evidence: error.description.cleaned()))] }
        guard let code = driver.absence, [.absent, .timedOut].contains(error.code) else { return [] }
        return [Symptom(code, .wrong(evidence: error.description.cleaned()))]
    }
}
