import ZoneModel

extension SimulatedPrinter {
    static let formats = [
        "application/octet-stream", "application/pdf", "application/postscript", "image/jpeg", "image/pwg-raster",
        "text/plain",
    ]
    private static let media = [
        "iso_a4_210x297mm", "iso_a3_297x420mm", "iso_a5_148x210mm", "jis_b5_182x257mm", "na_letter_8.5x11in",
        "na_index-4x6_4x6in",
    ]

    var isStopped: Bool { reasons.contains { $0.hasSuffix("-error") } }

    /// Its address as it tells it.
    var uri: String { "ipp://127.0.0.1:\(port)/ipp/print" }

    private var ippState: Int { isStopped ? 5 : jobs.values.contains { $0.state == .processing } ? 4 : 3 }

    /// All that it says of itself (RFC 8011, 5.4; supplies and trays: PWG 5100.13).
    var attributes: [IPPAttribute] { now + supplies + identity + abilities + template }

    private var now: [IPPAttribute] {
        [
            .enums("printer-state", [ippState]), .texts(IPPTag.keyword, "printer-state-reasons", reasons),
            .text("printer-state-message", isStopped ? "Attention" : "Ready"),
            .boolean("printer-is-accepting-jobs", true),
            .integers("queued-job-count", jobs.values.filter { !$0.state.isOver }.count),
            .integers("printer-up-time", upTime),
        ] + (counter == .hidden ? [] : [.integers("printer-impressions-completed", impressions)])
    }

    private var supplies: [IPPAttribute] {
        [
            .octets(
                "printer-supply",
                "index=1;class=supplyThatIsConsumed;type=toner;unit=percent;maxcapacity=100;level=\(tonerPercent);"
                    + "colorantname=black;"),
            .octets(
                "printer-input-tray",
                "type=sheetFeedAutoRemovableTray;mediafeed=29700;mediaxfeed=21000;maxcapacity=250;"
                    + "level=\(paperSheets);status=0;name=main;"),
        ]
    }

    private var identity: [IPPAttribute] {
        [
            .name("printer-name", "simulated-printer"), .text("printer-make-and-model", "Simulated Office Printer"),
            .text("printer-device-id", "MFG:\(SimulatedHardware.vendor);MDL:Office Printer;SN:\(serial);"),
            .text("printer-firmware-string-version", "1.0"), .uri("printer-uri-supported", uri),
            .keywords("uri-authentication-supported", "requesting-user-name"),
            .keywords("uri-security-supported", "none"),
        ]
    }

    private var abilities: [IPPAttribute] {
        [
            .texts(IPPTag.charset, "charset-configured", ["utf-8"]),
            .texts(IPPTag.charset, "charset-supported", ["utf-8", "us-ascii"]),
            .texts(IPPTag.language, "natural-language-configured", ["en"]),
            .texts(IPPTag.language, "generated-natural-language-supported", ["en"]),
            .keywords("ipp-versions-supported", "1.1", "2.0"),
            .enums("operations-supported", IPPOperation.allCases.map { Int($0.rawValue) }),
            .keywords("compression-supported", "none"), .keywords("pdl-override-supported", "attempted"),
            .texts(IPPTag.mediaType, "document-format-default", ["application/octet-stream"]),
            .texts(IPPTag.mediaType, "document-format-supported", SimulatedPrinter.formats),
            .boolean("multiple-document-jobs-supported", false), .boolean("color-supported", false),
            .integers("multiple-operation-time-out", SimulatedPrinter.documentWithin),
            .integers("pages-per-minute", 20), .range("job-impressions-supported", 1...9999),
        ]
    }

    /// Defaults and choices of jobs (RFC 8011, 5.2).
    private var template: [IPPAttribute] {
        [
            .integers("copies-default", 1), .range("copies-supported", 1...9999),
            .keywords("job-hold-until-default", "no-hold"),
            .keywords("job-hold-until-supported", "no-hold", "indefinite"),
            .keywords("job-sheets-default", "none"), .keywords("job-sheets-supported", "none", "standard"),
            .keywords("media-default", "iso_a4_210x297mm"), .keywords("media-ready", "iso_a4_210x297mm"),
            .texts(IPPTag.keyword, "media-supported", SimulatedPrinter.media),
            .integers("number-up-default", 1), .integers("number-up-supported", 1, 2),
            .keywords("print-color-mode-default", "monochrome"),
            .keywords("print-color-mode-supported", "auto", "monochrome"),
            .enums("finishings-default", [3]), .enums("finishings-supported", [3]),
            .enums("orientation-requested-default", [3]), .enums("orientation-requested-supported", [3, 4]),
            .enums("print-quality-default", [4]), .enums("print-quality-supported", [3, 4, 5]),
            .keywords("sides-default", "one-sided"),
            .keywords("sides-supported", "one-sided", "two-sided-long-edge", "two-sided-short-edge"),
        ]
    }
}
