import Logging
import ServiceLifecycle
import Synchronization
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTime

/// How late this program's own timers were: the sign of a pool without threads, a starved machine, a PC that slept.
package final class StallMeter: Sendable {
    private let worst = Mutex((count: 0, longest: Duration.zero))

    package init() {}

    func note(_ late: Duration) { worst.withLock { $0 = ($0.count + 1, max($0.longest, late)) } }

    /// Since start: how often a timer was more than a second late, and the worst of it.
    package var stalls: (count: Int, longest: Duration) { worst.withLock { $0 } }
}

/// Notices when the wall clock is set: its distance from the clock that never steps changes.
struct ClockWatch: Sendable {
    /// NTP slews up to here without a word (step threshold of chrony and timesyncd: fractions of a second).
    static let threshold: Int64 = 5000

    private var distance: Int64?

    /// - Returns: by how many ms the wall clock was set since the last look.
    mutating func look(wall: WallTime, mono: MonoTime) -> Int64? {
        let now = wall.milliseconds - mono.milliseconds
        defer { distance = now }
        guard let distance, abs(now - distance) > ClockWatch.threshold else { return nil }
        return now - distance
    }
}

/// Lets time pass: for judges, leases, budgets; and looks at time itself.
struct Ticker: Service {
    private static let period = Duration.seconds(1)

    let station: Station
    let supervisor: Supervisor
    let everySecond: @Sendable () async -> Void
    let journal: Journal
    let stalls: StallMeter
    let clock: any ZoneClock
    let log: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var watch = ClockWatch()
            while !Task.isCancelled {
                let due = clock.mono().advanced(by: Ticker.period)
                try await clock.sleep(until: due)
                noteLateness(clock.mono().since(due))
                if let step = watch.look(wall: clock.wall(), mono: clock.mono()) { await noteStep(step) }
                if await station.tick() { await supervisor.enforceModes() }
                await everySecond()
            }
        }
    }

    private func noteLateness(_ late: Duration) {
        guard late > .seconds(1) else { return }
        stalls.note(late)
        log.warning("A timer was late: this PC slept, or has no time for us", metadata: ["ms": "\(late.milliseconds)"])
    }

    private func noteStep(_ offset: Int64) async {
        log.notice("The clock was set", metadata: ["offsetMs": "\(offset)"])
        let event = EventDraft(
            .clockStepped, .b, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: ["offsetMs": .integer(offset)])
        _ = journal.submit([Entry(event)])
    }
}
