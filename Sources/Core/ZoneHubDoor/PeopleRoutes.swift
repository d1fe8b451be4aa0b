import Hummingbird
import Logging
import NIOCore
import ZoneHTTP
import ZoneHubCore
import ZoneHubStore
import ZoneHubWeb
import ZoneModel
import ZoneTime
import ZoneWire

/// The people's port: the wall and `/api/v1`.
struct PeopleRoutes: Sendable {
    private static let longestPage = 500

    let wall: Wall
    let reports: HubReports
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
        PeopleReportRoutes(reports: reports).add(to: router)
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
