import ZoneModel
import ZoneTime
import ZoneYAML

/// One file of the configuration.
package struct ConfigurationText: Sendable, Hashable {
    package var file: String
    package var text: String

    package init(file: String, text: String) { (self.file, self.text) = (file, text) }
}

/// A configuration that was read without a mistake, with the origin of each value.
package struct ReadConfiguration: Sendable, Hashable {
    package var config: AgentConfig
    package var origins: Origins
    package var locks: Set<String>

    /// Who this PC is and what the site has locked is never the hub's to say; nor is what has files of the PC removed or
    /// written, or its units started anew.
    package static let siteOnly: Set<String> = ["zone", "node", "locked", "kiosk", "residue", "browser.policies"]

    /// - Throws: the first `FileComplaint`. (Nothing of a configuration is used when part of it is wrong: half of the
    ///   devices with the other half's ids would be worse than the last good one.)
    package init(site: ConfigurationText, remote: ConfigurationText? = nil) throws(FileComplaint) {
        do throws(FileComplaint) {
            self = try ReadConfiguration(layers: site, remote)
        } catch {
            guard let remote, error.file != remote.file, (try? ReadConfiguration(layers: site, nil)) != nil else {
                throw error
            }
            // Right by itself, wrong together: who wrote the upper layer must look there.
            throw FileComplaint(
                file: remote.file, line: 1, field: error.field,
                expected: "\(error.expected) (together with \(error.file):\(error.line))")
        }
    }

    private init(layers site: ConfigurationText, _ remote: ConfigurationText?) throws(FileComplaint) {
        var lowest = try YAMLSection(text: site.text, file: site.file)
        locks = try ReadConfiguration.readLocks(&lowest).union(ReadConfiguration.siteOnly)
        var sections = [lowest]
        if let remote { sections.append(try YAMLSection(text: remote.text, file: remote.file)) }
        var root = LayeredSection(sections, locks: locks)
        config = try AgentConfig(&root)
        try root.finish()
        origins = root.origins
    }

    private static func readLocks(_ site: inout YAMLSection) throws(FileComplaint) -> Set<String> {
        let names = try site.texts("locked")
        for name in names where !ConfigurationKey.all.contains(where: { $0.isWithin(name) }) {
            throw site.complaint("locked", expected: "keys such as hours or hub.url (not “\(name)”)")
        }
        return Set(names)
    }
}

extension AgentConfig {
    fileprivate init(_ root: inout LayeredSection) throws(FileComplaint) {
        let id = "1 to 32 of a-z, 0-9 and -"
        zone = try root.required("zone", expected: id, Slug.init)
        node = try root.required("node", expected: id, Slug.init)
        name = try root.value("name", expected: "a name of at most 80 characters", AgentConfig.nonEmpty) ?? zone.text
        purpose = try root.value("purpose", expected: words(Purpose.self), Purpose.init) ?? .production
        type = try root.value("type", expected: words(ZoneType.self), ZoneType.init) ?? .village
        (hours, hoursKeeping) = try HoursKeeping.read(&root)
        hubURL = try AgentConfig.readHub(&root)
        portals = try AgentConfig.readPortals(&root)
        devices = try AgentConfig.readDevices(&root)
        nodes = try AgentConfig.readNodes(&root)
        journal = try AgentConfig.readJournal(&root)
        fees = try FeeConfig(in: &root)
        forms = try FormConfig(in: &root)
        cases = try CaseConfig(in: &root)
        kioskApp = try KioskAppConfig.read(&root)
        browser = try BrowserConfig.read(&root)
        residue = try ResidueConfig.read(&root, kioskApp)
        checks = try CheckConfig(in: &root)
        sheet = try SheetConfig(in: &root)
        policies = try root.value("policy", expected: AgentConfig.policyNames, AgentConfig.policies) ?? []
        guard nodes.isEmpty || nodes.contains(where: { $0.node == node }) else {
            throw root.complaint("nodes", expected: "this PC’s own node, \(node), among them")
        }
    }

    private static let policyNames = "up to 8 names of shipped policies, such as liangping-2021 zhuoshui-2021"

    /// Names of files, without folder and without `.yaml`.
    private static func policies(_ text: String) -> [String]? {
        let names = text.split { $0 == " " || $0 == "," }.map(String.init)
        guard (1...8).contains(names.count), Set(names).count == names.count else { return nil }
        return names.allSatisfy { Slug($0) != nil } ? names : nil
    }

    private static func readHub(_ root: inout LayeredSection) throws(FileComplaint) -> String? {
        guard var hub = try root.section("hub") else { return nil }
        let url = try hub.required("url", expected: "an address such as https://hub.example.cn:8081", hubAddress)
        try hub.finish()
        root.absorb(hub)
        return url
    }

