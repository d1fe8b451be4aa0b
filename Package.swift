// swift-tools-version: 6.2
import PackageDescription

// One list for every Swift target: mixed settings between modules change where `async` code runs.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"), .treatAllWarnings(as: .error),
]

/// A library target on one of the shelves under Sources/. Arrows point from right to left only:
/// values <- utilities <- kits <- drivers and stores <- cores <- programs (RepositoryTests reads every import).
func shelf(_ path: String, _ name: String, _ needs: [Target.Dependency] = [], embed: [String] = []) -> Target {
    .target(
        name: name, dependencies: needs, path: "Sources/\(path)", resources: embed.map { .embedInCode($0) },
        swiftSettings: strict)
}

func program(_ name: String, _ needs: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: needs, path: "Sources/Programs/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ needs: [Target.Dependency], fixtures: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: needs + ["ZoneTestKit"], path: "Tests/\(name)", exclude: fixtures,
        swiftSettings: strict)
}

func library(_ name: String, pkgConfig: String? = nil, apt package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
]
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let asyncAlgorithms: Target.Dependency = .product(name: "AsyncAlgorithms", package: "swift-async-algorithms")

// What nearly everything above the drivers stands on.
let base: [Target.Dependency] = ["ZoneLinux", "ZoneModel", "ZoneTime", "ZoneWire"]
let drivers: [Target.Dependency] = [
    "DisplayDriver", "IPPPrinterDriver", "NetworkDriver", "OnbonLEDDriver", "QueryPCDriver", "SuggestionBoxDriver",
    "TouchPanelDriver", "USBPrinterDriver",
]

