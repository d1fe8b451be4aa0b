import CCUPS
import Dispatch
import DriverKit
import ZonePrinting

extension HTTPConnection {
    /// Print-Job, Get-Job-Attributes or Cancel-Job (RFC 8011, 4.2.1, 4.3.3 and 4.3.4).
    borrowing func job(
        _ query: PrinterQuery, of address: PrinterAddress, deadline: DispatchTime
    ) throws(PrinterSilence) -> PrinterJob {
        switch query.task {
        case .attributes, .snmp, .scannerStatus, .queue: throw PrinterSilence(.workerFailed, "not a job")
        case .print(let order):
            let request = try newRequest(IPP_OP_PRINT_JOB, query.uri)
            name(request)
            // A fixed name: what a citizen printed is nobody's business.
            ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", nil, "zone job")
            ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", nil, order.format)
            // What it is to come to, for printers that want to know beforehand (RFC 8011, 4.2.1.1).
            if let pages = order.expectedImpressions {
                ippAddInteger(request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-impressions", CInt(clamping: pages))
            }
            addTemplate(order, to: request)
            return try take(request, address, file: order.path, deadline, fallback: 0)
        case .job(let id):
            let request = try about(id, IPP_OP_GET_JOB_ATTRIBUTES, query.uri)
            let wanted = ["job-id", "job-state", "job-state-reasons", "job-impressions-completed"]
            addStrings(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", wanted)
            return try known(id, request, address, deadline)
        case .cancel(let id):
            return try known(id, try about(id, IPP_OP_CANCEL_JOB, query.uri), address, deadline)
        }
    }

    /// That a printer does not know a job any more is an answer, too.
    private borrowing func known(
        _ id: Int, _ request: OpaquePointer, _ address: PrinterAddress, _ deadline: DispatchTime
    ) throws(PrinterSilence) -> PrinterJob {
        do throws(PrinterSilence) {
            return try take(request, address, file: nil, deadline, fallback: id)
        } catch {
            guard error.kind == .notFound else { throw error }
            return PrinterJob(id: id, state: .forgotten)
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

/// The job template attributes (RFC 8011, 5.2): only what is wanted, the rest is the device's own default.
private func addTemplate(_ order: PrintOrder, to request: OpaquePointer) {
    func keyword(_ name: String, _ value: String?) {
        guard let value else { return }
        ippAddString(request, IPP_TAG_JOB, IPP_TAG_KEYWORD, name, nil, value)
    }
    if order.copies > 1 { ippAddInteger(request, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", CInt(clamping: order.copies)) }
    keyword("sides", order.sides?.rawValue)
    keyword("media", order.media?.rawValue)
    keyword("print-color-mode", order.colorMode?.rawValue)
    if let pages = order.pages {
        ippAddRange(
            request, IPP_TAG_JOB, "page-ranges", CInt(clamping: pages.lowerBound), CInt(clamping: pages.upperBound))
    }
}