    private static func readPortals(_ root: inout LayeredSection) throws(FileComplaint) -> [PortalConfig] {
        guard var network = try root.section("network") else { return [] }
        var portals: [PortalConfig] = []
        for var section in try network.sections("portals", by: "name") {
            portals.append(
                PortalConfig(
                    name: try section.required("name", expected: "the portal's name", nonEmpty),
                    url: try section.required(
                        "url", expected: "an address such as https://www.example.gov.cn/", webAddress),
                    mark: try section.value("mark", expected: "a text") { $0 }))
            try section.finish()
            network.absorb(section)
        }
        try network.finish()
        root.absorb(network)
        return portals
    }

    private static func readNodes(_ root: inout LayeredSection) throws(FileComplaint) -> [NodeConfig] {
        var nodes: [NodeConfig] = []
        for var section in try root.sections("nodes", by: "node") {
            nodes.append(
                NodeConfig(
                    node: try section.required("node", expected: "1 to 32 of a-z, 0-9 and -", Slug.init),
                    place: try section.value("place", expected: "a text") { $0 }))
            try section.finish()
            root.absorb(section)
        }
        return nodes
    }

    private static func readJournal(_ root: inout LayeredSection) throws(FileComplaint) -> JournalConfig {
        var config = JournalConfig()
        guard var section = try root.section("journal") else { return config }
        func number(_ range: ClosedRange<Int>) -> (String) -> Int? {
            { Int($0).flatMap { range.contains($0) ? $0 : nil } }
        }
        config.sizeMiB = try section.value("sizeMiB", expected: "16 to 4096", number(16...4096)) ?? config.sizeMiB
        config.days = try section.value("days", expected: "7 to 3650", number(7...3650)) ?? config.days
        try section.finish()
        root.absorb(section)
        return config
    }

    private static func readDevices(_ root: inout LayeredSection) throws(FileComplaint) -> [DeviceConfig] {
        var devices: [DeviceConfig] = []
        for var section in try root.sections("devices", by: "id") {
            let device = try DeviceConfig(&section)
            guard !ownIDs.contains(device.card.id) else {
                throw section.complaint("id", expected: "another id: the agent itself uses network-1 and pc-1")
            }
            try section.finish()
            root.absorb(section)
            devices.append(device)
        }
        return devices
    }

    /// The machine's own devices.
    private static let ownIDs: [DeviceID] = [DeviceID(.network, 1), DeviceID(.queryPC, 1)]

    private static func nonEmpty(_ text: String) -> String? {
        text.allSatisfy(\.isWhitespace) || text.count > 80 ? nil : text
    }

    /// Nothing is said to a hub but over TLS.
    private static func hubAddress(_ text: String) -> String? {
        let plain = text.hasSuffix("/") ? String(text.dropLast()) : text
        return plain.hasPrefix("https://") && ListenAddress(String(plain.dropFirst(8))) != nil ? plain : nil
    }

    private static func webAddress(_ text: String) -> String? {
        ["http://", "https://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count } ? text : nil
    }
}

extension DeviceConfig {
    fileprivate init(_ section: inout LayeredSection) throws(FileComplaint) {
        card = DeviceCard(
            id: try section.required("id", expected: "1 to 32 of a-z, 0-9 and -", Slug.init),
            kind: try section.required("kind", expected: words(DeviceKind.self), DeviceKind.init),
            place: try section.value("place", expected: "a text") { $0 },
            watch: try section.value("watch", expected: words(Watch.self), Watch.init) ?? .machine)
        uri = try section.value("uri", expected: "an address such as ipp://192.0.2.7/ipp/print") {
            $0.contains(":") ? $0 : nil
        }
        collect = try section.value("collect", expected: "a place of at most 60 characters", DeviceConfig.desk)
        match = [:]
        vendor = try section.value("vendor", expected: "the id of one of vendors", Slug.init)
        display = try section.value("display", expected: "the id of a display", Slug.init)
        if var wanted = try section.section("match") {
            for key in wanted.keys {
                match[key] = try wanted.required(key, expected: "a value to compare with") { $0 }
            }
            section.absorb(wanted)
        }
        if !match.isEmpty, ![.touchPanel, .display, .suggestionBox, .printer].contains(card.kind) {
            throw section.complaint(
                "match",
                expected:
                    "uri instead: only touch panels, displays, suggestion boxes and USB printers are found by themselves"
            )
        }
        if display != nil, card.kind != .touchPanel {
            throw section.complaint("display", expected: "nothing: only a touch panel lies on a display")
        }
        if card.watch == .machine, uri == nil, match.isEmpty {
            throw section.complaint("uri", expected: "uri or match, unless watch is person")
        }
        if collect != nil, ![.printer, .copier].contains(card.kind) {
            throw section.complaint("collect", expected: "none here: only what prints or copies has paper to collect")
        }
    }

    /// Citizens read it in a sentence of one line.
    private static func desk(_ text: String) -> String? {
        let plain = text.cleaned(limit: 61)
        return plain.allSatisfy(\.isWhitespace) || plain.unicodeScalars.count > 60 ? nil : plain
    }
}
