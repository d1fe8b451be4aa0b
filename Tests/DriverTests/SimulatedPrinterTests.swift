import IPPPrinterSimulator
import Testing
import ZoneTestKit

/// The simulated printer as a stranger meets it. (ipptool's own tests meet it in Tests/Printing.)
@Suite("Simulated printer: an honest one, whoever asks")
struct SimulatedPrinterTests {
    /// A request of RFC 8010, by hand.
    private struct Request {
        var bytes: [UInt8]

        init(_ operation: UInt8, id: UInt8 = 7, version: [UInt8] = [1, 1], printer: Bool = true) {
            bytes = version + [0, operation, 0, 0, 0, id, 0x01]
            put(0x47, "attributes-charset", Array("utf-8".utf8))
            put(0x48, "attributes-natural-language", Array("en".utf8))
            if printer { put(0x45, "printer-uri", Array("ipp://x/ipp/print".utf8)) }
            put(0x42, "requesting-user-name", Array("somebody".utf8))
        }

        mutating func put(_ tag: UInt8, _ name: String, _ value: [UInt8]) {
            bytes += [tag, 0, UInt8(name.utf8.count)] + Array(name.utf8) + [0, UInt8(value.count)] + value
        }

        func job(_ id: UInt8) -> Request {
            var next = self
            next.put(0x21, "job-id", [0, 0, 0, id])
            return next
        }

        var ended: [UInt8] { bytes + [0x03] }
    }

    private func status(_ answer: [UInt8]) -> Int { answer.count > 8 ? Int(answer[2]) << 8 | Int(answer[3]) : -1 }

    @Test("it answers in the version and with the number of the request")
    func echo() {
        var printer = SimulatedPrinter()
        for version: [UInt8] in [[1, 0], [1, 1], [2, 0]] {
            let answer = printer.answer(Request(0x0B, id: 9, version: version).ended)
            #expect(Array(answer.prefix(8)) == version + [0, 0, 0, 0, 0, 9])
        }
        #expect(status(printer.answer(Request(0x0B, version: [0, 0]).ended)) == 0x0503)
        #expect(status(printer.answer(Request(0x0B, version: [3, 0]).ended)) == 0x0503)
    }

    @Test("a request that is cut off anywhere is a bad one, and prints nothing")
    func cut() {
        var printer = SimulatedPrinter()
        let whole = Request(0x02).ended
        for length in 0..<whole.count {
            #expect([0x0400, 0x0503].contains(status(printer.answer(Array(whole.prefix(length))))), "\(length) bytes")
        }
        #expect(status(printer.answer(Request(0x02, id: 0).ended)) == 0x0400)
        #expect(status(printer.answer(Request(0x02, printer: false).ended)) == 0x0400)
        _ = printer.answer(Request(0x0B).ended)
        #expect(printer.impressions == 1200)
    }

    @Test("bytes that somebody has damaged are answered, whatever they are")
    func damaged() {
        var (printer, random) = (SimulatedPrinter(), SeededGenerator(seed: 1))
        let whole = Request(0x02).job(1).ended
        for _ in 0..<5000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: bytes.indices, using: &random)
                bytes[at] = UInt8.random(in: 0...255, using: &random)
            }
            let answer = printer.answer(bytes)
            #expect(answer.last == 0x03 && Array(answer[4..<8]) == Array(bytes[4..<8]))
        }
        #expect(printer.impressions <= 1450, "no more sheets than the tray had")
    }

    @Test("it is busy before its list of jobs grows without end")
    func busy() {
        var printer = SimulatedPrinter()
        let isEmpty = printer.apply("paper", "0")
        #expect(isEmpty)
        var answers: [Int] = []
        for _ in 0..<300 { answers.append(status(printer.answer(Request(0x02).ended))) }
        #expect(answers.first == 0 && answers.last == 0x0507)
    }

    @Test("values without end are no request")
    func endless() {
        var (printer, request) = (SimulatedPrinter(), Request(0x0B))
        for _ in 0..<600 { request.put(0x44, "", Array("x".utf8)) }
        #expect(status(printer.answer(request.ended)) == 0x0400)
    }

    @Test("a job's life: created without a document, held, released, printed; what is over cannot be cancelled")
    func life() {
        var printer = SimulatedPrinter()
        #expect(status(printer.answer(Request(0x05).ended)) == 0)
        #expect(status(printer.answer(Request(0x06).job(1).ended)) == 0x0400, "no last-document")
        var document = Request(0x06).job(1)
        document.put(0x22, "last-document", [1])
        #expect(printer.impressions == 1200, "nothing to print yet")
        #expect(status(printer.answer(document.ended)) == 0)
        #expect(status(printer.answer(Request(0x09).job(1).ended)) == 0)
        #expect(printer.impressions == 1201)
        #expect(status(printer.answer(Request(0x08).job(1).ended)) == 0x0404)
        #expect(status(printer.answer(document.ended)) == 0x0404)

        var held = Request(0x02)
        held.put(0x44, "job-hold-until", Array("indefinite".utf8))
        #expect(status(printer.answer(held.ended)) == 0)
        #expect(status(printer.answer(Request(0x0D).job(2).ended)) == 0)
        _ = printer.answer(Request(0x0B).ended)
        #expect(printer.impressions == 1202)
        #expect(status(printer.answer(Request(0x09).job(3).ended)) == 0x0406)
    }
}
