/// What a printer is asked, one request after the other, and what it has said so far. SNMPv1, which every printer
/// speaks that a desktop's port monitor can watch. Ends by itself: rows are bounded, and an agent must go forward.
package struct PrinterSurvey: Sendable {
    package struct Question: Sendable, Hashable {
        package var kind: SNMPMessage.Kind
        package var names: [ObjectID]
    }

    /// Columns that are read row by row with GetNext, each at its own pace.
    private struct Walk {
        var cursors: [(column: ObjectID, at: ObjectID)]
        var rowsLeft: Int

        init(_ columns: [ObjectID], rows: Int) { (cursors, rowsLeft) = (columns.map { ($0, $0) }, rows) }
    }

    private enum Part {
        case walk(Walk)
        /// The cells of the printer's own row of hrDeviceTable: the first row there may be a processor.
        case device([ObjectID])
    }

    package static let mostRows = 32

    package private(set) var cells: [ObjectID: SNMPValue] = [:]
    private var parts: [Part]

    package init() {
        typealias MIB = PrinterMIB
        let heads = [
            MIB.printerStatus, MIB.detectedErrors, MIB.markerUnit, MIB.markerLifeCount, MIB.serialNumber,
        ]
        let supplies = [
            MIB.supplyClass, MIB.supplyType, MIB.supplyDescription, MIB.supplyUnit, MIB.supplyCapacity, MIB.supplyLevel,
        ]
        let trays = [MIB.inputType, MIB.inputCapacity, MIB.inputLevel, MIB.inputName, MIB.inputDescription]
        parts = [
            .walk(Walk(heads, rows: 1)), .device([MIB.deviceStatus, MIB.deviceDescription]),
            .walk(Walk(supplies, rows: PrinterSurvey.mostRows)), .walk(Walk(trays, rows: PrinterSurvey.mostRows)),
        ]
    }

    /// `nil` when everything has been asked.
    package var question: Question? {
        switch parts.first {
        case .walk(let walk): Question(kind: .getNext, names: walk.cursors.map(\.at))
        case .device(let columns): Question(kind: .get, names: columns.map { $0.appending([deviceIndex]) })
        case nil: nil
        }
    }

    /// The answer to `question`.
    package mutating func take(_ answer: SNMPMessage) {
        guard let part = parts.first else { return }
        switch part {
        case .walk(let walk): replaceFirst(with: advanced(walk, by: answer).map { .walk($0) })
        case .device(let columns): replaceFirst(with: filled(columns, by: answer).map { .device($0) })
        }
    }

    private mutating func replaceFirst(with part: Part?) {
        if let part { parts[0] = part } else { parts.removeFirst() }
    }

    private mutating func advanced(_ old: Walk, by answer: SNMPMessage) -> Walk? {
        var walk = old
        if answer.errorStatus != 0 {
            guard let place = PrinterSurvey.place(of: answer, in: walk.cursors.count) else { return nil }
            walk.cursors.remove(at: place)
        } else {
            walk.cursors = zip(walk.cursors, answer.bindings).compactMap { cursor, binding in
                let name = binding.name
                guard !binding.value.isMissing, name > cursor.at, name.index(in: cursor.column) != nil else {
                    return nil
                }
                cells[name] = binding.value
                return (cursor.column, name)
            }
            walk.rowsLeft -= 1
        }
        return walk.cursors.isEmpty || walk.rowsLeft == 0 ? nil : walk
    }

    /// Asked again without what the agent complains of.
    private mutating func filled(_ columns: [ObjectID], by answer: SNMPMessage) -> [ObjectID]? {
        if answer.errorStatus != 0 {
            guard let place = PrinterSurvey.place(of: answer, in: columns.count) else { return nil }
            let rest = columns[..<place] + columns[(place + 1)...]
            return rest.isEmpty ? nil : Array(rest)
        }
        for (column, binding) in zip(columns, answer.bindings) where !binding.value.isMissing {
            if binding.name == column.appending([deviceIndex]) { cells[binding.name] = binding.value }
        }
        return nil
    }

    /// SNMPv1 names the one binding that failed, such as a column behind which the agent has nothing more.
    private static func place(of answer: SNMPMessage, in count: Int) -> Int? {
        let place = Int(answer.errorIndex) - 1
        return (0..<count).contains(place) ? place : nil
    }

    /// hrDeviceIndex of the first printer.
    private var deviceIndex: UInt32 {
        let columns = [PrinterMIB.printerStatus, PrinterMIB.detectedErrors, PrinterMIB.markerLifeCount]
        return columns.lazy.compactMap { column in cells.keys.compactMap { $0.index(in: column)?.first }.min() }.first
            ?? 1
    }
}
