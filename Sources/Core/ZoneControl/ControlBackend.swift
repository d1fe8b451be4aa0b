import ZoneModel
import ZoneTime
import ZoneWire

/// What the routes need of the agent.
package protocol ControlBackend: Sendable {
    func status() -> StatusJSON
    func devices() -> DeviceListJSON
    func citizenView() -> PublicJSON
    func hours() -> DayHours?
    /// Names the journal in event ids.
    var stream: HexID { get }
    var lastSeq: Int64 { get }
    func page(after seq: Int64, limit: Int) async throws -> [Event]
    func commits() -> AsyncStream<Int64>
    /// - Returns: the command as it stands after at most `patience`.
    func command(
        _ request: CommandRequest, for device: DeviceID, by caller: Caller, patience: Duration
    ) async throws -> CommandJSON
    func denied(_ action: Action, to caller: Caller) async
}
