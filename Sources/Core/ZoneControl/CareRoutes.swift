import Hummingbird
import ZoneAccess
import ZoneDesks
import ZoneHTTP
import ZoneModel
import ZoneTime
import ZoneWire

/// How the PC looks after its devices by itself; not a part of `ControlBackend`, because it is about two desks only.
package protocol CareBackend: Sendable {
    func healing(of device: DeviceID) async -> HealingJSON?
    func checks(limit: Int) async throws -> ChecksJSON
    /// `nil` where there is no such duty.
    func monthly() async -> ChecksJSON.Monthly?
    /// A check of all devices runs now.
    var isChecking: Bool { get }
    /// `nil`: there is no such check.
    func check(_ id: String) async throws -> CheckJSON?
}

/// `/v1/devices/{id}/healing`, `/v1/checks`.
struct CareRoutes: Sendable {
    private static let patience = Duration.seconds(2)
    /// ms; behind another check, which takes minutes, it waits for its turn.
    private static let ttl: Int64 = 1_800_000

    let backend: any ControlBackend
    let reception: Reception
    let clock: any ZoneClock

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let v1 = router.group("v1")
        v1.get("devices/:id/healing") { request, context in
            _ = try await reception.admit(request, context, for: .readHealing)
            let device = try help.device(context).id
            guard let healing = await backend.care.healing(of: device) else {
                throw APIError.notFound("device \(device)", zh: "没有这台设备")
            }
            return try JSONResponse.make(healing)
        }
        v1.get("checks") { request, context in
            _ = try await reception.admit(request, context, for: .readChecks)
            let limit = min(try help.limit(request), 200)
            return try JSONResponse.make(try await backend.care.checks(limit: limit))
        }
        v1.get("checks/:check") { request, context in
            _ = try await reception.admit(request, context, for: .readChecks)
            let id = try help.parameter("check", context)
            guard let check = try await backend.care.check(id) else {
                throw APIError.notFound("check \(id.cleaned(limit: 40))", zh: "没有找到这次检查")
            }
            return try JSONResponse.make(check)
        }
        v1.post("checks") { request, context in try await begin(request, context) }
    }

    /// A check is a command of the PC: its number is the command's.
    private func begin(_ request: Request, _ context: ControlContext) async throws -> Response {
        let caller = try await reception.admit(request, context, for: try backend.commands.action(of: "check"))
        let bytes = try await help.bytes(request, context)
        let wish = bytes.isEmpty ? CheckRequest() : try RouteHelp.decode(CheckRequest.self, bytes)
        if let complaint = wish.complaint { throw APIError.badRequest(complaint) }
        if wish.print == true { try await reception.require(caller, .printTestPage) }
        let key = try help.key(request, caller, bodyHash: RouteHelp.hash(bytes))
        let wanted = CommandRequest(
            verb: "check",
            args: .members([
                "check": .string((wish.check ?? .full).rawValue), "print": wish.print.map { .bool($0) },
            ]), ttl: CareRoutes.ttl)
        let (accepted, outcome) = try await backend.commands.accept(
            wanted, for: Verb.Target.machineID, by: caller, key: key)
        let command = await firstOf(outcome, orAfter: CareRoutes.patience, clock) ?? accepted
        return try JSONResponse.make(command, status: command.state.isOver ? .ok : .accepted)
    }
}
