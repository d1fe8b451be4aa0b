import Hummingbird
import ZoneAccess
import ZoneCases
import ZoneHTTP
import ZoneModel
import ZoneWire

/// The case files of the zone.
package protocol CasesBackend: Sendable {
    /// What has to be done first, then what is over.
    func list() -> [CaseJSON]
    /// - Throws: what the journal says.
    func file(_ id: ULID) async throws -> CaseJSON?
    /// What citizens may report.
    func reportable() -> [ReportableJSON]
    /// - Throws: `ErrorJSON` in words.
    func report(_ report: CaseReportJSON, by caller: Caller) async throws -> CaseJSON
    func add(_ step: CaseStepJSON, to id: ULID, by caller: Caller) async throws -> CaseJSON
}

/// `/v1/cases`: from the report to the answer.
struct CaseRoutes: Sendable {
    let backend: any ControlBackend
    let reception: Reception

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let v1 = router.group("v1")
        v1.get("reportable") { request, context in
            _ = try await reception.admit(request, context, for: .reportCase)
            return try JSONResponse.make(backend.cases.reportable())
        }
        v1.get("cases") { request, context in
            _ = try await reception.admit(request, context, for: .readCases)
            return try JSONResponse.make(Array(backend.cases.list().prefix(try help.limit(request))))
        }
        v1.post("cases") { request, context in
            let caller = try await reception.admit(request, context, for: .reportCase)
            let report = try await help.body(CaseReportJSON.self, request, context)
            let made = try await backend.cases.report(report, by: caller)
            // To whoever may not read cases the answer is that it was taken, and what everybody may see of it.
            return caller.may(.readCases)
                ? try JSONResponse.make(made, status: .created)
                : try JSONResponse.make(CaseTakenJSON(made), status: .created)
        }
        v1.get("cases/:case") { request, context in
            _ = try await reception.admit(request, context, for: .readCases)
            let id = try id(context)
            guard let found = try await backend.cases.file(id) else { throw CaseRoutes.none(id.text) }
            return try JSONResponse.make(found)
        }
        v1.post("cases/:case/entries") { request, context in
            let caller = try await reception.admit(request, context, for: .actOnCase)
            let step = try await help.body(CaseStepJSON.self, request, context)
            return try JSONResponse.make(try await backend.cases.add(step, to: try id(context), by: caller))
        }
    }

    private func id(_ context: ControlContext) throws -> ULID {
        let text = try help.parameter("case", context)
        guard let id = ULID(text) else { throw CaseRoutes.none(text) }
        return id
    }

    private static func none(_ text: String) -> APIError {
        let name = text.cleaned(limit: 40)
        return .notFound("case \(name): see GET /v1/cases", zh: "没有编号为“\(name)”的报修件")
    }
}

/// What a citizen is told.
struct CaseTakenJSON: Encodable {
    var id: ULID
    var short: String
    var number: String?
    var state: CaseStep
    var stateText: String
    var openedAt: WallTime?

    init(_ file: CaseJSON) {
        (id, short, number) = (file.id, file.short, file.number)
        (state, stateText, openedAt) = (file.state, file.stateText, file.openedAt)
    }
}
