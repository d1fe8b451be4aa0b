import DriverKit
import IPPPrinterDriver
import IPPPrinterSimulator
import Testing
import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneTestKit

@Suite("Scanner: what it says of itself by eSCL")
struct ScannerStatusTests {
    private func read(_ inside: String, root: String = "ScannerStatus") -> ScannerStatus? {
        ScannerStatus(
            xml: Array(
                #"<?xml version="1.0"?><!-- a --> <scan:\#(root) xmlns:pwg="p">\#(inside)</scan:\#(root)>"#.utf8))
    }

    @Test("state and feeder are read, whatever the prefixes; jobs of the past are not")
    func honest() {
        let jobs = "<scan:Jobs><scan:JobInfo><pwg:State>Stopped</pwg:State></scan:JobInfo></scan:Jobs>"
        #expect(
            read("\(jobs)<pwg:State> Idle\n</pwg:State><scan:AdfState>ScannerAdfEmpty</scan:AdfState>")
                == ScannerStatus(state: .idle, adf: "ScannerAdfEmpty"))
        #expect(read("<State>Processing</State>") == ScannerStatus(state: .processing))
        #expect(read("<a/><State>Sulking</State>")?.state == .unknown)
    }

    @Test(
        "stopped, down, jammed and open are faults; empty, loaded and words nobody knows are none",
        arguments: [
            ("Idle", "ScannerAdfEmpty", false), ("Processing", "ScannerAdfProcessing", false),
            ("Testing", "ScannerAdfLoaded", false), ("Stopped", "ScannerAdfEmpty", true), ("Down", "", true),
            ("Idle", "ScannerAdfJam", true), ("Idle", "ScannerAdfDoorOpen", true), ("Idle", "Anything", false),
        ])
    func faults(_ state: String, _ feeder: String, _ isWrong: Bool) throws {
        let status = try #require(read("<State>\(state)</State><AdfState>\(feeder)</AdfState>"))
        #expect((status.fault != nil) == isWrong)
    }

    @Test(
        "what is no status, not whole, or brings entities along is none",
        arguments: [
            "", "<", "<ScannerStatus>", "<ScannerStatus><State>Idle</State>", "<ScannerStatus></ScannerStatus>",
            "<Other><State>Idle</State></Other>", "<ScannerStatus><State>Idle</Stat></ScannerStatus>",
            #"<!DOCTYPE a [<!ENTITY b "c">]><ScannerStatus><State>Idle</State></ScannerStatus>"#,
            "<ScannerStatus>" + String(repeating: "<a>", count: 40),
            "<ScannerStatus><State>Idle</State><!-- </ScannerStatus>",
        ])
    func broken(_ text: String) { #expect(ScannerStatus(xml: Array(text.utf8)) == nil) }

    @Test("whatever is cut off, doubled or turned over in it, nothing traps and no text is hostile")
    func damaged() {
        let whole =
            Array(
                #"<?xml version="1.0"?><!--x--><s:ScannerStatus xmlns:p="p"><p:State>Idle</p:State>"#.utf8)
            + Array("<s:AdfState>ScannerAdfJam</s:AdfState><a><b/></a></s:ScannerStatus>".utf8)
        #expect(ScannerStatus(xml: whole)?.adf == "ScannerAdfJam")
        for seed in Seeds.first(2000) {
            var random = SeededGenerator(seed: seed)
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count - 1, place + 9))
                default: bytes.insert(contentsOf: bytes.suffix(from: place).prefix(20), at: place)
                }
            }
            let adf = ScannerStatus(xml: bytes)?.adf ?? "-"
            #expect(adf == adf.cleaned(limit: 60), "seed \(seed)")
        }
    }

    @Test("it is asked at its printer's host, http or https, at the port and path of the settings")
    func address() {
        func base(_ uri: String, _ path: String = "/eSCL", _ port: Int? = nil) -> String? {
            ScannerAddress.base(printer: uri, path: path, port: port)
        }
        #expect(base("ipp://192.0.2.7/ipp/print") == "http://192.0.2.7:631/eSCL/")
        #expect(base("ipps://mfp.local:8631/ipp", "/x/", 443) == "https://mfp.local:443/x/")
        #expect(base("ipp://[2001:db8::7]:80/ipp") == "http://[2001:db8::7]:80/eSCL/")
        #expect(base("ipp://[2001:db8::7]/ipp") == "http://[2001:db8::7]:631/eSCL/")
        for bad in ["ipp://", "usb://a/b", "ipp://a b/", "ipp://a:0/", "ipp://a:b/", "ipp://a\n/"] {
            #expect(base(bad) == nil)
        }
        for path in ["eSCL", "", "/a b", "/a\nb = http://c", "/a,WSD", "/a;b"] {
            #expect(base("ipp://a/", path) == nil)
        }
    }

    @Test("it is off unless the profile says on, and is asked in a lane of its own")
    func settings() async throws {
        #expect(ScannerSource([:]) == nil)
        #expect(ScannerSource(["escl": "off", "esclPort": "80"]) == nil)
        let source = try #require(ScannerSource(["escl": "on", "esclPort": "80"]))
        #expect(source.address(of: "ipp://p/ipp") == "http://p:80/eSCL/")
    }

    private func report(_ moves: [(String, String)], link: Link = .up, within: Duration = .seconds(10)) async throws
        -> Report
    {
        let printer = PrinterServer()
        try await printer.start()
        for (key, value) in moves { #expect(try await printer.apply(key, value)) }
        let (client, port) = (WorkerRig.client(), await printer.boundPort)
        let source = try #require(ScannerSource(["escl": "on"]))
        let report = await source.complete(
            Report(link: link, details: ["reasons": []]), of: "ipp://127.0.0.1:\(port)/ipp/print", by: client,
            within: within)
        await client.close()
        await printer.stop()
        return report
    }

    @Test("a scanner that is well is fine, and is in the details")
    func well() async throws {
        let report = try await report([("feeder", "2")])
        #expect(report.symptoms == [Symptom(.scanFailed, .fine)])
        #expect(
            report.details?["scanner"] == ["state": "idle", "adf": "ScannerAdfLoaded", "source": "escl"])
        #expect(report.details?["reasons"] == [])
    }

    @Test(
        "stopped, jammed, broken, silent: wrong, with its own word",
        arguments: [
            ("stopped", "State stopped"), ("jam", "ScannerAdfJam"), ("http500", "HTTP 500"), ("silent", "silent"),
        ])
    func wrong(_ manner: String, _ word: String) async throws {
        let report = try await report([("scanner", manner)], within: .seconds(6))
        guard case .wrong(let evidence, _) = report.symptoms.first?.sight else {
            return #expect(Bool(false), "\(report.symptoms)")
        }
        #expect(evidence.contains(word))
    }

    @Test("with its printer silent, or without time, nobody knows")
    func unknown() async throws {
        for report in [try await report([], link: .down), try await report([], within: .milliseconds(100))] {
            guard case .unknown = report.symptoms.first?.sight else {
                return #expect(Bool(false), "\(report.symptoms)")
            }
            #expect(report.details?["scanner"] == nil)
        }
    }
}
