import HTTPTypes
import Hummingbird
import Synchronization
import ZoneHTTP
import ZoneModel
import ZoneWire

/// The port, known only after binding.
final class BoundPort: Sendable {
    private let storage = Mutex(0)

    var value: Int {
        get { storage.withLock { $0 } }
        set { storage.withLock { $0 = newValue } }
    }
}

/// Keeps everybody out but the page itself: an exact Host stops DNS rebinding (CVE-2022-41924, CVE-2024-28224), an
/// exact Origin other pages, the token other programs of this PC.
struct LoopbackGuard<Context: RequestContext>: RouterMiddleware {
    let bound: BoundPort
    let token: String

    @concurrent
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let names = ["127.0.0.1:\(bound.value)", "localhost:\(bound.value)"]
        guard let host = request.head.authority, names.contains(host) else {
            return try refuse(.misdirectedRequest, "host.unknown", "unknown Host", "地址不对，请用 zonectl kiosk 显示的地址")
        }
        if let origin = request.headers[.origin], origin != "http://\(host)" {
            return try refuse(.forbidden, "access.browser", "requests of other pages are refused", "不接受其他网页的请求")
        }
        guard request.uri.path.hasPrefix("/v1") else { return try await next(request, context) }
        guard let name = HTTPField.Name(KioskBridge.tokenName), let sent = request.headers[name],
            ConstantTime.isEqual(Array(sent.utf8), Array(token.utf8))
        else {
            return try refuse(
                .unauthorized, "kiosk.token", "the token is missing or old: open the address that zonectl kiosk prints",
                "页面已失效，请重新打开 zonectl kiosk 显示的地址")
        }
        return try await next(request, context)
    }

    private func refuse(_ status: HTTPResponse.Status, _ code: String, _ message: String, _ zh: String) throws
        -> Response
    {
        try JSONResponse.make(ErrorJSON(code: code, message: message, zh: zh), status: status)
    }
}
