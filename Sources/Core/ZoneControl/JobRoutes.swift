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
            var jobs: [JobJSON] = []
            for record in all where isVisible(record.user, to: caller) { jobs.append(await withProgress(record.job)) }
            return try JSONResponse.make(jobs)
        }
        jobs.get(":job") { request, context in
            let caller = try await reception.admit(request, context, for: .readJob)
            return try JSONResponse.make(await withProgress(try await job(context, caller)))
        }
        jobs.post(":job/confirmation") { request, context in
            let caller = try await reception.admit(request, context, for: .confirmJob)
            let paper = try await help.body(Confirmation.self, request, context).paper
            let id = try help.parameter("job", context)
            return try JSONResponse.make(try await backend.jobs.confirm(id, paper, by: caller))
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

    /// How far it is stands in the journal some seconds later.
    private func withProgress(_ job: JobJSON) async -> JobJSON {
        guard !job.state.isOver, let impressions = await backend.jobs.impressions(of: job.id) else { return job }
        var job = job
        job.impressions = impressions
        return job
    }

    private struct Confirmation: Decodable {
        var paper: JobConfirmation.Paper
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
        let ticket = try JobQuery(help: help).ticket(request, caller)
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
            // Who repeats a request is not told of a limit that was set meanwhile.
            if let made = try await backend.jobs.made(by: key) {
                backend.jobs.spool.remove(id)
                return made
            }
            return try await backend.jobs.accept(id, try await examine(id, ticket), bytes: document.bytes, key: key)
        } catch {
            backend.jobs.spool.remove(id)
            throw error
        }
    }

    private func examine(_ id: String, _ ticket: JobTicket) async throws -> JobTicket {
        do {
            var ticket = try await backend.jobs.examine(id, ticket)
            ticket.fee = backend.forms.fee(for: ticket)
            return ticket
        } catch {
            throw APIError(.unprocessableContent, error)
        }
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
