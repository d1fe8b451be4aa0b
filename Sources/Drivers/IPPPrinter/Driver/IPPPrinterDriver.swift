import DriverKit
import ZoneModel
import ZonePrinting
import ZoneTime

package struct IPPPrinterDriver: DeviceDriver {
    package let name = "ipp-printer"
    package let kinds: Set<DeviceKind> = [.printer, .copier]
    package let settings: [String: SettingKind] = ["answerWithin": .duration]
    package let absence: ConditionCode? = .printerLinkDown

    private let exchange: any PrinterExchange
    private let clock: any ZoneClock

    package init(exchange: any PrinterExchange, clock: any ZoneClock) {
        (self.exchange, self.clock) = (exchange, clock)
    }

    package func open(_ attachment: Attachment, profile: DeviceProfile) async throws(DeviceError) -> any LiveDevice {
        guard case .address(let uri) = attachment, uri.hasPrefix("ipp://") || uri.hasPrefix("ipps://") else {
            throw DeviceError(.unsupported, doing: "open printer", "the address must begin with ipp:// or ipps://")
        }
        let patience = profile.settings["answerWithin"].flatMap(Duration.init(shortText:)) ?? .seconds(4)
        return IPPPrinterDevice(uri: uri, patience: patience, exchange: exchange, clock: clock)
    }
}

/// A network printer holds no connection between questions; "open" only means that we know where to ask.
actor IPPPrinterDevice: LiveDevice {
    nonisolated let events: AsyncStream<DeviceEvent>
    private let continuation: AsyncStream<DeviceEvent>.Continuation
    let uri: String
    let patience: Duration
    let exchange: any PrinterExchange
    let clock: any ZoneClock

    init(uri: String, patience: Duration, exchange: any PrinterExchange, clock: any ZoneClock) {
        (events, continuation) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(1))
        (self.uri, self.patience, self.exchange, self.clock) = (uri, patience, exchange, clock)
    }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        let query = PrinterQuery(device: uri, uri: uri)
        switch await exchange.ask(query, within: min(patience, deadline)) {
        case .success(let answer): return Report(answer, uri: uri)
        case .failure(let silence):
            // A network device that does not answer may be there or not: presence is unknown, the link is down.
            return Report(
                presence: .unknown, link: .down, activity: .unknown, reason: silence.kind.rawValue,
                symptoms: [Symptom(.printerLinkDown, .wrong(evidence: silence.description.cleaned()))])
        }
    }

    func close() async { continuation.finish() }
}

extension Report {
    init(_ answer: PrinterAnswer, uri: String) {
        let id = DeviceIDText(answer.deviceID ?? "")
        self.init(
            presence: .present, link: .up, activity: answer.state.activity,
            identity: Identity(
                vendor: id["MFG"] ?? id["MANUFACTURER"], model: answer.makeAndModel ?? id["MDL"] ?? id["MODEL"],
                serial: id["SN"] ?? id["SERN"] ?? id["SERIALNUMBER"], firmware: answer.firmware, busPath: uri),
            symptoms: [Symptom(.printerLinkDown, .fine)] + StateReason.symptoms(answer.reasons),
            details: .members([
                "reasons": .array(answer.reasons.map { .string($0) }),
                "message": answer.message.map { .string($0) },
                "acceptingJobs": answer.isAcceptingJobs.map { .bool($0) },
                "supplies": .array(answer.supplies.map(\.json)), "trays": .array(answer.trays.map(\.json)),
                "impressionsCompleted": answer.impressionsCompleted.map { .integer(Int64($0)) }, "source": "ipp",
            ]), simulated: id["MFG"] == SimulatedHardware.vendor)
    }
}

extension PrinterAnswer.State {
    fileprivate var activity: Activity {
        switch self {
        case .idle, .stopped: .idle
        case .processing: .busy
        case .unknown: .unknown
        }
    }
}

extension PrinterAnswer.Supply {
    fileprivate var json: JSONValue {
        .members(["name": .string(name), "type": type.map { .string($0) }, "level": level.map { .integer(Int64($0)) }])
    }
}

/// An IEEE 1284 device id, `KEY:value;` pairs.
package struct DeviceIDText {
    private var fields: [String: String] = [:]

    package init(_ text: String) {
        for pair in text.split(separator: ";").prefix(32) {
            let parts = pair.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields[parts[0].uppercased().filter { $0 != " " }] = String(parts[1]).cleaned(limit: 80)
        }
    }

    package subscript(key: String) -> String? { fields[key].flatMap { $0.isEmpty ? nil : $0 } }
}
