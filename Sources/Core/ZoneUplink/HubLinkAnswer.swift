import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import ZoneModel
import ZoneWire

/// An answer that is not 200.
struct HubAnswer: Sendable {
    private static let longestError = 16 << 10

    let status: Int
    let retryAfter: Duration?
    /// What the hub says of it; a proxy in between says nothing of the kind.
    let error: ErrorJSON?

    init(_ response: HTTPClientResponse) async {
        status = Int(response.status.code)
        retryAfter = response.headers.first(name: "Retry-After").flatMap(HubAnswer.seconds)
        let body = try? await response.body.collect(upTo: HubAnswer.longestError)
        error = body.flatMap { try? WireCoding.decode(ErrorJSON.self, Array($0.readableBytesView)) }
    }

    init(status: Int, retryAfter: Duration? = nil, error: ErrorJSON? = nil) {
        (self.status, self.retryAfter, self.error) = (status, retryAfter, error)
    }

    var failure: HubFailure {
        let said = error.map { ": \($0.code) \($0.message)" } ?? ""
        return HubFailure(kind, "HTTP \(status)\(said)")
    }

    private var kind: HubFailure.Kind {
        let code = error?.code.cleaned(limit: 64)
        switch status {
        case 401, 403:
            guard let code, code.hasPrefix("identity.") else { return .refused(status: status) }
            return .identity(code: code)
        case 413: return .tooLarge
        case 426: return .versions(error?.message.cleaned() ?? "")
        case 429, 503: return .busy(retryAfter: retryAfter)
        default: return .refused(status: status)
        }
    }

    /// Whole seconds, an hour at most. The other form of RFC 9110, 10.2.3, a date, would trust two clocks.
    static func seconds(_ text: String) -> Duration? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        else { return nil }
        return Int64(text).map { .seconds(min($0, 3600)) }
    }
}
