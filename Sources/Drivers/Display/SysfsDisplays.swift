import DriverKit
import Glibc
import ZoneLinux
import ZoneModel

/// Connectors as the kernel's direct rendering manager shows them in sysfs (drivers/gpu/drm/drm_sysfs.c). The mode in
/// force is not there; `crtc` is asked for it.
package struct SysfsDisplays: DisplaySource {
    /// A display has tens of modes; the kernel's file has one page.
    private static let mostModes = 256

    private let crtc: @Sendable (_ card: String, _ connector: ConnectorName) -> ModeInForce

    /// - Parameter crtc: what the card's node says; the real one by default.
    package init(
        crtc: @escaping @Sendable (_ card: String, _ connector: ConnectorName) -> ModeInForce = CRTCReader.mode
    ) {
        self.crtc = crtc
    }

    package func look(at connector: String) throws(DeviceError) -> ConnectorFacts {
        let status: String
        do throws(SystemError) {
            status = try SmallFile.read("\(connector)/status", limit: 64).trimmed
        } catch {
            throw DeviceError(DeviceError.Code(errno: error.errno), doing: "look at display", "\(error)".cleaned())
        }
        var facts = ConnectorFacts(status: status, inForce: .unknown("notConnected"))
        guard status == "connected" else { return facts }
        func text(_ name: String, limit: Int = 64) -> String? {
            (try? SmallFile.read("\(connector)/\(name)", limit: limit))?.trimmed
        }
        (facts.enabled, facts.dpms) = (text("enabled"), text("dpms"))
        let names = text("modes", limit: 65_536)?.split(separator: "\n").prefix(SysfsDisplays.mostModes) ?? []
        facts.modes = names.compactMap { DisplayMode(String($0)) }
        facts.edid = (try? SmallFile.readBytes("\(connector)/edid", limit: EDID.longest)) ?? []
        facts.inForce = inForce(connector, facts)
        return facts
    }

    private func inForce(_ connector: String, _ facts: ConnectorFacts) -> ModeInForce {
        // A simulated display has no card to be asked.
        if let said = try? SmallFile.read("\(connector)/mode", limit: 64).trimmed {
            return DisplayMode(said).map { .mode($0) } ?? .unknown("notRead")
        }
        // Nobody is bothered about a connector on which nothing is shown.
        guard facts.enabled == "enabled" else { return .dark }
        guard let name = ConnectorName(String(connector.split(separator: "/").last ?? "")) else {
            return .unknown("connectorName")
        }
        return crtc(name.card, name)
    }
}

/// `card0-HDMI-A-1`: the card, the type of the connector and its number (drm_sysfs_connector_add).
package struct ConnectorName: Sendable, Hashable {
    package let card: String
    package let type: String
    package let number: UInt32

    package init?(_ text: String) {
        guard text.utf8.count <= 64, let first = text.firstIndex(of: "-"), let last = text.lastIndex(of: "-"),
            first < last, let number = UInt32(text[text.index(after: last)...])
        else { return nil }
        (card, type) = (String(text[..<first]), String(text[text.index(after: first)..<last]))
        self.number = number
        let digits = card.dropFirst(4)
        guard card.hasPrefix("card"), (1...3).contains(digits.count), digits.allSatisfy({ ("0"..."9").contains($0) })
        else { return nil }
    }
}

extension String {
    /// Without the line feed of a file, and what else a hostile one may have at its ends.
    fileprivate var trimmed: String {
        let text = drop(while: \.isWhitespace)
        return String(text.reversed().drop(while: \.isWhitespace).reversed())
    }
}
