import ZoneModel

/// The printer's inside: what a person can do to it, and what it then says.
package struct SimulatedPrinter: Sendable, Hashable {
    /// How it treats whoever asks.
    package enum Manner: String, Sendable, CaseIterable { case honest, silent, drip, half, garbage, http500 }

    package var isOn = true
    package var paperSheets = 250
    package var tonerPercent = 80
    package var isJammed = false
    package var isCoverOpen = false
    package var isBinFull = false
    package var serial = "SIM-0001"
    package var manner = Manner.honest
    package var impressions = 1200
    var jobs: [Int: SimulatedJob] = [:]

    package init() {}

    package static let help = [
        "power=on|off", "paper=SHEETS (0…250)", "toner=PERCENT (0…100)", "jam=on|off", "cover=open|closed",
        "bin=full|empty", "serial=TEXT", "manner=" + Manner.allCases.map(\.rawValue).joined(separator: "|"),
    ]

    /// One `key=value` move.
    /// - Returns: `false` when the simulator knows no such move.
    package mutating func apply(_ key: String, _ value: String) -> Bool {
        switch (key, value) {
        case ("power", "on"), ("power", "off"): isOn = value == "on"
        case ("jam", "on"), ("jam", "off"): isJammed = value == "on"
        case ("cover", "open"), ("cover", "closed"): isCoverOpen = value == "open"
        case ("bin", "full"), ("bin", "empty"): isBinFull = value == "full"
        case ("serial", _): serial = value.cleaned(limit: 40)
        case ("paper", _): return set(value, in: 0...250) { paperSheets = $0 }
        case ("toner", _): return set(value, in: 0...100) { tonerPercent = $0 }
        case ("manner", _):
            guard let wanted = Manner(rawValue: value) else { return false }
            manner = wanted
        default: return false
        }
        return true
    }

    private func set(_ text: String, in range: ClosedRange<Int>, _ assign: (Int) -> Void) -> Bool {
        guard let value = Int(text), range.contains(value) else { return false }
        assign(value)
        return true
    }

    package var reasons: [String] {
        var reasons: [String] = []
        if paperSheets == 0 { reasons.append("media-empty-error") }
        if (1...20).contains(paperSheets) { reasons.append("media-low-warning") }
        if isJammed { reasons.append("media-jam-error") }
        if isCoverOpen { reasons.append("cover-open-error") }
        if isBinFull { reasons.append("output-area-full-error") }
        if tonerPercent == 0 { reasons.append("toner-empty-error") }
        if (1...10).contains(tonerPercent) { reasons.append("toner-low-warning") }
        return reasons.isEmpty ? ["none"] : reasons
    }

    /// The answer to one IPP request, without HTTP around it. Operations a simple printer lacks are refused.
    package mutating func answer(_ request: [UInt8]) -> [UInt8] {
        let wire = IPPRequest(request)
        work()
        switch wire.operation {
        case .getPrinterAttributes:
            var encoder = IPPEncoder(status: IPPStatus.ok, requestID: wire.id)
            describe(&encoder)
            encoder.end()
            return encoder.bytes
        case .printJob: return jobAnswer(accept(copies: wire.integers["copies"] ?? 1), wire)
        case .getJobAttributes: return jobAnswer(wire.integers["job-id"].flatMap { jobs[$0] }, wire)
        case .cancelJob:
            if let id = wire.integers["job-id"], jobs[id]?.state.isOver == false { jobs[id]?.state = .canceled }
            return jobAnswer(wire.integers["job-id"].flatMap { jobs[$0] }, wire)
        case nil: return IPPEncoder.bare(IPPStatus.operationNotSupported, wire.id)
        }
    }

    private func describe(_ encoder: inout IPPEncoder) {
        let isStopped = reasons.contains { $0.hasSuffix("-error") }
        encoder.beginPrinterGroup()
        encoder.put("printer-state", enumeration: isStopped ? 5 : 3)
        encoder.put(.keyword, "printer-state-reasons", all: reasons)
        encoder.put(.text, "printer-state-message", isStopped ? "Attention" : "Ready")
        encoder.put("printer-is-accepting-jobs", boolean: true)
        encoder.put(.text, "printer-make-and-model", "Simulated Office Printer")
        encoder.put(.text, "printer-device-id", "MFG:\(SimulatedHardware.vendor);MDL:Office Printer;SN:\(serial);")
        encoder.put(.text, "printer-firmware-string-version", "1.0")
        encoder.put(
            .octets, "printer-supply",
            "index=1;class=supplyThatIsConsumed;type=toner;unit=percent;maxcapacity=100;level=\(tonerPercent);colorantname=black;"
        )
        encoder.put(
            .octets, "printer-input-tray",
            "type=sheetFeedAutoRemovableTray;mediafeed=29700;mediaxfeed=21000;maxcapacity=250;level=\(paperSheets);status=0;name=main;"
        )
        encoder.put("printer-impressions-completed", integer: Int32(clamping: impressions))
    }
}