let package = Package(
    name: "zone-agent",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        // C libraries: each is imported by exactly one Swift target.
        .target(name: "CLinux", path: "Sources/C/CLinux"),
        library("CLibEvdev", pkgConfig: "libevdev", apt: "libevdev-dev"),
        library("CCUPS", apt: "libcups2-dev"),
        library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        library("CUdev", pkgConfig: "libudev", apt: "libudev-dev"),
        library("CSystemd", pkgConfig: "libsystemd", apt: "libsystemd-dev"),

        // Base: values and utilities.
        shelf("Base/ZoneModel", "ZoneModel"),
        shelf("Base/ZoneTime", "ZoneTime", ["ZoneModel"]),
        shelf("Base/ZoneWire", "ZoneWire", ["ZoneModel"]),
        shelf("Base/ZoneLinux", "ZoneLinux", ["CLinux", "ZoneModel", "ZoneTime"]),
        shelf("Base/ZoneYAML", "ZoneYAML", ["ZoneModel", yams]),
        shelf("Base/ZoneProfiles", "ZoneProfiles", ["ZoneModel", "ZoneYAML"]),
        shelf(
            "Base/ZoneForms", "ZoneForms",
            ["ZoneConfig", "ZoneLinux", "ZoneModel", "ZoneTime", "ZoneYAML", crypto]),
        shelf("Base/ZonePolicy", "ZonePolicy", ["ZoneModel", "ZoneTime", "ZoneYAML"]),
        shelf("Base/ZoneConfig", "ZoneConfig", ["ZoneCases", "ZoneLinux", "ZoneModel", "ZoneTime", "ZoneYAML"]),
        shelf("Base/ZoneDays", "ZoneDays", ["ZoneModel", "ZoneTime", "ZoneWire", crypto]),
        shelf("Base/ZoneCases", "ZoneCases", ["ZoneModel", "ZoneTime"]),
        shelf("Base/ZoneSheets", "ZoneSheets", ["ZoneCases", "ZoneDays", "ZoneModel", "ZoneTime", "ZoneWire", crypto]),
        shelf("Base/ZoneDeflate", "ZoneDeflate", ["CZlib"]),
        shelf("Base/ZoneIdentity", "ZoneIdentity", ["ZoneLinux", "ZoneModel", "ZoneWire", asn1, crypto, x509]),
        shelf("Base/ZoneService", "ZoneService", ["ZoneLinux", "ZoneModel", "ZoneTime", lifecycle]),
        shelf(
            "Base/ZoneHTTP", "ZoneHTTP",
            base + [hummingbird, httpTypes, nioHTTPTypes] + nio),

        // Devices: the driver contract and what drivers stand on.
        shelf("Devices/DriverKit", "DriverKit", ["ZoneModel"]),
        shelf("Devices/ZoneRecording", "ZoneRecording", ["DriverKit", "ZoneModel", "ZoneWire"]),
        shelf("Devices/ZonePorts", "ZonePorts", ["DriverKit", "ZoneLinux", "ZoneModel"]),
        shelf("Devices/ZoneInput", "ZoneInput", ["CLibEvdev", "DriverKit", "ZoneLinux", "ZoneModel"]),
        shelf("Devices/ZoneBus", "ZoneBus", ["CSystemd", "DriverKit", "ZoneLinux", "ZoneModel"]),
        shelf("Devices/ZoneUdev", "ZoneUdev", ["CUdev", "ZoneLinux", "ZoneModel"]),
        shelf(
            "Devices/ZoneDocuments", "ZoneDocuments", ["ZoneLinux", "ZoneModel", "ZoneTime", log, subprocess, system]),
        shelf("Devices/ZoneTouch", "ZoneTouch", ["DriverKit", "ZoneModel"]),
        shelf("Devices/ZoneSNMP", "ZoneSNMP", ["ZoneModel"]),
        shelf("Devices/ZoneScanning", "ZoneScanning", ["ZoneLinux", "ZoneModel", "ZoneTime", subprocess, system]),
        shelf(
            "Devices/ZonePrinting", "ZonePrinting",
            ["DriverKit", "ZoneLinux", "ZoneModel", "ZoneSNMP", "ZoneTime", log]),
        shelf(
            "Devices/PrintingWorker", "PrintingWorker",
            ["CCUPS", "DriverKit", "ZoneLinux", "ZoneModel", "ZonePrinting", "ZoneSNMP"]),
        shelf(
            "Devices/ZoneNetwork", "ZoneNetwork",
            ["DriverKit", "ZoneLinux", "ZoneModel", "ZoneTime", asn1, httpClient, nioHTTP1, nioSSL, x509] + nio),

        // Drivers: one folder per family, each with its simulator.
        shelf(
            "Drivers/TouchPanel/Driver", "TouchPanelDriver",
            ["DriverKit", "ZoneLinux", "ZoneModel", "ZoneTime", "ZoneTouch"]),
        shelf("Drivers/Display", "DisplayDriver", ["DriverKit", "ZoneLinux", "ZoneModel", "ZoneTime"]),
        shelf("Drivers/IPPPrinter/Driver", "IPPPrinterDriver", ["DriverKit", "ZoneModel", "ZonePrinting", "ZoneTime"]),
        shelf("Drivers/OnbonLED/Driver", "OnbonLEDDriver", ["DriverKit", "ZoneLinux", "ZoneModel", "ZoneTime"]),
        shelf("Drivers/SuggestionBox/Driver", "SuggestionBoxDriver", ["DriverKit", "ZoneModel", "ZoneTime"]),
        shelf("Drivers/Network/Driver", "NetworkDriver", ["DriverKit", "ZoneModel", "ZoneTime"]),
        shelf(
            "Drivers/USBPrinter/Driver", "USBPrinterDriver",
            ["DriverKit", "ZoneLinux", "ZoneModel", "ZonePrinting", "ZoneTime"]),
        shelf("Drivers/QueryPC", "QueryPCDriver", ["DriverKit", "ZoneLinux", "ZoneModel", "ZoneTime", "ZoneWire"]),

        // Core: what is true, what is kept, who is told.
        shelf("Core/ZoneAccess", "ZoneAccess", ["ZoneLinux", "ZoneModel", "ZoneTime", cryptoExtras]),
        shelf(
            "Core/ZoneDesks", "ZoneDesks",
            base + ["DriverKit", "ZoneAccess", "ZoneDocuments", "ZoneJournal", crypto, log]),
        shelf("Core/ZoneJudge", "ZoneJudge", ["ZoneModel"]),
        shelf("Core/ZoneJournal", "ZoneJournal", base + ["ZoneDays", grdb]),
        shelf(
            "Core/ZoneControl", "ZoneControl",
            base + [
                "DriverKit", "ZoneAccess", "ZoneDays", "ZoneDesks", "ZoneHTTP", "ZoneJournal", hummingbird, httpTypes,
                nioHTTPTypes, lifecycle, log, asyncAlgorithms, crypto, "ZoneCases", "ZoneSheets", "ZoneTouch",
            ] + nio),
        shelf(
            "Core/ZoneControlClient", "ZoneControlClient",
            ["ZoneLinux", "ZoneModel", "ZoneWire", httpClient, nioHTTP1] + nio),
        shelf(
            "Core/ZoneAgentCore", "ZoneAgentCore",
            base + drivers + [
                "DriverKit", "ZoneAccess", "ZoneBus", "ZoneConfig", "ZoneControl", "ZoneDays", "ZoneDeflate",
                "ZoneDesks", "ZoneDocuments", "ZoneForms", "ZoneIdentity", "ZoneInput", "ZoneJournal", "ZoneJudge",
                "ZoneNetwork", "ZonePolicy", "ZonePorts", "ZonePrinting", "ZoneProfiles", "ZoneRecording",
                "ZoneScanning", "ZoneService", "ZoneSheets", "ZoneTouch", "ZoneUdev", "ZoneUplink", "ZoneYAML", crypto,
                log, lifecycle, signals, subprocess, system, "ZoneCases",
            ]),
        shelf(
            "Core/ZoneReplay", "ZoneReplay",
            base + [
                "DriverKit", "TouchPanelDriver", "ZoneAgentCore", "ZoneJournal", "ZonePrinting", "ZoneRecording", log,
            ]),
        shelf(
            "Core/ZoneUplink", "ZoneUplink",
            base + ["ZoneDeflate", "ZoneIdentity", "ZoneJournal", httpClient, nioHTTP1, nioSSL, crypto, lifecycle, log]
                + nio),
        shelf(
            "Drivers/TouchPanel/Simulator", "TouchPanelSimulator",
            ["DriverKit", "TouchPanelDriver", "ZoneLinux", "ZoneModel", "ZoneTime", "ZoneTouch", "ZoneWire"] + nio),
        shelf("Drivers/IPPPrinter/Simulator", "IPPPrinterSimulator", ["ZoneModel", log] + nio),
        shelf(
            "Drivers/OnbonLED/Simulator", "OnbonLEDSimulator",
            ["DriverKit", "OnbonLEDDriver", "ZoneLinux", "ZoneModel"] + nio),
        shelf(
            "Drivers/SuggestionBox/Simulator", "SuggestionBoxSimulator",
            ["DriverKit", "SuggestionBoxDriver", "ZoneModel", "ZoneWire"] + nio),
        shelf("Drivers/USBPrinter/Simulator", "USBPrinterSimulator", ["ZoneModel"] + nio),
        shelf(
            "Core/ZoneHubWeb", "ZoneHubWeb", ["ZoneHTTP"],
            embed: [
                "wall.html", "wall.css", "wall.js", "wall-text.js", "wall-zone.js",
                "case.html", "case.css", "case.js", "case-report.js",
            ].map { "Assets/\($0)" }),
        shelf(
            "Core/ZoneKioskWeb", "ZoneKioskWeb",
            [
                "ZoneControlClient", "ZoneHTTP", "ZoneModel", "ZoneWire", hummingbird, httpTypes, httpClient,
                nioHTTP1, lifecycle, signals, log,
            ] + nio,
            embed: [
                "kiosk.html", "kiosk.css", "kiosk-staff.css", "kiosk.js", "kiosk-report.js", "kiosk-canvas.js",
                "kiosk-check.js", "kiosk-clean.js", "kiosk-contacts.js", "kiosk-copy.js", "kiosk-duties.js",
                "kiosk-idle.js", "kiosk-jobs.js", "kiosk-lease.js", "kiosk-link.js", "kiosk-marks.js", "kiosk-pin.js",
                "kiosk-sse.js", "kiosk-staff.js", "kiosk-stage.js", "kiosk-test.js", "kiosk-text.js", "kiosk-view.js",
                "kiosk-words-duties.js", "kiosk-words-staff.js",
            ].map { "Assets/\($0)" }),
        shelf(
            "Core/ZoneHubStore", "ZoneHubStore",
            base + ["ZoneDays", "ZoneCases", "ZoneIdentity", grdb]),
        shelf(
            "Core/ZoneHubCore", "ZoneHubCore",
            base + ["ZoneDays", "ZoneCases", "ZoneHubStore", "ZoneIdentity", lifecycle, log]),
        shelf(
            "Core/ZoneHubDoor", "ZoneHubDoor",
            base + [
                "ZoneConfig", "ZoneDeflate", "ZoneHTTP", "ZoneHubCore", "ZoneHubStore", "ZoneHubWeb", "ZoneIdentity",
                "ZoneService", "ZoneSheets", crypto, hummingbird, hummingbirdCore, httpTypes, lifecycle, signals, log,
                asyncAlgorithms, nioHTTPTypes, nioSSL, "ZoneCases", "ZoneDays",
            ] + nio),
        shelf(
            "Core/ZoneFleet", "ZoneFleet",
            base + ["ZoneDeflate", "ZoneIdentity", nioHTTP1, nioSSL, log, lifecycle, signals, crypto] + nio),
        shelf(
            "Core/ZoneSimulation", "ZoneSimulation",
            [
                "IPPPrinterSimulator", "OnbonLEDSimulator", "SuggestionBoxSimulator", "TouchPanelSimulator",
                "ZoneConfig", "ZoneHTTP", "ZoneLinux", "ZoneModel", "ZoneWire", hummingbird, httpTypes, lifecycle,
                signals, log,
            ] + nio),
        shelf(
            "Core/ZoneCommandLine", "ZoneCommandLine",
            base + [
                "DriverKit", "ZoneAgentCore", "ZoneConfig", "ZoneControlClient", "ZoneDays", "ZoneJournal", "ZoneForms",
                "ZonePolicy", "ZonePrinting", "ZoneProfiles", "ZoneRecording", "ZoneReplay", "ZoneSheets", "ZoneUdev",
                "ZoneYAML", "ZoneIdentity", nioHTTP1, log, signals, subprocess, system, "ZoneCases",
            ]),

        // Programs: they only wire.
        program(
            "zone-agent",
            ["PrintingWorker", "ZoneAgentCore", "ZoneConfig", "ZoneLinux", "ZoneSimulation", arguments, log]),
        program(
            "zonectl",
            [
                "DriverKit", "ZoneAgentCore", "ZoneCommandLine", "ZoneConfig", "ZoneKioskWeb", "ZoneLinux",
                "ZoneModel", "ZoneSheets", "ZoneWire", arguments, log,
            ]),
        program(
            "zone-hub",
            base + [
                "ZoneConfig", "ZoneControlClient", "ZoneFleet", "ZoneHubDoor", "ZoneHubStore", "ZoneIdentity",
                arguments, nioHTTP1, log,
            ]),

        // Tests.
        .target(
            name: "ZoneFuzzEntries",
            dependencies: base + drivers + [
                "DriverKit", "ZoneConfig", "ZoneDeflate", "ZoneDocuments", "ZoneForms", "ZoneHubStore",
                "ZoneIdentity", "ZoneNetwork", "ZonePolicy", "ZonePrinting", "ZoneProfiles", "ZoneRecording",
                "ZoneSNMP", "ZoneTouch", "ZoneYAML",
            ],
            path: "Tests/Fuzz/Entries", swiftSettings: strict),
        .target(
            name: "ZoneTestKit", dependencies: ["ZoneLinux", "ZoneModel", "ZoneTime"] + nio,
            path: "Sources/Testing/ZoneTestKit", swiftSettings: strict),
        tests(
            "BaseTests",
            base + [
                "ZoneAgentCore", "ZoneDeflate", "ZoneFuzzEntries", "ZoneJournal", "ZoneConfig", "ZoneForms",
                "ZonePolicy", "ZoneProfiles", "ZoneYAML", crypto,
            ],
            fixtures: ["Golden"]),
        tests("DutyTests", base + ["ZoneCases", "ZoneDays", "ZonePolicy", "ZoneSheets", "ZoneYAML"]),
        tests("JudgeTests", ["ZoneJudge", "ZoneModel"]),
        tests("TouchTests", ["DriverKit", "TouchPanelDriver", "ZoneModel", "ZoneTouch"]),
        tests("JournalTests", base + ["ZoneJournal", grdb]),
        tests(
            "DriverTests",
            base + [
                "DisplayDriver", "DriverKit", "IPPPrinterDriver", "IPPPrinterSimulator", "NetworkDriver",
                "OnbonLEDDriver", "OnbonLEDSimulator", "PrintingWorker", "SuggestionBoxDriver",
                "SuggestionBoxSimulator", "TouchPanelDriver", "TouchPanelSimulator", "USBPrinterDriver",
                "USBPrinterSimulator", "ZoneDocuments", "ZoneFuzzEntries", "ZoneNetwork", "ZonePorts", "ZonePrinting",
                "ZoneSNMP", "ZoneScanning", "ZoneTouch", log,
            ] + nio),
        tests(
            "DriverContractTests",
            [
                "DriverKit", "IPPPrinterDriver", "IPPPrinterSimulator", "NetworkDriver", "OnbonLEDSimulator",
                "PrintingWorker", "QueryPCDriver", "SuggestionBoxSimulator", "TouchPanelDriver", "TouchPanelSimulator",
                "USBPrinterSimulator", "ZoneAgentCore", "ZoneBus", "ZoneLinux", "ZoneModel", "ZoneNetwork", "ZonePorts",
                "ZonePrinting", "ZoneRecording", "ZoneReplay", "ZoneTime", log, subprocess, system,
            ]),
        tests(
            "UplinkTests",
            base + [
                "ZoneDeflate", "ZoneHubCore", "ZoneHubStore", "ZoneIdentity", "ZoneJournal", "ZoneUplink", nioSSL, log,
            ] + nio),
        tests(
            "IdentityTests",
            base + ["ZoneIdentity", asn1, crypto, x509, subprocess, system]),
        tests(
            "HubTests",
            base + [
                "ZoneCases", "ZoneConfig", "ZoneControlClient", "ZoneDays", "ZoneDeflate", "ZoneHTTP", "ZoneHubCore",
                "ZoneHubDoor", "ZoneHubStore", "ZoneIdentity", "ZoneSheets", grdb, hummingbird, httpClient, nioHTTP1,
                nioSSL, log,
            ] + nio + [lifecycle]),
        tests(
            "FleetTests",
            base + ["ZoneDeflate", "ZoneFleet", "ZoneIdentity", nioHTTP1, nioSSL, log] + nio),
        tests(
            "EndToEndTests",
            base + [
                "DriverKit", "ZoneConfig", "ZoneControlClient", "ZoneRecording", "zone-agent", "zone-hub", "zonectl",
                httpClient, nioHTTP1, crypto, subprocess, system, log, "ZoneCases",
            ] + nio),
        tests("AccessTests", ["ZoneAccess", "ZoneLinux"]),
        tests(
            "DeskTests",
            base + ["DriverKit", "ZoneAccess", "ZoneDesks", "ZoneJournal", log]),
        tests(
            "AgentCoreTests",
            base + [
                "DriverKit", "ZoneAccess", "ZoneAgentCore", "ZoneConfig", "ZoneDays", "ZoneDeflate", "ZoneDesks",
                "ZoneForms", "ZoneHubCore", "ZoneHubStore", "ZoneJournal", "ZoneJudge", "ZonePolicy", "ZoneProfiles",
                "ZoneScanning", "ZoneSheets", "ZoneTouch", "ZoneUdev", "ZoneUplink", "ZoneYAML", "QueryPCDriver",
                crypto, log, "ZoneCases", "ZoneControl", "ZoneHubDoor",
            ]),
        tests(
            "CommandLineTests",
            base + [
                "DriverKit", "ZoneAgentCore", "ZoneCommandLine", "ZoneConfig", "ZoneDays", "ZoneForms", "ZoneJournal",
                "ZonePrinting", "ZoneProfiles", "ZoneSheets", "ZoneUdev", "ZoneCases", "ZoneControlClient",
            ]),
        tests("RepositoryTests", ["ZoneAgentCore", "ZoneModel", "ZoneProfiles"]),
    ]
)

