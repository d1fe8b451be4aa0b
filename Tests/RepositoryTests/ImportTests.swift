import Testing

@Suite("Imports point downwards, to what Package.swift lists")
struct ImportTests {
    private let rules = ImportRules(manifest: Repository.manifest)

    @Test func everyImportPointsToALowerShelfAndIsListed() {
        expectNone(Repository.swiftFiles.flatMap { rules.findings(in: $0) })
    }

    @Test func everyTargetHasAFile() {
        #expect(Repository.manifest.targets.count > 20, "Package.swift was not understood")
        expectNone(rules.emptyTargets(paths: Repository.files(below: "Sources", "Tests").map(\.path)))
    }

    @Test func targetsDoNotRunInCircles() { expectNone(rules.cycles()) }

    @Test(arguments: SoleImporter.table.indices)
    func aForeignLibraryHasItsOneImporter(_ row: Int) {
        let rule = SoleImporter.table[row]
        let missing = rule.importers.filter { Repository.manifest[$0]?.needs.contains(rule.module) != true }
        #expect(missing.isEmpty, "no longer need \(rule.module): correct SoleImporter.table in ImportRules.swift")
        expectNone(Repository.sources.flatMap { rule.findings(in: $0, of: Repository.manifest) })
    }
}

@Suite("The import rules themselves")
struct ImportRuleTests {
    private static let manifest = Manifest(
        """
        func shelf(_ path: String, _ name: String) -> Target { .target(name: name, path: "Sources/\\(path)") }
        let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
        let nio: [Target.Dependency] = [
            .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        ]
        // shelf("Base/Commented", "Commented"),
        .target(name: "CLinux", path: "Sources/C/CLinux"),
        library("CUdev", pkgConfig: "libudev", apt: "libudev-dev"),
        shelf("Base/Low", "Low"),
        shelf("Drivers/Panel/Driver", "Panel", ["Low"]),
        shelf("Drivers/Printer", "Printer", ["Panel"]),
        shelf(
            "Core/ZoneHubCore", "ZoneHubCore",
            ["Low", "Panel", log] + nio, embed: ["page.html"].map { "Assets/\\($0)" }),
        shelf("Testing/Kit", "Kit", ["ZoneHubCore", "zone-hub"]),
        program("zone-hub", ["ZoneHubCore"]),
        tests("LowTests", ["Low"]),
        """)

    private func advice(_ path: String, _ text: String) -> [String] {
        ImportRules(manifest: Self.manifest).findings(in: SwiftFile(path: path, text: text)).map(\.advice)
    }

    @Test func theManifestIsRead() {
        #expect(
            Self.manifest.targets.map(\.name) == [
                "CLinux", "CUdev", "Low", "Panel", "Printer", "ZoneHubCore", "Kit", "zone-hub", "LowTests",
            ])
        #expect(Self.manifest["ZoneHubCore"]?.folder == "Sources/Core/ZoneHubCore")
        #expect(Self.manifest["ZoneHubCore"]?.needs == ["Low", "Panel", "Logging", "NIOCore", "NIOPosix"])
        #expect(Self.manifest["LowTests"]?.needs == ["Low", "ZoneTestKit"])
    }

    @Test(arguments: ["import Panel", "@testable import Panel", "package import Panel", "import struct Panel.Slot"])
    func anArrowUpwardsIsSeenInEveryForm(_ line: String) {
        #expect(advice("Sources/Base/Low/A.swift", "// first\n\(line)\n").first?.contains("lower shelf") == true)
    }

    @Test func familiesHubProgramsAndTestAidsKeepApart() {
        #expect(advice("Sources/Drivers/Printer/A.swift", "import Panel").first?.contains("families") == true)
        #expect(advice("Sources/Core/ZoneHubCore/A.swift", "import Panel").first?.contains("JSON") == true)
        #expect(advice("Sources/Core/ZoneHubCore/A.swift", "import Kit").first?.contains("Tests/ only") == true)
        #expect(advice("Sources/Testing/Kit/A.swift", "import zone_hub\nimport ZoneHubCore").count == 1)
    }

    @Test func anUnlistedNeedAndAStrayFileAreSeen() {
        #expect(advice("Sources/Base/Low/A.swift", "import CLinux").first?.contains("dependencies of Low") == true)
        #expect(advice("Sources/Base/Low/A.swift", "import NIOCore").first?.contains("dependencies of Low") == true)
        #expect(advice("Sources/Base/Nowhere/A.swift", "let a = 1").first?.contains("no target") == true)
    }

    @Test func whatIsAllowedPasses() {
        #expect(advice("Sources/Core/ZoneHubCore/A.swift", "import Low\nimport Logging\nimport NIOPosix") == [])
        #expect(advice("Tests/LowTests/A.swift", "import Testing\n@testable import Low\nimport ZoneTestKit") == [])
        #expect(advice("Sources/Base/Low/A.swift", "// import Panel\nlet text = \"import Panel\"") == [])
    }

    @Test func aSecondImporterIsSeen() {
        let rule = SoleImporter("CLinux", ["Low"], "reason")
        let file = SwiftFile(path: "Sources/Drivers/Panel/Driver/A.swift", text: "\nimport CLinux")
        #expect(rule.findings(in: file, of: Self.manifest).map(\.line) == [2])
        let allowed = SwiftFile(path: "Sources/Base/Low/A.swift", text: "import CLinux")
        #expect(rule.findings(in: allowed, of: Self.manifest) == [])
    }

    @Test func circlesAndEmptyTargetsAreSeen() {
        let circle = Manifest("shelf(\"Base/A\", \"A\", [\"B\"]), shelf(\"Base/B\", \"B\", [\"A\"])")
        #expect(ImportRules(manifest: circle).cycles().map(\.advice).first?.contains("A -> B -> A") == true)
        let paths = ["Sources/Base/A/README.md", "Sources/Base/B/B.swift"]
        #expect(ImportRules(manifest: circle).emptyTargets(paths: paths).count == 1)
    }
}
