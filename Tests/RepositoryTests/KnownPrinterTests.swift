import Testing
import ZoneAgentCore
import ZoneModel
import ZoneProfiles

/// The shipped profiles against what real printers call themselves (docs/printers-known.md).
@Suite("A real printer finds the profile of its maker")
struct KnownPrinterTests {
    private let shelf = ProfileShelf(folders: [Repository.root + "/hw-profiles"])

    private func settings(
        _ scheme: String, _ vendor: String? = nil, _ model: String? = nil, kind: DeviceKind = .printer
    ) -> [String: String]? {
        var facts = ["scheme": scheme]
        (facts["vendor"], facts["model"]) = (vendor, model)
        return shelf.profile(for: HardwareFacts(kind: kind, facts: facts))?.settings
    }

    @Test(
        "SNMP is asked where something is known to be gained",
        arguments: [
            // As MFG of the device id, and as printer-make-and-model.
            ("Hewlett-Packard", "HP LaserJet MFP M426fdn", "on"), ("HP", "HP LaserJet MFP M428fdw", "on"),
            ("Hewlett-Packard", "HP Color LaserJet M452dn", "on"), ("HP", "HP ColorLaserJet MFP M282-M285", "on"),
            ("Kyocera", "ECOSYS M2040dn", "on"), ("Canon", "CNMF230 Series", "on"),
            ("EPSON", "EPSON L6460 Series", "on"), ("Pantum", "Pantum BM4240ADW Series", "on"),
            ("RICOH", "RICOH IM C4510", "on"), ("SHARP", "SHARP MX-3071", "on"),
            ("Brother", "Brother MFC-L2710DW series", "off"),
            ("HP", "HP Laser MFP 131 133 135-138", "off"), ("HP", "HP OfficeJet Pro 8730", "off"),
            ("KONICA MINOLTA", "KONICA MINOLTA bizhub C3320i", "off"), ("Zone Agent Simulator", "Zone Printer", "off"),
        ])
    func snmp(_ vendor: String, _ model: String, _ snmp: String) {
        #expect(settings("ipp", vendor, model)?["snmp"] == snmp)
        #expect(settings("ipps", vendor, model)?["snmp"] == snmp)
    }

    @Test(
        "where a copier scans, and that it scans where that model was seen to",
        arguments: [
            ("ipp", "Kyocera", "ECOSYS M2040dn", "on", "9095"), ("ipp", "Kyocera", "TASKalfa 3051ci", nil, "9095"),
            ("ipp", "Hewlett-Packard", "HP LaserJet MFP M426fdn", "on", "8080"),
            ("ipps", "Hewlett-Packard", "HP LaserJet MFP M426fdn", "on", "443"),
            ("ipp", "HP", "HP LaserJet MFP M130fw", nil, "8080"), ("ipp", "Canon", "CNMF230 Series", nil, "80"),
            ("ipp", "HP", "HP Laser MFP 131 133 135-138", "on", "80"), ("ipp", "RICOH", "RICOH SP C261SFNw", nil, nil),
        ] as [(String, String, String, String?, String?)])
    func scanner(_ scheme: String, _ vendor: String, _ model: String, _ escl: String?, _ port: String?) {
        let settings = settings(scheme, vendor, model, kind: .copier)
        #expect(settings?["escl"] == escl)
        #expect(settings?["esclPort"] == port)
        #expect(settings?["snmp"] == "on")
    }

    @Test("before it has answered it is any printer, and another scheme is none")
    func generic() {
        #expect(settings("ipp") == settings("ipps"))
        #expect(settings("ipp")?["snmp"] == "off")
        #expect(settings("usb") == nil)
    }
}
