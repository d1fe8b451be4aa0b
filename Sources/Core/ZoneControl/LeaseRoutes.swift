import Hummingbird
import ZoneAccess
import ZoneDesks
import ZoneHTTP
import ZoneModel
import ZoneWire

/// `/v1/devices/{id}/lease`.
struct LeaseRoutes: Sendable {
    private static let defaultTTL: Int64 = 60_000

    let backend: any ControlBackend
    let reception: Reception

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let lease = router.group("v1").group("devices/:id/lease")
        lease.post { request, context in
            let caller = try await reception.admit(request, context, for: .takeLease)
            let device = try help.device(context).id
            let made = try backend.leases.take(device, ttl: try await ttl(request, context), by: caller)
            return try JSONResponse.make(made, status: .created)
        }
        lease.put { request, context in
            _ = try await reception.admit(request, context, for: .takeLease)
            let device = try help.device(context).id
            let ttl = try await ttl(request, context)
            return try JSONResponse.make(try backend.leases.renew(try token(request), device, ttl: ttl))
        }
        lease.delete { request, context in
            let caller = try await reception.admit(request, context, for: .takeLease)
            let device = try help.device(context).id
            if request.headers[.leaseToken] == nil, caller.may(.breakLease) {
                try backend.leases.breakLease(of: device, by: caller)
            } else {
                try backend.leases.release(try token(request), device)
            }
            return Response(status: .noContent)
        }
    }

    private func ttl(_ request: Request, _ context: ControlContext) async throws -> Int64 {
        let bytes = try await help.bytes(request, context)
        guard !bytes.isEmpty else { return LeaseRoutes.defaultTTL }
        return try RouteHelp.decode(LeaseRequest.self, bytes).ttl ?? LeaseRoutes.defaultTTL
    }

    private func token(_ request: Request) throws -> String {
        guard let token = request.headers[.leaseToken] else { throw APIError.badRequest("Lease-Token: header missing") }
        return token
    }
}
