import CCUPS
import Dispatch
import Glibc
import ZonePrinting

/// One GET of eSCL's ScannerStatus, with the HTTP of libcups.
struct ScannerTalk {
    var path: String
    /// `nil`: the printer's own.
    var port: Int?
    var deadline: DispatchTime

    func ask(_ printer: PrinterAddress) throws(PrinterSilence) -> PrinterAnswer {
        var address = printer
        guard ScannerAddress.isPath(path) else { throw PrinterSilence(.badAddress, "esclPath") }
        address.port = port.map { CInt(clamping: $0) } ?? address.port
        let connection = try HTTPConnection(address, deadline: deadline)
        let resource = (path.hasSuffix("/") ? path : path + "/") + "ScannerStatus"
        let body = try connection.get(resource, most: ScannerStatus.longest, deadline: deadline)
        guard let status = ScannerStatus(xml: body) else {
            throw PrinterSilence(.notIPP, "the answer is no ScannerStatus")
        }
        return PrinterAnswer(state: .unknown, scanner: status)
    }
}

extension HTTPConnection {
    /// A small document.
    borrowing func get(_ resource: String, most: Int, deadline: DispatchTime) throws(PrinterSilence) -> [UInt8] {
        let timer = ShutdownTimer(fd: httpGetFd(pointer), at: deadline)
        let (status, body) = fetch(resource, most: most)
        // libcups itself waits 5 s for the next byte (`httpSetTimeout`).
        let isLate = [ETIMEDOUT, EWOULDBLOCK].contains(httpError(pointer)) && status == HTTP_STATUS_ERROR
        guard !timer.disarm(), !isLate else {
            throw PrinterSilence(.silent, "connected, no complete answer in time")
        }
        switch status {
        case HTTP_STATUS_OK: return body
        case HTTP_STATUS_NOT_FOUND: throw PrinterSilence(.notFound, resource)
        case HTTP_STATUS_ERROR: throw PrinterSilence(.closed, "the connection ended without an answer")
        default: throw PrinterSilence(.httpError, "HTTP \(status.rawValue)")
        }
    }

    private borrowing func fetch(_ resource: String, most: Int) -> (http_status_t, [UInt8]) {
        httpClearFields(pointer)
        guard httpGet(pointer, resource) == 0 else { return (HTTP_STATUS_ERROR, []) }
        var status = HTTP_STATUS_CONTINUE
        while status == HTTP_STATUS_CONTINUE { status = httpUpdate(pointer) }
        guard status == HTTP_STATUS_OK else { return (status, []) }
        var (body, chunk) = ([UInt8](), [CChar](repeating: 0, count: 4096))
        // One byte more than is taken, so that what is too long is seen to be.
        while body.count <= most {
            let count = httpRead2(pointer, &chunk, chunk.count)
            guard count > 0 else { return (count == 0 ? status : HTTP_STATUS_ERROR, body) }
            body += chunk.prefix(count).map { UInt8(bitPattern: $0) }
        }
        return (status, body)
    }
}
