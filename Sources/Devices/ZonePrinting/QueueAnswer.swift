import ZoneModel

/// What cupsd says of one of its queues. The names of documents are not asked for.
package struct QueueAnswer: Sendable, Hashable, Codable {
    /// One document that is not over yet; times by cupsd's clock.
    package struct Job: Sendable, Hashable, Codable {
        package var id: Int
        package var state: PrinterJob.State
        package var reasons: [String]
        /// time-at-creation.
        package var createdSeconds: Int?

        package init(id: Int, state: PrinterJob.State, reasons: [String] = [], createdSeconds: Int? = nil) {
            (self.id, self.state, self.reasons, self.createdSeconds) = (id, state, reasons, createdSeconds)
        }
    }

    package var state: PrinterAnswer.State
    package var reasons: [String]
    package var message: String?
    package var isAcceptingJobs: Bool?
    /// Where it sends to, without user and password.
    package var deviceURI: String?
    package var makeAndModel: String?
    /// cupsd's clock.
    package var seconds: Int?
    /// The oldest first.
    package var jobs: [Job]
    /// Documents of other queues of the same cupsd that are on their way to a device.
    package var processingElsewhere: Int

    package init(
        state: PrinterAnswer.State, reasons: [String] = [], message: String? = nil, isAcceptingJobs: Bool? = nil,
        deviceURI: String? = nil, makeAndModel: String? = nil, seconds: Int? = nil, jobs: [Job] = [],
        processingElsewhere: Int = 0
    ) {
        (self.state, self.reasons, self.message, self.isAcceptingJobs) = (state, reasons, message, isAcceptingJobs)
        (self.deviceURI, self.makeAndModel, self.seconds) = (deviceURI, makeAndModel, seconds)
        (self.jobs, self.processingElsewhere) = (jobs, processingElsewhere)
    }

    /// cupsd calls a queue without a PPD `Local Raw Printer` (seen with 2.4.2).
    package var hasDriver: Bool? { makeAndModel.map { !$0.hasSuffix("Raw Printer") } }

    package func age(of job: Job) -> Int? {
        guard let seconds, let created = job.createdSeconds, seconds >= created else { return nil }
        return seconds - created
    }
}

/// What cupsd is to do with a queue before it tells its state.
package enum QueueOrder: Sendable, Hashable, Codable {
    /// Resume-Printer and CUPS-Accept-Jobs, and what it still says of an earlier fault is forgotten.
    case resume
    /// Cancel-Job with `purge-job`: its document is gone from the disk.
    case cancel([Int])
    /// Hold-Job and Release-Job: it begins anew, also when cupsd keeps no documents of what is over.
    case requeue(Int)
}

extension PrinterQuery {
    /// - Parameter server: cupsd's socket, or `host:port`.
    package static func queue(_ name: String, at server: String, order: QueueOrder? = nil) -> PrinterQuery {
        let uri = "ipp://localhost/printers/" + escaped(name)
        return PrinterQuery(device: "\(server)#\(name)", uri: uri, task: .queue(server: server, order: order))
    }

    /// A name may be Chinese; cupsd takes everything but `/`, `#` and spaces.
    private static func escaped(_ name: String) -> String {
        name.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            let isPlain = character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
            return isPlain ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
