// swift-tools-version: 6.2
import PackageDescription

// One list for every Swift target: mixed settings between modules change where `async` code runs.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
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
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let asyncAlgorithms: Target.Dependency = .product(name: "AsyncAlgorithms", package: "swift-async-algorithms")

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
        library("CUdev", pkgConfig: "libudev", apt: "libudev-dev"),

        // Base: values and utilities.
        shelf("Base/ZoneModel", "ZoneModel"),
        shelf("Base/ZoneTime", "ZoneTime", ["ZoneModel"]),
        shelf("Base/ZoneWire", "ZoneWire", ["ZoneModel"]),
        shelf("Base/ZoneLinux", "ZoneLinux", ["CLinux", "ZoneModel", "ZoneTime"]),
        shelf("Base/ZoneYAML", "ZoneYAML", ["ZoneModel", yams]),
        shelf("Base/ZoneProfiles", "ZoneProfiles", ["ZoneModel", "ZoneYAML"]),
        shelf("Base/ZonePolicy", "ZonePolicy", ["ZoneModel", "ZoneYAML"]),
        shelf("Base/ZoneConfig", "ZoneConfig", ["ZoneModel", "ZoneTime", "ZoneYAML"]),
        shelf("Base/ZoneService", "ZoneService", ["ZoneLinux", "ZoneModel", "ZoneTime", lifecycle]),
        shelf("Base/ZoneHTTP", "ZoneHTTP", ["ZoneModel", "ZoneTime", "ZoneWire", hummingbird, httpTypes] + nio),

        // Devices: the driver contract and what drivers stand on.
        shelf("Devices/DriverKit", "DriverKit", ["ZoneModel"]),
        shelf("Devices/ZoneInput", "ZoneInput", ["CLibEvdev", "DriverKit", "ZoneLinux", "ZoneModel"]),
        shelf("Devices/ZoneUdev", "ZoneUdev", ["CUdev", "ZoneLinux", "ZoneModel"]),
        shelf("Devices/ZonePrinting", "ZonePrinting", ["ZoneLinux", "ZoneModel", "ZoneTime", log]),
        shelf("Devices/PrintingWorker", "PrintingWorker", ["CCUPS", "ZoneLinux", "ZoneModel", "ZonePrinting"]),
        shelf(
            "Devices/ZoneNetwork", "ZoneNetwork", ["DriverKit", "ZoneLinux", "ZoneModel", httpClient, nioHTTP1] + nio),

        // Drivers: one folder per family, each with its simulator.
        shelf("Drivers/TouchPanel/Driver", "TouchPanelDriver", ["DriverKit", "ZoneLinux", "ZoneModel", "ZoneTime"]),
        shelf("Drivers/IPPPrinter/Driver", "IPPPrinterDriver", ["DriverKit", "ZoneModel", "ZonePrinting", "ZoneTime"]),
        shelf("Drivers/Network/Driver", "NetworkDriver", ["DriverKit", "ZoneModel"]),
        shelf("Drivers/QueryPC", "QueryPCDriver", ["DriverKit", "ZoneLinux", "ZoneModel", "ZoneTime"]),

        // Core: what is true, what is kept, who is told.
        shelf("Core/ZoneAccess", "ZoneAccess", ["ZoneLinux", "ZoneModel", "ZoneTime", cryptoExtras]),
        shelf(
            "Core/ZoneDesks", "ZoneDesks",
            [
                "DriverKit", "ZoneAccess", "ZoneJournal", "ZoneLinux", "ZoneModel", "ZoneTime", "ZoneWire", crypto, log,
            ]),
        shelf("Core/ZoneJudge", "ZoneJudge", ["ZoneModel"]),
        shelf("Core/ZoneJournal", "ZoneJournal", ["ZoneLinux", "ZoneModel", "ZoneTime", "ZoneWire", grdb]),
        shelf(
            "Core/ZoneControl", "ZoneControl",
            [
                "ZoneAccess", "ZoneDesks", "ZoneHTTP", "ZoneJournal", "ZoneLinux", "ZoneModel", "ZoneTime", "ZoneWire",
                hummingbird, httpTypes, nioHTTPTypes, lifecycle, log, asyncAlgorithms, crypto,
            ] + nio),
        shelf(
            "Core/ZoneControlClient", "ZoneControlClient",
            ["ZoneLinux", "ZoneModel", "ZoneWire", httpClient, nioHTTP1] + nio),
        shelf(
            "Core/ZoneAgentCore", "ZoneAgentCore",
            [
                "DriverKit", "IPPPrinterDriver", "NetworkDriver", "QueryPCDriver", "TouchPanelDriver", "ZoneAccess",
                "ZoneConfig", "ZoneControl", "ZoneDesks", "ZoneInput", "ZoneJournal", "ZoneJudge", "ZoneLinux",
                "ZoneModel", "ZoneNetwork",
                "ZonePolicy", "ZonePrinting", "ZoneProfiles", "ZoneService", "ZoneTime", "ZoneUdev", "ZoneUplink",
                "ZoneWire",
                "ZoneYAML", crypto, log,
                lifecycle,
                signals,
                subprocess, system,
            ]),
        shelf(
            "Core/ZoneUplink", "ZoneUplink",
            ["ZoneJournal", "ZoneModel", "ZoneTime", "ZoneWire", httpClient, nioHTTP1, crypto, lifecycle, log] + nio),
        shelf(
            "Drivers/TouchPanel/Simulator", "TouchPanelSimulator",
            ["DriverKit", "TouchPanelDriver", "ZoneModel", "ZoneWire"] + nio),
        shelf("Drivers/IPPPrinter/Simulator", "IPPPrinterSimulator", ["ZoneModel", log] + nio),
        shelf(
            "Core/ZoneHubWeb", "ZoneHubWeb", ["ZoneHTTP"],
            embed: ["wall.html", "wall.css", "wall.js", "wall-text.js", "wall-zone.js"].map { "Assets/\($0)" }),
        shelf(
            "Core/ZoneKioskWeb", "ZoneKioskWeb",
            [
                "ZoneControlClient", "ZoneHTTP", "ZoneModel", "ZoneWire", hummingbird, httpTypes, httpClient, nioHTTP1,
                lifecycle, signals, log,
            ] + nio,
            embed: [
                "kiosk.html", "kiosk.css", "kiosk.js", "kiosk-idle.js", "kiosk-link.js", "kiosk-text.js",
                "kiosk-view.js",
            ].map { "Assets/\($0)" }),
        shelf(
            "Core/ZoneHubCore", "ZoneHubCore",
            [
                "ZoneConfig", "ZoneHTTP", "ZoneHubWeb", "ZoneLinux", "ZoneModel", "ZoneService", "ZoneTime", "ZoneWire",
                grdb,
                hummingbird, httpTypes,
                lifecycle, signals, log, asyncAlgorithms,
            ] + nio),
        shelf(
            "Core/ZoneSimulation", "ZoneSimulation",
            [
                "IPPPrinterSimulator", "TouchPanelSimulator", "ZoneConfig", "ZoneHTTP", "ZoneLinux", "ZoneModel",
                "ZoneWire",
                hummingbird, httpTypes, lifecycle, signals, log,
            ] + nio),
        shelf(
            "Core/ZoneCommandLine", "ZoneCommandLine",
            [
                "ZoneAgentCore", "ZoneConfig", "ZoneControlClient", "ZoneModel", "ZoneProfiles", "ZoneTime", "ZoneWire",
                nioHTTP1,
            ]),

        // Programs: they only wire.
        program(
            "zone-agent",
            ["PrintingWorker", "ZoneAgentCore", "ZoneConfig", "ZoneLinux", "ZoneSimulation", arguments, log]),
        program(
            "zonectl",
            [
                "ZoneAgentCore", "ZoneCommandLine", "ZoneConfig", "ZoneKioskWeb", "ZoneLinux", "ZoneModel", "ZoneWire",
                arguments,
                log,
            ]),
        program("zone-hub", ["ZoneConfig", "ZoneHubCore", "ZoneLinux", arguments, log]),

        // Tests.
        .target(
            name: "ZoneFuzzEntries",
            dependencies: [
                "DriverKit", "IPPPrinterDriver", "NetworkDriver", "TouchPanelDriver", "ZoneConfig", "ZoneHubCore",
                "ZoneModel", "ZoneNetwork", "ZonePolicy", "ZonePrinting", "ZoneProfiles", "ZoneTime", "ZoneWire",
                "ZoneYAML",
            ],
            path: "Tests/Fuzz/Entries", swiftSettings: strict),
        .target(
            name: "ZoneTestKit", dependencies: ["ZoneLinux", "ZoneModel", "ZoneTime"] + nio,
            path: "Sources/Testing/ZoneTestKit", swiftSettings: strict),
        tests(
            "BaseTests",
            [
                "ZoneAgentCore", "ZoneFuzzEntries", "ZoneJournal", "ZoneConfig", "ZoneModel", "ZonePolicy",
                "ZoneProfiles", "ZoneTime", "ZoneWire", "ZoneYAML",
            ],
            fixtures: ["Golden"]),
        tests("JudgeTests", ["ZoneJudge", "ZoneModel"]),
        tests("JournalTests", ["ZoneJournal", "ZoneLinux", "ZoneModel", "ZoneTime", "ZoneWire", grdb]),
        tests(
            "DriverTests",
            [
                "DriverKit", "IPPPrinterDriver", "IPPPrinterSimulator", "NetworkDriver", "PrintingWorker",
                "TouchPanelDriver", "TouchPanelSimulator", "ZoneLinux", "ZoneModel", "ZoneNetwork", "ZonePrinting",
                "ZoneTime", log,
            ]),
        tests(
            "DriverContractTests",
            [
                "DriverKit", "IPPPrinterDriver", "IPPPrinterSimulator", "NetworkDriver", "PrintingWorker",
                "QueryPCDriver", "TouchPanelDriver", "TouchPanelSimulator", "ZoneAgentCore", "ZoneLinux", "ZoneModel",
                "ZoneNetwork", "ZonePrinting", log,
            ]),
        tests(
            "UplinkTests",
            ["ZoneHubCore", "ZoneJournal", "ZoneLinux", "ZoneModel", "ZoneTime", "ZoneUplink", "ZoneWire", log]),
        tests(
            "EndToEndTests",
            [
                "ZoneConfig", "ZoneControlClient", "ZoneLinux", "ZoneModel", "ZoneTime", "ZoneWire", "zone-agent",
                "zone-hub", "zonectl",
                httpClient, nioHTTP1, subprocess, system, log,
            ] + nio),
        tests("AccessTests", ["ZoneAccess", "ZoneLinux"]),
        tests(
            "DeskTests",
            [
                "DriverKit", "ZoneAccess", "ZoneDesks", "ZoneJournal", "ZoneLinux", "ZoneModel", "ZoneTime", "ZoneWire",
                log,
            ]),
        tests(
            "AgentCoreTests",
            [
                "DriverKit", "ZoneAgentCore", "ZoneConfig", "ZoneJournal", "ZoneJudge", "ZoneLinux", "ZoneModel",
                "ZoneProfiles", "ZoneTime", "ZoneWire", "ZoneYAML", log,
            ]),
        tests("CommandLineTests", ["ZoneCommandLine", "ZoneModel", "ZoneWire"]),
        tests("RepositoryTests", ["ZoneAgentCore", "ZoneModel", "ZoneProfiles"]),
    ]
)

