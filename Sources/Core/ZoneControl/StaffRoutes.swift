import Hummingbird
import ZoneAccess
import ZoneHTTP
import ZoneModel
import ZoneWire

/// `/v1/staff/…`: the PIN session of the house at the kiosk.
struct StaffRoutes: Sendable {
    let staff: StaffDesk
    let backend: any ControlBackend
    let reception: Reception

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let group = router.group("v1").group("staff")
        group.post("session") { request, context in
            let caller = try await reception.admit(request, context, for: .openStaffSession)
            let pin = try await help.body(PINRequest.self, request, context).pin
            do {
                let session = try await staff.open(pin: pin)
                return try JSONResponse.make(
                    StaffSessionJSON(
                        token: session.token, idle: session.idle.milliseconds, endsIn: session.total.milliseconds),
                    status: .created)
            } catch let refusal as StaffRefusal {
                await backend.denied(.openStaffSession, to: caller)
                throw APIError.refused(refusal)
            }
        }
        group.delete("session") { request, context in
            _ = try await reception.admit(request, context, for: .endStaffSession)
            if let token = request.headers[.staffToken] { staff.end(token) }
            return Response(status: .noContent)
        }
        group.put("pin") { request, context in
            _ = try await reception.admit(request, context, for: .setStaffPIN)
            let pin = try await help.body(PINRequest.self, request, context).pin
            do {
                try await staff.setPIN(pin)
            } catch let weak as WeakPIN {
                throw ErrorJSON(code: "request.invalid", message: "pin: \(weak.english)", zh: weak.zh)
            }
            return Response(status: .noContent)
        }
    }
}

extension APIError {
    fileprivate static func refused(_ refusal: StaffRefusal) -> APIError {
        switch refusal {
        case .noPIN:
            APIError(
                .conflict,
                ErrorJSON(
                    code: "staff.noPIN", message: "no PIN is set: zonectl staff pin", zh: "还没有设置工作人员 PIN，请技术人员设置"))
        case .wrongPIN(let left):
            APIError(
                .unauthorized,
                ErrorJSON(
                    code: "staff.wrongPIN",
                    message: "wrong PIN: \(left) \(left == 1 ? "try" : "tries") left, then a pause",
                    zh: "PIN 不对，还可以试 \(left) 次", fixer: .staff))
        case .locked(let wait):
            APIError(
                .tooManyRequests,
                ErrorJSON(
                    code: "staff.locked", message: "too many wrong PINs: wait \(wait.milliseconds / 1000) s",
                    zh: "PIN 错误次数过多，请等 \((wait.milliseconds + 59_999) / 60_000) 分钟", fixer: .staff),
                retryAfter: wait)
        }
    }
}
