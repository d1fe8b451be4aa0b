import DriverKit
import Logging
import Synchronization
import Testing
import ZoneAgentCore
import ZoneConfig
import ZoneJournal
import ZoneModel
import ZoneProfiles
import ZoneTestKit
import ZoneUdev

@Suite("A panel of several event nodes is one device: the node that tells most (decision 0028)")
struct PanelNodesTests {
    /// As the kernel makes them of a panel with a pen and a mouse (Tests/Machine/test_panels.py has real ones).
    private static func node(
        _ number: Int, _ properties: [String: String], hardware: String? = "/sys/devices/usb1/1-2", name: String = ""
    ) -> UdevDevice {
        var properties = properties
        properties["NAME"] = "Panel \(name)"
        properties["ID_PATH"] = properties["ID_PATH"] ?? "pci-0000:00:14.0-usb-0:2:1.0"
        let path = "/sys/devices/usb1/1-2/1-2:1.0/input/input\(number)/event\(number)"
        return UdevDevice(
            sysPath: path, node: "/dev/input/event\(number)", subsystem: "input", properties: properties,
            hardware: hardware)
    }

    private static let point = node(3, ["ID_INPUT_TOUCHSCREEN": "1", "CONTACTS": "point"], name: "Multi Axis")
    private static let touch = node(4, ["ID_INPUT_TOUCHSCREEN": "1", "CONTACTS": "slots"])
    private static let pen = node(5, ["ID_INPUT_TABLET": "1", "CONTACTS": "point"], name: "Stylus")
    private static let mouse = node(6, ["ID_INPUT_MOUSE": "1", "CONTACTS": "point"], name: "Mouse")
    private static let generic = "kind: touchPanel\ndriver: touch-panel\nmatch: {udev.ID_INPUT_TOUCHSCREEN: \"1\"}\n"
    private static let site =
        "kind: touchPanel\ndriver: touch-panel\nmatch: {usb: \"0eef:0001\", udev.ID_INPUT_MOUSE: \"1\"}\n"

    private static func scout(_ drivers: [any DeviceDriver] = DriverRegistry.shipped, _ profiles: String...)
        -> HardwareScout
    {
        let sources = profiles.enumerated().map { index, text in
            ProfileShelf.Source(path: "\(index).yaml", root: 0, folder: "10-generic", text: text)
        }
        return HardwareScout(shelf: ProfileShelf(sources), drivers: drivers)
    }

    private func taken(_ scout: HardwareScout, _ devices: [UdevDevice]) -> [String] {
        scout.look(at: devices).compactMap { device, verdict in
            if case .fits = verdict { device.node } else { nil }
        }
    }

    @Test("of all its nodes in any order the one with slots is the panel")
    func best() {
        let scout = Self.scout(DriverRegistry.shipped, Self.generic)
        let all = [Self.point, Self.touch, Self.pen, Self.mouse]
        for shift in all.indices {
            #expect(taken(scout, Array(all[shift...] + all[..<shift])) == ["/dev/input/event4"])
        }
        #expect(taken(scout, [Self.pen, Self.point]) == ["/dev/input/event3"])
        #expect(taken(scout, [Self.pen, Self.mouse]).isEmpty, "nothing is a panel only because it can be pressed")
    }

    @Test("two panels are two, also of one make; alike nodes of one go by interface, then by number")
    func several() {
        let scout = Self.scout(DriverRegistry.shipped, Self.generic)
        let other = Self.node(9, Self.touch.properties, hardware: "/sys/devices/usb1/1-3")
        #expect(taken(scout, [Self.touch, other]) == ["/dev/input/event4", "/dev/input/event9"])
        func interface(_ number: Int, _ name: String) -> UdevDevice {
            Self.node(number, Self.touch.properties.merging(["ID_USB_INTERFACE_NUM": name]) { $1 })
        }
        #expect(taken(scout, [interface(7, "01"), interface(12, "00"), interface(8, "00")]) == ["/dev/input/event8"])
    }

