// Purpose: what both long-running programs owe their service manager.
import ServiceLifecycle
import ZoneLinux
import ZoneModel
import ZoneTime

/// Tells the service manager that the program is alive, and only when each loop it lives by has answered since the last
/// time: a timer that always pings would protect nothing.
package struct Watchdog: Service {
    private let vitals: [@Sendable () async -> Void]
    private let manager: ServiceManager
    private let clock: any ZoneClock

    /// - Parameter vitals: one for each loop; answers when it is not stuck.
    package init(vitals: [@Sendable () async -> Void], manager: ServiceManager, clock: any ZoneClock) {
        (self.vitals, self.manager, self.clock) = (vitals, manager, clock)
    }

    package func run() async throws {
        guard let interval = manager.watchdogInterval else {
            try? await gracefulShutdown()
            return
        }
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                for vital in vitals { await vital() }
                manager.alive()
                try await clock.sleep(for: interval / 3)
            }
        }
    }
}
