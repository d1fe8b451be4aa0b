import DriverKit
import Hummingbird
import ZoneAccess
import ZoneDesks
import ZoneHTTP
import ZoneModel
import ZoneTime
import ZoneTouch
import ZoneWire

/// What can be done at a touch panel; not a part of `ControlBackend`, because it is all about one desk.
package protocol TouchBackend: Sendable {
    /// The panel as it is open now.
    /// - Throws: `ErrorJSON` when it is not open, or no panel.
    func surface(_ device: DeviceID) async throws -> any TouchSurface

    /// - Parameter lease: cancels the check when it ends; `nil`: the check's own time is its only end.
    func beginCheck(
        _ device: DeviceID, _ request: TouchCheckRequest, lease: String?, by caller: Caller
    ) async throws -> TouchCheckBegunJSON
    /// `nil`: there is no such check of this panel.
    func check(_ id: String, of device: DeviceID) async -> TouchCheckJSON?
    /// - Throws: `ErrorJSON` when it is over.
    func cancelCheck(_ id: String) async throws

    func beginCleaning(
        _ device: DeviceID, _ request: CleaningRequest, holder: CleaningHolder, by caller: Caller
    ) async throws -> CleaningJSON
    func endCleaning(_ device: DeviceID) async throws
    /// For how long the panel takes no touch.
    func cleaningEndsIn(_ device: DeviceID) -> Duration?

    func calibration(_ device: DeviceID) async throws -> CalibrationJSON
    func calibrate(_ device: DeviceID, _ request: CalibrationRequest, by caller: Caller) async throws -> CalibrationJSON
    func undoCalibration(_ device: DeviceID, by caller: Caller) async throws -> CalibrationJSON
}

/// `/v1/devices/{id}/contacts`, `…/touch-check`, `…/cleaning`, `…/calibration`.
struct TouchRoutes: Sendable {
    /// A lease that nobody asked for lasts so many ms, unless whoever got it renews it.
    private static let lentTTL: Int64 = 10_000

    let backend: any ControlBackend
    let reception: Reception
    let clock: any ZoneClock

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let device = router.group("v1").group("devices/:id")
        device.get("contacts") { request, context in try await follow(request, context) }
        addCheck(to: device.group("touch-check"))
        device.post("cleaning") { request, context in try await clean(request, context) }
        device.delete("cleaning") { request, context in
            _ = try await reception.admit(request, context, for: .cleanPanel)
            try await backend.touch.endCleaning(try help.device(context).id)
            return Response(status: .noContent)
        }
        addCalibration(to: device.group("calibration"))
    }

    private func addCheck(to check: RouterGroup<ControlContext>) {
        check.post { request, context in
            let caller = try await reception.admit(request, context, for: .touchCheck)
            let wish = try await help.body(TouchCheckRequest.self, request, context)
            if let complaint = wish.complaint { throw APIError.badRequest(complaint) }
            let device = try help.device(context).id
            let token = request.headers[.leaseToken]
            try backend.leases.check(device, token: token, by: caller)
            if token != nil { try backend.leases.requireHeld(device, by: token) }
            return try JSONResponse.make(
                try await backend.touch.beginCheck(device, wish, lease: token, by: caller), status: .created)
        }
        check.get(":check") { request, context in
            _ = try await reception.admit(request, context, for: .touchCheck)
            return try JSONResponse.make(try await found(context))
        }
        check.delete(":check") { request, context in
            _ = try await reception.admit(request, context, for: .touchCheck)
            try await backend.touch.cancelCheck(try await found(context).check)
            return try JSONResponse.make(try await found(context))
        }
    }

    private func addCalibration(to calibration: RouterGroup<ControlContext>) {
        calibration.get { request, context in
            _ = try await reception.admit(request, context, for: .calibratePanel)
            return try JSONResponse.make(try await backend.touch.calibration(try help.device(context).id))
        }
        calibration.post { request, context in
            let caller = try await reception.admit(request, context, for: .calibratePanel)
            let wish = try await help.body(CalibrationRequest.self, request, context)
            let device = try help.device(context).id
            return try JSONResponse.make(try await backend.touch.calibrate(device, wish, by: caller))
        }
        calibration.delete { request, context in
            let caller = try await reception.admit(request, context, for: .calibratePanel)
            let device = try help.device(context).id
            return try JSONResponse.make(try await backend.touch.undoCalibration(device, by: caller))
        }
    }

    /// Who is at the kiosk sees touches of its own lease only; a technician sees all, and is told so by nobody.
    private func follow(_ request: Request, _ context: ControlContext) async throws -> Response {
        let caller = try await reception.admit(request, context, for: .followContacts)
        let device = try help.device(context).id
        let token = request.headers[.leaseToken]
        if token != nil || !caller.may(.breakLease) { try backend.leases.requireHeld(device, by: token) }
        let leases = backend.leases
        return ContactStreamResponse(surface: try await backend.touch.surface(device), clock: clock) {
            token.map { leases.isHeld(device, by: $0) } ?? true
        }.response(channel: context.channel)
    }

    private func clean(_ request: Request, _ context: ControlContext) async throws -> Response {
        let caller = try await reception.admit(request, context, for: .cleanPanel)
        let wish = try await help.body(CleaningRequest.self, request, context)
        if let complaint = wish.complaint { throw APIError.badRequest(complaint) }
        let device = try help.device(context).id
        let token = request.headers[.leaseToken]
        // Also a technician waits for whoever has the panel: they would wipe away somebody's work.
        try backend.leases.requireFree(device, butFor: token)
        // Who has sent none may be gone a moment later.
        let lent = token == nil ? try backend.leases.take(device, ttl: TouchRoutes.lentTTL, by: caller) : nil
        let holder = CleaningHolder(lease: token ?? lent?.token ?? "", isLent: lent != nil)
        do {
            var begun = try await backend.touch.beginCleaning(device, wish, holder: holder, by: caller)
            begun.lease = lent
            return try JSONResponse.make(begun, status: .created)
        } catch {
            if let lent { try? backend.leases.release(lent.token, device) }
            throw error
        }
    }

    private func found(_ context: ControlContext) async throws -> TouchCheckJSON {
        let device = try help.device(context).id
        let id = try help.parameter("check", context)
        guard let check = await backend.touch.check(id, of: device) else {
            throw APIError.notFound("check \(id.cleaned(limit: 40))", zh: "没有找到这次检测")
        }
        return check
    }
}