// ZONE_PARSERS=1: values and codecs with their tests, so that a build with a sanitizer takes about a minute;
// ZONE_PARSERS=fuzz: the fuzzers too (Tests/Fuzz/README.md).
if let wanted = Context.environment["ZONE_PARSERS"] {
    let fuzz = wanted == "fuzz"
    let whole: Set = [
        "CLinux", "CZlib", "DisplayDriver", "DriverKit", "IPPPrinterDriver", "NetworkDriver", "OnbonLEDDriver",
        "QueryPCDriver", "SuggestionBoxDriver", "TouchPanelDriver", "USBPrinterDriver", "ZoneConfig", "ZoneDeflate",
        "ZoneFuzzEntries", "ZoneLinux", "ZoneModel", "ZonePolicy", "ZonePrinting", "ZoneProfiles", "ZoneRecording",
        "ZoneSNMP", "ZoneTime", "ZoneTouch", "ZoneWire", "ZoneYAML", "TouchTests", "ZoneCases",
    ]
    let incoming = ["Incoming", "IncomingEvent", "IncomingScalars", "IncomingSurvey", "IncomingWalker"]
    var parts = ["ZoneHubStore": incoming.map { "\($0).swift" }, "ZoneNetwork": ["Bytes"]]
    // Hashing needs swift-crypto: the list of forms is read without it.
    parts["ZoneForms"] = ["FormEntry.swift"]
    parts["ZoneDocuments"] = [
        "ByteRun", "DocumentKind", "DocumentLimits", "DocumentRefusal", "JPEGMeasure", "PDFReport", "RasterMeasure",
        "TextMeasure",
    ].map { "\($0).swift" }
    // What reads certificates needs libraries that take minutes with a sanitizer: only the fuzzers have it.
    let identity = ["Base64", "EnrolToken", "ExportFraming", "IPAddressBytes", "KeyFingerprint"]
    parts["ZoneIdentity"] = fuzz ? ["."] : identity.map { "\($0).swift" }
    let without = ["BaseTests": ["BindingTests.swift", "FormShelfTests.swift"], "ZoneTestKit": ["RawServer.swift"]]
    let products: Set = fuzz ? ["Crypto", "Logging", "SwiftASN1", "X509", "Yams"] : ["Logging", "Yams"]
    package.targets.removeAll { !whole.contains($0.name) && parts[$0.name] == nil && without[$0.name] == nil }
    let targets = Set(package.targets.map(\.name))
    for target in package.targets {
        target.sources = parts[target.name]
        target.resources = nil
        target.exclude += without[target.name] ?? []
        target.dependencies.removeAll { dependency in
            switch dependency {
            case .byNameItem(let name, _): !targets.contains(name)
            case .productItem(let name, _, _, _): !products.contains(name)
            default: false
            }
        }
    }
    let libraries = ["/swift-log", "/Yams"] + (fuzz ? ["/swift-asn1", "/swift-certificates", "/swift-crypto"] : [])
    package.dependencies.removeAll { dependency in
        guard case .sourceControl(_, let location, _) = dependency.kind else { return true }
        return !libraries.contains { location.hasSuffix($0) }
    }
    if fuzz {
        package.targets.append(
            .executableTarget(
                name: "zone-fuzz", dependencies: ["ZoneFuzzEntries"], path: "Tests/Fuzz/Program", swiftSettings: strict)
        )
    } else {
        let entries = package.targets.first { $0.name == "ZoneFuzzEntries" }
        entries?.swiftSettings?.append(.define("WITHOUT_CERTIFICATES"))
    }
}
