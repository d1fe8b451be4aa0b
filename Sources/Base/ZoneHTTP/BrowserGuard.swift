import HTTPTypes
import Hummingbird
import ZoneWire

/// No page in a browser may reach a Unix socket of the product, not even through somebody's forwarder.
package struct BrowserGuard<Context: RequestContext>: RouterMiddleware {
    private let hosts: Set<String>

    /// - Parameter service: the name that clients may put into `Host` beside localhost.
    package init(service: String) { hosts = ["", "localhost", service] }

    @concurrent
    package func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let host = request.head.authority ?? ""
        guard request.headers[.origin] == nil, request.headers[.referer] == nil,
            hosts.contains(host) || host.hasPrefix("/")
        else {
            let error = ErrorJSON(
                code: "access.browser", message: "requests from web pages are refused here", zh: "此通道不接受网页请求")
            return try JSONResponse.make(error, status: .forbidden)
        }
        return try await next(request, context)
    }
}
