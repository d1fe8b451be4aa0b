import ZoneModel
import ZonePrinting
import ZoneTime

/// What device and queue say of the same printer, held against each other; remembers what must last a while.
package struct QueueComparison: Sendable {
    private let source: QueueSource
    private let uri: String
    /// The oldest document that waits, and since when it has waited with the printer idle and without a fault.
    private var waiting: (id: Int, since: MonoTime)?
    private var seen: [Int: Seen] = [:]
    private var last: PrintEvidence.Look?

    private struct Seen {
        /// What the device had counted before the document was there; `nil` when that was not seen.
        var before: PrintEvidence.Look?
        /// It was sent anew: once is enough.
        var isRequeued = false
    }

    package init(_ source: QueueSource, device uri: String) { (self.source, self.uri) = (source, uri) }

    /// - Parameter device: `nil` when it did not answer.
    package mutating func symptoms(
        _ queue: Result<QueueAnswer, PrinterSilence>, device: PrinterAnswer?, now: MonoTime
    ) -> [Symptom] {
        switch queue {
        case .failure(let silence):
            let unknown = Symptom.Sight.unknown(reason: silence.description.cleaned())
            return [
                Symptom(.printerQueuePaused, unknown), Symptom(.printerQueueStuck, unknown),
                Symptom(.printerQueueDiffers, source.differs(silence)),
            ]
        case .success(let answer):
            remember(answer, device)
            return [
                Symptom(.printerQueuePaused, source.paused(answer, deviceIsHeard: device != nil)),
                Symptom(.printerQueueStuck, stuck(answer, device, now)),
                Symptom(.printerQueueDiffers, source.differs(answer, device, at: uri)),
            ]
        }
    }

    private mutating func remember(_ queue: QueueAnswer, _ device: PrinterAnswer?) {
        let ids = Set(queue.jobs.map(\.id))
        seen = seen.filter { ids.contains($0.key) }
        for id in ids where seen[id] == nil { seen[id] = Seen(before: last) }
        last = device.map(PrintEvidence.Look.init)
    }

    private mutating func stuck(_ queue: QueueAnswer, _ device: PrinterAnswer?, _ now: MonoTime) -> Symptom.Sight {
        guard !queue.isStopped, let job = queue.jobs.first(where: \.isWaiting) else {
            waiting = nil
            return queue.isStopped || queue.tellsJobs
                ? .fine : .unknown(reason: "cupsd does not tell the states of its jobs")
        }
        guard let device, device.state != .unknown else {
            waiting = nil
            return .unknown(reason: "a document waits, and the printer does not say what it does")
        }
        // Waiting for paper, or behind another document: the device's own condition says it (OpenPrinting/cups 1298).
        guard device.isFree else {
            waiting = nil
            return .fine
        }
        let since = waiting.flatMap { $0.id == job.id ? $0.since : nil } ?? now
        waiting = (job.id, since)
        let seconds = now.since(since).components.seconds
        guard now.since(since) >= source.stuckWithin else {
            return .unknown(reason: "job \(job.id) has waited for \(seconds) s while the printer is idle")
        }
        let message = queue.message.map { "; cupsd: \($0)" } ?? ""
        return .wrong(
            evidence: "job \(job.id) of \(source.name) has waited for \(seconds) s while the printer is idle\(message)"
                .cleaned())
    }

    /// Whether a document may be sent once more: the device's counter has not moved since before it was there.
    package func isUnprinted(_ job: QueueAnswer.Job, _ device: PrinterAnswer) -> Bool {
        guard let known = seen[job.id], !known.isRequeued, let first = known.before, let counted = first.impressions
        else { return false }
        let now = PrintEvidence.Look(device)
        guard now.impressions == counted, now.serial == first.serial else { return false }
        // After a power cycle a counter may lag behind the paper.
        guard let upTime = first.upTimeSeconds, let later = now.upTimeSeconds else { return true }
        return later >= upTime
    }

    package mutating func noteRequeued(_ id: Int) {
        seen[id, default: Seen()].isRequeued = true
        waiting = nil
    }
}

