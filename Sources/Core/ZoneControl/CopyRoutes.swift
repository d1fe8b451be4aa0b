import Hummingbird
import ZoneAccess
import ZoneDesks
import ZoneHTTP
import ZoneModel
import ZoneWire

/// Copies; not a part of `ControlBackend`, because it is all about one desk.
package protocol CopiesBackend: Sendable {
    /// - Throws: `ErrorJSON` when the device has no scanner, or another copy is being scanned.
    func begin(_ request: CopyRequest, by caller: Caller, key: RequestKey?) async throws -> CopyJSON
    /// - Returns: what the key made before; `nil` when it is new.
    /// - Throws: `ErrorJSON` when it was used for another body.
    func made(by key: RequestKey?, _ request: CopyRequest) async throws -> CopyJSON?
    /// The other side lies on the glass.
    /// - Throws: `ErrorJSON` when nobody waits for it.
    func next(_ id: String) async throws -> CopyJSON
    /// - Throws: `ErrorJSON` when it is over.
    func cancel(_ id: String, by caller: Caller) async throws -> CopyJSON
    /// And whose it is.
    func copy(_ id: String) async -> (copy: CopyJSON, user: UInt32)?
}

/// `/v1/copies`: from glass or feeder to paper.
struct CopyRoutes: Sendable {
    let backend: any ControlBackend
    let reception: Reception

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let copies = router.group("v1").group("copies")
        copies.post { request, context in try await begin(request, context) }
        copies.get(":copy") { request, context in
            let caller = try await reception.admit(request, context, for: .makeCopies)
            return try JSONResponse.make(try await copy(context, caller))
        }
        copies.post(":copy/next") { request, context in
            let caller = try await reception.admit(request, context, for: .makeCopies)
            return try JSONResponse.make(try await backend.copies.next(try await copy(context, caller).id))
        }
        copies.delete(":copy") { request, context in
            let caller = try await reception.admit(request, context, for: .makeCopies)
            return try JSONResponse.make(
                try await backend.copies.cancel(try await copy(context, caller).id, by: caller))
        }
    }

    private func begin(_ request: Request, _ context: ControlContext) async throws -> Response {
        let caller = try await reception.admit(request, context, for: .makeCopies)
        let bytes = try await help.bytes(request, context)
        let wish = try RouteHelp.decode(CopyRequest.self, bytes)
        if let complaint = wish.complaint { throw APIError.badRequest(complaint) }
        let key = try help.key(request, caller, bodyHash: RouteHelp.hash(bytes))
        // Who repeats a request gets the answer to the first one, however the device is doing now.
        if let made = try await backend.copies.made(by: key, wish) {
            return try JSONResponse.make(made, status: .accepted)
        }
        let device = try help.device(wish.device.text).id
        try backend.leases.check(device, token: request.headers[.leaseToken], by: caller)
        // What could not be printed need not be scanned.
        try await backend.checkJob(
            JobTicket(device: device, format: "image/pwg-raster", copies: wish.copies ?? 1, caller: caller))
        return try JSONResponse.make(
            try await backend.copies.begin(wish, by: caller, key: key), status: .accepted)
    }

    /// Somebody else's copy looks as if it were not there.
    private func copy(_ context: ControlContext, _ caller: Caller) async throws -> CopyJSON {
        let id = try help.parameter("copy", context)
        guard let found = await backend.copies.copy(id), found.user == caller.uid || caller.may(.readAnyJob) else {
            throw APIError.notFound("copy \(id.cleaned(limit: 40))", zh: "没有找到这次复印")
        }
        return found.copy
    }
}
