import ZoneModel

/// Which panel lies on which display. By the site's word; else when there is one of each; else by size, when only one
/// fits. Never by a guess: a finger that is sent to the wrong screen, or a check that measures in another display's
/// millimetres, is worse than a pair that nobody knows.
package struct PanelPairing: Sendable, Hashable {
    package enum Basis: String, Sendable, CaseIterable { case site, only, size }

    /// A panel's axes or a display's picture, in millimetres; `nil` when it does not say.
    package struct Glass: Sendable, Hashable {
        package var id: DeviceID
        package var size: (width: Double, height: Double)?

        package init(_ id: DeviceID, _ size: (width: Double, height: Double)? = nil) {
            (self.id, self.size) = (id, size)
        }

        package static func == (left: Glass, right: Glass) -> Bool {
            left.id == right.id && left.size?.width == right.size?.width && left.size?.height == right.size?.height
        }

        package func hash(into hasher: inout Hasher) { hasher.combine(id) }
    }

    package struct Pair: Sendable, Hashable {
        package var panel: DeviceID
        package var display: DeviceID
        package var basis: Basis
    }

    package private(set) var pairs: [Pair] = []

    /// - Parameter site: what the configuration says, panel to display. A display that is not on the list is no display.
    package init(panels: [Glass], displays: [Glass], site: [DeviceID: DeviceID]) {
        for panel in panels {
            guard let wanted = site[panel.id], displays.contains(where: { $0.id == wanted }) else { continue }
            pairs.append(Pair(panel: panel.id, display: wanted, basis: .site))
        }
        // A panel whose display the site has named gets no other one, also while that display is not on the list.
        let panels = panels.filter { site[$0.id] == nil }
        let taken = Set(site.values)
        let displays = displays.filter { !taken.contains($0.id) }
        if let panel = panels.first, let display = displays.first, panels.count == 1, displays.count == 1 {
            pairs.append(Pair(panel: panel.id, display: display.id, basis: .only))
            return
        }
        for panel in panels {
            let fitting = displays.filter { PanelPairing.fit(panel, $0) }
            guard let display = fitting.first, fitting.count == 1,
                panels.count(where: { PanelPairing.fit($0, display) }) == 1
            else { continue }
            pairs.append(Pair(panel: panel.id, display: display.id, basis: .size))
        }
    }

    package func display(of panel: DeviceID) -> Pair? { pairs.first { $0.panel == panel } }
    package func panel(of display: DeviceID) -> Pair? { pairs.first { $0.display == display } }

    /// Within 5 % on both sides, also turned by a quarter: a portrait kiosk has the display's cable at its side.
    private static func fit(_ panel: Glass, _ display: Glass) -> Bool {
        guard let one = panel.size, let other = display.size else { return false }
        func isNear(_ first: Double, _ second: Double) -> Bool { abs(first - second) <= 0.05 * second }
        return isNear(one.width, other.width) && isNear(one.height, other.height)
            || isNear(one.width, other.height) && isNear(one.height, other.width)
    }
}