// ZONE_PARSERS=1: values and codecs with their tests, so that a build with a sanitizer takes about a minute;
// ZONE_PARSERS=fuzz: the fuzzers too (Tests/Fuzz/README.md).
if let wanted = Context.environment["ZONE_PARSERS"] {
    let whole: Set = [
        "CLinux", "DriverKit", "IPPPrinterDriver", "NetworkDriver", "TouchPanelDriver", "ZoneConfig", "ZoneFuzzEntries",
        "ZoneLinux", "ZoneModel", "ZonePolicy", "ZonePrinting", "ZoneProfiles", "ZoneTime", "ZoneWire", "ZoneYAML",
    ]
    let parts = ["ZoneHubCore": ["Incoming.swift"], "ZoneNetwork": ["DNSMessage.swift"]]
    let without = ["BaseTests": ["BindingTests.swift"], "ZoneTestKit": ["RawServer.swift"]]
    let products: Set = ["Logging", "Yams"]
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
    package.dependencies.removeAll { dependency in
        guard case .sourceControl(_, let location, _) = dependency.kind else { return true }
        return !["/swift-log", "/Yams"].contains { location.hasSuffix($0) }
    }
    if wanted == "fuzz" {
        package.targets.append(
            .executableTarget(
                name: "zone-fuzz", dependencies: ["ZoneFuzzEntries"], path: "Tests/Fuzz/Program", swiftSettings: strict)
        )
    }
}
