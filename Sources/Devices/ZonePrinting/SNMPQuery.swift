import ZoneModel
import ZoneSNMP

extension PrinterQuery {
    /// The same device's Printer MIB, beside the other questions to it.
    package static func snmp(_ uri: String, community: String, port: Int) -> PrinterQuery {
        PrinterQuery(device: uri + "#snmp", uri: uri, task: .snmp(community: community, port: port))
    }
}

extension PrinterAnswer {
    /// A device's Printer MIB in the words of IPP. No reasons at all: it did not say; `none`: it said that all is well.
    package init(_ facts: PrinterFacts) {
        let reasons = facts.errors.map { $0.isEmpty ? ["none"] : $0.map(\.reason) }
        self.init(
            state: State(facts.state), reasons: reasons ?? [], makeAndModel: facts.description, serial: facts.serial,
            supplies: facts.supplies.map(Supply.init(_:)), trays: facts.trays.map(Supply.init(_:)),
            impressionsCompleted: facts.impressions)
    }
}

extension PrinterAnswer.State {
    fileprivate init(_ state: PrinterFacts.State) {
        switch state {
        case .idle: self = .idle
        case .printing: self = .processing
        case .stopped: self = .stopped
        case .unknown: self = .unknown
        }
    }
}

extension PrinterAnswer.Supply {
    fileprivate init(_ store: PrinterFacts.Store) {
        self.init(name: store.name, type: store.type, level: store.level, isReceptacle: store.isFilled ? true : nil)
    }
}
