/// What the cells of a survey mean. Of several printers behind one address, the first.
package struct PrinterFacts: Sendable, Hashable {
    /// A supply or a tray. `level` in percent; for what is filled, how full it is.
    package struct Store: Sendable, Hashable {
        package var name: String
        package var type: String?
        package var level: Int?
        package var isFilled: Bool
    }

    package enum State: Sendable, Hashable { case idle, printing, stopped, unknown }

    package var state: State
    /// `nil`: not said.
    package var errors: [DetectedError]?
    /// prtMarkerLifeCount of the first marker, where it counts impressions.
    package var impressions: Int?
    package var serial: String?
    package var description: String?
    package var supplies: [Store]
    package var trays: [Store]

    package init(_ cells: [ObjectID: SNMPValue]) {
        typealias MIB = PrinterMIB
        let table = MIBTable(cells)
        func first(_ column: ObjectID) -> SNMPValue? { table.rows([column]).first?[column] }
        state = State(
            device: first(MIB.deviceStatus)?.number, printer: first(MIB.printerStatus)?.number)
        errors = first(MIB.detectedErrors)?.bytes.map(DetectedError.all)
        let marker = table.rows([MIB.markerUnit, MIB.markerLifeCount]).first
        let count = marker?[MIB.markerUnit]?.number == MIB.impressions ? marker?[MIB.markerLifeCount]?.number : nil
        impressions = count.flatMap { $0 < 0 ? nil : $0 }
        serial = first(MIB.serialNumber)?.text
        description = first(MIB.deviceDescription)?.text
        supplies = table.rows([
            MIB.supplyClass, MIB.supplyType, MIB.supplyDescription, MIB.supplyUnit, MIB.supplyCapacity, MIB.supplyLevel,
        ]).map(Store.init(supply:))
        trays = table.rows([MIB.inputType, MIB.inputCapacity, MIB.inputLevel, MIB.inputName, MIB.inputDescription])
            .map(Store.init(tray:))
    }
}

extension PrinterFacts.State {
    /// RFC 3805, 2.2.13.2: hrDeviceStatus (running 2, warning 3, down 5) with hrPrinterStatus (idle 3, printing 4,
    /// warmup 5). Running with `other` is standby; down with warmup is on its way back.
    init(device: Int?, printer: Int?) {
        switch (device, printer) {
        case (5, 5): self = .unknown
        case (5, _): self = .stopped
        case (_, 3): self = .idle
        case (_, 4): self = .printing
        case (2, 1): self = .idle
        default: self = .unknown
        }
    }
}

extension PrinterFacts.Store {
    fileprivate init(supply row: [ObjectID: SNMPValue]) {
        typealias MIB = PrinterMIB
        let type = PrinterFacts.word(row[MIB.supplyType]?.number, in: MIB.supplyTypes)
        let role = row[MIB.supplyClass]?.number
        let isWaste = type?.hasPrefix("waste") == true
        let isFilled = role == MIB.filled || (role != MIB.consumed && isWaste)
        let level = PrinterFacts.percent(
            row[MIB.supplyLevel]?.number, of: row[MIB.supplyCapacity]?.number,
            isPercent: row[MIB.supplyUnit]?.number == MIB.percent)
        // RFC 3805: "the remaining space if this supply is a receptacle".
        self.init(
            name: row[MIB.supplyDescription]?.text ?? type ?? "?", type: type,
            level: isFilled ? level.map { 100 - $0 } : level, isFilled: isFilled)
    }

    fileprivate init(tray row: [ObjectID: SNMPValue]) {
        typealias MIB = PrinterMIB
        let type = PrinterFacts.word(row[MIB.inputType]?.number, in: MIB.inputTypes)
        self.init(
            name: row[MIB.inputName]?.text ?? row[MIB.inputDescription]?.text ?? type ?? "?", type: type,
            level: PrinterFacts.percent(row[MIB.inputLevel]?.number, of: row[MIB.inputCapacity]?.number),
            isFilled: false)
    }
}

extension PrinterFacts {
    fileprivate static func word(_ number: Int?, in words: [String]) -> String? {
        number.flatMap { (1...words.count).contains($0) ? words[$0 - 1] : nil }
    }

    /// -1, -2 and -3 (no restriction, unknown, some is left) are no levels, and a capacity may be unknown as well.
    fileprivate static func percent(_ level: Int?, of capacity: Int?, isPercent: Bool = false) -> Int? {
        let whole = capacity.flatMap { $0 > 0 ? $0 : nil } ?? (isPercent ? 100 : nil)
        guard let level, let whole, (0...whole).contains(level) else { return nil }
        return Int((Double(level) * 100 / Double(whole)).rounded())
    }
}

/// Cells by row. Rows of the Printer MIB are numbered hrDeviceIndex, then their own index.
private struct MIBTable {
    private let cells: [ObjectID: SNMPValue]

    init(_ cells: [ObjectID: SNMPValue]) { self.cells = cells }

    /// Those of the first device in these columns.
    func rows(_ columns: [ObjectID]) -> [[ObjectID: SNMPValue]] {
        var rows: [ObjectID: [ObjectID: SNMPValue]] = [:]
        for (name, value) in cells {
            for column in columns {
                if let index = name.index(in: column) { rows[ObjectID(index), default: [:]][column] = value }
            }
        }
        let indexes = rows.keys.sorted()
        return indexes.filter { $0.arcs.first == indexes.first?.arcs.first }.compactMap { rows[$0] }
    }
}
