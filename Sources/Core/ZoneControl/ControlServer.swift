import Hummingbird
import Logging
import NIOCore
import ZoneHTTP
import ZoneLinux
import ZoneModel
import ZoneTime

/// Remembers the connection, because the caller's identity belongs to it.
package struct ControlContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        (coreContext, channel) = (CoreRequestContextStorage(source: source), source.channel)
    }

    /// 1 MiB for anything but documents.
    package var maxUploadSize: Int { 1 << 20 }
}

/// One control socket as a service.
package struct ControlServer {
    /// - Parameter onListening: runs when the socket exists, before anybody is told that the agent is ready.
    package static func make(
        door: Door, path: String, backend: any ControlBackend, clock: any ZoneClock, log: Logger,
        onListening: @escaping @Sendable () async -> Void
    ) -> some ApplicationProtocol {
        let router = Router(context: ControlContext.self)
        router.add(middleware: PlainErrors())
        router.add(middleware: BrowserGuard())
        let desk = Reception(door: door, backend: backend)
        ControlRoutes(backend: backend, desk: desk, clock: clock).add(to: router)
        return Application(
            router: router,
            configuration: .init(address: .unixDomainSocket(path: path), serverName: "zone-agent"),
            onServerRunning: { _ in
                share(path, door: door, log: log)
                await onListening()
            }, logger: log)
    }

    private static func share(_ path: String, door: Door, log: Logger) {
        do {
            let hasGroup = try UnixSocket.share(path, withGroup: door.group)
            if !hasGroup {
                log.notice(
                    "Socket is open to its owner only: the group does not exist or is not ours to give to",
                    metadata: ["socket": "\(path)", "group": "\(door.group)"])
            }
        } catch {
            log.error("Socket could not be shared", metadata: ["socket": "\(path)", "error": "\(error)"])
        }
    }
}

/// Looks at who is calling and whether they may.
struct Reception: Sendable {
    let door: Door
    let backend: any ControlBackend

    /// - Throws: `ErrorJSON` when the caller may not.
    func admit(_ context: ControlContext, for action: Action) async throws -> Caller {
        let caller = Caller(door: door, peer: try await PeerCredentials(of: context.channel))
        guard caller.may(action) else {
            await backend.denied(action, to: caller)
            throw APIError.forbidden(action, caller)
        }
        return caller
    }
}

extension PeerCredentials {
    /// SO_PEERCRED is fixed at connect(2), so asking per request gives what was true at accept.
    init(of channel: any Channel) async throws {
        guard let provider = channel as? any SocketOptionProvider else { throw SystemError("SO_PEERCRED", 95) }
        let peer: KernelCredentials = try await provider.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: KernelCredentials.optionName)
        ).get()
        self.init(uid: peer.uid, gid: peer.gid)
    }
}

/// `struct ucred` of socket(7); SO_PEERCRED is 17 on x86-64 and arm64 (asm-generic/socket.h).
private struct KernelCredentials: Sendable {
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
        else { return try APIError.response(APIError.fromBrowser, status: .forbidden) }
        do {
            return try await next(request, context)
        } catch let failure as APIError {
            return try APIError.response(failure.body, status: failure.status)
        }
    }
}
