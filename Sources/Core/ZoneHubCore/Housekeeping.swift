import Logging
import ServiceLifecycle
import ZoneHubStore
import ZoneModel
import ZoneTime
import ZoneWire

/// What the hub does on its own: lets time pass on the wall and writes down what that changed, lays the ballast down
/// again, and forgets at night what is old enough.
package struct Housekeeping: Service {
    /// Zone time; when halls are closed and few heartbeats bring anything.
    private static let night = 1..<5
    private static let breath = Duration.milliseconds(50)

    private let store: HubStore
    private let wall: Wall
    private let clock: any ZoneClock
    private let retention: HubRetention
    private let log: Logger

    package init(
        store: HubStore, wall: Wall, clock: any ZoneClock, retention: HubRetention = HubRetention(), log: Logger
    ) {
        (self.store, self.wall, self.clock, self.retention, self.log) = (store, wall, clock, retention, log)
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            async let night: Void = nights()
            while !Task.isCancelled {
                try await clock.sleep(for: .seconds(1))
                await second()
            }
            try await night
        }
    }

    /// One look at the clock.
    package func second() async {
        let changes = await wall.tick()
        do {
            try await store.note(changes, at: clock.wall())
        } catch {
            // The wall shows it all the same; the interval on the disk begins with the next change.
            log.error("States of nodes could not be written down", metadata: ["error": "\(error)"])
        }
    }

    private func nights() async throws {
        var last: CivilDate?
        while !Task.isCancelled {
            await store.restoreBallast()
            try? await store.noteAtWork(at: clock.wall())
            try await clock.sleep(for: .seconds(60))
            let now = clock.wall()
            let today = CivilDate(of: now)
            guard Housekeeping.night.contains(ZoneCivil.time(now).hour), last != today else { continue }
            last = today
            await forget()
        }
    }

    /// Everything that is due, a slice at a time; stops when the night is over.
    package func forget() async {
        var removed = 0
        do {
            removed += try await whileNight { try await store.forget(retention, at: $0) }
            removed += try await whileNight { try await store.forgetEnrolments(retention, at: $0) }
        } catch is CancellationError {
        } catch {
            log.error("Old history could not be removed", metadata: ["error": "\(error)"])
        }
        if removed > 0 { log.info("Old history removed", metadata: ["rows": "\(removed)"]) }
    }

    /// - Returns: how many rows are gone.
    private func whileNight(_ forgetSlice: (WallTime) async throws -> ForgottenSlice) async throws -> Int {
        var removed = 0
        while !Task.isCancelled, Housekeeping.night.contains(ZoneCivil.time(clock.wall()).hour) {
            let slice = try await forgetSlice(clock.wall())
            removed += slice.removed
            if slice.isDone { break }
            try await clock.sleep(for: Housekeeping.breath)
        }
        return removed
    }
}
