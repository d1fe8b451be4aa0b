import CCUPS
import Dispatch
import DriverKit
import Glibc
import ZoneModel
import ZonePrinting

extension PrinterAddress {
    /// sun_path of unix(7), with its end mark.
    private static let longestPath = 107

    /// cupsd: an absolute path is its socket, everything else `host:port`.
    init?(server: String) {
        let isPath = server.hasPrefix("/")
        guard !isPath || server.utf8.count <= PrinterAddress.longestPath else { return nil }
        self.init(uri: isPath ? "ipp://localhost/" : "ipp://\(server)/")
        if isPath { (host, port) = (server, 0) }
    }
}

/// cupsd about one queue, on one connection, within one deadline.
struct QueueTalk: ~Copyable {
    private static let printerAttributes = [
        "printer-state", "printer-state-reasons", "printer-state-message", "printer-is-accepting-jobs", "device-uri",
        "printer-make-and-model", "printer-up-time",
    ]
    /// No names: what somebody prints is nobody's business.
    private static let jobAttributes = [
        "job-id", "job-state", "job-state-reasons", "job-printer-uri", "time-at-creation",
    ]
    private static let mostJobs: CInt = 200

    private let connection: HTTPConnection
    private let uri: String
    private let deadline: DispatchTime

    init(_ query: PrinterQuery, at server: String, deadline: DispatchTime) throws(PrinterSilence) {
        guard let address = PrinterAddress(server: server) else {
            throw PrinterSilence(.badAddress, server.cleaned())
        }
        // Nobody is here to be asked for a password; per thread.
        cupsSetPasswordCB2({ _, _, _, _, _ in nil }, nil)
        connection = try HTTPConnection(address, isScheduler: true, deadline: deadline)
        (uri, self.deadline) = (query.uri, deadline)
        if server.hasPrefix("/") { connection.nameOurselves() }
    }

    consuming func answer(after order: QueueOrder?) throws(PrinterSilence) -> QueueAnswer {
        switch order {
        case nil: break
        case .resume:
            try forgetReasons()
            try tell(IPP_OP_RESUME_PRINTER)
            try tell(IPP_OP_CUPS_ACCEPT_JOBS)
        case .cancel(let jobs): for job in jobs { try tellJob(IPP_OP_CANCEL_JOB, job, purge: true) }
        case .requeue(let job):
            try tellJob(IPP_OP_HOLD_JOB, job)
            do throws(PrinterSilence) {
                try tellJob(IPP_OP_RELEASE_JOB, job)
            } catch {
                // Held for good it would be nobody's: better gone.
                try? tellJob(IPP_OP_CANCEL_JOB, job, purge: true)
                throw error
            }
        }
        var answer = try state()
        try listJobs(into: &answer)
        return answer
    }

