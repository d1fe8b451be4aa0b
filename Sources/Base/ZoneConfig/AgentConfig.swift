// Purpose: agent.yaml as types. What a site says about itself; hardware facts are in hw-profiles.
import ZoneCases
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
    /// Where citizens take what it printed, such as 一楼服务台, when it does not come out beside them.
    package var collect: String?
    /// Of a touch panel: the display on which it lies.
    package var display: DeviceID?
    /// Who repairs it: the id of one of `vendors`.
    package var vendor: Slug?
}

/// One PC of the zone. Those without an agent are on the list as devices with `watch: person`.
package struct NodeConfig: Sendable, Hashable {
    package var node: NodeID
    package var place: String?
}

/// How much of the journal is kept; class A has its own time.
package struct JournalConfig: Sendable, Hashable {
    package var sizeMiB = 64
    package var days = 90
}

/// What is in force, after all layers were laid over each other.
package struct AgentConfig: Sendable, Hashable {
    package var zone: ZoneID
    package var node: NodeID
    package var name: String
    package var purpose: Purpose
    package var type: ZoneType
    package var hubURL: String?
    /// `host:port` of it.
    package var hubAddress: String? { hubURL.map { String($0.dropFirst(8)) } }
    /// As written; what is known of its calendar is added by whoever reads the calendars' files.
    package var hours: OpeningCalendar?
    package var hoursKeeping: HoursKeeping
    package var portals: [PortalConfig]
    package var devices: [DeviceConfig]
    package var nodes: [NodeConfig]
    package var journal: JournalConfig
    package var fees: FeeConfig
    package var forms: FormConfig
    package var cases: CaseConfig
    package var kioskApp: KioskAppConfig?
    package var browser: BrowserConfig?
    package var residue: ResidueConfig
    package var checks: CheckConfig
    package var sheet: SheetConfig
    /// Names of the shipped policies that count here; empty: all of them.
    package var policies: [String] = []

    /// Where this PC stands.
    package var place: String? { nodes.first { $0.node == node }?.place }

    /// Where citizens take the paper of a device; `nil` where it comes out beside them.
    package func collect(_ device: DeviceID) -> String? { devices.first { $0.card.id == device }?.collect }
}
