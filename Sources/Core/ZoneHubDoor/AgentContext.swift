import HTTPTypes
import Hummingbird
import NIOCore
import ZoneHTTP
import ZoneHubStore
import ZoneIdentity
import ZoneModel
import ZoneWire

/// Remembers who is at the other end of the connection.
struct AgentContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    let peer: Peer?

    init(source: ApplicationRequestContextSource) {
        (coreContext, channel, peer) = (CoreRequestContextStorage(source: source), source.channel, Peer.current)
    }

    /// The address a request comes from, for limits.
    var address: String { channel.remoteAddress?.ipAddress ?? "?" }
}

/// What somebody wants with their certificate.
enum AgentErrand { case report, renew }

/// Looks at the certificate of each request.
struct AgentPass: Sendable {
    let denials: Denials

    /// - Throws: `AgentRefusal`.
    func certificate(_ context: AgentContext, for errand: AgentErrand) throws -> NodeCertificate {
        let certificate: NodeCertificate
        switch context.peer?.standing {
        case .valid(let shown): certificate = shown
        case .expired(let shown):
            guard errand == .renew else { throw AgentRefusal.expired }
            certificate = shown
        // The authority was retired, or time has passed, since the handshake.
        case .tooOld, .notYet, .foreign, nil: throw AgentRefusal.nobody
        }
        if let why = denials.why(certificate.name, certificate.fingerprint) { throw AgentRefusal.denied(why) }
        return certificate
    }
}

/// No page in a browser may speak for a zone: browsers send Origin with every POST, and cannot send JSON elsewhere
/// without asking first (Fetch standard, CORS-preflight).
struct AgentGate: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: AgentContext,
        next: @concurrent (Request, AgentContext) async throws -> Response
    ) async throws -> Response {
        let type = request.headers[.contentType] ?? ""
        let isRead = request.method == .get
        guard request.headers[.origin] == nil, request.headers[.referer] == nil,
            isRead || type.hasPrefix("application/json")
        else {
            throw AgentRefusal(
                .forbidden,
                ErrorJSON(
                    code: "access.browser", message: "agents only, with Content-Type: application/json",
                    zh: "此端口只接受专区程序上报"))
        }
        return try await next(request, context)
    }
}
