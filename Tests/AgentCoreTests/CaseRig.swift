import Logging
import Testing
import ZoneAccess
import ZoneAgentCore
import ZoneCases
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

/// A desk on a journal of its own, with devices that the test puts together.
struct CaseRig {
    static let citizen = Caller(door: .kiosk, uid: 1000, role: .kiosk)
    static let staff = Caller(door: .kiosk, uid: 1000, role: .staff)
    static let technician = Caller(door: .admin, uid: 1001, role: .technician)

    let root: TemporaryRoot
    let clock: SettableClock
    let states = Shared<[DeviceState]>([])

    /// Ten o'clock in the zone, on Saturday 2026-11-21.
    init() throws {
        root = try TemporaryRoot()
        clock = SettableClock(wall: WallTime(milliseconds: 1_795_226_400_000))
        var printer = DeviceState(card: DeviceCard(id: DeviceID(.printer, 1), kind: .printer, place: "咨询台旁"))
        (printer.presence, printer.link) = (.present, .up)
        (printer.identity.model, printer.identity.serial) = ("M1", "S1")
        states.value = [printer]
    }

    /// - Parameter lines: what the journal says besides what it really has.
    func withDesk(
        lines: [CaseEntry] = [], _ body: (CaseDesk, Journal) async throws -> Void
    ) async throws {
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: SystemClock())
        var restored = try journal.restore()
        restored.caseEntries += try lines.map { try WireCoding.text($0) }
        let desk = CaseDesk(
            journal: journal, restored: restored, states: { [states] in states.value },
            settings: {
                var settings = CaseSettings()
                settings.vendors = [DeviceID(.printer, 1): VendorCard(company: "某维修公司", phone: "023-12345678")]
                settings.times.byFinder[.citizen] = .days(2)
                return settings
            }, clock: clock, log: Logger(label: "test"))
        do { try await body(desk, journal) } catch {
            await journal.close()
            throw error
        }
        await journal.close()
    }

    func jam(_ isOpen: Bool) {
        let now = clock.wall()
        let condition = Condition(
            code: .printerJam, severity: .fault, since: now, lastSeen: now, fixer: .staff, evidence: nil,
            simulated: false)
        var states = states.value
        states[0].conditions = isOpen ? [condition] : []
        self.states.value = states
    }

    /// Lets time pass as the agent's ticker would see it.
    func pass(_ minutes: Int, _ desk: CaseDesk) async {
        for _ in 0..<minutes {
            clock.advance(by: .seconds(60))
            await desk.tick()
        }
    }
}
