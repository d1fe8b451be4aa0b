import Hummingbird
import ZoneAccess
import ZoneHTTP
import ZoneModel
import ZoneWire

/// `POST /v1/hours/reason`: staff say why hours were missed.
struct HoursRoutes: Sendable {
    private static let reasonLimit = 200

    let backend: any ControlBackend
    let reception: Reception

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        router.group("v1").post("hours/reason") { request, context in
            let caller = try await reception.admit(request, context, for: .explainHours)
            let wanted = try await help.body(HoursReasonRequest.self, request, context)
            let reason = wanted.reason.cleaned(limit: HoursRoutes.reasonLimit)
            guard !reason.allSatisfy(\.isWhitespace) else { throw APIError.badRequest("reason: expected a text") }
            return try JSONResponse.make(try await backend.explainHours(reason, by: caller))
        }
    }
}
