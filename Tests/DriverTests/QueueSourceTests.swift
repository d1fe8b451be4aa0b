import IPPPrinterDriver
import Testing
import ZoneModel
import ZonePrinting
import ZoneTime

@Suite("Print queue: held against the device, and never believed instead of it")
struct QueueSourceTests {
    private static let uri = "ipp://192.0.2.7/ipp/print"
    private let settings = ["queue": "hall", "cupsSocket": "/run/other.sock"]
    private let idle = PrinterAnswer(state: .idle, reasons: ["none"], impressionsCompleted: 100, upTimeSeconds: 50)
    private let waiting = QueueAnswer.Job(id: 12, state: .processing, reasons: ["job-printing"], createdSeconds: 9_000)

    private func comparison(_ more: [String: String] = [:]) throws -> QueueComparison {
        let source = try #require(QueueSource(settings.merging(more) { _, new in new }))
        return QueueComparison(source, device: Self.uri)
    }

    private func queue(_ state: PrinterAnswer.State = .idle, _ reasons: [String] = ["none"]) -> QueueAnswer {
        QueueAnswer(
            state: state, reasons: reasons, isAcceptingJobs: true, deviceURI: Self.uri + "?contimeout=60",
            makeAndModel: "Zone P1, driverless", seconds: 9_010)
    }

    private func at(_ seconds: Int64) -> MonoTime { MonoTime(milliseconds: seconds * 1000) }

    private func sights(
        _ queue: QueueAnswer, _ device: PrinterAnswer?, _ comparison: QueueComparison? = nil, _ now: Int64 = 0
    ) throws -> [ConditionCode: Symptom.Sight] {
        var comparison = try comparison ?? self.comparison()
        return told(comparison.symptoms(.success(queue), device: device, now: at(now)))
    }

    private func told(_ symptoms: [Symptom]) -> [ConditionCode: Symptom.Sight] {
        Dictionary(uniqueKeysWithValues: symptoms.map { ($0.code, $0.sight) })
    }

    private func evidence(_ sight: Symptom.Sight?) -> String {
        if case .wrong(let evidence, _) = sight { evidence } else { "not wrong: \(String(describing: sight))" }
    }

    @Test("no queue is named: nothing is asked and nothing is said of one")
    func off() throws {
        #expect(QueueSource([:]) == nil && QueueSource(["queue": "", "cupsSocket": "/x"]) == nil)
        let source = try #require(QueueSource(["queue": "hall"]))
        #expect(source.server == "/run/cups/cups.sock" && source.stuckWithin == .seconds(300))
    }

    @Test("device and queue agree: all three are fine")
    func agreeing() throws {
        let sights = try sights(queue(), idle)
        #expect(sights == [.printerQueuePaused: .fine, .printerQueueStuck: .fine, .printerQueueDiffers: .fine])
    }

    @Test("cups-278: a queue that cupsd has stopped, or that takes nothing, is paused, however well the device is")
    func paused() throws {
        let stopped = try sights(queue(.stopped, ["paused"]), idle)
        #expect(evidence(stopped[.printerQueuePaused]).contains("cupsd has stopped the queue hall: paused"))
        #expect(stopped[.printerQueueStuck] == .fine)
        var closed = queue()
        closed.isAcceptingJobs = false
        #expect(evidence(try sights(closed, idle)[.printerQueuePaused]).contains("takes no documents"))
        #expect(evidence(try sights(queue(.stopped, ["paused"]), nil)[.printerQueuePaused]).contains("stopped"))
    }

    @Test("a document that waits while the printer has been idle all the time is stuck, and not a moment earlier")
    func stuck() throws {
        var (comparison, busy) = (try comparison(), queue(.processing))
        busy.jobs = [waiting]
        busy.message = "The printer may not exist or is unavailable at this time."
        func look(_ device: PrinterAnswer, _ seconds: Int64) -> Symptom.Sight? {
            told(comparison.symptoms(.success(busy), device: device, now: at(seconds)))[.printerQueueStuck]
        }
        func isUndecided(_ sight: Symptom.Sight?) -> Bool { if case .unknown = sight { true } else { false } }
        #expect(isUndecided(look(idle, 0)) && isUndecided(look(idle, 299)))
        #expect(evidence(look(idle, 300)).contains("job 12 of hall has waited for 300 s"))
        #expect(evidence(look(idle, 300)).contains("may not exist"))
        // It prints, or says why it does not: the time begins anew.
        #expect(look(PrinterAnswer(state: .processing, reasons: ["none"]), 310) == .fine)
        #expect(isUndecided(look(idle, 320)) && isUndecided(look(idle, 600)))
        #expect(evidence(look(idle, 620)).contains("300 s"))
        // Another document is the oldest one now.
        busy.jobs = [QueueAnswer.Job(id: 13, state: .pending)]
        #expect(isUndecided(look(idle, 630)))
    }

