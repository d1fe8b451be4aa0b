import Hummingbird
import NIOCore
import ServiceLifecycle
import ZoneAccess
import ZoneDesks
import ZoneHTTP
import ZoneLinux
import ZoneModel
import ZoneWire

/// The shelf of official forms; not a part of `ControlBackend`, because it is all about one desk.
package protocol FormsBackend: Sendable {
    func list() -> FormListJSON
    func form(_ id: String) -> FormJSON?
    /// The PDF in pieces, held against its hash before the first and once more at the end.
    /// - Throws: `ErrorJSON` when it is not there or not what was listed.
    func document(_ id: String) async throws -> AsyncThrowingStream<[UInt8], any Error>
    /// Where forms are printed when nobody says where.
    func printer() -> DeviceID?
    /// What a job costs, of the shelf or not.
    func fee(for ticket: JobTicket) -> FeeQuoteJSON
}

/// `/v1/forms`: official forms to read, and to print as jobs like all others.
struct FormRoutes: Sendable {
    static let format = "application/pdf"

    let backend: any ControlBackend
    let reception: Reception
    private let lane = BlockingLane(label: "form-spool")

    init(backend: any ControlBackend, reception: Reception) { (self.backend, self.reception) = (backend, reception) }

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let forms = router.group("v1").group("forms")
        forms.get { request, context in
            _ = try await reception.admit(request, context, for: .readForms)
            return try JSONResponse.make(backend.forms.list())
        }
        forms.get(":form") { request, context in
            _ = try await reception.admit(request, context, for: .readForms)
            return try JSONResponse.make(try form(context))
        }
        forms.get(":form/document") { request, context in
            _ = try await reception.admit(request, context, for: .readForms)
            return FormRoutes.stream(try await backend.forms.document(try form(context).id.text))
        }
        forms.post(":form/print") { request, context in try await print(request, context) }
    }

    private static func stream(_ document: AsyncThrowingStream<[UInt8], any Error>) -> Response {
        let body = ResponseBody { writer in
            // What ends without its last chunk nobody takes for whole.
            for try await piece in document.cancelOnGracefulShutdown() {
                try await writer.write(ByteBuffer(bytes: piece))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: format, .cacheControl: "no-store"], body: body)
    }

    private func form(_ context: ControlContext) throws -> FormJSON {
        let id = try help.parameter("form", context)
        guard let found = backend.forms.form(id) else {
            let name = id.cleaned(limit: 40)
            throw APIError.notFound("form \(name): see GET /v1/forms", zh: "没有编号为“\(name)”的表格")
        }
        return found
    }

    private func print(_ request: Request, _ context: ControlContext) async throws -> Response {
        let caller = try await reception.admit(request, context, for: .printForms)
        let form = try form(context)
        var ticket = JobTicket(
            device: try device(request), format: FormRoutes.format, copies: try copies(request, caller), caller: caller)
        (ticket.pages, ticket.form) = (form.pages, form.id)
        ticket.fee = backend.forms.fee(for: ticket)
        // The form is in the path, device and copies are in the query: the key is about all three. Its bytes are not:
        // who repeats a request means the same form, also when it was revised meanwhile.
        let key = try help.key(request, caller, bodyHash: "form")
        if await !backend.jobs.remembers(key) {
            try backend.leases.check(ticket.device, token: request.headers[.leaseToken], by: caller)
            try await backend.checkJob(ticket)
        }
        try await backend.jobs.beginUpload(for: ticket.device)
        do {
            let job = try await submit(form, ticket, key)
            await backend.jobs.endUpload(for: ticket.device)
            return try JSONResponse.make(job, status: .accepted)
        } catch {
            await backend.jobs.endUpload(for: ticket.device)
            throw error
        }
    }

    private func submit(_ form: FormJSON, _ ticket: JobTicket, _ key: RequestKey?) async throws -> JobJSON {
        let (jobs, id) = (backend.jobs, HexID.make().text)
        if let made = try await jobs.made(by: key) { return made }
        let document = try await backend.forms.document(form.id.text)
        do {
            let writer = try SpoolWriter(jobs.spool, job: id, lane: lane)
            for try await piece in document { try await writer.write(piece) }
            return try await jobs.accept(id, ticket, bytes: try await writer.finish().bytes, key: key)
        } catch {
            jobs.spool.remove(id)
            guard error is SpoolWriter.NoRoom else { throw error }
            throw APIError(
                .serviceUnavailable,
                ErrorJSON(code: "job.noRoom", message: "no room on the disk", zh: "电脑存储空间不足，暂时不能打印"))
        }
    }

    private func device(_ request: Request) throws -> DeviceID {
        if let name = request.uri.queryParameters["device"] { return try help.device(String(name)).id }
        guard let printer = backend.forms.printer() else {
            throw APIError.badRequest("device: query parameter missing, and the zone has not one printer")
        }
        return try help.device(printer.text).id
    }

    private func copies(_ request: Request, _ caller: Caller) throws -> Int {
        let copies = Int(clamping: try help.number(request, "copies") ?? 1)
        guard JobTicket.copiesRange.contains(copies) else { throw APIError.badRequest("copies: expected 1 to 99") }
        let most = backend.forms.list().kioskCopies
        guard copies <= most || caller.role != .kiosk else {
            throw ErrorJSON(
                code: "form.copies", message: "the kiosk prints at most \(most) at once: ask the staff for more",
                zh: "这里一次最多打印 \(most) 份，需要更多请找工作人员", fixer: .staff)
        }
        return copies
    }
}
