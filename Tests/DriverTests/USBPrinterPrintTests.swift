import DriverKit
import Testing
import USBPrinterSimulator
import ZoneModel
import ZoneTestKit

@Suite("USB printer: what becomes of a document")
struct USBPrinterPrintTests {
    @Test("every byte goes out as it is, once per copy, and proves no page")
    func printed() async throws {
        let bench = try LPBench()
        let printer = try await bench.open()
        var order = try bench.order(20_000)
        order.copies = 2
        #expect(await bench.print(order, on: printer) == .printed(pagesProven: nil))
        let inside = bench.port.with { $0.printer }
        #expect(inside.byteCount == 40_000 && inside.resetCount == 0)
        #expect(Array(inside.received[..<20_000]) == Array(inside.received[20_000...]))
        #expect(inside.received.starts(with: Array("0123456789abcde\n01".utf8)))
        #expect(bench.port.with { $0.finished } == 1)
        await printer.close()
    }

    @Test("a text ends its last page")
    func text() async throws {
        let bench = try LPBench()
        let printer = try await bench.open()
        let result = await bench.print(try bench.order(8192, format: "text/plain"), on: printer)
        #expect(result == .printed(pagesProven: nil))
        #expect(bench.port.with { $0.printer.received.count } == 8193)
        #expect(bench.port.with { $0.printer.received.last } == 0x0C)
        await printer.close()
    }

    @Test("what the printer does not say it understands, or what bytes alone cannot say, is refused before a byte")
    func refused() async throws {
        let bench = try LPBench()
        let printer = try await bench.open()
        var wishes = try bench.order(100)
        wishes.pages = 2...3
        guard case .failed(let why) = await bench.print(wishes, on: printer) else {
            Issue.record("pages were chosen")
            return
        }
        #expect(why.contains("pages"))
        // `PCLXL` is another language than a made-up `PDFX`, and none of them is PDF.
        bench.port.printer { $0.commandSets = "PJL,PCLXL,PDFX" }
        guard case .failed(let reason) = await bench.print(try bench.order(100), on: printer) else {
            Issue.record("printed what it does not understand")
            return
        }
        #expect(reason.contains("打印队列") && reason.contains("print queue"))
        guard case .failed = await bench.print(PrintOrder(path: "/nonexistent", format: "image/jpeg"), on: printer)
        else {
            Issue.record("printed nothing")
            return
        }
        #expect(bench.port.with { $0.printer.byteCount } == 0)
        await printer.close()
    }

    @Test("out of paper in mid-job: it waits and says so; refilled, the rest goes out")
    func refilled() async throws {
        let bench = try LPBench()
        let printer = try await bench.open()
        bench.port.printer { $0.paperSheets = 3 }
        // After ten pieces its memory is full; then somebody comes.
        bench.port.with { state in
            state.onPiece = { [port = bench.port] pieces in if pieces == 14 { port.printer { $0.paperSheets = 250 } } }
        }
        let told = Task { [events = printer.events] in
            var sights: [Symptom.Sight?] = []
            for await event in events {
                if case .report(let report) = event { sights.append(report.looked(at: .printerPaperOut)) }
            }
            return sights
        }
        let result = await bench.print(try bench.order(120_000), on: printer)
        #expect(result == .printed(pagesProven: nil))
        #expect(bench.port.with { $0.printer.received.count } == 120_000)
        await printer.close()
        #expect(await told.value == [.fine, .wrong(evidence: "port status 0x38"), .fine])
    }

    @Test("nobody refills: it is given up, the printer told to forget it, and nobody knows what is on paper")
    func neverRefilled() async throws {
        let bench = try LPBench()
        let printer = try await bench.open()
        bench.port.printer { $0.paperSheets = 2 }
        let result = await bench.print(try bench.order(120_000), on: printer)
        guard case .unknown(let why) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(why.contains("out of paper (0x38)") && why.contains("of 120000 bytes"), "\(why)")
        #expect(bench.port.with { $0.abandoned } == 1)
        await printer.close()
    }

    @Test("it has taken everything and runs out of paper then: not printed until somebody refills")
    func emptyAtTheEnd() async throws {
        let bench = try LPBench()
        let printer = try await bench.open()
        bench.port.printer { $0.paperSheets = 1 }
        let result = await bench.print(try bench.order(20_000), on: printer)
        guard case .unknown(let why) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(why.contains("20000 of 20000"), "\(why)")
        await printer.close()
    }

    @Test("unplugged in mid-job: unknown, with how much it took; before the first byte: failed")
    func unplugged() async throws {
        let bench = try LPBench()
        let printer = try await bench.open()
        bench.port.with { $0.bytesUntilTrouble = (16_384, .absent) }
        let result = await bench.print(try bench.order(120_000), on: printer)
        guard case .unknown(let why) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(why.contains("16384 of 120000"), "\(why)")
        guard case .failed = await bench.print(try bench.order(100), on: printer) else {
            Issue.record("a printer that is gone takes nothing")
            return
        }
        await printer.close()
    }

    @Test("cancelled: no further byte, and the printer is told to forget it")
    func cancelled() async throws {
        let bench = try LPBench()
        let printer = try await bench.open()
        let order = try bench.order(400_000)
        bench.port.printer { $0.paperSheets = 0 }
        let printing = Task { await printer.printDocument(order, progress: { _ in }) }
        while bench.port.with({ $0.pieces }) < 3 { await Task.yield() }
        printing.cancel()
        guard case .cancelled = await bench.passing(printing) else {
            Issue.record("not cancelled")
            return
        }
        #expect(bench.port.with { $0.abandoned } == 1)
        #expect(bench.port.with { $0.printer.byteCount } < 400_000)
        await printer.close()
    }

    @Test("a print queue's job is waited for; one that never ends is told")
    func queue() async throws {
        let bench = try LPBench()
        let printer = try await bench.open()
        bench.port.fail(.busy)
        let order = try bench.order(100)
        let printing = Task { await printer.printDocument(order, progress: { _ in }) }
        while bench.port.with({ $0.looks }) < 3 {
            await Task.yield()
            if bench.clock.sleeperCount > 0 { bench.clock.advance(by: .milliseconds(100)) }
        }
        bench.port.fail(nil)
        #expect(await bench.passing(printing) == .printed(pagesProven: nil))
        bench.port.fail(.busy)
        guard case .failed(let why) = await bench.print(order, on: printer) else {
            Issue.record("printed behind somebody's back")
            return
        }
        #expect(why.contains("print queue"))
        await printer.close()
    }

    @Test("a printer that tells no state can take everything: a person has to look")
    func stateless() async throws {
        let bench = try LPBench()
        let printer = try await bench.open()
        bench.port.printer { $0.manner = .stateless }
        let result = await bench.print(try bench.order(100), on: printer)
        guard case .unknown = result else {
            Issue.record("believed without a word: \(result)")
            return
        }
        #expect(bench.port.with { $0.printer.byteCount } == 100)
        await printer.close()
    }
}
