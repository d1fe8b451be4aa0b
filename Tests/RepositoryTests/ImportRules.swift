/// Who may know whom: the shelves, the list of each target's needs, and the one importer of each foreign library.
struct ImportRules {
    let manifest: Manifest

    /// One `import` of a file.
    struct Import {
        let module: String
        let line: Int
    }

    /// Arrows point to the same shelf or a lower one.
    private static let shelves = ["C", "Base", "Devices", "Drivers", "Core", "Programs"]

    /// What comes with the compiler.
    private static let toolchain: Set = [
        "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Observation", "RegexBuilder", "Swift",
        "Synchronization", "Testing",
    ]

    static func imports(of file: SwiftFile) -> [Import] {
        file.words.indices.compactMap { index in
            guard file.words[index].text == "import", index + 1 < file.words.count else { return nil }
            var module = file.words[index + 1]
            let kinds = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
            if kinds.contains(module.text), index + 2 < file.words.count { module = file.words[index + 2] }
            return Import(module: module.text, line: module.line)
        }
    }

    /// Wrong directions and unlisted needs of one file.
    func findings(in file: SwiftFile) -> [Finding] {
        guard let target = manifest.target(of: file.path) else {
            return [Finding(file.path, 1, "belongs to no target: declare its folder in Package.swift")]
        }
        return ImportRules.imports(of: file).compactMap { line in
            guard line.module != target.name else { return nil }
            let advice = wrongDirection(from: target, to: line.module) ?? unlisted(line.module, by: target)
            return advice.map { Finding(file.path, line.line, $0) }
        }
    }

    private func unlisted(_ module: String, by target: Manifest.Target) -> String? {
        guard !target.needs.contains(module), !ImportRules.toolchain.contains(module) else { return nil }
        return "\(module) is not among the dependencies of \(target.name): list it in Package.swift, or drop the import"
    }

    private func wrongDirection(from target: Manifest.Target, to module: String) -> String? {
        guard let other = manifest[module], let from = Place(target), let to = Place(other) else { return nil }
        let arrow = "\(target.name) (\(from.shelf)) must not import \(module) (\(to.shelf)): "
        if from.shelf == "Testing" {
            return to.shelf == "Programs" ? arrow + "test aids stand beside the programs, not on them" : nil
        }
        guard let left = ImportRules.shelves.firstIndex(of: to.shelf),
            let right = ImportRules.shelves.firstIndex(of: from.shelf)
        else { return arrow + "test aids are for Tests/ only" }
        if left > right { return arrow + "move the shared part to a lower shelf, or hand it in behind a protocol" }
        if let family = from.family, let otherFamily = to.family, family != otherFamily {
            return arrow + "driver families do not know each other; what they share goes to Devices/"
        }
        if target.name.hasPrefix("ZoneHub"), ["Devices", "Drivers"].contains(to.shelf) {
            return arrow + "the hub knows devices only by their JSON (ZoneWire)"
        }
        return nil
    }

    /// Where a target stands below Sources/.
    private struct Place {
        let shelf: String
        let family: String?

        init?(_ target: Manifest.Target) {
            let parts = target.folder.split(separator: "/").map(String.init)
            guard parts.count > 1, parts[0] == "Sources" else { return nil }
            shelf = parts[1]
            family = shelf == "Drivers" && parts.count > 2 ? parts[2] : nil
        }
    }

    /// Targets without a Swift or C file.
    func emptyTargets(paths: [String]) -> [Finding] {
        manifest.targets.filter { target in
            !paths.contains { path in
                path.hasPrefix(target.folder + "/")
                    && [".swift", ".c", ".modulemap"].contains { path.hasSuffix($0) }
            }
        }
        .map {
            Finding("Package.swift", $0.line, "\($0.name) has no file in \($0.folder): write it, or drop the target")
        }
    }

    /// Each circle once, at the target that closes it.
    func cycles() -> [Finding] {
        var (done, found): (Set<String>, [Finding]) = ([], [])
        func visit(_ target: Manifest.Target, _ path: [String]) {
            if let start = path.firstIndex(of: target.name) {
                let circle = (path[start...] + [target.name]).joined(separator: " -> ")
                found.append(Finding("Package.swift", target.line, "\(circle): move the shared part to a lower target"))
                return
            }
            guard !done.contains(target.name) else { return }
            for next in manifest.neighbours(of: target) { visit(next, path + [target.name]) }
            done.insert(target.name)
        }
        for target in manifest.targets { visit(target, []) }
        return found
    }
}

/// A library that only the named targets may import, and why.
struct SoleImporter {
    let module: String
    let importers: [String]
    let reason: String

    static let table = [
        SoleImporter("CLinux", ["ZoneLinux"], "system calls become values with owners and errors in one place"),
        SoleImporter("CLibEvdev", ["ZoneInput"], "libevdev is one implementation of InputSource"),
        SoleImporter("CCUPS", ["PrintingWorker"], "libcups may block or crash, so it lives in the worker child"),
        SoleImporter("CUdev", ["ZoneUdev"], "libudev alone says what is plugged, from one thread"),
        SoleImporter("CSystemd", ["ZoneBus"], "sd-bus blocks, so it is asked on a lane and with a deadline"),
        SoleImporter("Yams", ["ZoneYAML"], "every complaint about a file must name file, line and field"),
        SoleImporter(
            "GRDB", ["ZoneJournal", "ZoneHubStore"], "durability settings of SQLite are set and checked there"),
        SoleImporter(
            "Subprocess", ["ZoneAgentCore", "ZoneCommandLine", "ZoneDocuments", "ZoneScanning"],
            "one place in the agent starts children that stay, one asks what a document is, one scans; zonectl asks programs"
        ),
    ]

    init(_ module: String, _ importers: [String], _ reason: String) {
        (self.module, self.importers, self.reason) = (module, importers, reason)
    }

    func findings(in file: SwiftFile, of manifest: Manifest) -> [Finding] {
        guard let target = manifest.target(of: file.path), !importers.contains(target.name) else { return [] }
        return ImportRules.imports(of: file).filter { $0.module == module }.map {
            let allowed = importers.joined(separator: " and ")
            return Finding(
                file.path, $0.line, "\(module) is imported by \(allowed) only (\(reason)): use what they offer")
        }
    }
}
