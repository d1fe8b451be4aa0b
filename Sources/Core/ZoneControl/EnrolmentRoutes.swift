import Hummingbird
import NIOCore
import ServiceLifecycle
import ZoneAccess
import ZoneHTTP
import ZoneModel
import ZoneWire

/// What these routes need of the agent; not a part of `ControlBackend`, because it is all about one actor.
package protocol IdentityBackend: Sendable {
    func enrolment() async -> EnrolmentJSON
    /// - Throws: `ErrorJSON` when the token is none, or when the hub at its address is not the one it names.
    func enrol(_ token: String, by caller: Caller) async throws -> EnrolmentJSON
    /// - Returns: whether anything was pending or rejected.
    func forgetEnrolment(by caller: Caller) async throws -> Bool
    /// The bytes of a signed export of everything that the hub has not acknowledged.
    /// - Throws: `ErrorJSON` when there is nothing to sign with.
    func export(by caller: Caller) async throws -> AsyncThrowingStream<[UInt8], any Error>
}

/// `/v1/enrolment` and `/v1/export`: who this PC is to its hub, and the history for a hub that it has no line to.
struct EnrolmentRoutes: Sendable {
    let backend: any ControlBackend
    let reception: Reception

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let v1 = router.group("v1")
        v1.get("enrolment") { request, context in
            _ = try await reception.admit(request, context, for: .readEnrolment)
            return try JSONResponse.make(await backend.identity?.enrolment() ?? EnrolmentJSON(.none))
        }
        v1.post("enrolment") { request, context in
            let caller = try await reception.admit(request, context, for: .beginEnrolment)
            let token = try await help.body(EnrolRequest.self, request, context).token
            let begun = try await identity().enrol(token, by: caller)
            return try JSONResponse.make(begun, status: .accepted)
        }
        v1.delete("enrolment") { request, context in
            let caller = try await reception.admit(request, context, for: .beginEnrolment)
            guard try await identity().forgetEnrolment(by: caller) else {
                throw APIError.notFound("pending enrolment", zh: "没有正在进行的登记")
            }
            return Response(status: .noContent)
        }
        v1.get("export") { request, context in
            let caller = try await reception.admit(request, context, for: .writeExport)
            return EnrolmentRoutes.stream(try await identity().export(by: caller))
        }
    }

    private func identity() throws -> any IdentityBackend {
        guard let identity = backend.identity else {
            throw APIError.notFound("hub to enrol with", zh: "没有可以登记的上级平台")
        }
        return identity
    }

    private static func stream(_ chunks: AsyncThrowingStream<[UInt8], any Error>) -> Response {
        let body = ResponseBody { writer in
            // Graceful shutdown ends it, like every stream; without its last line nobody takes it for whole.
            for try await chunk in chunks.cancelOnGracefulShutdown() {
                try await writer.write(ByteBuffer(bytes: chunk))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "application/octet-stream", .cacheControl: "no-store"], body: body)
    }
}
