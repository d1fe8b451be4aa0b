import HTTPTypes
import Hummingbird
import NIOCore
import ZoneModel
import ZoneWire

/// Errors that nobody put into words: no such route, a body over its limit. They get the same form as all others.
package struct PlainErrors<Context: RequestContext>: RouterMiddleware {
    package init() {}

    @concurrent
    package func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError {
            return try answer(error.status)
        } catch is NIOTooManyBytesError {
            return try answer(.contentTooLarge)
        }
    }

    private func answer(_ status: HTTPResponse.Status) throws -> Response {
        let body = ErrorJSON(
            code: "http.\(status.code)", message: status.reasonPhrase, zh: "请求无法处理（\(status.code)）")
        return try JSONResponse.make(body, status: status)
    }
}
