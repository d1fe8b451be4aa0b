import IPPPrinterDriver
import Testing
import ZoneModel
import ZonePrinting

/// What printers that exist have said, as posted in public, and what a person reads from it. By maker, with what became
/// of it: docs/printers-known.md. Some of them are seeds in Tests/Fuzz/Corpus/printer-texts.
@Suite("Printer: texts of real printers")
struct RealPrinterTextsTests {
    @Test("device ids: maker, model, serial number", arguments: DeviceIDCase.all)
    func deviceIDs(_ one: DeviceIDCase) {
        let id = DeviceIDText(one.text)
        #expect(id["MFG"] ?? id["MANUFACTURER"] == one.vendor)
        #expect(id["MDL"] ?? id["MODEL"] == one.model)
    }

    @Test("the serial number is SN or SER; neither is taken from HP's other words")
    func serials() {
        func number(_ text: String) -> String? { PrinterAnswer(state: .idle, deviceID: text).serialNumber }
        #expect(number("MFG:EPSON;MDL:XP-6000 Series;SN:583434593035343012;URF:CP1,PQ4-5;") == "583434593035343012")
        #expect(number("MFG:Kyocera;SER:VCF0000001;URF:CP255,DM4;") == "VCF0000001")
        #expect(number("MFG:Hewlett-Packard;MEM:MEM=214MB;COMMENT:RES=1200x1;IPP-E:FF-04-01;MCV:2.3;") == nil)
    }

    @Test("supplies and trays: whose, how full, and whether full is bad", arguments: StoreCase.all)
    func stores(_ one: StoreCase) {
        let store = PrinterAnswer.Supply(keyed: one.text)
        #expect(store.name == one.name)
        #expect(store.level == one.level)
        #expect((store.isReceptacle ?? false) == one.fills)
        #expect(store.limit == one.limit)
    }

    @Test(
        "reasons: what is wrong",
        arguments: [
            // MF237W, OpenPrinting/cups-filters/issues/486.
            ("toner-low-warning", .printerTonerLow),
            // MG4120, OpenPrinting/cups-filters/issues/22.
            ("marker-supply-low-warning", .printerTonerLow),
            // A TM-T88V's queue, apple/cups/issues/5745: without a suffix.
            ("media-low", .printerPaperLow), ("media-empty", .printerPaperOut), ("connecting-to-device", nil),
            // An MFC-L8690CDW's queue, stefan-langenmaier/brother-overlay/issues/69.
            ("waste-receptacle-full-warning", .printerWasteFull), ("opc-life-over-warning", .printerServiceRequired),
            ("developer-empty-warning", .printerTonerOut), ("media-jam-warning", .printerJam),
            ("door-open-report", .printerCoverOpen), ("opc-near-eol-report", nil),
            ("waste-receptacle-almost-full-report", nil), ("cleaner-life-almost-over-report", nil),
            // ECOSYS M2040dn and LaserJet MFP M426fdn at rest, OpenPrinting/go-mfp.
            ("none", nil),
        ] as [(String, ConditionCode?)])
    func reasons(_ text: String, _ code: ConditionCode?) {
        #expect(StateReason(text).code == code)
    }
}

struct DeviceIDCase: Sendable, CustomTestStringConvertible {
    let vendor, model, text: String
    var testDescription: String { "\(vendor) \(model)" }

