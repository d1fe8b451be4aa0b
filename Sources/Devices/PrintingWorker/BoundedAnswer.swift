import CCUPS
import Dispatch
import Glibc
import ZoneLinux

/// One request to a device, and its answer, on this connection and no other, read no further than a printer has reason to
/// go. cupsDoRequest is for friends (all seen with libcups 2.4.2): a line without end let it wait for good, because it
/// connects anew by itself when the timer has shut its socket down; attributes without end, each with another text, held
/// a call that was told 4 s for 7.6 s, because texts are given back from a sorted array.
struct BoundedAnswer {
    /// Sixteen attributes are asked for; whole printers describe themselves in half of this.
    private static let mostBytes = 128 << 10

    private let http: OpaquePointer
    private let deadline: DispatchTime
    private var left = BoundedAnswer.mostBytes

    /// Sends a request, with a file behind it, and frees it.
    /// - Returns: what was answered, which the caller deletes; `nil` when it was no IPP, or had no end.
    static func exchange(
        _ http: OpaquePointer, _ request: OpaquePointer, _ resource: String, file: String?, until deadline: DispatchTime
    ) -> OpaquePointer? {
        defer { ippDelete(request) }
        let exchange = BoundedAnswer(http: http, deadline: deadline)
        guard exchange.send(request, resource, file: file) else { return nil }
        while httpGetStatus(http) == HTTP_STATUS_CONTINUE {
            let status = httpUpdate(http)
            guard status == HTTP_STATUS_CONTINUE || status == HTTP_STATUS_OK, DispatchTime.now() < deadline else {
                return nil
            }
        }
        guard httpGetStatus(http) == HTTP_STATUS_OK, let answer = ippNew() else { return nil }
        guard exchange.fill(answer) else {
            ippDelete(answer)
            return nil
        }
        return answer
    }

    private init(http: OpaquePointer, deadline: DispatchTime) { (self.http, self.deadline) = (http, deadline) }

    /// - Returns: `false` when there is no answer to wait for. A printer that refuses a document answers in the middle.
    private func send(_ request: OpaquePointer, _ resource: String, file: String?) -> Bool {
        guard let file else { return send(request, resource, before: 0) }
        var facts = stat()
        guard let document = try? OwnedFD(path: file, flags: O_RDONLY), fstat(document.raw, &facts) == 0 else {
            return false
        }
        let length = Int(facts.st_size)
        guard send(request, resource, before: length) else { return false }
        copy(document, length)
        return httpFlushWrite(http) >= 0
    }

    private func send(_ request: OpaquePointer, _ resource: String, before document: Int) -> Bool {
        httpClearFields(http)
        httpSetField(http, HTTP_FIELD_CONTENT_TYPE, "application/ipp")
        httpSetLength(http, ippLength(request) + document)
        guard httpPost(http, resource) == 0 else { return false }
        while true {
            let state = ippWrite(http, request)
            guard state != IPP_STATE_ERROR else { return false }
            if state == IPP_STATE_DATA { return httpFlushWrite(http) >= 0 }
        }
    }

    /// No more than was announced, should the file have grown.
    private func copy(_ file: borrowing OwnedFD, _ length: Int) {
        var (left, buffer) = (length, [CChar](repeating: 0, count: 64 << 10))
        while left > 0 {
            // A word in between is the printer's refusal, unless it only says to go on. Of TLS its own records, such as
            // session tickets, are readable too, so nothing is concluded from that.
            if httpIsEncrypted(http) == 0, httpCheck(http) != 0, httpUpdate(http) != HTTP_STATUS_CONTINUE { return }
            let count = read(file.raw, &buffer, min(buffer.count, left))
            guard count > 0, httpWrite2(http, buffer, count) == count else { return }
            left -= count
        }
    }

    private consuming func fill(_ answer: OpaquePointer) -> Bool {
        var source = self
        return withUnsafeMutablePointer(to: &source) { source in
            while true {
                let state = ippReadIO(source, BoundedAnswer.more, 1, nil, answer)
                guard state.rawValue > IPP_STATE_IDLE.rawValue else { return false }
                if state == IPP_STATE_DATA { return true }
            }
        }
    }

    /// As many bytes as ippReadIO wants, or -1.
    private static let more: ipp_iocb_t = { context, buffer, count in
        guard let source = context?.assumingMemoryBound(to: BoundedAnswer.self), let buffer else { return -1 }
        source.pointee.left -= count
        var done = 0
        while done < count {
            guard source.pointee.left >= 0, DispatchTime.now() < source.pointee.deadline else { return -1 }
            let read = buffer.advanced(by: done).withMemoryRebound(to: CChar.self, capacity: count - done) {
                httpRead2(source.pointee.http, $0, count - done)
            }
            guard read > 0 else { return -1 }
            done += read
        }
        return done
    }
}
