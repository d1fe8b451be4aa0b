// Purpose: agent.yaml as types. What a site says about itself; hardware facts are in hw-profiles.
import ZoneModel
import ZoneTime
import ZoneYAML

package enum Purpose: String, Sendable, Codable, CaseIterable { case production, demo }

/// Zone types of the notices: service hall, township, archive, library, village.
package enum ZoneType: String, Sendable, Codable, CaseIterable { case hall, township, archive, library, village }

package struct PortalConfig: Sendable, Hashable {
    package var name: String
    package var url: String
    /// Text that the real page contains; a page without it is another page.
    package var mark: String?

    package init(name: String, url: String, mark: String?) { (self.name, self.url, self.mark) = (name, url, mark) }
}

package struct DeviceConfig: Sendable, Hashable {
    package var card: DeviceCard
    /// An address such as `ipp://…`, for devices that are not found by themselves.
    package var uri: String?
    /// udev properties or `usb`, for devices that are: gives a found device this id and place.
    package var match: [String: String]
}

package struct AgentConfig: Sendable, Hashable {
    package var zone: ZoneID
    package var node: NodeID
    package var name: String
    package var purpose: Purpose
    package var type: ZoneType
    package var hubURL: String?
    package var hours: DayHours?
    package var portals: [PortalConfig]
    package var devices: [DeviceConfig]

    /// - Throws: the first `FileComplaint`. (Nothing of a configuration is used when part of it is wrong: half of the
    ///   devices with the other half's ids would be worse than the last good one.)
    package init(text: String, file: String) throws(FileComplaint) {
        var root = try YAMLSection(text: text, file: file)
        let id = "1 to 32 of a-z, 0-9 and -"
        zone = try root.required("zone", expected: id, Slug.init)
        node = try root.required("node", expected: id, Slug.init)
        name = try root.value("name", expected: "a name", AgentConfig.nonEmpty)?.value ?? zone.text
        purpose = try root.value("purpose", expected: words(Purpose.self), Purpose.init)?.value ?? .production
        type = try root.value("type", expected: words(ZoneType.self), ZoneType.init)?.value ?? .village
        hours = try root.value("hours", expected: "hours such as 09:00-17:00 or 00:00-24:00", DayHours.init)?.value
        hubURL = try AgentConfig.readHub(&root)
        portals = try AgentConfig.readPortals(&root)
        devices = try AgentConfig.readDevices(&root)
        try root.finish()
    }

    private static func readHub(_ root: inout YAMLSection) throws(FileComplaint) -> String? {
        guard var hub = try root.section("hub") else { return nil }
        let url = try hub.required("url", expected: "an address such as http://127.0.0.1:8081", webAddress)
        try hub.finish()
        return url
    }

    private static func readPortals(_ root: inout YAMLSection) throws(FileComplaint) -> [PortalConfig] {
        guard var network = try root.section("network") else { return [] }
        var portals: [PortalConfig] = []
        for var section in try network.sections("portals") {
            portals.append(
                PortalConfig(
                    name: try section.required("name", expected: "the portal's name", nonEmpty),
                    url: try section.required(
                        "url", expected: "an address such as https://www.example.gov.cn/", webAddress),
                    mark: try section.text("mark")?.value))
            try section.finish()
        }
        try network.finish()
        return portals
    }

    private static func readDevices(_ root: inout YAMLSection) throws(FileComplaint) -> [DeviceConfig] {
        var devices: [DeviceConfig] = []
        for section in try root.sections("devices") {
            let device = try DeviceConfig(section)
            guard !devices.contains(where: { $0.card.id == device.card.id }) else {
                throw section.complaint("id", expected: "an id that no other device has")
            }
            guard !ownIDs.contains(device.card.id) else {
                throw section.complaint("id", expected: "another id: the agent itself uses network-1 and pc-1")
            }
            devices.append(device)
        }
        return devices
    }

    /// The machine's own devices.
    private static let ownIDs: [DeviceID] = [DeviceID(.network, 1), DeviceID(.queryPC, 1)]

    private static func nonEmpty(_ text: String) -> String? { text.isEmpty || text.count > 80 ? nil : text }

    private static func webAddress(_ text: String) -> String? {
        ["http://", "https://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count } ? text : nil
    }
}

extension DeviceConfig {
    fileprivate init(_ section: YAMLSection) throws(FileComplaint) {
        var section = section
        card = DeviceCard(
            id: try section.required("id", expected: "1 to 32 of a-z, 0-9 and -", Slug.init),
            kind: try section.required("kind", expected: words(DeviceKind.self), DeviceKind.init),
            place: try section.text("place")?.value,
            watch: try section.value("watch", expected: words(Watch.self), Watch.init)?.value ?? .machine)
        uri = try section.value("uri", expected: "an address such as ipp://192.0.2.7/ipp/print") {
            $0.contains(":") ? $0 : nil
        }?.value
        match = [:]
        if var wanted = try section.section("match") {
            for key in wanted.keys {
                match[key] = try wanted.required(key, expected: "a value to compare with") { $0 }
            }
        }
        if !match.isEmpty, card.kind != .touchPanel {
            throw section.complaint("match", expected: "uri instead: only touch panels are found by themselves")
        }
        if card.watch == .machine, uri == nil, match.isEmpty {
            throw section.complaint("uri", expected: "uri or match, unless watch is person")
        }
        try section.finish()
    }
}
