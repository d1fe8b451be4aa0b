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
    let history: HubDays
    let cases: CaseDoor
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
        router.get("/api/v1/zones/:id/days") { request, context in try await days(request, context) }
        router.get("/api/v1/events") { _, context in
            WallStream(wall: wall, clock: clock).response(channel: context.channel)
        }
        cases.add(to: router)
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
        guard let found = try await found(context) else { return try noZone(context) }
        return try JSONResponse.make(found)
    }

    private func found(_ context: HubContext) async throws -> ZoneJSON? {
        guard let slug = Slug(try context.parameters.require("id")) else { return nil }
        return await wall.zone(slug)
    }

    private func noZone(_ context: HubContext) throws -> Response {
        let id = try context.parameters.require("id").cleaned(limit: 40)
        let error = ErrorJSON(code: "not.found", message: "no zone \(id)", zh: "没有找到这个专区")
        return try JSONResponse.make(error, status: .notFound)
    }

    private func days(_ request: Request, _ context: HubContext) async throws -> Response {
        guard let zone = try await found(context) else { return try noZone(context) }
        let parameters = request.uri.queryParameters
        func date(_ name: String, or fallback: CivilDate) -> CivilDate? {
            parameters[Substring(name)].map { CivilDate(String($0)) } ?? fallback
        }
        guard let last = date("to", or: CivilDate(of: clock.wall())),
            let first = date("from", or: last.advanced(byDays: -6)),
            first <= last, last < first.advanced(byDays: HubDays.most)
        else {
            let error = ErrorJSON(
                code: "request.invalid", message: "from, to: expected dates such as 2026-10-01, at most 92 of them",
                zh: "日期范围不对：请写成 2026-10-01，最多92天")
            return try JSONResponse.make(error, status: .badRequest)
        }
        return try JSONResponse.make(
            try await history.days(of: zone.zone, from: first, to: last, demo: zone.purpose == "demo"))
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
