import Hummingbird
import NIOCore
import ServiceLifecycle
import ZoneAccess
import ZoneHTTP
import ZoneModel
import ZoneWire

/// `POST /v1/devices/{id}/recording`: what passes at the device's port, line by line as it passes.
struct RecordingRoutes: Sendable {
    private static let seconds = 1...600
    private static let fallback = 60

    let backend: any ControlBackend
    let reception: Reception

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        router.group("v1").post("devices/:id/recording") { request, context in try await record(request, context) }
    }

    private func record(_ request: Request, _ context: ControlContext) async throws -> Response {
        let caller = try await reception.admit(request, context, for: .recordDevice)
        let device = try help.device(context).id
        let given = request.uri.queryParameters["seconds"].map { Int($0) ?? 0 } ?? RecordingRoutes.fallback
        guard RecordingRoutes.seconds.contains(given) else {
            throw APIError.badRequest("seconds: expected 1 to \(RecordingRoutes.seconds.upperBound)")
        }
        let contacts = request.uri.queryParameters["contacts"].map(String.init) ?? "false"
        guard ["true", "false"].contains(contacts) else {
            throw APIError.badRequest("contacts: expected true or false")
        }
        let lines = try await backend.record(
            device, for: .seconds(given), withContacts: contacts == "true", by: caller)
        let body = ResponseBody { writer in
            // Graceful shutdown ends it, like every stream.
            for await line in lines.cancelOnGracefulShutdown() { try await writer.write(ByteBuffer(string: line)) }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "application/x-ndjson", .cacheControl: "no-store"], body: body)
    }
}
