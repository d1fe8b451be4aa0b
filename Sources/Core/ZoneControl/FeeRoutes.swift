import Hummingbird
import ZoneAccess
import ZoneHTTP
import ZoneWire

/// `/v1/fees`: what citizens pay, as it is posted.
struct FeeRoutes: Sendable {
    let backend: any ControlBackend
    let reception: Reception

    func add(to router: Router<ControlContext>) {
        router.group("v1").get("fees") { request, context in
            _ = try await reception.admit(request, context, for: .readFees)
            return try JSONResponse.make(backend.fees())
        }
    }
}
