/// What Package.swift says about its targets, read from its text: `shelf("path", "Name", …)`, `program("name", …)`,
/// `tests("Name", …)`, `library("CName", …)` and `.target(name: "Name", … path: "…")`.
struct Manifest: Sendable {
    struct Target: Sendable {
        let name: String
        /// From the repository's root.
        let folder: String
        /// Names of targets and of products of other packages.
        let needs: Set<String>
        let line: Int
    }

    let targets: [Target]
    private let byName: [String: Target]

    init(_ text: String) {
        self.init(ManifestReader(text).targets())
    }

    init(_ targets: [Target]) {
        self.targets = targets
        byName = Dictionary(targets.map { (Manifest.module($0.name), $0) }) { first, _ in first }
    }

    subscript(name: String) -> Target? { byName[Manifest.module(name)] }

    /// `zone-hub` is imported as `zone_hub`.
    private static func module(_ name: String) -> String { String(name.map { $0 == "-" ? "_" : $0 }) }

    /// The target with the deepest folder above a file.
    func target(of path: String) -> Target? {
        targets.filter { path.hasPrefix($0.folder + "/") }.max { $0.folder.utf8.count < $1.folder.utf8.count }
    }

    /// The targets of this package that a target needs, in order.
    func neighbours(of target: Target) -> [Target] { target.needs.sorted().compactMap { self[$0] } }
}
