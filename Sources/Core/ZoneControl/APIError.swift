import Hummingbird
import ZoneAccess
import ZoneDesks
import ZoneHTTP
import ZoneModel
import ZoneWire

/// An error with its HTTP status; the body is always `{"code","message","zh","fixer"}`.
struct APIError: Error {
    var status: HTTPResponse.Status
    var body: ErrorJSON
    /// Goes into the header `Retry-After`.
    var retryAfterSeconds: Int64?

    init(_ status: HTTPResponse.Status, _ body: ErrorJSON, retryAfter: Duration? = nil) {
        (self.status, self.body) = (status, body)
        retryAfterSeconds = retryAfter.map { max(1, ($0.milliseconds + 999) / 1000) }
    }

    /// What the desks refuse, by the stable part of the code.
    static func status(of body: ErrorJSON) -> HTTPResponse.Status {
        switch body.code {
        case "not.found": .notFound
        case "key.reused", "enrolment.token": .unprocessableContent
        case "job.over", "job.underWay", "job.confirmed", "job.settled": .conflict
        case "command.over", "command.target", "command.busy", "device.leased", "lease.unknown", "job.unsupported",
            "config.locked", "recording.refused", "enrolment.pending", "export.notEnrolled", "export.busy",
            "form.unavailable", "form.copies", "copy.busy", "copy.unsupported", "copy.notWaiting", "copy.over":
            .conflict
        case "touch.unsupported", "touch.busy", "check.running", "check.over", "cleaning.running", "calibration.none",
            "calibration.unfit", "device.present", "device.configured":
            .conflict
        case "case.role": .forbidden
        case "case.state", "case.words": .conflict
        case "case.tooMany": .tooManyRequests
        case "browser.none", "browser.notConfigured": .conflict
        case "duty.date", "duty.over", "duty.clock", "duty.notTriggered", "duty.role": .conflict
        case "calibration.failed", "browser.failed", "report.unreadable", "report.noRoom": .serviceUnavailable
        case "report.notOver", "report.tooOften": .conflict
        case "cleaning.none": .notFound
        case "enrolment.foreignHub", "enrolment.unreachable": .badGateway
        case "command.queueFull", "job.queueFull", "enrolment.files", "export.failed": .serviceUnavailable
        case "hold.none", "hours.nothing": .notFound
        default: .badRequest
        }
    }

    static func forbidden(_ action: Action, _ caller: Caller) -> APIError {
        let advice = caller.role == .stranger ? "; add the user to the group \(caller.door.group)" : ""
        let isForStaff = caller.role == .kiosk && action.rule.roles.contains(.staff)
        return APIError(
            .forbidden,
            ErrorJSON(
                code: "access.denied",
                message: "\(caller) may not \(action.rawValue): see zonectl access\(advice)",
                zh: isForStaff
                    ? "没有权限（\(action.rawValue)），请工作人员输入 PIN 后操作" : "没有权限（\(action.rawValue)），请由技术人员在管理通道操作",
                fixer: isForStaff ? .staff : .technician))
    }

    static let sessionOver = APIError(
        .unauthorized,
        ErrorJSON(
            code: "staff.over", message: "the staff session has ended: type the PIN again", zh: "工作人员登录已结束，请重新输入 PIN",
            fixer: .staff))

    static func tooMany(_ wait: Duration) -> APIError {
        APIError(
            .tooManyRequests,
            ErrorJSON(
                code: "access.tooMany", message: "too many requests from this user: wait", zh: "请求太频繁，请稍后再试",
                fixer: .none),
            retryAfter: wait)
    }

    static func notFound(_ what: String, zh: String) -> APIError {
        APIError(.notFound, ErrorJSON(code: "not.found", message: "no \(what)", zh: zh))
    }

    static func badRequest(_ detail: String) -> APIError {
        APIError(.badRequest, .invalid(detail))
    }
}
