import DriverKit
import Hummingbird
import ZoneAccess
import ZoneDesks
import ZoneHTTP
import ZoneModel
import ZoneWire

/// The query of `POST /v1/jobs`: which device, and how the document is wanted.
struct JobQuery {
    let help: RouteHelp

    /// - Throws: `APIError` that names the parameter.
    func ticket(_ request: Request, _ caller: Caller) throws -> JobTicket {
        guard let name = request.uri.queryParameters["device"] else {
            throw APIError.badRequest("device: query parameter missing")
        }
        let copies = Int(clamping: try help.number(request, "copies") ?? 1)
        guard JobTicket.copiesRange.contains(copies) else { throw APIError.badRequest("copies: expected 1 to 99") }
        let options = JobOptions(
            sides: try word(request, "sides", of: PrintOrder.Sides.self),
            media: try word(request, "media", of: PrintOrder.Media.self),
            color: try word(request, "color", of: PrintOrder.ColorMode.self), pages: try pages(request))
        return JobTicket(
            device: try help.device(String(name)).id, format: try format(request), copies: copies, options: options,
            caller: caller)
    }

    /// The media type without parameters; only what is in the document counts, but what contradicts it is a mistake.
    private func format(_ request: Request) throws -> String {
        let format = request.headers[.contentType].map { String($0.prefix { $0 != ";" }) } ?? ""
        let parts = format.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw APIError.badRequest("Content-Type: expected the document's media type")
        }
        // A space may stand before the semicolon (RFC 9110, 5.6.6).
        let type = format.prefix { $0 != " " && $0 != "\t" }
        return type.lowercased().cleaned(limit: 80)
    }

    private func word<Value: CaseIterable & RawRepresentable<String>>(
        _ request: Request, _ name: String, of type: Value.Type
    ) throws -> String? {
        guard let text = request.uri.queryParameters[Substring(name)] else { return nil }
        guard Value(rawValue: String(text)) != nil else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError.badRequest("\(name): expected one of \(known)")
        }
        return String(text)
    }

    private func pages(_ request: Request) throws -> PageRange? {
        guard let text = request.uri.queryParameters["pages"] else { return nil }
        guard let range = PageRange(String(text)) else {
            throw APIError.badRequest("pages: expected FIRST-LAST, such as 2-5")
        }
        return range
    }
}
