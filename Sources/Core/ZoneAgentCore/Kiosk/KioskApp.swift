import DriverKit
import Synchronization
import ZoneConfig
import ZoneModel
import ZoneTime

/// The program in front of the citizens, as far as it can be seen: by its unit, by its own signs of life.
final class KioskApp: KioskProgram {
    /// How often the program should say that it lives; three of them fit into the usual silence.
    static let every = Duration.seconds(30)
    /// For a program that is not configured, and says who is there all the same.
    private static let usualSilence = Duration.seconds(90)

    private let config: @Sendable () -> KioskAppConfig?
    private let units: (any UnitManager)?
    private let clock: any ZoneClock
    /// Since when signs of life are expected: the program has its time to begin with them also when the setting is new.
    private let listeningSince = Mutex<MonoTime?>(nil)
    private let last = Mutex<Sign?>(nil)
    /// The unit that the agent itself has stopped, for a moment: that is no absence.
    private let paused = Mutex<String?>(nil)

    /// - Parameter units: `nil` where the service manager is not ours to ask.
    init(config: @escaping @Sendable () -> KioskAppConfig?, units: (any UnitManager)?, clock: any ZoneClock) {
        (self.config, self.units, self.clock) = (config, units, clock)
    }

    private struct Sign: Sendable {
        var at: MonoTime
        var inUse: Bool?
    }

    /// A sign of life.
    /// - Parameter inUse: whether somebody uses the program, where it says so.
    func isAlive(inUse: Bool? = nil) { last.withLock { $0 = Sign(at: clock.mono(), inUse: inUse) } }

    /// Whether somebody uses the program, by its own word; `nil`: it does not say.
    var isInUse: Bool? {
        guard let sign = last.withLock({ $0 }) else { return nil }
        return clock.mono().since(sign.at) <= config()?.silence ?? KioskApp.usualSilence ? sign.inUse : nil
    }

    func look() async -> KioskSight? {
        let wanted = config()
        let since = listen(wanted?.heartbeat ?? false)
        guard let config = wanted else { return nil }
        var sign: KioskSight.Sign?
        if let since {
            sign = KioskSight.Sign(
                listeningSince: since, last: last.withLock { $0?.at }, silence: config.silence)
        }
        guard let unit = config.unit else { return KioskSight(sign: sign) }
        return KioskSight(unit: (unit, await state(of: unit)), sign: sign)
    }

    private func listen(_ isListening: Bool) -> MonoTime? {
        listeningSince.withLock { since in
            since = isListening ? since ?? clock.mono() : nil
            return since
        }
    }

    var canRestart: Bool { unit != nil }
    /// The one that is configured; `nil` where it is not ours to stop and start.
    var unit: String? { units == nil ? nil : config()?.unit }

    func restart(within deadline: Duration) async throws(DeviceError) {
        let (units, unit) = try ours(config()?.unit)
        try await units.restart(unit, within: deadline)
    }

    /// Whoever stops it starts it, too, whatever comes between.
    func stop(within deadline: Duration) async throws(DeviceError) {
        let (units, unit) = try ours(config()?.unit)
        paused.withLock { $0 = unit }
        try await units.stop(unit, within: deadline)
    }

    /// The one that was stopped, also where the configuration is another one by now.
    func start(within deadline: Duration) async throws(DeviceError) {
        defer { paused.withLock { $0 = nil } }
        let (units, unit) = try ours(paused.withLock { $0 } ?? config()?.unit)
        try await units.start(unit, within: deadline)
    }

    /// One that an earlier run of the agent has stopped.
    func start(_ unit: String, within deadline: Duration) async throws(DeviceError) {
        let (units, unit) = try ours(unit)
        try await units.start(unit, within: deadline)
    }

    private func ours(_ unit: String?) throws(DeviceError) -> (units: any UnitManager, unit: String) {
        guard let units, let unit else {
            throw DeviceError(
                .unsupported, doing: "restart the kiosk app",
                "no unit is configured (kiosk.app.unit), or it is not ours")
        }
        return (units, unit)
    }

    func state(of unit: String) async -> KioskSight.Unit {
        guard let units else { return .unknown("an agent with a root of its own asks no service manager") }
        let all = await units.facts(of: [unit])
        // Asked by an alias, systemd answers by the unit's own name.
        guard let facts = all[unit] ?? all.values.first else { return .unknown("systemd does not answer") }
        let restarts = facts["NRestarts"].flatMap { Int($0) }.map { max(0, $0) } ?? 0
        let active = facts["ActiveState"] ?? ""
        switch active {
        case "active": return .active(restarts: restarts)
        // Between an end and the next start (RestartSec=) it is activating, too.
        case "activating", "reloading": return .starting(restarts: restarts)
        case "inactive", "failed", "deactivating":
            if facts["LoadState"] == "not-found" { return .down("not-found", restarts: restarts) }
            if paused.withLock({ $0 }) == unit { return .starting(restarts: restarts) }
            let result = facts["Result"].flatMap { $0 == "success" ? nil : " (\($0))" } ?? ""
            return .down(active + result, restarts: restarts)
        default: return .unknown("systemd says \(active.cleaned(limit: 20))")
        }
    }
}
