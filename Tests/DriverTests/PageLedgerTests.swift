import IPPPrinterDriver
import Testing
import ZoneModel

@Suite("Printer: pages that were not ours")
struct PageLedgerTests {
    private func look(_ impressions: Int?, _ serial: String? = "A") -> PrintEvidence.Look {
        PrintEvidence.Look(impressions: impressions, upTimeSeconds: nil, serial: serial)
    }

    private func ledger(_ counters: Int?...) -> PageLedger {
        var ledger = PageLedger(since: MonoTime(milliseconds: 1_000))
        for counter in counters { ledger.note(look(counter)) }
        return ledger
    }

    @Test("what the counter moves by while nothing of ours is printed was copied at the panel")
    func copies() {
        #expect(ledger(100).others == 0)
        #expect(ledger(100, 100, 107, 109).others == 9)
        #expect(ledger(100, 107).json(at: MonoTime(milliseconds: 61_500)) == ["impressions": 7, "seconds": 60])
    }

    @Test("a printer that does not count says nothing of it")
    func blind() {
        #expect(ledger(nil, nil).others == nil)
        #expect(ledger(nil).json(at: MonoTime(milliseconds: 0)) == nil)
    }

    @Test("a document of ours is not among them; copies before and after it are")
    func ours() {
        var ledger = ledger(100, 102)
        ledger.begin(look(103))
        ledger.note(look(105))
        ledger.end(look(108))
        ledger.note(look(110))
        #expect(ledger.others == 5, "102 and 103 before, 110 after")
    }

    @Test("a document after which nobody could look costs what was copied until the next look, and nothing else")
    func unseen() {
        var ledger = ledger(100)
        ledger.begin(nil)
        ledger.end(nil)
        ledger.note(look(150))
        ledger.note(look(151))
        #expect(ledger.others == 1)
    }

    @Test("another device, or a counter that steps back, moves nothing")
    func swapped() {
        var ledger = ledger(100)
        ledger.note(look(5_000, "B"))
        ledger.note(look(5_001, "B"))
        ledger.note(look(3, "B"))
        ledger.note(look(4, "B"))
        #expect(ledger.others == 2)
    }
}
