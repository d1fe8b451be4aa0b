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

    package init(card: DeviceCard, driver: any DeviceDriver, attachment: Attachment, profile: DeviceProfile) {
        (self.card, self.driver, self.attachment, self.profile) = (card, driver, attachment, profile)
    }
}

/// Opens one device, watches it, and opens it again when it is lost, with back-off.
package actor DeviceRunner {
    private let assignment: Assignment
    private let clock: any ZoneClock
    private let log: Logger
    private let deliver: @Sendable (Report) async -> Void
    private var live: (any LiveDevice)?
    /// How much longer than its deadline a driver may take before it counts as wedged. A driver bounds its own waits;
    /// this is for the one that does not return at all.
    private static let grace = Duration.seconds(10)
    private static let openDeadline = Duration.seconds(30)

    private var printing = 0
    private var opened: [CheckedContinuation<Void, Never>] = []
    /// The last loss that was logged: a device that stays away is one line, not one per attempt.
    private var loggedLoss: DeviceError?

    package init(
        _ assignment: Assignment, clock: any ZoneClock, log: Logger, deliver: @escaping @Sendable (Report) async -> Void
    ) {
        (self.assignment, self.clock, self.deliver) = (assignment, clock, deliver)
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
                let loss = await watch(device)
                live = nil
                await close(device)
                if let loss { await tellLoss(loss) }
            } catch {
                await tellLoss(error)
            }
            try? await clock.sleep(for: backoff.next() + .milliseconds(200))
        }
        for waiter in opened { waiter.resume() }
        opened = []
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

    package var isPrinting: Bool { printing > 0 }
    package var takesDocuments: Bool { live is any DocumentPrinter }

    package func printDocument(_ path: String, format: String, copies: Int) async -> PrintResult {
        guard let printer = live as? any DocumentPrinter else { return .failed("the device is not open") }
        printing += 1
        defer { printing -= 1 }
        return await printer.printDocument(path, format: format, copies: copies)
    }

    private func open() async throws(DeviceError) -> any LiveDevice {
        let assignment = assignment
        let open: @Sendable () async throws(DeviceError) -> any LiveDevice = { () async throws(DeviceError) in
            try await assignment.driver.open(assignment.attachment, profile: assignment.profile)
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
        let closing = Task { await device.close() }
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

    private var checkDeadline: Duration { max(.seconds(5), assignment.profile.probeInterval) }

    /// - Returns: why the device was lost; `nil` when the task was cancelled.
    private func watch(_ device: any LiveDevice) async -> DeviceError? {
        await withTaskGroup(of: DeviceError?.self) { group in
            group.addTask { [deliver] in
                for await event in device.events {
                    switch event {
                    case .report(let report): await deliver(report)
                    case .lost(let error): return error
                    }
                }
                return nil
            }
            group.addTask { await self.checkAgainAndAgain(device) }
            // A driver may have no events at all: the end of its stream means nothing, its loss does.
            while let ended = await group.next() {
                guard ended != nil || Task.isCancelled else { continue }
                await close(device)
                group.cancelAll()
                return Task.isCancelled ? nil : ended
            }
            return nil
        }
    }

    private func checkAgainAndAgain(_ device: any LiveDevice) async -> DeviceError? {
        while !Task.isCancelled {
            do {
                await deliver(try await check(device))
            } catch {
                return error
            }
            try? await clock.sleep(for: assignment.profile.probeInterval)
        }
        return nil
    }

    private func tellLoss(_ error: DeviceError) async {
        // Whoever stopped us knows; what we were waiting for says nothing about the device.
        guard !Task.isCancelled else { return }
        if error != loggedLoss { log.notice("Device is not usable", metadata: ["error": "\(error)"]) }
        loggedLoss = error
        let isAbsent = error.code == .absent
        await deliver(
            Report(
                presence: isAbsent ? .absent : .unknown, link: isAbsent ? .down : .unknown, activity: .unknown,
                reason: error.code.rawValue, symptoms: assignment.absence(error)))
    }
}

extension Assignment {
    /// Only what is not there raises "not there"; a device we may not open is unknown.
    fileprivate func absence(_ error: DeviceError) -> [Symptom] {
        if error.code == .wedged { return [Symptom(.driverWedged, .wrong(evidence: error.description.cleaned()))] }
        guard let code = driver.absence, error.code == .absent else { return [] }
        return [Symptom(code, .wrong(evidence: error.description.cleaned()))]
    }
}
