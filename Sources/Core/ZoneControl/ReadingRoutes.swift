import Hummingbird
import ZoneAccess
import ZoneDays
import ZoneDesks
import ZoneHTTP
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// `GET /v1/…`: what is so.
struct ReadingRoutes: Sendable {
    let backend: any ControlBackend
    let reception: Reception
    let clock: any ZoneClock

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let v1 = router.group("v1")
        get(v1, "status", .readStatus) { _, _ in try JSONResponse.make(backend.status()) }
        get(v1, "devices", .readDevices) { _, _ in try JSONResponse.make(backend.devices()) }
        get(v1, "devices/:id", .readDevices) { _, context in try JSONResponse.make(try help.device(context)) }
        get(v1, "conditions", .readConditions) { _, _ in try JSONResponse.make(openConditions()) }
        get(v1, "public", .readPublic) { _, _ in try JSONResponse.make(backend.citizenView()) }
        get(v1, "hours", .readHours) { request, _ in try JSONResponse.make(await hours(request)) }
        get(v1, "policy", .readPolicy) { _, _ in try JSONResponse.make(await backend.policy()) }
        get(v1, "days", .readDays) { request, _ in try JSONResponse.make(try await days(request)) }
        get(v1, "access", .readAccess) { _, _ in try JSONResponse.make(AccessRow.all) }
        get(v1, "journal", .readJournal) { request, _ in
            let after = try help.number(request, "after") ?? 0
            return try JSONResponse.make(try await backend.journal.page(after: after, limit: try help.limit(request)))
        }
        v1.get("commands") { request, context in
            let caller = try await reception.admit(request, context, for: .readCommands)
            let all = try await backend.journal.commands(limit: try help.limit(request))
            return try JSONResponse.make(all.map { backend.commands.shown($0, to: caller) })
        }
        v1.get("me") { request, context in
            let caller = try await reception.admit(request, context, for: .readAccess)
            return try JSONResponse.make(CallerJSON(caller))
        }
        v1.get("events") { request, context in try await events(request, context) }
    }

    private func get(
        _ group: RouterGroup<ControlContext>, _ path: RouterPath, _ action: Action,
        _ handler: @escaping @Sendable (Request, ControlContext) async throws -> Response
    ) {
        group.get(path) { request, context in
            _ = try await reception.admit(request, context, for: action)
            return try await handler(request, context)
        }
    }

    private func hours(_ request: Request) async throws -> HoursJSON {
        let days = try help.number(request, "days") ?? 7
        guard (1...62).contains(days) else { throw APIError.badRequest("days: expected 1 to 62") }
        guard let text = request.uri.queryParameters["from"] else {
            return await backend.hours(from: nil, days: Int(days))
        }
        guard let first = CivilDate(String(text)) else {
            throw APIError.badRequest("from: expected a date such as 2026-10-01")
        }
        return await backend.hours(from: first, days: Int(days))
    }

    private func days(_ request: Request) async throws -> [ClosedDay] {
        func date(_ name: String) throws -> CivilDate? {
            guard let text = request.uri.queryParameters[Substring(name)] else { return nil }
            guard let date = CivilDate(String(text)) else {
                throw APIError.badRequest("\(name): expected a date such as 2026-10-01")
            }
            return date
        }
        let last = try date("to") ?? CivilDate(of: clock.wall())
        let first = try date("from") ?? last.advanced(byDays: -6)
        guard first <= last else {
            throw ErrorJSON(
                code: "request.invalid", message: "from, to: \(first) is after \(last)",
                zh: "from（\(first)）在 to（\(last)）之后")
        }
        guard last <= first.advanced(byDays: DayLedger.keptDates) else {
            throw APIError.badRequest("from, to: expected a range of at most \(DayLedger.keptDates) days")
        }
        return ClosedDay.list(try await backend.journal.dayRecords(from: first, to: last))
    }

    private func openConditions() -> [DeviceConditionJSON] {
        backend.devices().devices.flatMap { device in
            device.conditions.map { DeviceConditionJSON(device: device.id, condition: $0) }
        }
    }

    /// With `Lease-Token` the stream keeps that lease alive, and ends it with itself.
    private func events(_ request: Request, _ context: ControlContext) async throws -> Response {
        let caller = try await reception.admit(request, context, for: .followEvents)
        let token = request.headers[.leaseToken]
        if let token { try backend.leases.requireKnown(token) }
        return EventStreamResponse(backend: backend, clock: clock, redaction: Redaction(for: caller)).response(
            lastEventID: request.headers[.lastEventID], channel: context.channel, lease: token)
    }
}

extension CallerJSON {
    init(_ caller: Caller) {
        self.init(
            role: caller.role.rawValue, uid: caller.uid, door: caller.door.rawValue,
            actions: Action.allCases.filter(caller.may).map(\.rawValue))
    }
}

/// `GET /v1/conditions`: one open condition with its device.
struct DeviceConditionJSON: Encodable {
    var device: DeviceID
    var condition: ConditionJSON
}
