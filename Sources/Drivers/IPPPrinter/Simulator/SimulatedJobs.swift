/// A job inside the simulated printer: one sheet per copy, whatever the document says.
struct SimulatedJob: Sendable, Hashable {
    /// job-state (RFC 8011, 5.3.7).
    enum State: Int32, Sendable {
        case pending = 3
        case processing = 5
        case canceled = 7
        case completed = 9

        var isOver: Bool { self == .canceled || self == .completed }
    }

    var id: Int
    var copies: Int
    var printed = 0
    var state = State.pending
}

extension SimulatedPrinter {
    mutating func accept(copies: Int) -> SimulatedJob {
        let job = SimulatedJob(id: (jobs.keys.max() ?? 0) + 1, copies: max(1, copies))
        jobs[job.id] = job
        return job
    }

    /// A little of the oldest job: each request that comes in is a moment that has passed.
    mutating func work() {
        guard let id = jobs.values.filter({ !$0.state.isOver }).map(\.id).min(), var job = jobs[id] else { return }
        job.state = .processing
        while !reasons.contains(where: { $0.hasSuffix("-error") }), job.printed < job.copies {
            (paperSheets, impressions, job.printed) = (paperSheets - 1, impressions + 1, job.printed + 1)
        }
        if job.printed == job.copies { job.state = .completed }
        jobs[id] = job
    }

    func jobAnswer(_ job: SimulatedJob?, _ wire: IPPRequest) -> [UInt8] {
        guard let job else { return IPPEncoder.bare(IPPStatus.notFound, wire.id) }
        var encoder = IPPEncoder(status: IPPStatus.ok, requestID: wire.id)
        encoder.beginJobGroup()
        encoder.put("job-id", integer: Int32(clamping: job.id))
        encoder.put("job-state", enumeration: job.state.rawValue)
        encoder.put(.keyword, "job-state-reasons", job.state == .canceled ? "job-canceled-by-user" : "none")
        encoder.put("job-impressions-completed", integer: Int32(clamping: job.printed))
        encoder.end()
        return encoder.bytes
    }
}

/// As much of a request as the printer looks at; the document behind it is thrown away.
struct IPPRequest {
    enum Operation: UInt16 {
        case printJob = 0x0002
        case cancelJob = 0x0008
        case getJobAttributes = 0x0009
        case getPrinterAttributes = 0x000B
    }

    let operation: Operation?
    let id: [UInt8]
    /// Integer attributes by name.
    private(set) var integers: [String: Int] = [:]

    init(_ bytes: [UInt8]) {
        guard bytes.count >= 9 else {
            (operation, id) = (nil, [0, 0, 0, 1])
            return
        }
        (operation, id) = (Operation(rawValue: UInt16(bytes[2]) << 8 | UInt16(bytes[3])), Array(bytes[4..<8]))
        var rest = bytes[8...]
        while let tag = rest.popFirst(), tag != 0x03 {
            // Tags below 0x10 begin a group and have nothing behind them (RFC 8010, 3.5.1).
            guard tag >= 0x10 else { continue }
            guard let name = IPPRequest.field(&rest), let value = IPPRequest.field(&rest) else { return }
            guard tag == IPPEncoder.Tag.integer.rawValue, value.count == 4 else { continue }
            integers[String(decoding: name, as: UTF8.self)] = value.reduce(0) { $0 << 8 | Int($1) }
        }
    }

    private static func field(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
        let length = Int(high) << 8 | Int(low)
        guard rest.count >= length else { return nil }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length)
    }
}

enum IPPStatus {
    static let ok: UInt16 = 0x0000
    static let notFound: UInt16 = 0x0406
    static let operationNotSupported: UInt16 = 0x0501
}
