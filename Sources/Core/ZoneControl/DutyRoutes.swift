import Hummingbird
import ZoneAccess
import ZoneDesks
import ZoneHTTP
import ZoneModel
import ZoneTime
import ZoneWire

/// What people do at fixed times, and what they look for; not a part of `ControlBackend`, because it is all about one desk.
package protocol DutiesBackend: Sendable {
    func list() async -> DutyListJSON
    /// - Parameter date: for which day; `nil`: what is due now.
    /// - Throws: `ErrorJSON` when there is no such duty, or the day cannot be entered any more.
    func enter(_ duty: String, _ entry: DutyEntry, by caller: Caller, key: RequestKey?) async throws -> DutyJSON
    /// - Throws: `ErrorJSON` when nothing was entered today that could be taken back.
    func takeBack(_ duty: String, date: CivilDate?, by caller: Caller) async throws -> DutyJSON
    func checkLists() async -> [CheckListJSON]
    /// - Throws: `ErrorJSON` that names the thing of the list.
    func check(_ list: String, _ request: CheckListRequest, by caller: Caller, key: RequestKey?) async throws
        -> CheckListJSON
}

/// What somebody enters of a duty.
package struct DutyEntry: Sendable, Hashable {
    /// `begun`: what the duty waits for has happened.
    package enum Kind: String, Sendable { case done, begun }

    package var kind: Kind
    package var date: CivilDate?
    package var note: String?

    package init(_ kind: Kind, date: CivilDate? = nil, note: String? = nil) {
        (self.kind, self.date, self.note) = (kind, date, note)
    }
}

/// `/v1/duties`, `/v1/checklists`.
struct DutyRoutes: Sendable {
    private static let noteLimit = 200

    let backend: any ControlBackend
    let reception: Reception

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let duties = router.group("v1").group("duties")
        duties.get { request, context in
            _ = try await reception.admit(request, context, for: .readDuties)
            return try JSONResponse.make(await list())
        }
        duties.post(":duty/done") { request, context in try await enter(.done, request, context) }
        duties.post(":duty/begun") { request, context in try await enter(.begun, request, context) }
        duties.delete(":duty/done") { request, context in
            let caller = try await reception.admit(request, context, for: .enterDuty)
            let date = try date(request.uri.queryParameters["date"].map(String.init))
            let duty = try help.parameter("duty", context)
            return try JSONResponse.make(try await backend.duties.takeBack(duty, date: date, by: caller))
        }
        let lists = router.group("v1").group("checklists")
        lists.get { request, context in
            _ = try await reception.admit(request, context, for: .readDuties)
            return try JSONResponse.make(await backend.duties.checkLists())
        }
        lists.post(":list") { request, context in try await check(request, context) }
    }

    /// With the month's check of the devices, which is work of that day too.
    private func list() async -> DutyListJSON {
        var list = await backend.duties.list()
        let month = await backend.care.monthly()
        if let month, month.isWanted { list.monthly = month }
        if backend.care.isChecking { list.checking = true }
        return list
    }

    private func enter(
        _ kind: DutyEntry.Kind, _ request: Request, _ context: ControlContext
    ) async throws -> Response {
        let caller = try await reception.admit(request, context, for: .enterDuty)
        let bytes = try await help.bytes(request, context)
        let wish = bytes.isEmpty ? DutyRequest() : try RouteHelp.decode(DutyRequest.self, bytes)
        let entry = DutyEntry(
            kind, date: try date(wish.date), note: wish.note?.cleaned(limit: DutyRoutes.noteLimit))
        let key = try help.key(request, caller, bodyHash: RouteHelp.hash(bytes))
        let duty = try help.parameter("duty", context)
        return try JSONResponse.make(try await backend.duties.enter(duty, entry, by: caller, key: key))
    }

    private func check(_ request: Request, _ context: ControlContext) async throws -> Response {
        let caller = try await reception.admit(request, context, for: .fillCheckList)
        let bytes = try await help.bytes(request, context)
        let wish = try RouteHelp.decode(CheckListRequest.self, bytes)
        let key = try help.key(request, caller, bodyHash: RouteHelp.hash(bytes))
        let list = try help.parameter("list", context)
        return try JSONResponse.make(try await backend.duties.check(list, wish, by: caller, key: key))
    }

    private func date(_ text: String?) throws -> CivilDate? {
        guard let text else { return nil }
        guard let date = CivilDate(text) else { throw APIError.badRequest("date: expected a date such as 2026-10-01") }
        return date
    }
}