    /// Serial numbers are changed, but Epson's, which is a test value of its source.
    static let all = [
        // OpenPrinting/go-mfp, modeling/examples/HP-LaserJet-MFP-M426fdn.py: colons and # inside values.
        DeviceIDCase(
            vendor: "Hewlett-Packard", model: "HP LaserJet MFP M426fdn",
            text: """
                MFG:Hewlett-Packard;CMD:PJL,PML,PCLXL,URP,PCL,PDF,POSTSCRIPT;MDL:HP LaserJet MFP M426fdn;\
                CLS:PRINTER;DES:Hewlett-Packard LaserJet MFP M426fdn;MEM:MEM=214MB;COMMENT:RES=1200x1;\
                LEDMDIS:USB#ff#04#01;CID:HPLJPDLV1;IPP-E:FF-04-01,FF-04-01,FF-09-01,FF-09-01;\
                eSCL:FF-04-01,FF-04-01,FF-09-01,FF-09-01;MCT:MF;MCL:DL;MCV:2.3;
                """),
        // OpenPrinting/cups-filters/issues/486: an empty value.
        DeviceIDCase(
            vendor: "Canon", model: "MF230 Series",
            text: "MFG:Canon;CMD:JPG,URF,PDF;MDL:MF230 Series;CLS:PRINTER;DES:;"),
        // OpenPrinting/cups-filters/issues/485.
        DeviceIDCase(
            vendor: "Brother", model: "MFC-L2730DW series",
            text: """
                MFG:Brother;CMD:PJL,PCL,PCLXL,URF;MDL:MFC-L2730DW series;CLS:PRINTER;CID:Brother Laser Type1;\
                URF:W8,CP1,IS4-1,MT1-3-4-5-8,OB10,PQ3-4-5,RS300-600-1200,V1.4,DM1;
                """),
        // pdewacht/brlaser/issues/21: the maker twice.
        DeviceIDCase(
            vendor: "Brother", model: "MFC-7240",
            text: """
                MFG:Brother;MFG:Brother;CMD:PJL,HBP;MDL:MFC-7240;CLS:PRINTER;CID:Brother Laser Type1;
                """),
        // ctalkington/python-ipp, tests/test_parser.py: what the number means is in docs/printers-known.md.
        DeviceIDCase(
            vendor: "EPSON", model: "XP-6000 Series",
            text: """
                MFG:EPSON;CMD:ESCPL2,BDC,D4,D4PX,ESCPR7,END4,GENEP,URF;MDL:XP-6000 Series;CLS:PRINTER;\
                DES:EPSON XP-6000 Series;CID:EpsonRGB;FID:FXN,DPA,WFA,ETN,AFN,DAN,WRA;RID:20;DDS:022500;\
                ELG:1000;SN:583434593035343012;\
                URF:CP1,PQ4-5,OB9,OFU0,RS360,SRGB24,W8,DM3,IS1-7-6,V1.4,MT1-3-7-8-10-11-12;
                """),
        // OpenPrinting/go-mfp, modeling/examples/Kyocera-ECOSYS-M2040dn.py: ID before MFG.
        DeviceIDCase(
            vendor: "Kyocera", model: "ECOSYS M2040dn",
            text: """
                ID:ECOSYS M2040dn;MFG:Kyocera;CMD:PCLXL,PostScript Emulation,PCL5E,PJL;MDL:ECOSYS M2040dn;\
                CLS:PRINTER;DES:Kyocera ECOSYS M2040dn;SER:VCF0000001;\
                URF:CP255,DM4,IFU0,IS19-20,OB1-10,PQ4,RS600,V1.4,W8;
                """),
        // linuxdeepin/dde-printer, its tests: the long names of the keys, one with a blank.
        DeviceIDCase(
            vendor: "TOSHIBA", model: "e-STUDIO3015AC",
            text: """
                MANUFACTURER:TOSHIBA;COMMAND SET:PJL,PCL,PCLXL,POSTSCRIPT,XPS;MODEL:e-STUDIO3015AC;\
                CLASS:PRINTER;DESCRIPTION:TOSHIBA e-STUDIO3015AC;CID:TS_PCL6_Color;
                """),
        // home-assistant/core/issues/182322: a piece without a colon, and an empty one.
        DeviceIDCase(
            vendor: "SHARP", model: "MX-3071",
            text: "MFG:SHARP;Unknown;MDL:MX-3071;;"),
        // fusioninventory/sysobject.ids/issues/70.
        DeviceIDCase(
            vendor: "Pantum", model: "M7100DW series",
            text: """
                MFG:Pantum;CMD:ACL,PJL,PL,PCL,PCLXL,PS3,PDF;MDL:M7100DW series;CID:Pantum M7100DW series;\
                CLS:PRINTER;DES:Pantum M7100DW series;
                """),
        // Owl-Maintain/brlaser/issues/61 and issues/77: host-based.
        DeviceIDCase(
            vendor: "Lenovo", model: "LJ2206W",
            text: "MFG:Lenovo;CMD:PJL,HBP;MDL:LJ2206W;CLS:PRINTER;CID:Lenovo Laser Type1;"),
        DeviceIDCase(
            vendor: "FX", model: "DocuPrint M115 w",
            text: "MFG:FX;CMD:PJL,HBP;MDL:DocuPrint M115 w;CLS:PRINTER;CID:FX Laser Type1;"),
    ]
}

