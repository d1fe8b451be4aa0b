import DriverKit
import ZoneModel
import ZonePrinting
import ZoneTime

/// The PC's own print queue for the same printer, asked after the device: the browser's print dialog goes that way.
/// What the device has said stands; the queue's silence takes nothing away.
package struct QueueSource: Sendable, Hashable {
    package static let settings: [String: SettingKind] = [
        "queue": .text, "cupsSocket": .text, "queueStuckWithin": .duration, "queueForgetsAfter": .duration,
    ]

    /// cupsd is on this PC: it answers within milliseconds, or it hangs.
    package static let patience = Duration.seconds(2)
    /// The worker's own grace, and a moment to send.
    private static let margin = Duration.milliseconds(700)

    package let name: String
    /// cupsd's socket, or `host:port`.
    package let server: String
    /// How long a document may wait while the printer is idle.
    package let stuckWithin: Duration
    /// A document that has waited for longer is not let out any more: who wanted it has gone.
    package let forgetsAfter: Duration

    /// `nil` where no queue is named.
    package init?(_ settings: [String: String]) {
        guard let name = settings["queue"], !name.isEmpty else { return nil }
        self.name = name
        server = settings["cupsSocket"] ?? "/run/cups/cups.sock"
        stuckWithin = settings["queueStuckWithin"].flatMap(Duration.init(shortText:)) ?? .seconds(300)
        forgetsAfter = settings["queueForgetsAfter"].flatMap(Duration.init(shortText:)) ?? .seconds(600)
    }

    /// - Parameter left: what is left of the check's time.
    package func ask(
        _ exchange: any PrinterExchange, order: QueueOrder? = nil, within left: Duration = .seconds(10)
    ) async -> Result<QueueAnswer, PrinterSilence> {
        let time = min(order == nil ? QueueSource.patience : QueueSource.patience * 2, left - QueueSource.margin)
        guard time > .zero else { return .failure(PrinterSilence(.workerOverrun, "no time was left to ask cupsd")) }
        return await exchange.spool(.queue(name, at: server, order: order), within: time)
    }
}

extension Report {
    /// - Parameters:
    ///   - symptoms: of the queue. A code that the device speaks of, too, is wrong if either says so, and fine if both
    ///     do.
    package mutating func add(_ symptoms: [Symptom], queue: JSONValue) {
        for symptom in symptoms {
            if let index = self.symptoms.firstIndex(where: { $0.code == symptom.code }) {
                self.symptoms[index] = Symptom(symptom.code, self.symptoms[index].sight.joined(symptom.sight))
            } else {
                self.symptoms.append(symptom)
            }
        }
        add(queue, as: "queue")
    }
}

extension Symptom.Sight {
    fileprivate func joined(_ other: Symptom.Sight) -> Symptom.Sight {
        switch (self, other) {
        case (.wrong(let first, let severity), .wrong(let second, _)):
            .wrong(evidence: "\(first); \(second)".cleaned(), severity: severity)
        case (.wrong, _): self
        case (_, .wrong): other
        case (.unknown, _): self
        default: other
        }
    }
}

extension QueueSource {
    /// For people and programs: what cupsd said in this very check, or why it did not.
    package func details(_ queue: Result<QueueAnswer, PrinterSilence>, device uri: String) -> JSONValue {
        switch queue {
        case .failure(let silence):
            return [
                "name": .string(name.cleaned()), "source": "cupsd", "silence": .string(silence.description.cleaned()),
            ]
        case .success(let answer):
            let waiting = answer.jobs.filter(\.isWaiting)
            let ages = waiting.compactMap { answer.age(of: $0) }
            return .members([
                "name": .string(name.cleaned()), "source": "cupsd", "state": .string(answer.state.rawValue),
                "reasons": .array(answer.reasons.map { .string($0) }), "message": answer.message.map { .string($0) },
                "acceptingJobs": answer.isAcceptingJobs.map { .bool($0) },
                "jobsWaiting": answer.tellsJobs ? .integer(Int64(waiting.count)) : nil,
                "oldestSeconds": ages.max().map { .integer(Int64($0)) },
                "sendsHere": answer.deviceURI.flatMap { DeviceAddress($0).isSame(as: DeviceAddress(uri)) }
                    .map { .bool($0) },
                "hasDriver": answer.hasDriver.map { .bool($0) },
            ])
        }
    }
}
