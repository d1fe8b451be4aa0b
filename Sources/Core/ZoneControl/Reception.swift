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

extension PeerCredentials {
    /// SO_PEERCRED and SO_PEERGROUPS are fixed at connect(2), so asking per request gives what was true at accept.
    init(of channel: any Channel) async throws {
        guard let provider = channel as? any SocketOptionProvider else { throw SystemError("SO_PEERCRED", 95) }
        let peer: KernelCredentials = try await provider.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: KernelCredentials.optionName)
        ).get()
        self.init(uid: peer.uid, gid: peer.gid, groups: try await PeerCredentials.groups(of: provider))
    }

    /// More than 64 groups do not fit and count as none (ERANGE); slots that the kernel did not fill are zero, and
    /// group 0 gives nobody a right here.
    private static func groups(of provider: any SocketOptionProvider) async throws -> Set<UInt32> {
        let option: NIOBSDSocket.Option = .init(rawValue: 59)
        let filled: SIMD64<UInt32>? = try? await provider.unsafeGetSocketOption(level: .socket, name: option).get()
        guard let filled else { return [] }
        return Set(filled.indices.map { filled[$0] }.filter { $0 != 0 })
    }
}

/// `struct ucred` of socket(7); SO_PEERCRED is 17 and SO_PEERGROUPS 59 on x86-64 and arm64 (asm-generic/socket.h).
struct KernelCredentials: Sendable {
    static let optionName: CInt = 17
    var pid: Int32
    var uid: UInt32
    var gid: UInt32
}

/// No page in a browser may reach these sockets, not even through somebody's forwarder.
struct BrowserGuard: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: ControlContext,
        next: @concurrent (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        let hosts: Set<String> = ["", "localhost", "zone-agent"]
        let host = request.head.authority ?? ""
        guard request.headers[.origin] == nil, request.headers[.referer] == nil,
            hosts.contains(host) || host.hasPrefix("/")
        else { throw APIError(.forbidden, APIError.fromBrowser) }
        return try await next(request, context)
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
