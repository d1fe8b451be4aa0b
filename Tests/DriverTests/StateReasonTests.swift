import IPPPrinterDriver
import Testing
import ZoneModel
import ZonePrinting

@Suite("Printer: reasons become symptoms")
struct StateReasonTests {
    @Test(
        "families, not lists",
        arguments: [
            ("media-empty-error", ConditionCode.printerPaperOut), ("input-tray-missing", .printerPaperOut),
            ("media-low-warning", .printerPaperLow), ("media-jam-error", .printerJam),
            ("bander-jam-error", .printerJam),
            ("fuser-cover-open-error", .printerCoverOpen), ("door-open", .printerCoverOpen),
            ("TONER-LOW-report", .printerTonerLow),
            ("marker-supply-empty-error", .printerTonerOut), ("marker-waste-full-error", .printerWasteFull),
            ("output-area-full-error", .printerBinFull), ("paused", .printerQueuePaused),
            ("motor-failure-error", .printerServiceRequired), ("other-error", .printerServiceRequired),
        ])
    func families(_ reason: String, _ code: ConditionCode) {
        #expect(StateReason(reason).code == code)
    }

    @Test(
        "what is not ours is kept apart",
        arguments: ["none", "connecting-to-device", "other-report", "", "-", "wobble-error"])
    func notOurs(_ reason: String) { #expect(StateReason(reason).code == nil) }

    @Test("a suffix that the device cut off is still a suffix")
    func cutSuffix() {
        #expect(StateReason("marker-waste-almost-full-warnin").weight == .warning)
        #expect(StateReason("marker-waste-almost-full-warnin").keyword == "marker-waste-almost-full")
        #expect(StateReason("media-jam").weight == nil)
    }

    @Test("the list is complete: what it does not name is fine")
    func complete() {
        let symptoms = StateReason.symptoms(["media-jam-error", "media-empty-warning", "tray-2-jam-error"])
        #expect(symptoms.count == StateReason.codes.count)
        #expect(symptoms.filter { $0.sight == .fine }.count == StateReason.codes.count - 2)
        #expect(symptoms.contains(Symptom(.printerJam, .wrong(evidence: "media-jam-error, tray-2-jam-error"))))
    }

    @Test(
        "an empty tray that does not stop the printer is low paper where another has paper, as RFC 8011 reads a warning"
    )
    func otherPaper() {
        func wrong(_ reason: String, _ other: Bool) -> ConditionCode? {
            StateReason.symptoms([reason], hasOtherPaper: other).first { $0.sight != .fine }?.code
        }
        #expect(wrong("media-empty-warning", true) == .printerPaperLow)
        #expect(wrong("media-empty-report", true) == .printerPaperLow)
        #expect(wrong("media-empty-error", true) == .printerPaperOut)
        #expect(wrong("media-empty", true) == .printerPaperOut)
        #expect(wrong("media-empty-warning", false) == .printerPaperOut)
    }

    @Test(
        "supplies: the last semicolon may be missing, and unknown is not empty",
        arguments: [
            ("index=1;type=toner;maxcapacity=100;level=5;colorantname=black;", 5),
            ("type=sheetFeed;maxcapacity=250;level=125;name=main", 50), ("level=-2;name=x;", nil), ("level=-3", nil),
            ("level=900;maxcapacity=100", nil), ("maxcapacity=0;level=0", nil), ("nonsense", nil), ("", nil),
        ] as [(String, Int?)])
    func supplies(_ text: String, _ level: Int?) {
        #expect(PrinterAnswer.Supply(keyed: text).level == level)
    }

    @Test("IEEE 1284 device ids")
    func deviceIDs() {
        let id = DeviceIDText("MFG:HP;MDL:LaserJet 400;SN: ;CMD:PCL;broken;")
        #expect(id["MFG"] == "HP")
        #expect(id["SN"] == " ")
        #expect(id["XYZ"] == nil)
    }
}
