import DriverKit
import Logging
import Synchronization
import Testing
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneScanning
import ZoneTestKit
import ZoneWire

@testable import ZoneAgentCore

@Suite("Copies: scanned in memory, printed as a job, never waiting for ever")
struct CopyDeskTests {
    let rig: StationRig
    let citizen = Caller(door: .kiosk, uid: 1000, role: .kiosk)
    private let device = StationRig.printer
    let glass = Glass()
    let outcome = Outcome()

    init() throws { rig = try StationRig() }

    /// A scanner that gives what the test says.
    final class Glass: PageScanner {
        private struct Script {
            var failure: ScanFailure?
            var sheets = 0
            var asked: [ScanWish] = []
            var gate: Gate?
        }

        private let script = Mutex(Script())
        var asked: [ScanWish] { script.withLock { $0.asked } }
        func fail(_ failure: ScanFailure?) { script.withLock { $0.failure = failure } }
        func load(_ sheets: Int) { script.withLock { $0.sheets = sheets } }
        func hold(_ gate: Gate?) { script.withLock { $0.gate = gate } }

        func glass(_ wish: ScanWish) async throws(ScanFailure) -> PageImage {
            let (failure, gate) = script.withLock { script in
                script.asked.append(wish)
                return (script.failure, script.gate)
            }
            await gate?.pass()
            if Task.isCancelled { throw .cancelled }
            if let failure { throw failure }
            return try Glass.picture()
        }

        func feeder(
            _ wish: ScanWish, most: Int, take: @escaping @Sendable (PageImage) async throws(ScanFailure) -> Void
        ) async throws(ScanFailure) -> Int {
            let (failure, sheets) = script.withLock { ($0.failure, min(most, $0.sheets)) }
            for _ in 0..<sheets { try await take(try Glass.picture()) }
            if let failure { throw failure }
            return sheets
        }

        private static func picture() throws(ScanFailure) -> PageImage {
            let pixels = [UInt8](repeating: 40, count: 20 * 10)
            guard let image = PageImage(width: 20, height: 10, channels: 1, pixels: pixels) else { throw .tooMuch }
            return image
        }
    }

    /// What the printer makes of the job, and what it was given.
    final class Outcome: Sendable {
        private let state = Mutex<(PrintResult, [JobJSON], Int)>((.printed(pagesProven: nil), [], 0))
        var jobs: [JobJSON] { state.withLock { $0.1 } }
        var bytes: Int { state.withLock { $0.2 } }
        func become(_ result: PrintResult) { state.withLock { $0.0 = result } }
        func print(_ job: JobJSON, _ path: String) -> PrintResult {
            let bytes = (try? SmallFile.readBytes(path, limit: 64 << 20))?.count ?? 0
            return state.withLock { state in
                state.1.append(job)
                state.2 = bytes
                return state.0
            }
        }
    }

