import Testing
import ZoneAgentCore
import ZoneModel

@Suite("Which panel lies on which display")
struct PanelPairingTests {
    private typealias Glass = PanelPairing.Glass
    private let one = DeviceID(.touchPanel, 1)
    private let two = DeviceID(.touchPanel, 2)
    private let first = DeviceID(.display, 1)
    private let second = DeviceID(.display, 2)
    private let wall = (width: 941.0, height: 529.0)
    private let desk = (width: 527.0, height: 296.0)

    private func pairs(_ panels: [Glass], _ displays: [Glass], _ site: [DeviceID: DeviceID] = [:]) -> [String] {
        PanelPairing(panels: panels, displays: displays, site: site).pairs
            .map { "\($0.panel) \($0.display) \($0.basis)" }.sorted()
    }

    @Test("one of each is a pair, whatever they say of their size")
    func only() {
        #expect(pairs([Glass(one)], [Glass(first)]) == ["touch-1 display-1 only"])
        #expect(pairs([Glass(one)], []) == [] && pairs([], [Glass(first)]) == [])
    }

    @Test("by size when one fits within 5 %, also turned; not when two fit, or nobody says")
    func size() {
        let panels = [Glass(one, (930, 545)), Glass(two, (300, 530))]
        #expect(
            pairs(panels, [Glass(first, wall), Glass(second, desk)])
                == ["touch-1 display-1 size", "touch-2 display-2 size"])
        #expect(pairs([Glass(one, wall)], [Glass(first, wall), Glass(second, wall)]) == [])
        #expect(pairs([Glass(one, wall), Glass(two, wall)], [Glass(first, wall), Glass(second, desk)]) == [])
        #expect(pairs([Glass(one)], [Glass(first, wall), Glass(second, desk)]) == [])
        #expect(pairs([Glass(one, (880, 529))], [Glass(first, wall), Glass(second, desk)]) == [], "6 % too narrow")
        #expect(pairs([Glass(one, wall)], [Glass(first, wall), Glass(second)]) == ["touch-1 display-1 size"])
    }

    @Test("the site's word is the last, and what it leaves is paired by the rules")
    func site() {
        let displays = [Glass(first, wall), Glass(second, desk)]
        #expect(
            pairs([Glass(one, desk), Glass(two)], displays, [one: first])
                == ["touch-1 display-1 site", "touch-2 display-2 only"])
        #expect(
            pairs([Glass(one, wall)], [Glass(first, wall)], [one: second]) == [],
            "its display is not there: it gets no other one")
    }
}
