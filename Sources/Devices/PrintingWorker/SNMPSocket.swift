import CCUPS
import Dispatch
import Glibc
import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneSNMP

/// A datagram socket that is connected, so that the kernel drops whatever comes from another address or port, and
/// tells of a closed one.
struct SNMPSocket: ~Copyable {
    private let descriptor: OwnedFD

    /// - Throws: when there is no way there.
    init(to address: UnsafeMutablePointer<http_addr_t>) throws(PrinterSilence) {
        descriptor = try SNMPSocket.connected(to: address)
    }

    private static func connected(to address: UnsafeMutablePointer<http_addr_t>) throws(PrinterSilence) -> OwnedFD {
        let type = CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let raw = socket(CInt(address.pointee.addr.sa_family), type, 0)
        guard raw >= 0 else { throw PrinterSilence(.noRoute, SystemError("socket").description) }
        let descriptor = OwnedFD(adopting: raw)
        let length = socklen_t(httpAddrLength(address))
        let result = address.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(raw, $0, length) }
        guard result == 0 else { throw PrinterSilence(.noRoute, SystemError("connect").description) }
        return descriptor
    }

    borrowing func send(_ bytes: [UInt8]) throws(PrinterSilence) {
        let sent = Glibc.send(descriptor.raw, bytes, bytes.count, CInt(MSG_NOSIGNAL))
        // A full buffer is as good as a lost datagram: it is sent again.
        guard sent == bytes.count || errno == EAGAIN || errno == ENOBUFS else { throw silence("send") }
    }

    /// The next datagram; `nil` at the deadline.
    borrowing func receive(until deadline: DispatchTime) throws(PrinterSilence) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: SNMPMessage.longest)
        while true {
            let left = milliseconds(until: deadline)
            guard left > 0, Readiness.wait(descriptor.raw, milliseconds: left) else { return nil }
            // With MSG_TRUNC the whole length is told, also of what did not fit.
            let count = recv(descriptor.raw, &buffer, buffer.count, CInt(MSG_TRUNC))
            if count >= 0 { return count <= buffer.count ? Array(buffer.prefix(count)) : [] }
            guard errno == EAGAIN || errno == EINTR else { throw silence("recv") }
        }
    }

    private func silence(_ call: String) -> PrinterSilence {
        let error = SystemError(call)
        return PrinterSilence(error.errno == ECONNREFUSED ? .refused : .noRoute, error.description)
    }
}

/// The addresses of a name, in the order in which they are to be tried; frees them. The look-up has no deadline: the
/// parent ends a worker that is held up by it.
struct DatagramAddresses: ~Copyable {
    private static let most = 4
    private let first: UnsafeMutablePointer<http_addrlist_t>

    init(host: String, port: UInt16) throws(PrinterSilence) {
        guard let found = httpAddrGetList(host, AF_UNSPEC, String(port)) else {
            throw PrinterSilence(.notResolved, host.cleaned())
        }
        first = found
    }

    deinit { httpAddrFreeList(first) }

    /// Asks one after the other until one is there.
    borrowing func firstAnswer<Value>(
        _ ask: (UnsafeMutablePointer<http_addr_t>) throws(PrinterSilence) -> Value
    ) throws(PrinterSilence) -> Value {
        var (next, failure): (UnsafeMutablePointer<http_addrlist_t>?, PrinterSilence) = (
            first, PrinterSilence(.noRoute)
        )
        for _ in 0..<DatagramAddresses.most {
            guard let address = next else { break }
            do throws(PrinterSilence) {
                return try ask(withUnsafeMutablePointer(to: &address.pointee.addr) { $0 })
            } catch {
                // Silence has used the time up; the others came at once.
                guard error.kind == .refused || error.kind == .noRoute else { throw error }
                failure = error
            }
            next = address.pointee.next
        }
        throw failure
    }
}
