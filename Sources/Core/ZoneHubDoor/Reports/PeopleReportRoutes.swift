import HTTPTypes
import Hummingbird
import NIOCore
import ZoneHTTP
import ZoneModel
import ZoneSheets
import ZoneTime
import ZoneWire

/// `/reports` and `/api/v1/reports`: sheets for people who print them.
struct PeopleReportRoutes: Sendable {
    let reports: HubReports

    func add(to router: Router<HubContext>) {
        router.get("/reports") { _, _ in
            let page = ReportIndex.page(zones: await reports.zones(), today: reports.today)
            return PeopleReportRoutes.answer(
                PaperFile(name: "reports.html", contentType: PaperFormat.html.contentType, bytes: Array(page.utf8)))
        }
        router.get("/api/v1/reports/:subject") { request, context in try await district(request, context) }
        router.get("/api/v1/reports/:subject/:period") { request, context in try await zone(request, context) }
    }

    private func zone(_ request: Request, _ context: HubContext) async throws -> Response {
        let id = try context.parameters.require("subject")
        guard let period = SheetPeriod(try context.parameters.require("period")) else {
            return try PeopleReportRoutes.badPeriod()
        }
        guard let format = PeopleReportRoutes.format(request) else { return try PeopleReportRoutes.badFormat() }
        guard let zone = Slug(id), let sheet = try await reports.sheet(of: zone, period) else {
            let error = ErrorJSON(code: "not.found", message: "no zone \(id.cleaned(limit: 40))", zh: "没有找到这个专区")
            return try JSONResponse.make(error, status: .notFound)
        }
        return PeopleReportRoutes.answer(try PaperFile(sheet, as: format))
    }

    private func district(_ request: Request, _ context: HubContext) async throws -> Response {
        guard let period = SheetPeriod(try context.parameters.require("subject")) else {
            return try PeopleReportRoutes.badPeriod()
        }
        guard let format = PeopleReportRoutes.format(request) else { return try PeopleReportRoutes.badFormat() }
        let sheet = try await reports.district(period)
        guard let file = PaperFile(sheet.paper, named: "district-\(period)", as: format) else {
            return try JSONResponse.make(DistrictJSON(sheet))
        }
        return PeopleReportRoutes.answer(file)
    }

    private static func format(_ request: Request) -> PaperFormat? {
        guard let text = request.uri.queryParameters["format"] else { return .html }
        return PaperFormat(rawValue: String(text))
    }

    private static func badPeriod() throws -> Response {
        try invalid("period: expected 2026-03-05, 2026-03, 2026-Q1 or 2026")
    }

    private static func badFormat() throws -> Response {
        try invalid("format: expected html, csv, docx or json")
    }

    private static func invalid(_ detail: String) throws -> Response {
        let error = ErrorJSON(code: "request.invalid", message: detail, zh: "请求内容有误：\(detail)", fixer: .none)
        return try JSONResponse.make(error, status: .badRequest)
    }

    private static func answer(_ file: PaperFile) -> Response {
        Response(
            status: .ok, headers: PaperHeaders.fields(name: file.name, contentType: file.contentType),
            body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
    }
}
