import HTTPTypes
import Hummingbird
import Logging
import ZoneHTTP
import ZoneHubStore
import ZoneIdentity
import ZoneModel
import ZoneWire

/// An answer that is not what was asked for.
struct AgentRefusal: Error {
    var status: HTTPResponse.Status
    var body: ErrorJSON
    var retryAfter: Duration?

    init(_ status: HTTPResponse.Status, _ body: ErrorJSON, retryAfter: Duration? = nil) {
        (self.status, self.body, self.retryAfter) = (status, body, retryAfter)
    }

    static func busy(_ wait: Duration) -> AgentRefusal {
        let body = ErrorJSON(code: "hub.busy", message: "busy: try again later", zh: "平台繁忙，请稍后重试", fixer: .none)
        return AgentRefusal(.serviceUnavailable, body, retryAfter: wait)
    }

    static func tooMany(_ wait: Duration) -> AgentRefusal {
        let body = ErrorJSON(code: "rate.limited", message: "too many requests: wait", zh: "请求过多，请稍候", fixer: .none)
        return AgentRefusal(.tooManyRequests, body, retryAfter: wait)
    }

    static func tooLarge(_ limit: Int) -> AgentRefusal {
        let body = ErrorJSON(
            code: "http.413", message: "the body has more than \(limit) bytes: send less at a time",
            zh: "内容超过 \(limit) 字节，请分批上报", fixer: .none)
        return AgentRefusal(.contentTooLarge, body)
    }

    static func unreadable(_ code: String, _ why: String) -> AgentRefusal {
        let why = why.cleaned()
        return AgentRefusal(.badRequest, ErrorJSON(code: code, message: why, zh: "内容无法读取：\(why)"))
    }

    static let nobody = AgentRefusal(
        .unauthorized,
        ErrorJSON(
            code: "identity.none", message: "no client certificate: enrol first", zh: "没有出示证书：请先登记此设备",
            fixer: .technician))

    static let expired = AgentRefusal(
        .forbidden,
        ErrorJSON(
            code: "identity.expired", message: "the certificate has ended: renew it first", zh: "证书已过期：请先续期",
            fixer: .self))

    static func denied(_ why: String) -> AgentRefusal {
        AgentRefusal(.forbidden, IdentityRefusal.denied(why).body)
    }
}

/// Errors with words of their own become answers; others are the store's, and the agent keeps its data.
struct AgentErrors: RouterMiddleware {
    let log: Logger

    @concurrent
    func handle(
        _ request: Request, context: AgentContext,
        next: @concurrent (Request, AgentContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as AgentRefusal {
            return try answer(refusal)
        } catch let refusal as IdentityRefusal {
            return try answer(AgentRefusal(.forbidden, refusal.body))
        } catch let body as ErrorJSON {
            log.info("Request refused", metadata: ["error": "\(body.message.cleaned())"])
            return try answer(AgentRefusal(AgentErrors.status(of: body), body))
        } catch let error as HTTPError {
            throw error
        } catch {
            // Who has gone in the middle is told nothing, and nothing is wrong here.
            guard !(error is CancellationError), context.channel.isActive else { throw error }
            log.error("Request could not be stored", metadata: ["error": "\(error)"])
            let body = ErrorJSON(
                code: "hub.storage", message: "could not be stored: try again later", zh: "平台暂时无法保存，请稍后重试",
                fixer: .office)
            return try answer(AgentRefusal(.serviceUnavailable, body, retryAfter: .seconds(10)))
        }
    }

    private func answer(_ refusal: AgentRefusal) throws -> Response {
        var response = try JSONResponse.make(refusal.body, status: refusal.status)
        if let wait = refusal.retryAfter {
            // Whole seconds (RFC 9110, 10.2.3), never less than asked for.
            response.headers[.retryAfter] = String((wait.milliseconds + 999) / 1000)
        }
        return response
    }

    private static func status(of body: ErrorJSON) -> HTTPResponse.Status {
        if body.code == "heartbeat.version" { return .upgradeRequired }
        return body.code.hasPrefix("identity.") ? .forbidden : .badRequest
    }
}
