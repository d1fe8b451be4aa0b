import Logging
import Synchronization
import ZoneAgentCore
import ZoneJournal
import ZoneJudge
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime

/// A station with a journal in a folder of its own, opened as often as a test restarts the agent. The station has the
/// clock that only the test moves; the journal has the real one, for what waits there for company would never go.
struct StationRig {
    static let panel = DeviceID(.touchPanel, 1)
    static let printer = DeviceID(.printer, 1)

    let root: TemporaryRoot
    let clock: SettableClock
    /// Conditions end with the first good fact, so that a test can make them come and go.
    var rules = JudgeRules()

    /// It is ten o'clock in the zone, on 2026-11-21.
    init() throws {
        root = try TemporaryRoot()
        clock = SettableClock(wall: WallTime(milliseconds: 1_795_226_400_000))
        (rules.goodFactsToClear, rules.clearDelay) = (1, .zero)
    }

    /// The same PC after it was switched off and on.
    init(rebooted rig: StationRig, wall: WallTime, upFor mono: Int64) {
        (root, rules, clock) = (rig.root, rig.rules, SettableClock(wall: wall, mono: mono))
    }

    /// Opens the journal and a station that knows what it says, with a panel and a printer on the list.
    func withStation(boot: String = "boot", _ body: (Station, Journal) async throws -> Void) async throws {
        let journal = try Journal(path: root.path + "/journal.db", boot: boot, clock: SystemClock())
        let restored = try journal.restore()
        let station = Station(
            journal: journal, clock: clock, rules: rules, restored: restored, log: Logger(label: "test"))
        for (id, kind) in [(Self.panel, DeviceKind.touchPanel), (Self.printer, .printer)] {
            let before = restored.devices.first { $0.card.id == id }
            await station.admit(DeviceCard(id: id, kind: kind), restored: before, maxAge: .seconds(90))
        }
        do { try await body(station, journal) } catch {
            await journal.close()
            throw error
        }
        await journal.close()
    }
}

extension StationRig {
    /// Lets time pass, a second per poll, until `check` holds.
    func crank(_ what: String, until check: () async throws -> Bool) async throws {
        try await eventuallyTrue(what) {
            if try await check() { return true }
            clock.advance(by: .seconds(1))
            return false
        }
    }
}

extension Journal {
    func rows(_ names: EventName...) async throws -> [Event] {
        try await page(after: 0, limit: 10_000).filter { names.contains($0.name) }
    }
}

/// A clock cranked by hand whose wall can be set, and doubted, apart from the clock that never steps.
final class SettableClock: ZoneClock {
    private struct State {
        var offset: Int64 = 0
        var quality = ClockQuality.synced
    }

    private let base: ManualClock
    private let state = Mutex(State())

    init(wall: WallTime, mono: Int64 = 1_000_000) { base = ManualClock(wall: wall, mono: mono) }

    func mono() -> MonoTime { base.mono() }
    func wall() -> WallTime { base.wall().advanced(byMilliseconds: state.withLock { $0.offset }) }
    func quality() -> ClockQuality { state.withLock { $0.quality } }
    func sleep(until deadline: MonoTime) async throws { try await base.sleep(until: deadline) }

    func advance(by duration: Duration) { base.advance(by: duration) }
    func set(by duration: Duration) { state.withLock { $0.offset += duration.milliseconds } }
    func become(_ quality: ClockQuality) { state.withLock { $0.quality = quality } }
}
