import HTTPTypes
import Hummingbird
import Logging
import ZoneCases
import ZoneHTTP
import ZoneHubCore
import ZoneHubStore
import ZoneHubWeb
import ZoneModel
import ZoneTime
import ZoneWire

/// `/cases` and `/api/v1/cases` on the people's port.
struct CaseDoor: Sendable {
    private static let longestPage = 500

    let ledger: CaseLedger
    let wall: Wall
    let times: CaseTimes
    let work: WorkTime
    let clock: any ZoneClock
    let log: Logger

    func add(to router: Router<HubContext>) {
        router.get("/cases") { _, _ in HubAssets.cases.response }
        router.get("/api/v1/cases") { request, _ in try await answer { try await list(request) } }
        router.get("/api/v1/cases/:case") { _, context in
            try await answer {
                let id = try CaseDoor.id(context)
                guard let found = try await ledger.file(id) else { throw CaseDoor.none(id.text) }
                return try JSONResponse.make(await view(found))
            }
        }
        router.post("/api/v1/cases/:case/entries") { request, context in
            try await answer { try await take(request, context) }
        }
        router.post("/api/v1/zones/:id/cases") { request, context in
            try await answer { try await report(request, context) }
        }
    }

    /// Errors with words of their own become answers.
    private func answer(_ work: () async throws -> Response) async throws -> Response {
        do {
            return try await work()
        } catch let error as OfficeError {
            return try JSONResponse.make(error.body, status: error.status)
        } catch let refusal as CaseRefusal {
            let status: HTTPResponse.Status = refusal.reason == .role ? .forbidden : .conflict
            let code = refusal.reason == .role ? "case.role" : refusal.reason == .state ? "case.state" : "case.words"
            return try JSONResponse.make(
                ErrorJSON(code: code, message: refusal.english, zh: refusal.zh, fixer: .office), status: status)
        } catch let error where error is HTTPError || error is CancellationError {
            throw error
        } catch {
            log.error("A case could not be read or kept", metadata: ["error": "\("\(error)".cleaned())"])
            let body = ErrorJSON(
                code: "hub.storage", message: "it could not be read or stored; the hub's log says why",
                zh: "平台暂时无法读取或保存，原因见平台日志", fixer: .office)
            return try JSONResponse.make(body, status: .serviceUnavailable)
        }
    }

    // MARK: Reading

    private func list(_ request: Request) async throws -> Response {
        let zone = try request.zone()
        let limit = try request.limit(100, most: CaseDoor.longestPage)
        let wanted = request.uri.queryParameters["state"].map(String.init) ?? "todo"
        let only = CaseStep(rawValue: wanted).flatMap { $0.rank == nil ? nil : $0 }
        guard only != nil || ["todo", "over"].contains(wanted) else {
            throw OfficeError.invalid("state: expected todo, over, or a step such as acknowledged")
        }
        let isOver = only?.isEnd ?? (wanted == "over")
        var views: [CaseJSON] = []
        for file in try await ledger.files(isOver: isOver, zone: zone) where only == nil || file.file.state == only {
            views.append(await view(file))
        }
        views.sort(by: CaseJSON.comesFirst)
        if let text = request.uri.queryParameters["after"] {
            guard let after = ULID(String(text)) else { throw OfficeError.invalid("after: expected the id of a case") }
            // Somebody else may have settled it meanwhile: then the page begins anew.
            views = views.firstIndex { $0.id == after }.map { Array(views[($0 + 1)...]) } ?? views
        }
        return try JSONResponse.make(Array(views.prefix(limit)))
    }

    func view(_ file: CaseLedger.File) async -> CaseJSON {
        var view = CaseJSON(file.file, at: clock.wall(), times: times, in: await work.timetable())
        (view.zone, view.node) = (file.name.zone, file.name.node)
        view.zoneName = await wall.zone(file.name.zone)?.name
        return view
    }

    // MARK: Acting

    private func take(_ request: Request, _ context: HubContext) async throws -> Response {
        let id = try CaseDoor.id(context)
        let wanted = try await CaseDoor.body(CaseStepJSON.self, request)
        guard ![.open, .repeated].contains(wanted.step) else {
            throw OfficeError.invalid("step: what comes again is reported with POST /api/v1/zones/{zone}/cases")
        }
        // Who may not is told so by the rules, and stands in the audit.
        let role = wanted.role ?? .district
        let now = clock.wall()
        var entry = CaseEntry(
            id: .make(at: now), of: id, wanted.step, role: role, by: "people's port", at: now,
            text: wanted.text ?? "", origin: .hub)
        (entry.deadline, entry.fixer) = (wanted.deadline, wanted.fixer)
        guard let file = try await ledger.add(entry, by: "\(role.rawValue) via people's port", at: now) else {
            throw CaseDoor.none(id.text)
        }
        return try JSONResponse.make(await view(file))
    }

    /// - Throws: `OfficeError` for another site's page, and where a field is wrong.
    static func body<Value: Decodable>(_ type: Value.Type, _ request: Request) async throws -> Value {
        try requireOwnPage(request)
        let bytes = Array(try await request.body.collect(upTo: 64 << 10).readableBytesView)
        do {
            return try WireCoding.decode(type, bytes)
        } catch {
            throw OfficeError.invalid(WireCoding.explain(error))
        }
    }

    /// No page of another site may act here in the name of whoever has it open: browsers send Origin with every POST, and
    /// cannot send JSON elsewhere without asking first (Fetch standard, CORS-preflight).
    private static func requireOwnPage(_ request: Request) throws {
        let origin = request.headers[.origin]
        let own = request.head.authority.map { "http://\($0)" }
        guard origin == nil || origin == own, request.headers[.contentType]?.hasPrefix("application/json") == true
        else {
            throw OfficeError(
                .forbidden, "access.browser", "only the hub's own page, with Content-Type: application/json",
                zh: "只接受本平台页面的操作")
        }
    }

    private static func id(_ context: HubContext) throws -> ULID {
        let text = try context.parameters.require("case")
        guard let id = ULID(text) else { throw none(text) }
        return id
    }

    private static func none(_ text: String) -> OfficeError {
        .notFound("no case \(text.cleaned(limit: 40))", zh: "没有这个报修件")
    }
}
