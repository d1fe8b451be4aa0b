import HTTPTypes
import Hummingbird
import NIOCore
import ZoneAccess
import ZoneHTTP
import ZoneModel
import ZoneSheets
import ZoneTime
import ZoneWire

/// Inspection sheets; not a part of `ControlBackend`, because it is all about one desk.
package protocol ReportsBackend: Sendable {
    /// The latest issued sheet of the period, else a draft of now.
    /// - Parameter isDraft: a draft of now in any case.
    /// - Throws: `ErrorJSON` when an issued one cannot be read.
    func sheet(_ period: SheetPeriod, isDraft: Bool) async throws -> FrozenSheet
    /// What was issued, the oldest period first; also what only the journal knows of.
    func issued() async -> [IssuedReport]
    /// Freezes the sheet as it is now; the same facts as before make no new revision.
    /// - Throws: `ErrorJSON` when the period is not over or there is no room.
    func issue(_ period: SheetPeriod, _ remarks: SheetRemarks, by caller: Caller) async throws -> IssuedReport
    /// A small paper with the zone's data.
    func paper(_ kind: SmallPaper, about device: DeviceID?) async throws -> Paper
}

/// `/v1/reports` and `/v1/papers`.
struct ReportRoutes: Sendable {
    /// Characters of each free text.
    private static let remarkLimit = 2000

    let backend: any ControlBackend
    let reception: Reception

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let v1 = router.group("v1")
        v1.get("reports") { request, context in
            _ = try await reception.admit(request, context, for: .readReports)
            return try JSONResponse.make(await backend.reports.issued())
        }
        v1.get("reports/:period") { request, context in
            _ = try await reception.admit(request, context, for: .readReports)
            let (period, format) = (try period(context), try ReportRoutes.format(request))
            let isDraft = try ReportRoutes.flag(request, "draft")
            return try await backend.reports.sheet(period, isDraft: isDraft).file(format).response
        }
        v1.post("reports/:period") { request, context in
            let caller = try await reception.admit(request, context, for: .issueReports)
            let period = try period(context)
            let remarks = try await remarks(request, context)
            return try JSONResponse.make(try await backend.reports.issue(period, remarks, by: caller))
        }
        v1.get("papers/:paper") { request, context in
            _ = try await reception.admit(request, context, for: .readReports)
            return try await paper(request, context)
        }
    }

    private func period(_ context: ControlContext) throws -> SheetPeriod {
        guard let period = SheetPeriod(try help.parameter("period", context)) else {
            throw APIError.badRequest("period: expected 2026-03-05, 2026-03, 2026-Q1 or 2026")
        }
        return period
    }

    private static func format(_ request: Request) throws -> PaperFormat {
        guard let text = request.uri.queryParameters["format"] else { return .html }
        guard let format = PaperFormat(rawValue: String(text)) else {
            throw APIError.badRequest("format: expected html, csv, docx or json")
        }
        return format
    }

    private static func flag(_ request: Request, _ name: String) throws -> Bool {
        switch request.uri.queryParameters[Substring(name)] {
        case nil, "no": false
        case "yes": true
        default: throw APIError.badRequest("\(name): expected yes or no")
        }
    }

    /// The two free texts and what became of them; no body is as good as none of them.
    private func remarks(_ request: Request, _ context: ControlContext) async throws -> SheetRemarks {
        let bytes = try await help.bytes(request, context)
        guard !bytes.isEmpty else { return SheetRemarks() }
        let remarks = try RouteHelp.decode(SheetRemarks.self, bytes)
        for (name, text) in [
            ("problems", remarks.problems), ("improvements", remarks.improvements),
            ("rectification", remarks.rectification),
        ] where (text ?? "").unicodeScalars.count > ReportRoutes.remarkLimit {
            throw APIError.badRequest("\(name): at most \(ReportRoutes.remarkLimit) characters")
        }
        return remarks
    }

    private func paper(_ request: Request, _ context: ControlContext) async throws -> Response {
        let name = try help.parameter("paper", context)
        guard let kind = SmallPaper(rawValue: name) else {
            let words = SmallPaper.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError.notFound("paper \(name.cleaned(limit: 40)): there are \(words)", zh: "没有这种单据")
        }
        let device = try request.uri.queryParameters["device"].map { try help.device(String($0)).id }
        let paper = try await backend.reports.paper(kind, about: device)
        let format = try ReportRoutes.format(request)
        guard let file = PaperFile(paper, named: kind.rawValue, as: format) else {
            throw APIError.badRequest("format: expected html, csv or docx")
        }
        return file.response
    }
}

extension FrozenSheet {
    fileprivate func file(_ format: PaperFormat) throws -> PaperFile { try PaperFile(self, as: format) }
}

extension PaperFile {
    /// With the headers of `PaperHeaders`.
    fileprivate var response: Response {
        Response(
            status: .ok, headers: PaperHeaders.fields(name: name, contentType: contentType),
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
