import DriverKit
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneUdev
import ZoneWire

/// Tells the service manager READY when every door is open.
struct DoorCount: Sendable {
    private let missing: Counter

    init(expected: Int) { missing = Counter(expected) }

    func arrived() async {
        if missing.countDown() { ServiceManager().ready() }
    }
}

private final class Counter: Sendable {
    private let value: Mutex<Int>
    init(_ value: Int) { self.value = Mutex(value) }

    /// - Returns: whether this was the last one.
    func countDown() -> Bool {
        value.withLock { value in
            value -= 1
            return value == 0
        }
    }
}

/// SIGHUP, by custom and by `systemctl reload`: read the configuration again.
struct ReloadOnHangup: Service {
    let changes: ConfigurationDesk

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            ServiceManager().reloading()
            // What was wrong stands in the log, the journal and the conditions.
            try? await changes.reload(by: "SIGHUP")
            ServiceManager().ready()
        }
    }
}

/// What udev says, to the supervisor.
struct HotplugService: Service {
    let supervisor: Supervisor
    let cards: @Sendable () -> [DeviceConfig]
    let log: Logger

    func run() async throws {
        let hotplug: Hotplug
        do {
            hotplug = try Hotplug(subsystems: supervisor.scout.subsystems)
        } catch {
            log.error("No news about plugged devices", metadata: ["error": "\(error)"])
            await supervisor.take(.listed, cards: cards())
            try? await gracefulShutdown()
            return
        }
        for await event in hotplug.events.cancelOnGracefulShutdown() {
            await supervisor.take(event, cards: cards())
        }
        hotplug.close()
    }
}
