import Testing
import ZoneSNMP
import ZoneTestKit

@Suite("SNMP: a survey goes forward and ends")
struct SNMPSurveyTests {
    private typealias MIB = PrinterMIB

    /// An agent of a few lines: SNMPv1, which names the one binding that it cannot answer.
    private func answer(_ question: PrinterSurvey.Question, from cells: [ObjectID: SNMPValue]) -> SNMPMessage {
        let names = cells.keys.sorted()
        let found = question.names.map { name in
            names.first { question.kind == .get ? $0 == name : $0 > name }
        }
        guard let missing = found.firstIndex(of: nil) else {
            return reply(found.compactMap { $0 }.map { .init($0, cells[$0] ?? .null) })
        }
        return reply(question.names.map { .init($0) }, error: 2, at: Int32(missing + 1))
    }

    private func reply(_ bindings: [SNMPMessage.Binding], error: Int32 = 0, at index: Int32 = 0) -> SNMPMessage {
        SNMPMessage(
            community: [], kind: .response, requestID: 1, errorStatus: error, errorIndex: index, bindings: bindings)
    }

    /// - Returns: what it learned, and how often it asked.
    private func run(_ agent: (PrinterSurvey.Question) -> SNMPMessage) -> ([ObjectID: SNMPValue], Int) {
        var (survey, count) = (PrinterSurvey(), 0)
        while let question = survey.question, count < 1000 {
            survey.take(agent(question))
            count += 1
        }
        return (survey.cells, count)
    }

    @Test("everything wanted is found, with gaps in the columns and nothing behind the last one")
    func sparse() {
        let wanted: [ObjectID: SNMPValue] = [
            MIB.printerStatus.appending([3]): .integer(3), MIB.detectedErrors.appending([3]): .octets([0]),
            MIB.deviceStatus.appending([3]): .integer(2), MIB.deviceDescription.appending([3]): .octets([65]),
            MIB.supplyClass.appending([3, 1]): .integer(3), MIB.supplyClass.appending([3, 2]): .integer(4),
            MIB.supplyLevel.appending([3, 1]): .integer(50), MIB.supplyLevel.appending([3, 4]): .integer(60),
            MIB.inputLevel.appending([3, 1]): .integer(9),
        ]
        var cells = wanted
        cells[MIB.deviceStatus.appending([1])] = .integer(5)
        cells[ObjectID([1, 3, 6, 1, 2, 1, 1, 1, 0])] = .octets([66])
        #expect(run { answer($0, from: cells) }.0 == wanted)
    }

    @Test("without a table of printers the marker's device is the printer")
    func markerOnly() {
        let cells: [ObjectID: SNMPValue] = [
            MIB.markerLifeCount.appending([4, 1]): .counter32(5), MIB.deviceStatus.appending([4]): .integer(2),
        ]
        #expect(run { answer($0, from: cells) }.0 == cells)
    }

    @Test("an agent that has nothing, or only complains, is asked little")
    func nothing() {
        let (cells, count) = run { answer($0, from: [:]) }
        #expect(cells.isEmpty && count <= 30)
        #expect(run { _ in reply([], error: 1) }.1 == 4)
        #expect(run { _ in reply([]) }.1 == 4)
        #expect(run { _ in reply([], error: 5, at: 99) }.1 == 4)
    }

    @Test("the same row again and again, a row behind it, and a row elsewhere end a column")
    func backwards() {
        let stuck = run { question in reply(question.names.map { .init($0.appending([1]), .integer(1)) }) }
        #expect(stuck.1 <= 70)
        let same = run { question in reply(question.names.map { .init($0, .integer(1)) }) }
        #expect(same.0.filter { $0.key.index(in: MIB.supplyLevel) != nil }.isEmpty && same.1 == 4)
        let elsewhere = run { question in reply(question.names.map { _ in .init(ObjectID([2, 1]), .integer(1)) }) }
        #expect(elsewhere.0.isEmpty && elsewhere.1 == 4)
    }

    @Test("the first row told a second time is the last")
    func again() {
        let first = run { question in
            reply(question.names.map { .init(ObjectID($0.arcs.prefix(10) + [9, 1, 1]), .integer(1)) })
        }
        #expect(first.0.keys.sorted() == [MIB.inputCapacity.appending([1, 1]), MIB.supplyLevel.appending([1, 1])])
        // One for the heads, one for the device, two for each table.
        #expect(first.1 == 6)
    }

    @Test("rows without an end are cut, and every survey ends", arguments: Seeds.first(50))
    func endless(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (cells, count) = run { question in
            let bindings = question.names.map { name in
                SNMPMessage.Binding(name.appending([UInt32.random(in: 0...3, using: &random)]), .integer(1))
            }
            let isError = Int.random(in: 0..<20, using: &random) == 0
            return reply(bindings, error: isError ? 2 : 0, at: Int32.random(in: -1...7, using: &random))
        }
        #expect(count <= 2 * PrinterSurvey.mostRows + 30, "seed \(seed)")
        #expect(cells.count <= 12 * PrinterSurvey.mostRows, "seed \(seed)")
    }
}