extension QueueSource {
    fileprivate func paused(_ queue: QueueAnswer, deviceIsHeard: Bool) -> Symptom.Sight {
        let message = queue.message.map { ", \($0)" } ?? ""
        if queue.isStopped {
            let reasons = queue.reasons.joined(separator: ", ")
            return .wrong(evidence: "cupsd has stopped the queue \(name): \(reasons)\(message)".cleaned())
        }
        if queue.isAcceptingJobs == false {
            return .wrong(evidence: "the queue \(name) takes no documents\(message)".cleaned())
        }
        return deviceIsHeard ? .fine : .unknown(reason: "the printer does not answer")
    }

    fileprivate func differs(_ silence: PrinterSilence) -> Symptom.Sight {
        switch silence.kind {
        case .workerFailed, .workerOverrun: .unknown(reason: silence.description.cleaned())
        case .notFound: .wrong(evidence: "cupsd has no queue \(name)".cleaned())
        default: .wrong(evidence: "cupsd does not answer for the queue \(name): \(silence)".cleaned())
        }
    }

    fileprivate func differs(_ queue: QueueAnswer, _ device: PrinterAnswer?, at uri: String) -> Symptom.Sight {
        var found: [String] = []
        if let text = queue.deviceURI, DeviceAddress(text).isSame(as: DeviceAddress(uri)) == false {
            found.append("it sends to \(DeviceAddress(text).text), the printer is \(DeviceAddress(uri).text)")
        }
        if queue.hasDriver == false { found.append("it has no driver (PPD)") }
        found += queue.leftovers(device).map { "it says \($0), the printer does not" }
        if !found.isEmpty { return .wrong(evidence: "the queue \(name): \(found.joined(separator: "; "))".cleaned()) }
        return device == nil ? .unknown(reason: "the printer does not answer") : .fine
    }
}

extension QueueAnswer {
    package var isStopped: Bool { state == .stopped }
    /// To strangers cupsd may tell that there are jobs, and no more.
    package var tellsJobs: Bool { jobs.allSatisfy { $0.state != .unknown } }

    /// Its reasons are the device's while a document is on its way; afterwards the last ones stay (seen with 2.4.2).
    package func leftovers(_ device: PrinterAnswer?) -> [String] {
        guard let device, state != .processing else { return [] }
        let named = Set(device.reasons.compactMap { StateReason($0).code })
        return reasons.filter { text in
            if QueueAnswer.ownTroubles.contains(text) { return true }
            guard let code = StateReason(text).code, StateReason(text).weight != .report else { return false }
            return QueueAnswer.stopping.contains(code) && !named.contains(code)
        }
    }

    /// What cupsd says of itself and keeps saying.
    private static let ownTroubles: Set<String> = [
        "cups-ipp-missing-job-history", "cups-missing-filter-warning", "cups-insecure-filter-warning",
        "cups-certificate-error",
    ]
    /// What is running low only reaches a queue with the next document, so an old word of that is no news.
    private static let stopping: Set<ConditionCode> = [
        .printerPaperOut, .printerJam, .printerCoverOpen, .printerTonerOut, .printerWasteFull, .printerBinFull,
        .printerServiceRequired,
    ]
}

extension QueueAnswer.Job {
    /// On its way or waiting, but not because somebody holds it.
    package var isWaiting: Bool {
        switch state {
        case .pending, .processing, .stopped: true
        case .held: !reasons.contains("job-hold-until-specified")
        default: false
        }
    }
}

extension PrinterAnswer {
    /// Idle, and nothing that keeps it from printing.
    package var isFree: Bool { state == .idle && hindrance == nil }

    /// The first reason that keeps it from printing.
    package var hindrance: String? {
        reasons.first { text in
            let reason = StateReason(text)
            guard let code = reason.code else { return false }
            if PrinterAnswer.hindering.contains(code) || reason.weight == .error { return true }
            return reason.weight == nil && code != .printerTonerLow && code != .printerPaperLow
        }
    }

    /// Whatever suffix the device gives them; ippeveprinter is never stopped and says `media-empty-warning` (seen).
    private static let hindering: Set<ConditionCode> = [
        .printerPaperOut, .printerJam, .printerCoverOpen, .printerTonerOut, .printerQueuePaused,
    ]
}
