import IPPPrinterDriver
import Testing
import ZonePrinting

@Suite("SNMP: the second source fills and never overrules")
struct SNMPSecondSourceTests {
    private let mib = PrinterAnswer(
        state: .stopped, reasons: ["media-jam-error"], makeAndModel: "From the MIB", serial: "M-1",
        supplies: [.init(name: "Black Toner", type: "toner", level: 40)],
        trays: [.init(name: "Main", type: nil, level: 10)], impressionsCompleted: 77)

    @Test("what IPP has said stands, whatever the MIB says")
    func stands() {
        let answer = PrinterAnswer(
            state: .idle, reasons: ["none"], makeAndModel: "M", deviceID: "MFG:X;SN:I-1;",
            supplies: [.init(name: "black", type: nil, level: 80), .init(name: "cyan", type: nil, level: nil)],
            trays: [.init(name: "main", type: nil, level: 50)], impressionsCompleted: 0)
        let (full, sources) = fill(answer, from: mib)
        #expect(full == answer)
        #expect(Set(sources.values) == ["ipp"] && sources.count == 7)
        #expect(!SecondSource.isWanted(after: answer))
    }

    @Test("what IPP has left out is taken, and each fact says whose it is")
    func fills() {
        let answer = PrinterAnswer(
            state: .idle, reasons: ["none"], supplies: [.init(name: "black", type: nil, level: nil)])
        let (full, sources) = fill(answer, from: mib)
        #expect(SecondSource.isWanted(after: answer))
        #expect(full.state == .idle && full.reasons == ["none"])
        #expect(full.supplies == mib.supplies && full.trays == mib.trays)
        #expect(full.impressionsCompleted == 77 && full.serialNumber == "M-1")
        #expect(
            sources == [
                "state": "ipp", "reasons": "ipp", "model": "snmp", "serial": "snmp", "supplies": "snmp",
                "trays": "snmp", "impressionsCompleted": "snmp",
            ])
    }

    @Test("what neither knows has no source, and names without levels stay")
    func neither() {
        let answer = PrinterAnswer(state: .unknown, supplies: [.init(name: "black", type: nil, level: nil)])
        let silent = PrinterAnswer(state: .unknown, supplies: [.init(name: "Toner", type: nil, level: nil)])
        let (full, sources) = fill(answer, from: silent)
        #expect(full == answer)
        #expect(sources.isEmpty)
    }

    @Test("it is off unless the profile says on")
    func settings() {
        #expect(SecondSource([:]) == nil)
        #expect(SecondSource(["snmp": "off", "snmpPort": "161"]) == nil)
        #expect(SecondSource(["snmp": "on"]) != nil)
    }

    @Test("it is asked only for what is missing, only in time, and its silence takes nothing away")
    func asked() async throws {
        let source = try #require(SecondSource(["snmp": "on", "snmpCommunity": "zone", "snmpPort": "1161"]))
        let poor = PrinterAnswer(state: .idle, reasons: ["none"])
        let exchange = Scripted(.success(mib))
        let (full, sources) = await source.complete(poor, of: "ipp://p/", by: exchange, within: .seconds(3))
        #expect(full.impressionsCompleted == 77 && sources["supplies"] == "snmp")
        #expect(await exchange.asked == [.snmp("ipp://p/", community: "zone", port: 1161)])
        let late = await source.complete(poor, of: "ipp://p/", by: exchange, within: .milliseconds(300))
        let sated = await source.complete(full, of: "ipp://p/", by: exchange, within: .seconds(3))
        #expect(late.0 == poor && sated.0 == full)
        #expect(await exchange.asked.count == 1)
        let mute = Scripted(.failure(PrinterSilence(.silent)))
        let (same, own) = await source.complete(poor, of: "ipp://p/", by: mute, within: .seconds(3))
        #expect(same == poor && own == ["state": "ipp", "reasons": "ipp"])
    }
}

private actor Scripted: PrinterExchange {
    private(set) var asked: [PrinterQuery] = []
    private let result: Result<PrinterAnswer, PrinterSilence>

    init(_ result: Result<PrinterAnswer, PrinterSilence>) { self.result = result }

    func ask(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterAnswer, PrinterSilence> {
        asked.append(query)
        return result
    }

    func order(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterJob, PrinterSilence> {
        .failure(PrinterSilence(.workerFailed))
    }
}
