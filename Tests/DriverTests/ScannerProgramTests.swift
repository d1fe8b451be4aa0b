import IPPPrinterSimulator
import Synchronization
import Testing
import ZoneLinux
import ZoneModel
import ZoneScanning
import ZoneTestKit
import ZoneTime

/// scanimage and sane-airscan themselves, against the simulated scanner.
@Suite(
    "Scanner: scanimage as a child", .serialized,
    .enabled(if: ["/usr/bin/scanimage", "/usr/bin/prlimit"].allSatisfy { SmallFile.exists($0) }))
struct ScannerProgramTests {
    private let root: TemporaryRoot
    private let folder: String

    init() throws {
        root = try TemporaryRoot()
        folder = root.path + "/scan"
    }

    private func withScanner<Value>(
        _ moves: [(String, String)], side: Duration = .seconds(30),
        _ body: (ScanProgram, String, PrinterServer) async throws -> Value
    ) async throws -> Value {
        let printer = PrinterServer()
        try await printer.start()
        for (key, value) in moves { #expect(try await printer.apply(key, value)) }
        var program = ScanProgram(folder: folder, clock: SystemClock())
        program.patience.side = side
        let value = try await body(program, "http://127.0.0.1:\(await printer.boundPort)/eSCL/", printer)
        await printer.stop()
        #expect(SmallFile.list(folder).isEmpty)
        return value
    }

    private func failure(_ moves: [(String, String)], side: Duration = .seconds(30)) async throws -> ScanFailure? {
        try await withScanner(moves, side: side) { program, address, _ in
            do throws(ScanFailure) {
                _ = try await program.glass(ScanWish(address: address, window: .card, isColor: false))
                return nil
            } catch { return error }
        }
    }

    @Test("a card's window comes at 300 dpi, in grey and in colour", arguments: [false, true])
    func glass(_ isColor: Bool) async throws {
        let image = try await withScanner([("glass", "front")]) { program, address, _ in
            try await program.glass(ScanWish(address: address, window: .card, isColor: isColor))
        }
        #expect(image.channels == (isColor ? 3 : 1))
        #expect(abs(image.width - CopySheet.pixels(95.6)) <= 2 && abs(image.height - CopySheet.pixels(64)) <= 2)
        // 10 mm from the left, 12 from the top: a line of the front; its colour is 20.
        let middle = CopySheet.pixels(12.5) * image.width + CopySheet.pixels(10.5)
        #expect(image.pixels.dropFirst(middle * image.channels).first == 20)
    }

    @Test("a feeder's sheets come one by one, each gone from memory before the next")
    func feeder() async throws {
        let folder = folder
        let seen = Mutex<[Int]>([])
        let count = try await withScanner([("feeder", "3")]) { program, address, _ in
            let wish = ScanWish(address: address, window: .a4, isColor: false)
            return try await program.feeder(wish, most: 20) { image throws(ScanFailure) in
                let files = SmallFile.list(folder).filter { $0.hasSuffix(".pnm") }
                seen.withLock { $0.append(image.pixels.count + files.count) }
            }
        }
        #expect(count == 3)
        #expect(seen.withLock { $0 }.allSatisfy { $0 == 2480 * 3508 || $0 == 2480 * 3507 })
    }

    @Test("of more sheets than are taken, no more are drawn in")
    func most() async throws {
        let (count, left) = try await withScanner([("feeder", "4")]) { program, address, printer in
            let wish = ScanWish(address: address, window: .card, isColor: false)
            let count = try await program.feeder(wish, most: 2) { _ throws(ScanFailure) in }
            return (count, printer.scanner.state.sheetsInFeeder)
        }
        #expect(count == 2 && left == 2)
    }

    @Test("an empty feeder, a jam, somebody else's scan, half a page, no picture: told apart")
    func failures() async throws {
        let empty: ScanFailure? = try await withScanner([]) { program, address, _ in
            let wish = ScanWish(address: address, window: .a4, isColor: false)
            do throws(ScanFailure) {
                _ = try await program.feeder(wish, most: 20) { _ throws(ScanFailure) in }
                return nil
            } catch { return error }
        }
        #expect(empty == .feederEmpty)
        #expect(try await failure([("scanner", "dies")])?.isFault == true)
        #expect(try await failure([("scanner", "garbage")])?.isFault == true)
        #expect(try await failure([("power", "off")])?.code == "scan.noAnswer")
    }

    @Test("a scanner that says nothing is left in time, by its program or by us")
    func silent() async throws {
        let clock = SystemClock()
        let begin = clock.mono()
        #expect(try await failure([("scanner", "silent")], side: .seconds(2)) == .timedOut)
        #expect(clock.mono().since(begin) < .seconds(9))
    }

    @Test("what a crash left behind is gone before anybody scans")
    func leftBehind() throws {
        try SmallFile.makeDirectory(folder)
        try SmallFile.replace(folder + "/page1.pnm", with: "P5 somebody's page")
        _ = ScanProgram(folder: folder, clock: SystemClock())
        #expect(SmallFile.list(folder).isEmpty)
    }

    @Test("without the program it is said which one is missing")
    func notInstalled() async throws {
        var program = ScanProgram(folder: folder, clock: SystemClock())
        program.scanner = "/nowhere/scanimage"
        await #expect(throws: ScanFailure.notInstalled("there is no /nowhere/scanimage")) {
            try await program.glass(ScanWish(address: "http://127.0.0.1:9/", window: .a4, isColor: false))
        }
    }
}
