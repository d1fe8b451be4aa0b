/// The documents of eSCL, as much as sane-airscan reads of them.
enum ESCLText {
    private static let names =
        #"xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm""#
    private static let head = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"

    static func status(state: String, feeder: String) -> String {
        head + "<scan:ScannerStatus \(names)><pwg:Version>2.6</pwg:Version><pwg:State>\(state)</pwg:State>"
            + "<scan:AdfState>\(feeder)</scan:AdfState></scan:ScannerStatus>"
    }

    static let capabilities =
        head + "<scan:ScannerCapabilities \(names)><pwg:Version>2.6</pwg:Version>"
        + "<pwg:MakeAndModel>Simulated Office Scanner</pwg:MakeAndModel><pwg:SerialNumber>SIM-0001</pwg:SerialNumber>"
        + "<scan:Platen><scan:PlatenInputCaps>\(inputs)</scan:PlatenInputCaps></scan:Platen>"
        + "<scan:Adf><scan:AdfSimplexInputCaps>\(inputs)</scan:AdfSimplexInputCaps>"
        + "<scan:FeederCapacity>50</scan:FeederCapacity></scan:Adf></scan:ScannerCapabilities>"

    private static let inputs =
        "<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2550</scan:MaxWidth><scan:MinHeight>16</scan:MinHeight>"
        + "<scan:MaxHeight>3508</scan:MaxHeight><scan:MaxScanRegions>1</scan:MaxScanRegions><scan:SettingProfiles>"
        + "<scan:SettingProfile><scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode>"
        + "<scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes><scan:DocumentFormats>"
        + "<pwg:DocumentFormat>image/png</pwg:DocumentFormat>"
        + "<scan:DocumentFormatExt>image/png</scan:DocumentFormatExt></scan:DocumentFormats>"
        + "<scan:SupportedResolutions><scan:DiscreteResolutions>"
        + [150, 300].map {
            "<scan:DiscreteResolution><scan:XResolution>\($0)</scan:XResolution>"
                + "<scan:YResolution>\($0)</scan:YResolution></scan:DiscreteResolution>"
        }.joined()
        + "</scan:DiscreteResolutions></scan:SupportedResolutions></scan:SettingProfile></scan:SettingProfiles>"

    /// The settings of a job; what is not in them is a whole A4 side from the glass.
    static func job(_ body: String, feederHas sheets: Int) -> SimulatedScanner.Job {
        func word(_ name: String) -> String? {
            guard let start = body.firstRange(of: ":\(name)>"),
                let end = body[start.upperBound...].firstIndex(of: "<")
            else { return nil }
            return String(body[start.upperBound..<end]).split { $0.isWhitespace }.first.map(String.init)
        }
        func number(_ name: String, _ usual: Int) -> Int {
            min(10_000, max(1, word(name).flatMap { Int($0) } ?? usual))
        }
        let fromFeeder = word("InputSource") == "Feeder"
        return SimulatedScanner.Job(
            fromFeeder: fromFeeder, isColor: word("ColorMode") != "Grayscale8",
            resolution: min(600, number("XResolution", 300)), width: min(2550, number("Width", 2480)),
            height: min(3508, number("Height", 3508)), left: fromFeeder ? sheets : 1)
    }
}
