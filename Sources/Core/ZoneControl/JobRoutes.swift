import HTTPTypes
import Hummingbird
import NIOCore
import ZoneAccess
import ZoneDesks
import ZoneHTTP
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneWire

/// `/v1/jobs`: documents for devices, streamed to the disk as they come.
struct JobRoutes: Sendable {
    let backend: any ControlBackend
    let reception: Reception
    /// One thread writes all uploads: the disk is one, too.
    private let lane = BlockingLane(label: "spool")

    init(backend: any ControlBackend, reception: Reception) { (self.backend, self.reception) = (backend, reception) }

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let jobs = router.group("v1").group("jobs")
        jobs.post { request, context in try await submit(request, context) }
        jobs.get { request, context in
            let caller = try await reception.admit(request, context, for: .readJob)
            let all = try await backend.journal.jobs(limit: try help.limit(request))
            return try JSONResponse.make(all.filter { isVisible($0.user, to: caller) }.map(\.job))
        }
        jobs.get(":job") { request, context in
            let caller = try await reception.admit(request, context, for: .readJob)
            return try JSONResponse.make(try await job(context, caller))
        }
        jobs.delete(":job") { request, context in
            let caller = try await reception.admit(request, context, for: .cancelJob)
            let id = try await job(context, caller).id
            if let owner = try await backend.journal.job(id)?.user, owner != caller.uid {
                try await reception.require(caller, .cancelAnyJob)
            }
            return try JSONResponse.make(try await backend.jobs.cancel(id, by: caller))
        }
    }

    private func isVisible(_ user: UInt32, to caller: Caller) -> Bool {
        user == caller.uid || caller.may(.readAnyJob)
    }

    /// Somebody else's job looks as if it were not there.
    private func job(_ context: ControlContext, _ caller: Caller) async throws -> JobJSON {
        let id = try help.parameter("job", context)
        guard let found = try await backend.journal.job(id), isVisible(found.user, to: caller) else {
            throw ErrorJSON.noJob(id)
        }
        return found.job
    }

    private func submit(_ request: Request, _ context: ControlContext) async throws -> Response {
        let caller = try await reception.admit(request, context, for: .submitJob)
        let ticket = try ticket(request, caller)
        // Who repeats a request gets the answer to the first one, however the device is doing now.
        let repeated = try help.key(request, caller, bodyHash: "")
        if await !backend.jobs.remembers(repeated) {
            try backend.leases.check(ticket.device, token: request.headers[.leaseToken], by: caller)
            try await backend.checkJob(ticket)
        }
        try await backend.jobs.beginUpload(for: ticket.device)
        do {
            let job = try await take(request, ticket)
            await backend.jobs.endUpload(for: ticket.device)
            return try JSONResponse.make(job, status: .accepted)
        } catch {
            await backend.jobs.endUpload(for: ticket.device)
            throw error
        }
    }

    private func take(_ request: Request, _ ticket: JobTicket) async throws -> JobJSON {
        if let length = request.headers[.contentLength].flatMap({ Int64($0) }), length > Spool.documentLimit {
            throw HTTPError(.contentTooLarge)
        }
        let id = HexID.make().text
        let document = try await receive(request, id)
        do {
            let key = try help.key(request, ticket.caller, bodyHash: "\(document.hash) \(ticket.format)")
            return try await backend.jobs.accept(id, ticket, bytes: document.bytes, key: key)
        } catch {
            backend.jobs.spool.remove(id)
            throw error
        }
    }

    private func ticket(_ request: Request, _ caller: Caller) throws -> JobTicket {
        guard let name = request.uri.queryParameters["device"] else {
            throw APIError.badRequest("device: query parameter missing")
        }
        let copies = Int(clamping: try help.number(request, "copies") ?? 1)
        guard JobTicket.copiesRange.contains(copies) else { throw APIError.badRequest("copies: expected 1 to 99") }
        let format = request.headers[.contentType].map { String($0.prefix { $0 != ";" }) } ?? ""
        let parts = format.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw APIError.badRequest("Content-Type: expected the document's media type")
        }
        return JobTicket(
            device: try help.device(String(name)).id, format: format.lowercased().cleaned(limit: 80), copies: copies,
            caller: caller)
    }

    /// Each chunk is on the disk before the next is taken from the socket.
    private func receive(_ request: Request, _ id: String) async throws -> (bytes: Int64, hash: String) {
        let writer = try SpoolWriter(backend.jobs.spool, job: id, lane: lane)
        do {
            for try await chunk in request.body { try await writer.write(Array(chunk.readableBytesView)) }
            let document = try await writer.finish()
            guard document.bytes > 0 else { throw APIError.badRequest("body: the document is empty") }
            return document
        } catch {
            await writer.abandon()
            switch error {
            case is SpoolWriter.TooLarge: throw HTTPError(.contentTooLarge)
            case is SpoolWriter.NoRoom:
                throw APIError(
                    .serviceUnavailable,
                    ErrorJSON(code: "job.noRoom", message: "no room on the disk", zh: "电脑存储空间不足，暂时不能打印"))
            default: throw error
            }
        }
    }
}
