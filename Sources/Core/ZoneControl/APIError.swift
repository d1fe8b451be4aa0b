import Hummingbird
import ZoneHTTP
import ZoneModel
import ZoneWire

/// An error with its HTTP status; the body is always `{"code","message","zh","fixer"}`.
struct APIError: Error {
    var status: HTTPResponse.Status
    var body: ErrorJSON

    init(_ status: HTTPResponse.Status, _ body: ErrorJSON) { (self.status, self.body) = (status, body) }

    static func forbidden(_ action: Action, _ caller: Caller) -> APIError {
        APIError(
            .forbidden,
            ErrorJSON(
                code: "access.denied",
                message: "\(caller) is \(caller.role.rawValue) and may not \(action.rawValue); see zonectl access",
                zh: "没有权限（\(action.rawValue)），请由技术人员在管理通道操作"))
    }

    static func notFound(_ what: String) -> APIError {
        APIError(
            .notFound, ErrorJSON(code: "not.found", message: "no \(what)", zh: "没有找到：\(what)"))
    }

    static func badRequest(_ detail: String) -> APIError {
        APIError(.badRequest, ErrorJSON(code: "request.invalid", message: detail, zh: "请求有误：\(detail)"))
    }

    static let fromBrowser = ErrorJSON(
        code: "access.browser", message: "requests from web pages are refused here", zh: "此通道不接受网页请求")

    static func response(_ body: ErrorJSON, status: HTTPResponse.Status) throws -> Response {
        try JSONResponse.make(body, status: status)
    }
}