    @Test("a panel that says it is a mouse needs a profile; a mouse that says how far it was moved never is one")
    func mice() {
        func mouse(_ id: String, contacts: String?) -> UdevDevice {
            var device = Self.node(6, ["ID_INPUT_MOUSE": "1", "ID_VENDOR_ID": "0eef", "ID_MODEL_ID": id])
            device.properties["CONTACTS"] = contacts
            return device
        }
        let scout = Self.scout(DriverRegistry.shipped, Self.generic, Self.site)
        #expect(taken(scout, [mouse("0001", contacts: "point")]) == ["/dev/input/event6"])
        #expect(taken(scout, [mouse("0001", contacts: nil)]).isEmpty)
        #expect(taken(scout, [mouse("0002", contacts: "point")]).isEmpty)
        if case .unmatched(let rule) = scout.look(at: mouse("0002", contacts: "point")) { #expect(!rule.isCertain) }
    }

    @Test("the shipped profiles know the panels that say they are mice, and no other mouse")
    func shippedMice() {
        let bits = UdevDevice.contacts
        #expect(bits("3", "70000 0 0 0 0") == "point", "BTN_LEFT and both axes")
        #expect(bits("3", "400 0 0 0 0 0") == "point", "BTN_TOUCH")
        #expect(bits("", "70000 0 0 0 0") == nil && bits("3", "") == nil && bits("1", "70000 0 0 0 0") == nil)
        #expect(bits("60800000000003", "400 0 0 0 0 0") == "slots")
        #expect(bits("60000000000003", "400 0 0 0 0 0") == "anonymous")
        #expect(bits("zz zz", String(repeating: "f ", count: 10_000)) == nil, "bits from hostile text are none")
    }

    @Test("nodes that come one by one move the device to the better one and leave its id; one that goes moves it back")
    func oneByOne() async throws {
        let rig = try StationRig()
        let driver = NodeDriver()
        try await rig.withStation { station, journal in
            let supervisor = Supervisor(
                station: station, journal: journal, scout: Self.scout([driver], Self.generic),
                bindings: Bindings([], reserved: []), bindingsFile: rig.root.path + "/bindings.yaml", clock: rig.clock,
                log: Logger(label: "test"))
            func step(_ event: HotplugEvent, opens node: String) async throws {
                await supervisor.take(event, cards: [])
                try await eventuallyTrue("opened \(node)") { driver.opened.withLock { $0.last } == node }
            }
            try await step(.present(Self.pen), opens: "")
            try await step(.present(Self.point), opens: Self.point.node)
            try await step(.present(Self.touch), opens: Self.touch.node)
            try await step(.present(Self.mouse), opens: Self.touch.node)
            try await step(.removed(sysPath: Self.mouse.sysPath), opens: Self.touch.node)
            try await step(.removed(sysPath: Self.touch.sysPath), opens: Self.point.node)
            #expect(station.board.states.filter { $0.card.kind == .touchPanel }.map(\.card.id.text) == ["touch-1"])
            await supervisor.take(.removed(sysPath: Self.point.sysPath), cards: [])
            #expect(station.board.state(of: StationRig.panel)?.presence == .absent)
            #expect(station.board.state(of: StationRig.panel)?.conditions.map(\.code) == [.touchAbsent])
            await supervisor.stop()
        }
    }

    @Test(
        "one controller with a panel on each interface is two where agent.yaml names two, in whatever order they come")
    func twoOnOne() async throws {
        let port = "pci-0000:00:14.0-usb-0:2"
        let left = Self.node(7, Self.touch.properties.merging(["ID_PATH": port + ":1.0"]) { $1 })
        let right = Self.node(8, Self.touch.properties.merging(["ID_PATH": port + ":1.1"]) { $1 })
        func entry(_ id: String, _ interface: String) -> String {
            "  - {id: \(id), kind: touchPanel, match: {udev.ID_PATH: \"\(port)\(interface)\"}}\n"
        }
        let text = "zone: a\nnode: b\ndevices:\n" + entry("touch-left", ":1.0") + entry("touch-right", ":1.1")
        let cards = try ReadConfiguration(site: ConfigurationText(file: "agent.yaml", text: text)).config.devices
        let scout = Self.scout(DriverRegistry.shipped, Self.generic)
        let all = [Self.pen, left, right]
        #expect(scout.look(at: all, cards: cards).count { $0.verdict.isFit } == 2)
        #expect(
            scout.look(at: all, cards: [cards[0]]).count { $0.verdict.isFit } == 1, "one entry is no word of a second")
        #expect(scout.look(at: all).count { $0.verdict.isFit } == 1)
        for order in [[left, right, Self.pen], [Self.pen, right, left], [right, Self.point, left]] {
            let rig = try StationRig()
            try await rig.withStation { station, journal in
                let supervisor = Supervisor(
                    station: station, journal: journal, scout: Self.scout([NodeDriver()], Self.generic),
                    bindings: Bindings([], reserved: [cards[0].card.id, cards[1].card.id]),
                    bindingsFile: rig.root.path + "/bindings.yaml", clock: rig.clock, log: Logger(label: "test"))
                for device in order { await supervisor.take(.present(device), cards: cards) }
                let ids = station.board.states.map(\.card.id.text).filter { $0.hasPrefix("touch-") && $0 != "touch-1" }
                #expect(Set(ids) == ["touch-left", "touch-right"])
                await supervisor.stop()
            }
        }
    }

    @Test("whichever node comes first, the key is that of the whole device")
    func keys() {
        func key(_ path: String, _ more: [String: String] = [:]) -> UdevDevice {
            Self.node(1, more.merging(["ID_PATH": path]) { $1 })
        }
        let usb = "pci-0000:00:14.0-usb-0:2"
        #expect(
            key(usb + ":1.0").bindingKey == "input:path:\(usb)" && key(usb + ":1.1").bindingKey == "input:path:\(usb)")
        #expect(key(usb + ":1.1").formerKey == "input:path:\(usb):1.1" && key(usb).formerKey == nil)
        for path in ["pci-0000:00:15.0-platform-i2c_designware.0", usb + ":1", usb + ":1.x", usb + ":"] {
            #expect(key(path).bindingKey == "input:path:\(path)" && key(path).twinPort == nil)
        }
        #expect(key(usb + ":1.0", ["ID_SERIAL_SHORT": "S"]).bindingKey == "input:serial:S")
        #expect(key(usb + ":1.0", ["ID_SERIAL_SHORT": "S"]).twinPort == usb)
    }
}

extension HardwareScout.Verdict {
    fileprivate var isFit: Bool { if case .fits = self { true } else { false } }
}

/// The touch panel's rules, and a note of every node that was to be opened; none ever can.
final class NodeDriver: DeviceDriver {
    let name = "touch-panel"
    let kinds: Set<DeviceKind> = [.touchPanel]
    let settings: [String: SettingKind] = [:]
    let absence: ConditionCode? = .touchAbsent
    let hotplug: [HotplugRule]
    let opened = Mutex([""])

    init() { hotplug = DriverRegistry.shipped.flatMap(\.hotplug).filter { $0.kind == .touchPanel } }

    func open(_ attachment: DriverKit.Attachment, profile: DeviceProfile, tap: WireTap) async throws(DeviceError)
        -> any LiveDevice
    {
        if case .node(let path, _) = attachment { opened.withLock { $0.append(path) } }
        throw DeviceError(.busy, doing: "open", "a test")
    }
}
