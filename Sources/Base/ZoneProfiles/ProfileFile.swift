// Purpose: hw-profiles: what models of hardware are, as data. Read, lint, match, explain. Hardware facts only:
// opening hours, hub and rules are configuration and live elsewhere.
import ZoneModel
import ZoneYAML

/// One hw-profile file. Everything but `kind` and `match` is optional: higher layers only say what differs.
package struct ProfileFile: Sendable {
    /// Where the file stands among the others: later wins per key.
    package struct Rank: Sendable, Comparable {
        /// 0 shipped, 1 site.
        package var root: Int
        /// The number in front of the folder's name: 10 generic, 30 vendor, 50 model.
        package var layer: Int

        package static func < (left: Rank, right: Rank) -> Bool {
            (left.root, left.layer) < (right.root, right.layer)
        }
    }

    package var path: String
    package var rank: Rank
    package var kind: DeviceKind
    /// All must hold. Keys: `usb`, `scheme`, `address`, `machine`, `udev.NAME`; `vendor` and `model` as the device itself says once
    /// it has answered. A value that ends in `*` is a beginning.
    package var match: [String: String]
    package var driver: Sourced<String>?
    package var settings: [String: Sourced<String>]
    package var probeInterval: Sourced<Duration>?
    package var maxAge: Sourced<Duration>?
    package var evidence: Sourced<ProfileEvidence>?

    package init(text: String, path: String, rank: Rank) throws(FileComplaint) {
        var root = try YAMLSection(text: text, file: path)
        self.path = path
        self.rank = rank
        kind = try root.required("kind", expected: words(DeviceKind.self), DeviceKind.init(rawValue:))
        match = try ProfileFile.readMatch(&root)
        driver = try root.text("driver")
        settings = try ProfileFile.readSettings(&root)
        evidence = try root.value("evidence", expected: words(ProfileEvidence.self), ProfileEvidence.init(rawValue:))
        if var expect = try root.section("expect") {
            let expected = "a duration such as 500ms, 2s, 5m"
            probeInterval = try expect.value("probeInterval", expected: expected, Duration.init(shortText:))
            maxAge = try expect.value("maxAge", expected: expected, Duration.init(shortText:))
            try expect.finish()
        }
        try root.finish()
    }

    private static let keysOfMatch = "usb, scheme, address, machine, udev.NAME, vendor, model"

    private static func readMatch(_ root: inout YAMLSection) throws(FileComplaint) -> [String: String] {
        guard var section = try root.section("match"), !section.keys.isEmpty else {
            throw root.complaint("match", expected: "at least one of " + ProfileFile.keysOfMatch)
        }
        var match: [String: String] = [:]
        for key in section.keys {
            guard ["usb", "scheme", "address", "machine", "vendor", "model"].contains(key) || key.hasPrefix("udev.")
            else {
                throw section.complaint(key, expected: "one of " + ProfileFile.keysOfMatch)
            }
            match[key] = try section.required(key, expected: "a value to compare with") { $0 }
        }
        return match
    }

    private static func readSettings(_ root: inout YAMLSection) throws(FileComplaint) -> [String: Sourced<String>] {
        guard var section = try root.section("set") else { return [:] }
        var settings: [String: Sourced<String>] = [:]
        for key in section.keys { settings[key] = try section.text(key) }
        return settings
    }

    package func fits(_ hardware: HardwareFacts) -> Bool {
        hardware.kind == kind
            && match.allSatisfy { key, wanted in hardware.facts[key].map { ProfileFile.fits($0, wanted, key) } ?? false
            }
    }

    /// Vendors write themselves in capitals or not, from one model to the next.
    private static func fits(_ fact: String, _ wanted: String, _ key: String) -> Bool {
        let isSaid = key == "vendor" || key == "model"
        let (fact, wanted) = isSaid ? (fact.lowercased(), wanted.lowercased()) : (fact, wanted)
        return wanted.hasSuffix("*") ? fact.hasPrefix(wanted.dropLast()) : fact == wanted
    }
}

/// What is known of a piece of hardware before anything is opened.
package struct HardwareFacts: Sendable, Hashable {
    package var kind: DeviceKind
    /// The keys of `ProfileFile.match`.
    package var facts: [String: String]

    package init(kind: DeviceKind, facts: [String: String]) { (self.kind, self.facts) = (kind, facts) }
}
