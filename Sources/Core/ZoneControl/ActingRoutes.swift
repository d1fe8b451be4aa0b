import Hummingbird
import ZoneAccess
import ZoneDesks
import ZoneHTTP
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Commands and holds.
struct ActingRoutes: Sendable {
    /// A command that takes longer than this is answered with 202 and goes on.
    private static let patience = Duration.seconds(2)
    private static let reasonLimit = 200

    let backend: any ControlBackend
    let reception: Reception
    let clock: any ZoneClock

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let v1 = router.group("v1")
        v1.post("devices/:id/commands") { request, context in try await command(request, context) }
        v1.delete("devices/:id/binding") { request, context in
            let caller = try await reception.admit(request, context, for: .forgetDevice)
            try await backend.forget(try help.device(context).id, by: caller)
            return Response(status: .noContent)
        }
        v1.get("commands/:command") { request, context in
            let caller = try await reception.admit(request, context, for: .readCommands)
            let id = try help.parameter("command", context)
            guard let found = try await backend.journal.command(id) else { throw ErrorJSON.noCommand(id) }
            return try JSONResponse.make(backend.commands.shown(found, to: caller))
        }
        v1.delete("commands/:command") { request, context in
            let caller = try await reception.admit(request, context, for: .cancelCommand)
            let id = try help.parameter("command", context)
            let command = try await backend.commands.cancel(id, by: caller)
            return try JSONResponse.make(backend.commands.shown(command, to: caller))
        }
        v1.put("holds/:subject/:mode") { request, context in try await hold(request, context) }
        v1.delete("holds/:subject/:mode") { request, context in try await release(request, context) }
    }

    private func command(_ request: Request, _ context: ControlContext) async throws -> Response {
        let caller = try await reception.caller(request, context)
        // Who may do nothing here at all learns nothing about bodies and devices.
        guard [Action.probeDevice, .healDevice].contains(where: caller.may) else {
            try await reception.require(caller, .probeDevice)
            throw APIError.forbidden(.probeDevice, caller)
        }
        let bytes = try await help.bytes(request, context)
        let wanted = try RouteHelp.decode(CommandRequest.self, bytes)
        try await reception.require(caller, try backend.commands.action(of: wanted.verb))
        let target = try help.device(context)
        try backend.leases.check(target.id, token: request.headers[.leaseToken], by: caller)
        let key = try help.key(request, caller, bodyHash: RouteHelp.hash(bytes))
        let (accepted, outcome) = try await backend.commands.accept(wanted, for: target.id, by: caller, key: key)
        let command = await firstOf(outcome, orAfter: ActingRoutes.patience, clock) ?? accepted
        return try JSONResponse.make(command, status: command.state.isOver ? .ok : .accepted)
    }

    private func hold(_ request: Request, _ context: ControlContext) async throws -> Response {
        let (subject, mode) = try target(context)
        let caller = try await reception.admit(request, context, for: try ActingRoutes.action(for: mode))
        let bytes = try await help.bytes(request, context)
        let wanted = bytes.isEmpty ? HoldRequest() : try RouteHelp.decode(HoldRequest.self, bytes)
        if let complaint = wanted.complaint(at: clock.wall(), clock.quality()) { throw complaint }
        let hold = Hold(
            subject: subject, mode: mode, setter: caller.description,
            reason: wanted.reason?.cleaned(limit: ActingRoutes.reasonLimit), since: clock.wall(), until: wanted.until)
        return try JSONResponse.make(try await backend.hold(hold))
    }

    private func release(_ request: Request, _ context: ControlContext) async throws -> Response {
        let (subject, mode) = try target(context)
        let caller = try await reception.admit(request, context, for: try ActingRoutes.action(for: mode))
        guard try await backend.release(subject, mode, by: caller) else {
            throw ErrorJSON(
                code: "hold.none", message: "\(subject) is not held as \(mode.rawValue)", zh: "没有这项停用设置", fixer: .none)
        }
        return Response(status: .noContent)
    }

    /// `zone`, or a device that is on the list.
    private func target(_ context: ControlContext) throws -> (subject: String, mode: Mode) {
        let mode = try help.parameter("mode", context)
        guard let mode = Mode(rawValue: mode), mode != .service else {
            throw APIError.badRequest("mode: expected closed, maintenance or disabled")
        }
        let subject = try help.parameter("subject", context)
        return (subject == Hold.zone ? subject : try help.device(subject).id.text, mode)
    }

    private static func action(for mode: Mode) throws -> Action {
        switch mode {
        case .closed: .holdClosed
        case .maintenance: .holdMaintenance
        case .disabled, .service: .holdDisabled
        }
    }
}
