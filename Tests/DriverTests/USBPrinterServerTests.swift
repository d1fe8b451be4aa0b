import DriverKit
import Testing
import USBPrinterDriver
import USBPrinterSimulator
import ZoneLinux
import ZoneModel
import ZonePorts
import ZoneTestKit

@Suite("USB printer: the driver on its simulator's wire")
struct USBPrinterServerTests {
    private static let profile = DeviceProfile(driver: "usb-printer", kind: .printer)

    private func withPrinter(_ body: (USBPrinterServer, any DocumentPrinter, TemporaryRoot) async throws -> Void)
        async throws
    {
        let root = try TemporaryRoot()
        let server = USBPrinterServer(path: root.path + "/lp.sock")
        try await server.plug()
        var pace = USBPrintPace()
        (pace.settling, pace.look, pace.slice) = (.milliseconds(100), .milliseconds(20), .milliseconds(200))
        let driver = USBPrinterDriver(opener: SystemPrinterOpener(), clock: SystemClock(), pace: pace)
        let printer = try #require(
            try await driver.open(.address("sim-usblp:\(server.path)"), profile: Self.profile, tap: WireTap())
                as? any DocumentPrinter)
        try await body(server, printer, root)
        await printer.close()
        await server.unplug()
    }

    private func order(_ count: Int, _ root: TemporaryRoot) throws -> PrintOrder {
        let path = root.path + "/document"
        try SmallFile.replace(path, with: String(repeating: "p", count: count))
        return PrintOrder(path: path, format: "application/pdf")
    }

    @Test("it says that it is a simulator; paper goes and comes; a document arrives whole")
    func story() async throws {
        try await withPrinter { server, printer, root in
            let first = try await printer.check(within: .seconds(5))
            #expect(first.simulated == true && first.identity?.vendor == SimulatedHardware.vendor)
            #expect(first.identity?.serial == "SIM-USB-1" && first.link == .up)
            #expect(first.details?["formats"] == ["application/pdf", "image/jpeg", "image/pwg-raster", "text/plain"])
            #expect(try await server.apply("paper=0"))
            let empty = try await printer.check(within: .seconds(5))
            #expect(empty.looked(at: .printerPaperOut) == .wrong(evidence: "port status 0x38"))
            #expect(try await server.apply("paper=250"))
            let result = await printer.printDocument(try order(300_000, root), progress: { _ in })
            #expect(result == .printed(pagesProven: nil))
            // What is in the socket is sent; the other end may not have read it yet.
            try await eventuallyTrue("all of it is there") {
                server.state.byteCount == 300_000 && server.state.sheetsPrinted == 74
            }
        }
    }

    @Test("held by another it is unknown, silent it is down, stateless it is up: each ends when its cause does")
    func troubles() async throws {
        try await withPrinter { server, printer, _ in
            for (on, off, link) in [
                ("held=on", "held=off", Link.unknown), ("manner=silent", "manner=honest", .down),
                ("manner=stateless", "manner=honest", .up),
            ] {
                #expect(try await server.apply(on))
                #expect(try await printer.check(within: .milliseconds(500)).link == link, "\(on)")
                #expect(try await server.apply(off))
                let report = try await printer.check(within: .seconds(5))
                #expect(report.link == .up && report.looked(at: .printerPaperOut) == .fine, "\(off)")
            }
        }
    }

    @Test("pulled out in mid-job: unknown; it is absent then, and back when it is plugged in")
    func pulled() async throws {
        try await withPrinter { server, printer, root in
            #expect(try await server.apply("paper=0"))
            let order = try order(300_000, root)
            let printing = Task { await printer.printDocument(order, progress: { _ in }) }
            try await eventuallyTrue("its memory is full") { server.state.byteCount == SimulatedUSBPrinter.memory }
            await server.unplug()
            guard case .unknown(let why) = await printing.value else {
                Issue.record("not unknown")
                return
            }
            #expect(why.contains("65536 of 300000"), "\(why)")
            let error = await #expect(throws: DeviceError.self) { try await printer.check(within: .seconds(5)) }
            #expect(error?.code == .absent)
            try await server.plug()
            #expect(try await printer.check(within: .seconds(5)).link == .up)
        }
    }

    @Test("closing ends a document under way at once")
    func closed() async throws {
        try await withPrinter { server, printer, root in
            #expect(try await server.apply("paper=0"))
            let order = try order(300_000, root)
            let printing = Task { await printer.printDocument(order, progress: { _ in }) }
            try await eventuallyTrue("its memory is full") { server.state.byteCount == SimulatedUSBPrinter.memory }
            await printer.close()
            guard case .unknown = await printing.value else {
                Issue.record("not unknown")
                return
            }
        }
    }

    @Test("every move of the list is one, others are not")
    func moves() async throws {
        let root = try TemporaryRoot()
        let server = USBPrinterServer(path: root.path + "/lp.sock")
        for move in [
            "plug", "held=on", "held=off", "paper=0", "paper=1000", "online=off", "online=on", "error=on", "error=off",
            "serial=X", "manner=silent", "manner=stateless", "manner=benign", "manner=honest", "unplug",
        ] {
            let isMove = try await server.apply(move)
            #expect(isMove, "\(move)")
        }
        for move in ["", "paper", "paper=", "paper=-1", "paper=1001", "online=yes", "manner=x", "held", "held=maybe"] {
            let isMove = try await server.apply(move)
            #expect(!isMove, "\(move)")
        }
    }
}