    @Test(
        "cups-1298: a document that waits because the device says paper, cover, stopped is not stuck",
        arguments: [
            PrinterAnswer(state: .idle, reasons: ["media-empty-warning"]),
            PrinterAnswer(state: .stopped, reasons: ["media-empty-error"]),
            PrinterAnswer(state: .idle, reasons: ["cover-open"]), PrinterAnswer(state: .processing, reasons: ["none"]),
        ])
    func waitsForPaper(_ device: PrinterAnswer) throws {
        var (comparison, busy) = (try comparison(["queueStuckWithin": "1s"]), queue(.processing))
        busy.jobs = [waiting]
        for seconds in [0, 5, 500] as [Int64] {
            let sights = told(comparison.symptoms(.success(busy), device: device, now: at(seconds)))
            #expect(sights[.printerQueueStuck] == .fine)
        }
    }

    @Test("toner that runs low keeps nothing from printing, with a suffix or without; a document held by hand is none")
    func notHindering() throws {
        var (comparison, busy) = (try comparison(["queueStuckWithin": "1s"]), queue(.processing))
        busy.jobs = [QueueAnswer.Job(id: 3, state: .held, reasons: ["job-hold-until-specified"])]
        let low = PrinterAnswer(state: .idle, reasons: ["toner-low", "media-low-report"])
        #expect(told(comparison.symptoms(.success(busy), device: low, now: at(0)))[.printerQueueStuck] == .fine)
        busy.jobs.append(waiting)
        _ = comparison.symptoms(.success(busy), device: low, now: at(1))
        let sights = told(comparison.symptoms(.success(busy), device: low, now: at(2)))
        #expect(evidence(sights[.printerQueueStuck]).contains("job 12"))
    }

    @Test("cups-ipp-missing-job-history, and faults that the device denies, are told as a difference; news is not")
    func leftovers() throws {
        let sticky = ["media-empty-error", "cups-ipp-missing-job-history", "toner-low-warning", "media-jam-report"]
        let text = evidence(try sights(queue(.idle, sticky), idle)[.printerQueueDiffers])
        #expect(text.contains("media-empty-error") && text.contains("missing-job-history"))
        #expect(!text.contains("toner-low") && !text.contains("jam"))
        let same = PrinterAnswer(state: .stopped, reasons: ["media-empty-error"])
        #expect(try sights(queue(.idle, ["media-empty-error"]), same)[.printerQueueDiffers] == .fine)
        #expect(try sights(queue(.processing, ["media-empty-error"]), idle)[.printerQueueDiffers] == .fine)
    }

    @Test("a queue without a driver, and one that sends elsewhere, differ; neither tells a password")
    func otherPrinter() throws {
        var other = queue()
        (other.deviceURI, other.makeAndModel) = ("ipp://u:secret@192.0.2.9/ipp/print", "Local Raw Printer")
        let text = evidence(try sights(other, nil)[.printerQueueDiffers])
        #expect(text.contains("sends to ipp://192.0.2.9/ipp/print") && text.contains("no driver"))
        #expect(!text.contains("secret"))
    }

    @Test(
        "the addresses of a queue and a device are the same, other ones, or cannot be compared",
        arguments: [
            ("ipp://192.0.2.7:631/ipp/print?contimeout=60", true), ("ipp://192.0.2.7/", true),
            ("ipp://192.0.2.7:8631/ipp/print", false), ("ipp://192.0.2.70/ipp/print", false),
            ("socket://192.0.2.7:9100", true), ("socket://192.0.2.8", false), ("ipp://printer.example/ipp", nil),
            ("usb://HP/LaserJet?serial=X", nil), ("dnssd://P._ipp._tcp.local/", nil), ("implicitclass://hall/", nil),
            ("ipp://192.0.2.7/printers/hall", false), ("nonsense", nil), ("", nil), ("ipp://", nil),
        ] as [(String, Bool?)])
    func addresses(_ text: String, _ isSame: Bool?) {
        #expect(DeviceAddress(text).isSame(as: DeviceAddress(Self.uri)) == isSame)
    }

    @Test("this PC has several names, and IPv6 has brackets")
    func loopback() {
        #expect(DeviceAddress("ipp://localhost:60000/ipp").isSame(as: DeviceAddress("ipp://127.0.0.1:60000/")) == true)
        #expect(DeviceAddress("ipp://[::1]:60000/ipp").isSame(as: DeviceAddress("ipp://localhost:60001/")) == false)
        let six = DeviceAddress("ipp://[2001:db8::1]/")
        #expect(six.isSame(as: DeviceAddress("ipp://[2001:db8::1]:631/ipp")) == true)
        #expect(six.isSame(as: DeviceAddress("ipp://[2001:db8::2]/")) == false)
    }

