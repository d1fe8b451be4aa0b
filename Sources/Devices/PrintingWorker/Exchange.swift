import CCUPS
import Dispatch
import Glibc
import Synchronization
import ZoneLinux
import ZoneModel
import ZonePrinting

/// One task with the device itself, or with cupsd, bounded as a whole: no time-out of libcups bounds more than one read
/// (a host that sends a byte each half second held a request for over 300 s), so a timer shuts the socket down.
func reply(to request: WorkerRequest, deadline: DispatchTime) -> WorkerReply {
    let query = request.query
    do throws(PrinterSilence) {
        if case .queue(let server, let order) = query.task {
            let talk = try QueueTalk(query, at: server, deadline: deadline)
            return WorkerReply(id: request.id, queue: try talk.answer(after: order))
        }
        guard let address = PrinterAddress(uri: query.uri) else {
            throw PrinterSilence(.badAddress, query.uri.cleaned())
        }
        if case .snmp(let community, let port) = query.task {
            let talk = SNMPTalk(community: community, port: port, deadline: deadline)
            return WorkerReply(id: request.id, answer: try talk.ask(host: address.host))
        }
        if case .scannerStatus(let path, let port) = query.task {
            let talk = ScannerTalk(path: path, port: port, deadline: deadline)
            return WorkerReply(id: request.id, answer: try talk.ask(address))
        }
        let connection = try HTTPConnection(address, deadline: deadline)
        guard case .attributes = query.task else {
            return WorkerReply(id: request.id, job: try connection.job(query, of: address, deadline: deadline))
        }
        let answer = try connection.printerAttributes(of: address, uri: query.uri, deadline: deadline)
        return WorkerReply(id: request.id, answer: answer)
    } catch {
        return WorkerReply(id: request.id, silence: error)
    }
}

/// The parts of an `ipp:` or `ipps:` address.
struct PrinterAddress {
    var host: String
    var port: CInt
    var resource: String
    var isEncrypted: Bool

    init?(uri: String) {
        var (scheme, user, host, resource) = (
            [CChar](repeating: 0, count: 32), [CChar](repeating: 0, count: 64), [CChar](repeating: 0, count: 256),
            [CChar](repeating: 0, count: 512)
        )
        var port: CInt = 0
        let status = httpSeparateURI(
            HTTP_URI_CODING_ALL, uri, &scheme, 32, &user, 64, &host, 256, &port, &resource, 512)
        guard status.rawValue >= HTTP_URI_STATUS_OK.rawValue else { return nil }
        let name = text(scheme)
        guard name == "ipp" || name == "ipps", !text(host).isEmpty else { return nil }
        (self.host, self.port, self.resource, isEncrypted) = (text(host), port, text(resource), name == "ipps")
    }
}

private func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

func milliseconds(until deadline: DispatchTime) -> CInt {
    let now = DispatchTime.now().uptimeNanoseconds
    guard deadline.uptimeNanoseconds > now else { return 0 }
    return CInt(clamping: (deadline.uptimeNanoseconds - now) / 1_000_000)
}

/// Shuts a socket down at a deadline unless it is disarmed first. Disarm before the socket is closed: afterwards its
/// number may belong to another file.
final class ShutdownTimer: Sendable {
    private let state: Mutex<(fd: CInt?, fired: Bool)>
    private let timer: DispatchSourceBox

    init(fd: CInt, at deadline: DispatchTime) {
        state = Mutex((fd, false))
        let timer = DispatchSource.makeTimerSource(queue: .global())
        self.timer = DispatchSourceBox(timer)
        timer.schedule(deadline: deadline)
        timer.setEventHandler { [weak self] in
            self?.state.withLock { state in
                guard let fd = state.fd else { return }
                shutdown(fd, CInt(SHUT_RDWR))
                state.fired = true
            }
        }
        timer.resume()
    }

    /// - Returns: whether it had fired.
    func disarm() -> Bool {
        timer.cancel()
        return state.withLock { state in
            state.fd = nil
            return state.fired
        }
    }
}

/// libcups's connection; closes itself.
struct HTTPConnection: ~Copyable {
    let pointer: OpaquePointer
    private let isScheduler: Bool

    /// - Parameter isScheduler: it is this machine's own cupsd.
    init(
        _ address: PrinterAddress, isScheduler: Bool = false, deadline: DispatchTime
    ) throws(PrinterSilence) {
        self.isScheduler = isScheduler
        guard let addresses = httpAddrGetList(address.host, AF_UNSPEC, String(address.port)) else {
            throw PrinterSilence(.notResolved, address.host.cleaned())
        }
        defer { httpAddrFreeList(addresses) }
        let left = milliseconds(until: deadline)
        guard left > 0 else { throw PrinterSilence(.notResolved, "the name look-up used up the time") }
        let encryption = address.isEncrypted ? HTTP_ENCRYPTION_ALWAYS : HTTP_ENCRYPTION_IF_REQUESTED
        guard
            let http = httpConnect2(address.host, address.port, addresses, AF_UNSPEC, encryption, 1, left, nil)
        else { throw ConnectFailure.explain(addresses, timedOut: milliseconds(until: deadline) == 0) }
        pointer = http
        // Of one read or write: a printer that wakes up, or is full, may take its time with a document. Beyond the
        // deadline, so that it is the timer that ends the wait and knows why.
        httpSetTimeout(http, Double(milliseconds(until: deadline)) / 1000 + 1, { _, _ in 0 }, nil)
    }

