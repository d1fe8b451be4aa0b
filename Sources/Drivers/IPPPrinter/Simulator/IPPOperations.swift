/// Operations of RFC 8011 that the printer has. None that fetches a document from an address: a printer that goes where
/// a stranger sends it is a hole, and no zone has one.
enum IPPOperation: UInt16, CaseIterable {
    case printJob = 0x0002
    case validateJob = 0x0004
    case createJob = 0x0005
    case sendDocument = 0x0006
    case cancelJob = 0x0008
    case getJobAttributes = 0x0009
    case getJobs = 0x000A
    case getPrinterAttributes = 0x000B
    case holdJob = 0x000C
    case releaseJob = 0x000D
}

/// RFC 8011, appendix B.
enum IPPStatus {
    static let ok: UInt16 = 0x0000
    static let badRequest: UInt16 = 0x0400
    static let notPossible: UInt16 = 0x0404
    static let notFound: UInt16 = 0x0406
    static let formatNotSupported: UInt16 = 0x040A
    static let valuesNotSupported: UInt16 = 0x040B
    static let charsetNotSupported: UInt16 = 0x040D
    static let compressionNotSupported: UInt16 = 0x040F
    static let operationNotSupported: UInt16 = 0x0501
    static let versionNotSupported: UInt16 = 0x0503
    static let busy: UInt16 = 0x0507
}

extension IPPRequest {
    private static let highestMajor: UInt8 = 2

    /// The request's own, or the closest that the printer speaks (RFC 8011, 4.1.8).
    var answerVersion: [UInt8] {
        version[0] < 1 ? [1, 1] : version[0] > IPPRequest.highestMajor ? [2, 0] : version
    }

    /// What is wrong with it, whatever it wants (RFC 8011, 4.1).
    var fault: UInt16? {
        guard (1...IPPRequest.highestMajor).contains(version[0]) else { return IPPStatus.versionNotSupported }
        guard isWellFormed, id != [0, 0, 0, 0], names.count >= 3,
            Array(names.prefix(2)) == ["attributes-charset", "attributes-natural-language"],
            tag("attributes-charset") == IPPTag.charset, tag("attributes-natural-language") == IPPTag.language,
            tag("printer-uri") == IPPTag.uri || tag("job-uri") == IPPTag.uri
        else { return IPPStatus.badRequest }
        guard let charset = text("attributes-charset"), ["utf-8", "us-ascii"].contains(charset.lowercased()) else {
            return IPPStatus.charsetNotSupported
        }
        return nil
    }

    /// What the printer does not do with a document or a job.
    var refusal: UInt16? {
        if let format = text("document-format"), !SimulatedPrinter.formats.contains(format.lowercased()) {
            return IPPStatus.formatNotSupported
        }
        if let method = text("compression"), method != "none" { return IPPStatus.compressionNotSupported }
        if let until = text("job-hold-until"), !["no-hold", "indefinite"].contains(until) {
            return IPPStatus.valuesNotSupported
        }
        return nil
    }
}

extension SimulatedPrinter {
    /// The answer to one IPP request, without HTTP around it. Operations a simple printer lacks are refused.
    package mutating func answer(_ bytes: [UInt8]) -> [UInt8] {
        work()
        let request = IPPRequest(bytes)
        if let fault = request.fault { return bare(fault, request) }
        switch IPPOperation(rawValue: request.operation) {
        case .getPrinterAttributes:
            var encoder = IPPEncoder(IPPStatus.ok, to: request)
            encoder.group(IPPTag.printerGroup, attributes, wanted: request.wanted())
            return encoder.ended
        case .validateJob: return bare(request.refusal ?? IPPStatus.ok, request)
        case .printJob, .createJob:
            if let refusal = request.refusal ?? (isFull ? IPPStatus.busy : nil) { return bare(refusal, request) }
            let hasDocument = request.operation == IPPOperation.printJob.rawValue
            return tell(accept(request, hasDocument: hasDocument), request)
        case .getJobs: return list(request)
        case .sendDocument, .cancelJob, .getJobAttributes, .holdJob, .releaseJob: return aboutJob(request)
        case nil: return bare(IPPStatus.operationNotSupported, request)
        }
    }

    private func bare(_ status: UInt16, _ request: IPPRequest) -> [UInt8] { IPPEncoder(status, to: request).ended }

    private mutating func aboutJob(_ request: IPPRequest) -> [UInt8] {
        guard let id = request.jobID else { return bare(IPPStatus.badRequest, request) }
        guard let job = jobs[id] else { return bare(IPPStatus.notFound, request) }
        switch IPPOperation(rawValue: request.operation) {
        case .getJobAttributes:
            var encoder = IPPEncoder(IPPStatus.ok, to: request)
            encoder.group(IPPTag.jobGroup, attributes(of: job), wanted: request.wanted())
            return encoder.ended
        case .sendDocument:
            guard request.boolean("last-document") != nil else { return bare(IPPStatus.badRequest, request) }
            if let refusal = request.refusal { return bare(refusal, request) }
            guard takeDocument(id, request) else { return bare(IPPStatus.notPossible, request) }
            return tell(jobs[id] ?? job, request)
        case .cancelJob: return bare(cancel(id) ? IPPStatus.ok : IPPStatus.notPossible, request)
        case .holdJob: return bare(hold(id) ? IPPStatus.ok : IPPStatus.notPossible, request)
        default: return bare(release(id) ? IPPStatus.ok : IPPStatus.notPossible, request)
        }
    }

    /// What is told of a job that has just been taken (RFC 8011, 4.2.1.2).
    private func tell(_ job: SimulatedJob, _ request: IPPRequest) -> [UInt8] {
        var encoder = IPPEncoder(IPPStatus.ok, to: request)
        let wanted: Set = ["job-uri", "job-id", "job-state", "job-state-reasons"]
        encoder.group(IPPTag.jobGroup, attributes(of: job), wanted: wanted)
        return encoder.ended
    }

    private func list(_ request: IPPRequest) -> [UInt8] {
        let which = request.text("which-jobs") ?? "not-completed"
        guard ["completed", "not-completed"].contains(which) else { return bare(IPPStatus.valuesNotSupported, request) }
        var found = jobs.values.filter { $0.state.isOver == (which == "completed") }
        if request.boolean("my-jobs") == true { found.removeAll { $0.user != request.user } }
        // The next to be printed first; the last to be over first (RFC 8011, 4.2.6.2).
        found.sort { which == "completed" ? $0.id > $1.id : $0.id < $1.id }
        var encoder = IPPEncoder(IPPStatus.ok, to: request)
        let wanted = request.wanted(otherwise: ["job-uri", "job-id"])
        for job in found.prefix(max(1, request.integer("limit") ?? .max)) {
            encoder.group(IPPTag.jobGroup, attributes(of: job), wanted: wanted)
        }
        return encoder.ended
    }
}
