import FoundationEssentials

/// Parent to child: one line of JSON.
package struct WorkerRequest: Sendable, Hashable, Codable {
    package var id: Int
    package var query: PrinterQuery
    package var deadlineMs: Int

    package init(id: Int, query: PrinterQuery, deadlineMs: Int) {
        (self.id, self.query, self.deadlineMs) = (id, query, deadlineMs)
    }
}

/// Child to parent: one line of JSON with exactly one of `answer`, `job`, `queue` and `silence`.
package struct WorkerReply: Sendable, Hashable, Codable {
    package var id: Int
    package var answer: PrinterAnswer?
    package var job: PrinterJob?
    package var queue: QueueAnswer?
    package var silence: PrinterSilence?

    package init(id: Int, answer: PrinterAnswer) { (self.id, self.answer) = (id, answer) }
    package init(id: Int, job: PrinterJob) { (self.id, self.job) = (id, job) }
    package init(id: Int, queue: QueueAnswer) { (self.id, self.queue) = (id, queue) }
    package init(id: Int, silence: PrinterSilence) { (self.id, self.silence) = (id, silence) }

    package var answerResult: Result<PrinterAnswer, PrinterSilence> { result(answer) }
    package var jobResult: Result<PrinterJob, PrinterSilence> { result(job) }
    package var queueResult: Result<QueueAnswer, PrinterSilence> { result(queue) }

    private func result<Value>(_ value: Value?) -> Result<Value, PrinterSilence> {
        if let value { return .success(value) }
        return .failure(silence ?? PrinterSilence(.workerFailed, "empty reply"))
    }
}

/// Cuts a byte stream into lines of bounded length; a longer line ends the conversation.
package struct LineCutter {
    package struct LineTooLong: Error {}

    private var pending: [UInt8] = []
    private let limit: Int

    package init(limit: Int = 256 * 1024) { self.limit = limit }

    package mutating func take(_ bytes: [UInt8]) throws(LineTooLong) -> [[UInt8]] {
        pending += bytes
        var lines: [[UInt8]] = []
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(Array(pending[..<end]))
            pending.removeFirst(end + 1)
        }
        guard pending.count <= limit else { throw LineTooLong() }
        return lines
    }
}

package enum WorkerLine {
    package static func encode(_ value: some Encodable) -> [UInt8] {
        // Both types consist of strings and integers only: JSON encoding of them has no way to fail.
        let data = (try? JSONEncoder().encode(value)) ?? Data()
        return Array(data) + [UInt8(ascii: "\n")]
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, _ line: [UInt8]) -> Value? {
        try? JSONDecoder().decode(type, from: Data(line))
    }
}
