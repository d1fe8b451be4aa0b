import DriverKit
import Logging
import ServiceLifecycle
import Synchronization
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

/// Lets time pass for the judges.
struct Ticker: Service {
    let station: Station
    let clock: any ZoneClock

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await clock.sleep(for: .seconds(1))
                await station.tick()
            }
        }
    }
}

/// What udev says, to the supervisor.
struct HotplugService: Service {
    let supervisor: Supervisor
    let cards: [DeviceConfig]
    let log: Logger

    func run() async throws {
        let hotplug: Hotplug
        do {
            hotplug = try Hotplug(subsystem: "input")
        } catch {
            log.error("No news about plugged devices", metadata: ["error": "\(error)"])
            try? await gracefulShutdown()
            return
        }
        for await event in hotplug.events.cancelOnGracefulShutdown() {
            await supervisor.take(event, cards: cards)
        }
        hotplug.close()
    }
}

/// What commands do.
enum AgentEffects {
    static func probe(_ supervisor: Supervisor) -> CommandDesk.Effect {
        { command throws(DeviceError) in
            guard let report = try await supervisor.probe(command.device) else {
                throw DeviceError(.absent, doing: "probe \(command.device)", "the device is not open")
            }
            let wrong = report.symptoms.compactMap { symptom -> JSONValue? in
                guard case .wrong(let evidence) = symptom.sight else { return nil }
                return ["code": .string(symptom.code.rawValue), "evidence": .string(evidence)]
            }
            return .members([
                "presence": report.presence.map { .string($0.rawValue) },
                "link": report.link.map { .string($0.rawValue) },
                "seen": .array(wrong),
            ])
        }
    }
}
