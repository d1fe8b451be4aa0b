/// The SNMP agent in the simulated printer: its rows, and an answer to one datagram.
struct SNMPAgent {
    enum Cell {
        case integer(Int)
        case counter(Int)
        case octets([UInt8])
    }

    /// hrDeviceIndex: the processor is the first device, as it is in many printers.
    static let device = 2
    /// RFC 3805 counts what is still free in a tank.
    static let roomInWasteTank = 70

    var printer: SimulatedPrinter
    /// Taken off the life counter.
    var stepBack = 0
    /// Tank after tank, without an end.
    var isEndless = false
    /// Says the same name again instead of the next.
    var isStuck = false

    private var rows: [(oid: [Int], cell: Cell)] {
        let (device, isDown) = (SNMPAgent.device, printer.reasons.contains { $0.hasSuffix("-error") })
        func text(_ text: String) -> Cell { .octets(Array(text.utf8)) }
        let rows: [([Int], Cell)] = [
            ([25, 3, 2, 1, 3, 1], text("Processor")), ([25, 3, 2, 1, 3, device], text("Simulated Office Printer")),
            ([25, 3, 2, 1, 5, 1], .integer(2)), ([25, 3, 2, 1, 5, device], .integer(isDown ? 5 : 2)),
            ([25, 3, 5, 1, 1, device], .integer(isDown ? 1 : 3)), ([25, 3, 5, 1, 2, device], .octets([errorBits, 0])),
            ([43, 5, 1, 1, 17, device], text(printer.serial)),
            ([43, 8, 2, 1, 2, device, 1], .integer(3)), ([43, 8, 2, 1, 9, device, 1], .integer(250)),
            ([43, 8, 2, 1, 10, device, 1], .integer(printer.paperSheets)),
            ([43, 8, 2, 1, 13, device, 1], text("Main")),
            // A tray that cannot count: some sheets are left.
            ([43, 8, 2, 1, 2, device, 2], .integer(5)), ([43, 8, 2, 1, 9, device, 2], .integer(50)),
            ([43, 8, 2, 1, 10, device, 2], .integer(-3)), ([43, 8, 2, 1, 13, device, 2], text("Bypass")),
            ([43, 10, 2, 1, 3, device, 1], .integer(7)),
            ([43, 10, 2, 1, 4, device, 1], .counter(max(0, printer.impressions - stepBack))),
        ]
        let supplies =
            supply(1, 3, 3, "Black Toner", printer.tonerPercent)
            + supply(2, 4, 4, "Waste Toner", SNMPAgent.roomInWasteTank)
        return (rows + supplies).map { ([1, 3, 6, 1, 2, 1] + $0, $1) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
    }

    private func supply(_ index: Int, _ role: Int, _ type: Int, _ name: String, _ level: Int) -> [([Int], Cell)] {
        let cells: [Cell] = [
            .integer(role), .integer(type), .octets(Array(name.utf8)), .integer(19), .integer(100), .integer(level),
        ]
        return zip(4..., cells).map { ([43, 11, 1, 1, $0, SNMPAgent.device, index], $1) }
    }

    /// hrPrinterDetectedErrorState.
    private var errorBits: UInt8 {
        let bits: [(String, UInt8)] = [
            ("media-low", 0x80), ("media-empty", 0x40), ("toner-low", 0x20), ("toner-empty", 0x10),
            ("cover-open", 0x08), ("media-jam", 0x04),
        ]
        return printer.reasons.reduce(0) { mask, reason in
            mask | (bits.first { reason.hasPrefix($0.0) }?.1 ?? 0)
        }
    }

    private func hit(_ name: [Int], isNext: Bool, in rows: [(oid: [Int], cell: Cell)]) -> (oid: [Int], cell: Cell)? {
        let column = Array(name.prefix(10))
        if isEndless, isNext, column == [1, 3, 6, 1, 2, 1, 43, 11, 1, 1] {
            let index = name.count == 13 ? name[12] + 1 : 1
            return (Array(name.prefix(11)) + [SNMPAgent.device, index], .integer(3))
        }
        if isStuck, isNext, name.count == 13 { return rows.first { $0.oid == name } }
        return rows.first { isNext ? name.lexicographicallyPrecedes($0.oid) : $0.oid == name }
    }

    /// `nil` where a real agent says nothing: no question, or another community.
    func answer(_ question: SNMPQuestion) -> [UInt8]? {
        guard question.community == Array("public".utf8) else { return nil }
        let rows = rows
        let hits = question.names.map { hit($0, isNext: question.isNext, in: rows) }
        let failed = question.version == 0 ? hits.firstIndex { $0 == nil } : nil
        var encoder = SNMPEncoder()
        for (name, found) in zip(question.names, hits).reversed() {
            let mark = encoder.mark
            switch failed == nil ? found?.cell : nil {
            case .integer(let value): encoder.put(integer: value)
            case .counter(let value): encoder.put(0x41, integer: value)
            case .octets(let bytes): encoder.put(0x04, bytes)
            case nil: encoder.put(failed != nil ? 0x05 : question.isNext ? 0x82 : 0x81, [])
            }
            encoder.put(oid: failed == nil ? found?.oid ?? name : name)
            encoder.close(0x30, since: mark)
        }
        encoder.close(0x30, since: 0)
        encoder.put(integer: failed.map { $0 + 1 } ?? 0)
        encoder.put(integer: failed == nil ? 0 : 2)
        encoder.put(integer: question.id)
        encoder.close(0xA2, since: 0)
        encoder.put(0x04, question.community)
        encoder.put(integer: question.version)
        encoder.close(0x30, since: 0)
        return encoder.bytes
    }
}