    @Test(
        "cupsd is off: stuck and paused are unknown, never fine; that it differs is told, for the queue is configured")
    func silent() throws {
        var comparison = try comparison()
        func look(_ kind: PrinterSilence.Kind) -> [ConditionCode: Symptom.Sight] {
            told(comparison.symptoms(.failure(PrinterSilence(kind)), device: idle, now: at(0)))
        }
        for kind in [PrinterSilence.Kind.refused, .noRoute, .silent, .notFound, .httpError] {
            let sights = look(kind)
            #expect(sights[.printerQueueStuck] == .unknown(reason: kind.rawValue))
            #expect(sights[.printerQueuePaused] == .unknown(reason: kind.rawValue))
            #expect(evidence(sights[.printerQueueDiffers]).contains("hall"))
        }
        // Our own child says nothing about cupsd.
        #expect(look(.workerFailed)[.printerQueueDiffers] == .unknown(reason: "workerFailed"))
    }

    @Test("the device is silent: the queue's silence about trouble clears nothing")
    func silentDevice() throws {
        var busy = queue(.processing)
        busy.jobs = [waiting]
        for sight in try sights(busy, nil).values {
            guard case .unknown = sight else { return #expect(Bool(false), "\(sight)") }
        }
    }

    @Test("strangers are told no states of jobs: that is unknown, not none")
    func privateJobs() throws {
        var hidden = queue()
        hidden.jobs = [QueueAnswer.Job(id: 1, state: .unknown)]
        guard case .unknown(let why) = try sights(hidden, idle)[.printerQueueStuck] else {
            throw PrinterSilence(.silent)
        }
        #expect(why.contains("does not tell"))
    }

    @Test("what the device says of itself stands beside the queue's word")
    func joined() {
        var report = Report(
            symptoms: [Symptom(.printerQueuePaused, .fine), Symptom(.printerPaperOut, .fine)],
            details: ["source": "ipp"])
        report.add([Symptom(.printerQueuePaused, .unknown(reason: "refused"))], queue: ["source": "cupsd"])
        #expect(report.symptoms.first?.sight == .unknown(reason: "refused"), "half of it is not known")
        report.add([Symptom(.printerQueuePaused, .wrong(evidence: "queue"))], queue: ["source": "cupsd"])
        #expect(report.symptoms.first?.sight == .wrong(evidence: "queue"))
        report.add([Symptom(.printerQueuePaused, .fine), Symptom(.printerQueueStuck, .fine)], queue: [:])
        #expect(report.symptoms.map(\.code) == [.printerQueuePaused, .printerPaperOut, .printerQueueStuck])
        #expect(report.symptoms.first?.sight == .wrong(evidence: "queue"), "the device still says so")
        #expect(report.details?["source"] == "ipp")
    }

    @Test("nothing printed means: the counter stood still since before the document was there, without a power cycle")
    func unprinted() throws {
        var (comparison, busy) = (try comparison(), queue(.processing))
        busy.jobs = [waiting]
        _ = comparison.symptoms(.success(busy), device: idle, now: at(0))
        #expect(!comparison.isUnprinted(waiting, idle), "it was there at the first look")
        var fresh = try self.comparison()
        _ = fresh.symptoms(.success(queue()), device: idle, now: at(0))
        _ = fresh.symptoms(.success(busy), device: idle, now: at(30))
        var later = idle
        later.upTimeSeconds = 80
        #expect(fresh.isUnprinted(waiting, later))
        later.impressionsCompleted = 101
        #expect(!fresh.isUnprinted(waiting, later), "a page came out")
        (later.impressionsCompleted, later.upTimeSeconds) = (100, 3)
        #expect(!fresh.isUnprinted(waiting, later), "it was switched off and on")
        (later.impressionsCompleted, later.upTimeSeconds) = (nil, 80)
        #expect(!fresh.isUnprinted(waiting, later), "it does not count")
        fresh.noteRequeued(waiting.id)
        #expect(!fresh.isUnprinted(waiting, idle), "once is enough")
    }

    @Test("a queue's name is escaped, and asking has one form")
    func query() {
        let query = PrinterQuery.queue("大厅 1%", at: "/run/cups/cups.sock", order: .cancel([3]))
        #expect(query.uri == "ipp://localhost/printers/%e5%a4%a7%e5%8e%85%201%25")
        let line = WorkerRequest(id: 1, query: query, deadlineMs: 5)
        #expect(WorkerLine.decode(WorkerRequest.self, WorkerLine.encode(line)) == line)
    }
}