    private borrowing func state() throws(PrinterSilence) -> QueueAnswer {
        let request = try newRequest(IPP_OP_GET_PRINTER_ATTRIBUTES)
        addStrings(
            request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", QueueTalk.printerAttributes)
        let answer = try connection.perform(request, at: "/", file: nil, deadline: deadline)
        defer { ippDelete(answer) }
        return QueueAnswer(ipp: answer)
    }

    /// Of all queues: whether the scheduler may be restarted depends on every one of them.
    private borrowing func listJobs(into queue: inout QueueAnswer) throws(PrinterSilence) {
        let request = try connection.newRequest(IPP_OP_GET_JOBS, "ipp://localhost/")
        name(request)
        ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "which-jobs", nil, "not-completed")
        ippAddInteger(request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "limit", QueueTalk.mostJobs)
        addStrings(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", QueueTalk.jobAttributes)
        let answer = try connection.perform(request, at: "/", file: nil, deadline: deadline)
        defer { ippDelete(answer) }
        let told = QueueAnswer.Job.all(in: answer)
        // More than were asked for: one of them may be on its way elsewhere.
        if told.count >= Int(QueueTalk.mostJobs) { queue.processingElsewhere += 1 }
        for (job, owner) in told {
            if owner == nil || lastPart(owner) == lastPart(uri) {
                queue.jobs.append(job)
            } else if job.state == .processing {
                queue.processingElsewhere += 1
            }
        }
        queue.jobs.sort { $0.id < $1.id }
    }

    /// What it keeps saying of a fault that is over (printers.conf keeps it across restarts, seen with 2.4.2).
    private borrowing func forgetReasons() throws(PrinterSilence) {
        let request = try newRequest(IPP_OP_CUPS_ADD_MODIFY_PRINTER)
        ippAddString(request, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "printer-state-reasons", nil, "none")
        try perform(request, at: "/admin/")
    }

    private borrowing func tell(_ operation: ipp_op_t) throws(PrinterSilence) {
        try perform(try newRequest(operation), at: "/admin/")
    }

    private borrowing func tellJob(_ operation: ipp_op_t, _ job: Int, purge: Bool = false) throws(PrinterSilence) {
        let request = try newRequest(operation)
        ippAddInteger(request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", CInt(clamping: job))
        if purge { ippAddBoolean(request, IPP_TAG_OPERATION, "purge-job", 1) }
        try perform(request, at: "/jobs/")
    }

    private borrowing func perform(_ request: OpaquePointer, at resource: String) throws(PrinterSilence) {
        ippDelete(try connection.perform(request, at: resource, file: nil, deadline: deadline))
    }

    private borrowing func newRequest(_ operation: ipp_op_t) throws(PrinterSilence) -> OpaquePointer {
        let request = try connection.newRequest(operation, uri)
        name(request)
        return request
    }

    private borrowing func name(_ request: OpaquePointer) {
        ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", nil, "zone-agent")
    }
}

extension HTTPConnection {
    /// Over a socket cupsd takes the kernel's word for who asks, if the name is told beforehand. It asks for it only
    /// where a policy forbids; a stranger is shown the states of no jobs (JobPrivateValues all, seen with 2.4.2).
    borrowing func nameOurselves() {
        guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else { return }
        httpSetAuthString(pointer, "PeerCred", name)
    }
}

extension QueueAnswer {
    init(ipp: OpaquePointer) {
        let common = PrinterAnswer(ipp: ipp)
        let address = ippFindAttribute(ipp, "device-uri", IPP_TAG_ZERO).flatMap { texts($0).first }
        self.init(
            state: common.state, reasons: common.reasons,
            message: common.message.flatMap { $0.isEmpty ? nil : $0 },
            isAcceptingJobs: common.isAcceptingJobs, deviceURI: address.map(withoutUser),
            makeAndModel: common.makeAndModel, seconds: common.upTimeSeconds)
    }
}

extension QueueAnswer.Job {
    /// Each job with its queue's address. Groups are parted by attributes without a name (ippFirstAttribute(3)).
    static func all(in answer: OpaquePointer) -> [(QueueAnswer.Job, queue: String?)] {
        var found: [(QueueAnswer.Job, queue: String?)] = []
        var (job, queue) = (QueueAnswer.Job(id: 0, state: .unknown), String?.none)
        var next = ippFirstAttribute(answer)
        while true {
            let name = next.flatMap { ippGetName($0) }.map { String(cString: $0) }
            guard let attribute = next, let name, ippGetGroupTag(attribute) == IPP_TAG_JOB else {
                if job.id > 0 { found.append((job, queue)) }
                (job, queue) = (QueueAnswer.Job(id: 0, state: .unknown), nil)
                guard next != nil else { return found }
                next = ippNextAttribute(answer)
                continue
            }
            switch name {
            case "job-id": job.id = Int(ippGetInteger(attribute, 0))
            case "job-state": job.state = .init(ippState: ippGetInteger(attribute, 0))
            case "job-state-reasons": job.reasons = texts(attribute)
            case "job-printer-uri": queue = texts(attribute).first
            case "time-at-creation": job.createdSeconds = Int(ippGetInteger(attribute, 0))
            default: break
            }
            next = ippNextAttribute(answer)
        }
    }
}

/// A queue's name in its address; the host is cupsd's own idea.
private func lastPart(_ uri: String?) -> String {
    (uri ?? "").split(separator: "/").last.map { $0.lowercased() } ?? ""
}

private func withoutUser(_ uri: String) -> String {
    guard let start = uri.firstRange(of: "://")?.upperBound else { return uri }
    let authority = uri[start...].prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return uri }
    return String(uri[..<start] + uri[uri.index(after: at)...])
}
