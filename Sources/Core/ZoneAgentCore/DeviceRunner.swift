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
                let device = try await assignment.driver.open(assignment.attachment, profile: assignment.profile)
                live = device
                backoff.reset()
                loggedLoss = nil
                log.info("Device opened")
                let loss = await watch(device)
                live = nil
                await device.close()
                if let loss { await tellLoss(loss) }
            } catch {
                await tellLoss(error)
            }
            try? await clock.sleep(for: backoff.next() + .milliseconds(200))
        }
    }

    /// Looks at the device now. `nil` when it is not open.
    package func probe() async throws(DeviceError) -> Report? {
        guard let live else { return nil }
        let report = try await live.check(within: checkDeadline)
        await deliver(report)
        return report
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
                await device.close()
                group.cancelAll()
                return Task.isCancelled ? nil : ended
            }
            return nil
        }
    }

    private func checkAgainAndAgain(_ device: any LiveDevice) async -> DeviceError? {
        while !Task.isCancelled {
            do {
                await deliver(try await device.check(within: checkDeadline))
            } catch {
                return error
            }
            try? await clock.sleep(for: assignment.profile.probeInterval)
        }
        return nil
    }

    private func tellLoss(_ error: DeviceError) async {
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
        guard let code = driver.absence, error.code == .absent else { return [] }
        return [Symptom(code, .wrong(evidence: error.description.cleaned()))]
    }
}