/// A supply or a tray.
struct StoreCase: Sendable, CustomTestStringConvertible {
    let name: String
    let level: Int?
    /// It fills up instead of running out.
    var fills = false
    /// The device's own.
    var limit: Int? = nil
    let text: String
    var testDescription: String { name }

    static let all = [
        // Color LaserJet M452dn, OpenPrinting/cups/issues/1298: the colour as a number.
        StoreCase(
            name: "#00FFFF", level: 67,
            text: """
                index=1;class=supplyThatIsConsumed;type=toner;unit=percent;maxcapacity=100;level=67;\
                colorantname=#00FFFF;
                """),
        // An HP with firmware CLRWTRXXXN002.2149A.00, OpenPrinting/cups/issues/1471: another order.
        StoreCase(
            name: "magenta", level: 80,
            text: """
                type=tonerCartridge;maxcapacity=100;level=80;class=supplyThatIsConsumed;unit=percent;\
                colorantname=magenta;
                """),
        // A Kyocera with TK-5490: its limits stand in the text; the waste box is empty, which is good.
        StoreCase(
            name: "cyan", level: 92, limit: 3,
            text: """
                index=1;class=supplyThatIsConsumed;type=toner;unit=percent;maxcapacity=100;level=92;lowlevel=3;\
                colorantname=cyan;
                """),
        StoreCase(
            name: "unknown", level: 0, fills: true, limit: 95,
            text: """
                index=2;class=receptacleThatIsFilled;type=wasteToner;unit=percent;maxcapacity=100;level=0;\
                highlevel=95;colorantname=unknown;
                """),
        // Trays: OpenPrinting/cups/issues/1471.
        StoreCase(
            name: "Tray 1", level: nil,
            text: """
                type=unRemovableBin;dimunit=micrometers;mediafeed=0;mediaxfeed=0;maxcapacity=-2;level=-2;\
                unit=percent;status=19;name=Tray 1
                """),
        // MF237W, OpenPrinting/cups-filters/issues/486.
        StoreCase(
            name: "auto", level: nil,
            text: """
                type=other;mediafeed=21000;mediaxfeed=29700;maxcapacity=250;level=-2;status=0;name=auto
                """),
        // ECOSYS M2040dn, OpenPrinting/go-mfp: a key twice; the bypass is empty, the cassette has some.
        StoreCase(
            name: "Auto", level: nil,
            text: """
                type=other;mediafeed=116929;mediaxfeed=82677;mediafeed=116929;mediaxfeed=82677;maxcapacity=-2;\
                level=-2;status=19;name=Auto;
                """),
        StoreCase(
            name: "MP Tray", level: 0,
            text: """
                type=sheetFeedAutoNonRemovableTray;mediafeed=116929;mediaxfeed=82677;maxcapacity=100;level=0;\
                status=19;name=MP Tray;
                """),
        StoreCase(
            name: "Cassette 1", level: nil,
            text: """
                type=sheetFeedAutoNonRemovableTray;mediafeed=116929;mediaxfeed=82677;maxcapacity=250;level=-3;\
                status=19;name=Cassette 1;
                """),
    ]
}