    deinit { httpClose(pointer) }

    borrowing func printerAttributes(
        of address: PrinterAddress, uri: String, deadline: DispatchTime
    ) throws(PrinterSilence) -> PrinterAnswer {
        let request = try newRequest(IPP_OP_GET_PRINTER_ATTRIBUTES, uri)
        ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", nil, "zone-agent")
        addStrings(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", wantedAttributes)
        let answer = try perform(request, at: address.resource, file: nil, deadline: deadline)
        defer { ippDelete(answer) }
        return PrinterAnswer(ipp: answer)
    }

    borrowing func newRequest(_ operation: ipp_op_t, _ uri: String) throws(PrinterSilence) -> OpaquePointer {
        guard let request = ippNewRequest(operation) else { throw PrinterSilence(.workerFailed, "out of memory") }
        ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", nil, uri)
        return request
    }

    /// - Returns: the answer, which the caller deletes.
    borrowing func perform(
        _ request: OpaquePointer, at resource: String, file: String?, deadline: DispatchTime
    ) throws(PrinterSilence) -> OpaquePointer {
        let timer = ShutdownTimer(fd: httpGetFd(pointer), at: deadline)
        // Both free the request, whatever happens. cupsd may want to know who asks, which is cupsDoRequest's business.
        let answer =
            if isScheduler {
                cupsDoRequest(pointer, request, resource)
            } else {
                BoundedAnswer.exchange(pointer, request, resource, file: file, until: deadline)
            }
        let wasCutOff = timer.disarm()
        guard let answer else { throw silence(wasCutOff: wasCutOff) }
        let status = ippGetStatusCode(answer)
        guard !wasCutOff, status.rawValue < IPP_STATUS_ERROR_BAD_REQUEST.rawValue else {
            ippDelete(answer)
            if wasCutOff { throw PrinterSilence(.silent, "the answer was not complete in time") }
            if status == IPP_STATUS_ERROR_NOT_FOUND { throw PrinterSilence(.notFound, resource) }
            throw PrinterSilence(.ippError, "status 0x" + String(status.rawValue, radix: 16))
        }
        return answer
    }

    private borrowing func silence(wasCutOff: Bool) -> PrinterSilence {
        if wasCutOff { return PrinterSilence(.silent, "connected, no complete answer in time") }
        let status = httpGetStatus(pointer)
        if status.rawValue >= HTTP_STATUS_BAD_REQUEST.rawValue {
            return PrinterSilence(.httpError, "HTTP \(status.rawValue)")
        }
        // httpSetTimeout's time passed without a byte.
        if status == HTTP_STATUS_ERROR || httpError(pointer) == ETIMEDOUT || httpError(pointer) == EWOULDBLOCK {
            return PrinterSilence(.closed, "the connection ended without an answer")
        }
        return PrinterSilence(.notIPP, "the answer is not IPP, or has no end")
    }
}

/// libcups says "Host is down" for every failed connection; the kernel knows more.
enum ConnectFailure {
    static func explain(_ addresses: UnsafeMutablePointer<http_addrlist_t>, timedOut: Bool) -> PrinterSilence {
        if timedOut { return PrinterSilence(.connectTimedOut) }
        let address = withUnsafeMutablePointer(to: &addresses.pointee.addr) { $0 }
        let fd = socket(CInt(address.pointee.addr.sa_family), CInt(SOCK_STREAM.rawValue), 0)
        guard fd >= 0 else { return PrinterSilence(.noRoute, "no socket") }
        defer { close(fd) }
        guard fcntl(fd, F_SETFL, O_NONBLOCK) == 0 else { return PrinterSilence(.noRoute, "fcntl") }
        let length = socklen_t(httpAddrLength(address))
        let result = address.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(fd, $0, length) }
        let number = result == 0 ? 0 : pendingError(fd)
        switch number {
        case ECONNREFUSED: return PrinterSilence(.refused)
        case 0: return PrinterSilence(.closed, "connected only at the second try")
        default: return PrinterSilence(.noRoute, SystemError("connect", number).description)
        }
    }

    private static func pendingError(_ fd: CInt) -> CInt {
        guard errno == EINPROGRESS else { return errno }
        var entry = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, 200) > 0 else { return ETIMEDOUT }
        var (number, size) = (CInt(0), socklen_t(MemoryLayout<CInt>.size))
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size)
        return number
    }
}
