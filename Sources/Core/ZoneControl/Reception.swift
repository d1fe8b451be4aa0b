import HTTPTypes
import Hummingbird
import NIOCore
import ZoneAccess
import ZoneHTTP
import ZoneLinux
import ZoneModel
import ZoneWire

extension HTTPField.Name {
    /// Names of ours; constants and valid tokens.
    package static var staffToken: HTTPField.Name { HTTPField.Name("Staff-Token") ?? .authorization }
    package static var leaseToken: HTTPField.Name { HTTPField.Name("Lease-Token") ?? .authorization }
    package static var idempotencyKey: HTTPField.Name { HTTPField.Name("Idempotency-Key") ?? .ifMatch }
}

/// Looks at who is calling and whether they may.
struct Reception: Sendable {
    let door: Door
    let backend: any ControlBackend
    let keepers: DoorKeepers

    func peer(_ context: ControlContext) async throws -> PeerCredentials {
        try await PeerCredentials(of: context.channel)
    }

    /// Who calls, without asking what for.
    func caller(_ request: Request, _ context: ControlContext) async throws -> Caller {
        let peer = try await peer(context)
        var role = keepers.household.role(of: peer, at: door)
        if role == .kiosk, let token = request.headers[.staffToken] {
            guard keepers.staff.isOpen(token) else { throw APIError.sessionOver }
            role = .staff
        }
        return Caller(door: door, uid: peer.uid, role: role)
    }

    /// - Throws: `APIError` when the caller may not.
    func admit(_ request: Request, _ context: ControlContext, for action: Action) async throws -> Caller {
        let caller = try await caller(request, context)
        try await require(caller, action)
        return caller
    }

    func require(_ caller: Caller, _ action: Action) async throws {
        guard !caller.may(action) else { return }
        await backend.denied(action, to: caller)
        throw APIError.forbidden(action, caller)
    }
}

/// Errors with words of their own become answers.
struct APIErrors: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: ControlContext,
        next: @concurrent (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let failure as APIError {
            var response = try JSONResponse.make(failure.body, status: failure.status)
            if let wait = failure.retryAfterSeconds { response.headers[.retryAfter] = String(wait) }
            return response
        } catch let body as ErrorJSON {
            let status = APIError.status(of: body)
            var response = try JSONResponse.make(body, status: status)
            if status == .serviceUnavailable { response.headers[.retryAfter] = "5" }
            return response
        }
    }
}

/// Requests per user and second: a program gone wild slows down itself.
struct RequestLimit: RouterMiddleware {
    let reception: Reception

    @concurrent
    func handle(
        _ request: Request, context: ControlContext,
        next: @concurrent (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        let peer = try await reception.peer(context)
        if let wait = reception.keepers.visitors.admitRequest(peer.uid) { throw APIError.tooMany(wait) }
        return try await next(request, context)
    }
}
