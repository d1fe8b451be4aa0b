// Purpose: the control sockets: the routes, the event stream, bounds on who connects. Must not know drivers.
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// What the routes need of the agent.
package protocol ControlBackend: Sendable {
    var journal: Journal { get }
    var commands: CommandDesk { get }
    var jobs: JobDesk { get }
    var leases: LeaseDesk { get }
    /// `nil` where nothing is wired that could enrol.
    var identity: (any IdentityBackend)? { get }
    var forms: any FormsBackend { get }
    var copies: any CopiesBackend { get }
    var touch: any TouchBackend { get }
    var cases: any CasesBackend { get }
    var kiosk: any KioskBackend { get }
    var reports: any ReportsBackend { get }
    var care: any CareBackend { get }
    var duties: any DutiesBackend { get }

    func status() -> StatusJSON
    func devices() -> DeviceListJSON
    func citizenView() -> PublicJSON
    /// - Parameter first: the first of `days` dates; `nil` is today.
    func hours(from first: CivilDate?, days: Int) async -> HoursJSON
    /// - Throws: `ErrorJSON` when there is nothing to explain.
    func explainHours(_ reason: String, by caller: Caller) async throws -> HoursJSON
    func policy() async -> PolicyJSON
    func fees() -> FeesJSON
    func denied(_ action: Action, to caller: Caller) async

    /// - Throws: `ErrorJSON` when the device does not take documents of this kind.
    func checkJob(_ ticket: JobTicket) async throws
    /// - Returns: the hold in force; one that goes on keeps since when, and why.
    func hold(_ hold: Hold) async throws -> Hold
    /// - Returns: whether there was such a hold.
    /// - Throws: `ErrorJSON` where there was none and the opening hours close it.
    func release(_ subject: String, _ mode: Mode, by caller: Caller) async throws -> Bool

    /// Forgets a device that was found once and is gone.
    /// - Throws: `ErrorJSON` while it is plugged in or stands in the configuration, and where it never was found.
    func forget(_ device: DeviceID, by caller: Caller) async throws

    /// The lines of a recording; it ends when the reader stops, at the latest after `duration`.
    /// - Throws: `ErrorJSON` when there is nothing to record.
    func record(
        _ device: DeviceID, for duration: Duration, withContacts: Bool, by caller: Caller
    ) async throws -> AsyncStream<String>

    func configuration() -> ConfigurationJSON
    /// - Throws: `ErrorJSON` that names file, line and field; then nothing has changed.
    func reloadConfiguration(by caller: Caller) async throws -> ConfigurationJSON
    func pushConfiguration(_ text: String, by caller: Caller) async throws -> ConfigurationJSON
}

extension ControlBackend {
    package var identity: (any IdentityBackend)? { nil }
}