    func withDesk(address: String? = "http://s/eSCL/", _ body: (CopyDesk, Station) async throws -> Void)
        async throws
    {
        try await rig.withStation { station, journal in
            try await body(try desk(station, journal, address: address), station)
            for folder in ["spool", "copies"] { #expect(SmallFile.list("\(rig.root.path)/\(folder)").isEmpty) }
        }
    }

    /// As the agent makes it at its start.
    func desk(_ station: Station, _ journal: Journal, address: String? = "http://s/eSCL/") throws -> CopyDesk {
        let (outcome, log) = (outcome, Logger(label: "test"))
        let remembered = try journal.restore().remembered
        let jobs = JobDesk(
            spool: try Spool(directory: rig.root.path + "/spool", memory: rig.root.path + "/copies"),
            journal: journal, clock: rig.clock, remembered: remembered, log: log, collect: { _ in "一楼服务台" }
        ) { job, path, _ in outcome.print(job, path) }
        return CopyDesk(
            CopyTools(
                scanner: glass, jobs: jobs, journal: journal, remembered: remembered, station: station,
                address: { _ in address },
                fee: { FeeQuoteJSON(free: !$0.isCopy, fen: 20, text: "copy", document: nil) }, clock: rig.clock,
                log: log))
    }

    func request(_ mode: CopyRequest.Mode, copies: Int? = nil) -> CopyRequest {
        CopyRequest(device: device, mode: mode, copies: copies)
    }

    func becomes(_ desk: CopyDesk, _ id: String, _ state: CopyJSON.State) async throws -> CopyJSON {
        try await eventuallyTrue("\(id) is \(state)") { await desk.copy(id)?.copy.state == state }
        return try #require(await desk.copy(id)?.copy)
    }

    private func failure(_ station: Station) -> Condition? {
        station.board.state(of: device)?.conditions.first { $0.code == .copyFailed }
    }

    func code(_ body: () async throws -> Void) async -> String? {
        do { try await body() } catch let error as ErrorJSON { return error.code } catch { return "\(error)" }
        return nil
    }

    @Test("a page becomes a job with its copies, its colour and the price of a copy")
    func page() async throws {
        try await withDesk { desk, _ in
            let begun = try await desk.begin(request(.page, copies: 2), by: citizen)
            #expect(begun.state == .scanning && begun.job == nil)
            let copy = try await becomes(desk, begun.id, .done)
            let job = try #require(outcome.jobs.first)
            #expect(copy.job == job.id && copy.pages == 1 && copy.fee?.fen == 20 && job.collect == "一楼服务台")
            #expect(job.format == "image/pwg-raster" && job.copies == 2 && job.pages == 1)
            #expect(job.options == JobOptions(sides: "one-sided", media: "iso_a4_210x297mm", color: "monochrome"))
            #expect(outcome.bytes > 1800)
            #expect(glass.asked == [ScanWish(address: "http://s/eSCL/", window: .a4, isColor: false)])
        }
    }

    @Test("a card waits for its second side, and both are one page")
    func card() async throws {
        try await withDesk { desk, _ in
            let id = try await desk.begin(request(.idCard), by: citizen).id
            let waiting = try await becomes(desk, id, .waitingForSecondSide)
            #expect(waiting.waitsMs == 60_000 && outcome.jobs.isEmpty)
            #expect(try await desk.next(id).state == .scanning)
            let copy = try await becomes(desk, id, .done)
            #expect(copy.pages == 1 && copy.waitsMs == nil)
            #expect(glass.asked.map(\.window) == [.card, .card])
            #expect(await code { _ = try await desk.next(id) } == "copy.notWaiting")
            #expect(await code { _ = try await desk.cancel(id, by: citizen) } == "copy.over")
        }
    }

    @Test("nobody comes with the second side: it is given up after a minute, and nobody is blamed")
    func nobody() async throws {
        try await withDesk { desk, station in
            let id = try await desk.begin(request(.idCard), by: citizen).id
            _ = try await becomes(desk, id, .waitingForSecondSide)
            let begin = rig.clock.mono()
            try await rig.crank("given up") { await desk.copy(id)?.copy.state == .givenUp }
            #expect((59...64).contains(rig.clock.mono().since(begin).components.seconds))
            #expect(await desk.copy(id)?.copy.problem?.code == "copy.secondSide")
            #expect(failure(station) == nil && outcome.jobs.isEmpty)
            let next = try await desk.begin(request(.page), by: citizen).id
            _ = try await becomes(desk, next, .done)
        }
    }

    @Test("one scan at a time; who cancels frees the scanner")
    func busy() async throws {
        try await withDesk { desk, _ in
            let id = try await desk.begin(request(.idCard), by: citizen).id
            _ = try await becomes(desk, id, .waitingForSecondSide)
            #expect(await code { _ = try await desk.begin(request(.page), by: citizen) } == "copy.busy")
            _ = try await desk.cancel(id, by: citizen)
            #expect(try await becomes(desk, id, .givenUp).problem?.code == "copy.cancelled")
            let next = try await desk.begin(request(.page), by: citizen).id
            _ = try await becomes(desk, next, .done)
        }
    }

    @Test("cancelled while it is scanned: nothing is printed")
    func cancelled() async throws {
        try await withDesk { desk, _ in
            let gate = Gate()
            glass.hold(gate)
            let id = try await desk.begin(request(.page), by: citizen).id
            _ = try await desk.cancel(id, by: citizen)
            gate.open()
            _ = try await becomes(desk, id, .givenUp)
            #expect(outcome.jobs.isEmpty)
        }
    }

    @Test("a feeder's sheets are one document; what it had before it jammed is not printed")
    func feeder() async throws {
        try await withDesk { desk, station in
            glass.load(3)
            let id = try await desk.begin(request(.feeder), by: citizen).id
            #expect(try await becomes(desk, id, .done).pages == 3)
            #expect(outcome.jobs.map(\.pages) == [3])
            glass.fail(.jam)
            let jammed = try await desk.begin(request(.feeder), by: citizen).id
            #expect(try await becomes(desk, jammed, .failed).problem?.code == "scan.jam")
            #expect(outcome.jobs.count == 1 && failure(station) != nil)
        }
    }

    @Test("the device's failure is a condition until the next good copy; an empty feeder is nobody's")
    func condition() async throws {
        try await withDesk { desk, station in
            glass.fail(.feederEmpty)
            _ = try await becomes(desk, try await desk.begin(request(.page), by: citizen).id, .failed)
            #expect(failure(station) == nil)
            glass.fail(.noAnswer("x"))
            let id = try await desk.begin(request(.page), by: citizen).id
            #expect(try await becomes(desk, id, .failed).problem?.zh.isEmpty == false)
            try await eventuallyTrue("raised") { failure(station) != nil }
            glass.fail(nil)
            _ = try await becomes(desk, try await desk.begin(request(.page), by: citizen).id, .done)
            try await rig.crank("cleared") {
                await station.tick()
                return failure(station) == nil
            }
        }
    }

    @Test("what was scanned and not printed is a failed copy; after an hour it is old news")
    func printing() async throws {
        try await withDesk { desk, station in
            outcome.become(.failed("out of paper"))
            let id = try await desk.begin(request(.page), by: citizen).id
            let copy = try await becomes(desk, id, .failed)
            #expect(copy.problem?.message.contains("out of paper") == true)
            try await eventuallyTrue("raised") { failure(station) != nil }
            rig.clock.advance(by: .seconds(3590))
            await desk.tick()
            #expect(failure(station) != nil)
            rig.clock.advance(by: .seconds(20))
            try await rig.crank("cleared") {
                await desk.tick()
                await station.tick()
                return failure(station) == nil
            }
        }
    }

    @Test("without a scanner in the settings it is refused, and the next may ask")
    func unsupported() async throws {
        try await withDesk(address: nil) { desk, _ in
            for _ in 0..<2 {
                #expect(await code { _ = try await desk.begin(request(.page), by: citizen) } == "copy.unsupported")
            }
        }
    }
}
