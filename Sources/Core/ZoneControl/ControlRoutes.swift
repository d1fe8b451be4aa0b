import Hummingbird
import NIOCore
import ZoneHTTP
import ZoneModel
import ZoneTime
import ZoneWire

/// `/v1/…` of the control sockets.
struct ControlRoutes: Sendable {
    /// A command that takes longer than this is answered with 202 and goes on.
    private static let patience = Duration.seconds(2)
    private static let pageLimit = 1000

    let backend: any ControlBackend
    let desk: Reception
    let clock: any ZoneClock

    func add(to router: Router<ControlContext>) {
        let v1 = router.group("v1")
        get(v1, "status", .readStatus) { _, _ in try JSONResponse.make(backend.status()) }
        get(v1, "devices", .readDevices) { _, _ in try JSONResponse.make(backend.devices()) }
        get(v1, "devices/:id", .readDevices) { _, context in try JSONResponse.make(try device(context)) }
        get(v1, "conditions", .readConditions) { _, _ in try JSONResponse.make(openConditions()) }
        get(v1, "public", .readPublic) { _, _ in try JSONResponse.make(backend.citizenView()) }
        get(v1, "hours", .readHours) { _, _ in try JSONResponse.make(HoursJSON(backend.hours())) }
        get(v1, "access", .readAccess) { _, _ in try JSONResponse.make(AccessRow.all) }
        get(v1, "journal", .readJournal) { request, _ in
            try JSONResponse.make(
                try await backend.page(after: try number(request, "after") ?? 0, limit: limit(request)))
        }
        get(v1, "events", .followEvents) { request, context in
            EventStreamResponse(backend: backend, clock: clock).response(
                lastEventID: request.headers[.lastEventID], channel: context.channel)
        }
        v1.post("devices/:id/commands") { request, context in try await command(request, context) }
    }

    private func get(
        _ group: RouterGroup<ControlContext>, _ path: RouterPath, _ action: Action,
        _ handler: @escaping @Sendable (Request, ControlContext) async throws -> Response
    ) {
        group.get(path) { request, context in
            _ = try await desk.admit(context, for: action)
            return try await handler(request, context)
        }
    }

    private func device(_ context: ControlContext) throws -> DeviceJSON {
        let id = try context.parameters.require("id")
        guard let found = backend.devices().devices.first(where: { $0.id.text == id }) else {
            throw APIError.notFound("device \(id.cleaned(limit: 40))")
        }
        return found
    }

    private func openConditions() -> [DeviceConditionJSON] {
        backend.devices().devices.flatMap { device in
            device.conditions.map { DeviceConditionJSON(device: device.id, condition: $0) }
        }
    }

    private func limit(_ request: Request) throws -> Int {
        min(max(1, Int(try number(request, "limit") ?? 200)), ControlRoutes.pageLimit)
    }

    private func number(_ request: Request, _ name: String) throws -> Int64? {
        guard let text = request.uri.queryParameters[Substring(name)] else { return nil }
        guard let value = Int64(text), value >= 0 else { throw APIError.badRequest("\(name): expected a whole number") }
        return value
    }

    private func command(_ request: Request, _ context: ControlContext) async throws -> Response {
        let caller = try await desk.admit(context, for: .probeDevice)
        let buffer = try await request.body.collect(upTo: context.maxUploadSize)
        let wanted: CommandRequest
        do {
            wanted = try WireCoding.decode(CommandRequest.self, Array(buffer.readableBytesView))
        } catch {
            throw APIError.badRequest(WireCoding.explain(error))
        }
        let target = try device(context)
        do {
            let command = try await backend.command(
                wanted, for: target.id, by: caller, patience: ControlRoutes.patience)
            return try JSONResponse.make(command, status: command.state.isOver ? .ok : .accepted)
        } catch let error as ErrorJSON {
            throw APIError(.badRequest, error)
        }
    }
}

/// `GET /v1/conditions`: one open condition with its device.
struct DeviceConditionJSON: Encodable {
    var device: DeviceID
    var condition: ConditionJSON
}

/// `GET /v1/hours`.
struct HoursJSON: Encodable {
    var opens: String?
    var closes: String?

    init(_ hours: DayHours?) {
        func text(_ minute: Int) -> String { "\(padded(minute / 60, 2)):\(padded(minute % 60, 2))" }
        (opens, closes) = (hours.map { text($0.opensAtMinute) }, hours.map { text($0.closesAtMinute) })
    }
}
