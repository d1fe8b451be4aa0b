import Hummingbird
import Logging
import NIOCore
import ZoneHTTP
import ZoneHubWeb
import ZoneModel
import ZoneTime
import ZoneWire

/// Remembers the connection, so that a reader who does not read can be cut off.
struct HubContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        (coreContext, channel) = (CoreRequestContextStorage(source: source), source.channel)
    }

    /// A heartbeat with 200 events is about 80 KiB.
    var maxUploadSize: Int { 4 << 20 }
}

/// The agents' port: `POST /v1/heartbeats`.
struct AgentRoutes: Sendable {
    let ingest: Ingest
    let log: Logger

    func router() -> Router<HubContext> {
        let router = Router(context: HubContext.self)
        router.add(middleware: PlainErrors())
        router.add(middleware: AgentsOnly())
        router.post("/v1/heartbeats") { request, context in
            let body = try await request.body.collect(upTo: context.maxUploadSize)
            do {
                return try JSONResponse.make(try await ingest.take(Array(body.readableBytesView)))
            } catch let error as ErrorJSON {
                log.warning("Heartbeat refused", metadata: ["error": "\(error.message)"])
                let isVersion = error == Incoming.wrongVersion
                return try JSONResponse.make(error, status: isVersion ? .upgradeRequired : .badRequest)
            } catch {
                log.error("Heartbeat could not be stored", metadata: ["error": "\(error)"])
                let body = ErrorJSON(code: "hub.storage", message: "try again later", zh: "平台暂时无法保存，请稍后重试")
                return try JSONResponse.make(body, status: .serviceUnavailable)
            }
        }
        return router
    }
}

/// The people's port: the wall and `/api/v1`.
struct PeopleRoutes: Sendable {
    private static let longestPage = 500

    let wall: Wall
    let clock: any ZoneClock

    func router() -> Router<HubContext> {
        let router = Router(context: HubContext.self)
        router.add(middleware: PlainErrors())
        router.add(middleware: HostGuard())
        router.get("/") { _, _ in HubAssets.wall.response }
        router.get("/favicon.ico") { _, _ in Response(status: .noContent) }
        router.get("/assets/:name") { _, context in
            let name = try context.parameters.require("name")
            return HubAssets.named[name]?.response ?? Response(status: .notFound)
        }
        router.get("/api/v1/zones") { request, _ in try await zones(request) }
        router.get("/api/v1/zones/:id") { _, context in try await zone(context) }
        router.get("/api/v1/events") { _, context in
            WallStream(wall: wall, clock: clock).response(channel: context.channel)
        }
        return router
    }

    private func zones(_ request: Request) async throws -> Response {
        let parameters = request.uri.queryParameters
        let limit = parameters["limit"].flatMap { Int($0) } ?? PeopleRoutes.longestPage
        let after = parameters["after"].flatMap { Slug(String($0)) }
        return try JSONResponse.make(
            await wall.zones(after: after, limit: min(max(1, limit), PeopleRoutes.longestPage)))
    }

    private func zone(_ context: HubContext) async throws -> Response {
        let id = try context.parameters.require("id")
        guard let slug = Slug(id), let found = await wall.zone(slug) else {
            let error = ErrorJSON(code: "not.found", message: "no zone \(id.cleaned(limit: 40))", zh: "没有找到这个专区")
            return try JSONResponse.make(error, status: .notFound)
        }
        return try JSONResponse.make(found)
    }
}

/// A page in a browser on this machine must not report in a zone's name: browsers send Origin with every POST, and
/// cannot send JSON elsewhere without asking first (Fetch standard, CORS-preflight).
struct AgentsOnly: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: HubContext, next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        let type = request.headers[.contentType] ?? ""
        guard request.headers[.origin] == nil, request.headers[.referer] == nil, type.hasPrefix("application/json")
        else {
            let error = ErrorJSON(
                code: "access.browser", message: "agents only, with Content-Type: application/json", zh: "此端口只接受专区程序上报")
            return try JSONResponse.make(error, status: .forbidden)
        }
        return try await next(request, context)
    }
}

/// The people's port is on loopback until users exist; a foreign Host is another site's name pointed at it (DNS
/// rebinding, CVE-2024-28224 and its family).
struct HostGuard: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: HubContext, next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        let host = (request.head.authority ?? "").split(separator: ":").first.map(String.init) ?? ""
        guard ["127.0.0.1", "localhost"].contains(host) else {
            let error = ErrorJSON(
                code: "host.unknown", message: "open http://127.0.0.1:PORT/ on this machine",
                zh: "请在本机用 http://127.0.0.1:端口/ 打开")
            return try JSONResponse.make(error, status: .misdirectedRequest)
        }
        return try await next(request, context)
    }
}
