import CCUPS
import Dispatch
import ZonePrinting

extension HTTPConnection {
    /// Print-Job, Get-Job-Attributes or Cancel-Job (RFC 8011, 4.2.1, 4.3.3 and 4.3.4).
    borrowing func job(
        _ query: PrinterQuery, of address: PrinterAddress, deadline: DispatchTime
    ) throws(PrinterSilence) -> PrinterJob {
        switch query.task {
        case .attributes: throw PrinterSilence(.workerFailed, "not a job")
        case .print(let path, let format, let copies):
            let request = try newRequest(IPP_OP_PRINT_JOB, query.uri)
            name(request)
            // A fixed name: what a citizen printed is nobody's business.
            ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", nil, "zone job")
            ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", nil, format)
            if copies > 1 { ippAddInteger(request, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", CInt(copies)) }
            return try take(request, address, file: path, deadline, fallback: 0)
        case .job(let id):
            let request = try about(id, IPP_OP_GET_JOB_ATTRIBUTES, query.uri)
            let wanted = ["job-id", "job-state", "job-state-reasons", "job-impressions-completed"]
            addStrings(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", wanted)
            return try take(request, address, file: nil, deadline, fallback: id)
        case .cancel(let id):
            return try take(try about(id, IPP_OP_CANCEL_JOB, query.uri), address, file: nil, deadline, fallback: id)
        }
    }

    private borrowing func about(_ id: Int, _ operation: ipp_op_t, _ uri: String) throws(PrinterSilence)
        -> OpaquePointer
    {
        let request = try newRequest(operation, uri)
        ippAddInteger(request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", CInt(clamping: id))
        name(request)
        return request
    }

    private borrowing func name(_ request: OpaquePointer) {
        ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", nil, "zone-agent")
    }

    private borrowing func take(
        _ request: OpaquePointer, _ address: PrinterAddress, file: String?, _ deadline: DispatchTime, fallback id: Int
    ) throws(PrinterSilence) -> PrinterJob {
        let answer = try perform(request, at: address.resource, file: file, deadline: deadline)
        defer { ippDelete(answer) }
        return PrinterJob(ipp: answer, fallback: id)
    }
}

extension PrinterJob {
    init(ipp: OpaquePointer, fallback: Int) {
        func attribute(_ name: String) -> OpaquePointer? { ippFindAttribute(ipp, name, IPP_TAG_ZERO) }
        self.init(
            id: attribute("job-id").map { Int(ippGetInteger($0, 0)) } ?? fallback,
            state: State(ippState: attribute("job-state").map { ippGetInteger($0, 0) }),
            reasons: attribute("job-state-reasons").map(texts) ?? [],
            impressions: attribute("job-impressions-completed").map { Int(ippGetInteger($0, 0)) })
    }
}

extension PrinterJob.State {
    init(ippState: CInt?) {
        switch ippState {
        case 3: self = .pending
        case 4: self = .held
        case 5: self = .processing
        case 6: self = .stopped
        case 7: self = .canceled
        case 8: self = .aborted
        case 9: self = .completed
        default: self = .unknown
        }
    }
}
