import Testing
import ZonePrinting
import ZoneSNMP

@Suite("SNMP: what the cells mean")
struct SNMPFactsTests {
    private typealias MIB = PrinterMIB

    private func supply(
        role: Int32? = 3, type: Int32? = 3, unit: Int32? = 19, capacity: Int32? = 100, level: Int32?
    ) -> PrinterFacts.Store? {
        let cells: [(ObjectID, Int32?)] = [
            (MIB.supplyClass, role), (MIB.supplyType, type), (MIB.supplyUnit, unit), (MIB.supplyCapacity, capacity),
            (MIB.supplyLevel, level),
        ]
        var found: [ObjectID: SNMPValue] = [:]
        for case (let column, let value?) in cells { found[column.appending([1, 1])] = .integer(value) }
        return PrinterFacts(found).supplies.first
    }

    @Test("a level is a percentage of a capacity, and what is not known is nothing")
    func levels() {
        #expect(supply(capacity: 4000, level: 1000)?.level == 25)
        for unknown: Int32 in [-1, -2, -3] { #expect(supply(level: unknown)?.level == nil) }
        #expect(supply(unit: 7, capacity: -2, level: 80)?.level == nil)
        // A percentage needs no capacity.
        #expect(supply(unit: 19, capacity: -2, level: 80)?.level == 80)
        #expect(supply(capacity: 100, level: 101)?.level == nil)
        #expect(supply(capacity: 0, level: 0)?.level == 0)
        #expect(supply(level: nil)?.level == nil)
        #expect(supply(capacity: .max, level: .max)?.level == 100)
    }

    @Test("of a tank that fills the MIB tells the room that is left: high is good there, and bad with us")
    func tanks() {
        let tank = supply(role: 4, type: 4, level: 96)
        #expect(tank?.isFilled == true && tank?.level == 4 && tank?.type == "wasteToner")
        #expect(supply(role: nil, type: 8, level: 10)?.level == 90)
        #expect(supply(role: 3, type: 4, level: 10)?.level == 10)
        #expect(supply(role: 4, level: -3)?.level == nil)
    }

    @Test("bits are counted from the top, over two octets, and one is enough")
    func bits() {
        #expect(DetectedError.all(in: [0x48]) == [.noPaper, .doorOpen])
        #expect(DetectedError.all(in: [0x00, 0x84]) == [.inputTrayMissing, .inputTrayEmpty])
        #expect(DetectedError.all(in: []).isEmpty)
        #expect(DetectedError.all(in: [0xFF, 0xFF, 0xFF]) == DetectedError.allCases)
    }

    @Test("its errors are said in the words of IPP; not to say anything is not to say that all is well")
    func reasons() {
        func reasons(_ value: SNMPValue?) -> [String] {
            PrinterAnswer(PrinterFacts(value.map { [MIB.detectedErrors.appending([1]): $0] } ?? [:])).reasons
        }
        #expect(reasons(.octets([0x54, 0])) == ["media-empty-error", "toner-empty-error", "media-jam-error"])
        #expect(reasons(.octets([0, 0])) == ["none"])
        #expect(reasons(nil) == [])
        #expect(reasons(.integer(0)) == [])
    }

    @Test("the life counter counts only in impressions, and only of the first marker")
    func counter() {
        func impressions(unit: Int32?, _ count: SNMPValue) -> Int? {
            var cells = [
                MIB.markerLifeCount.appending([2, 1]): count, MIB.markerLifeCount.appending([2, 2]): .counter32(9),
            ]
            if let unit { cells[MIB.markerUnit.appending([2, 1])] = .integer(unit) }
            cells[MIB.markerUnit.appending([2, 2])] = .integer(7)
            return PrinterFacts(cells).impressions
        }
        #expect(impressions(unit: 7, .counter32(.max)) == 4_294_967_295)
        #expect(impressions(unit: 7, .integer(-2)) == nil)
        #expect(impressions(unit: 8, .counter32(5)) == nil)
        #expect(impressions(unit: nil, .counter32(5)) == nil)
    }

    @Test(
        "device and printer status together are a state (RFC 3805, 2.2.13.2)",
        arguments: [
            (2, 3, PrinterAnswer.State.idle), (2, 4, .processing), (3, 3, .idle), (3, 4, .processing), (5, 1, .stopped),
            (5, 5, .unknown), (2, 1, .idle), (nil, 3, .idle), (nil, nil, .unknown), (1, 2, .unknown),
        ] as [(Int32?, Int32?, PrinterAnswer.State)])
    func states(_ device: Int32?, _ printer: Int32?, _ state: PrinterAnswer.State) {
        var cells: [ObjectID: SNMPValue] = [:]
        cells[MIB.deviceStatus.appending([1])] = device.map { .integer($0) }
        cells[MIB.printerStatus.appending([1])] = printer.map { .integer($0) }
        #expect(PrinterAnswer(PrinterFacts(cells)).state == state)
    }

    @Test("of two printers behind one address the first is told, and texts are made safe")
    func first() {
        let facts = PrinterFacts([
            MIB.serialNumber.appending([7]): .octets(Array("B".utf8)),
            MIB.serialNumber.appending([3]): .octets(Array("A\u{1B}[2J\u{0}".utf8)),
            MIB.supplyLevel.appending([7, 1]): .integer(1), MIB.supplyLevel.appending([3, 1]): .integer(50),
            MIB.supplyCapacity.appending([3, 1]): .integer(100),
            MIB.deviceDescription.appending([3]): .octets(Array("  ".utf8)),
        ])
        #expect(facts.serial == "A[2J")
        #expect(facts.supplies.map(\.level) == [50])
        #expect(facts.supplies.first?.name == "?")
        #expect(facts.description == nil)
    }
}
