import DriverKit
import Synchronization
import Testing
import ZoneAgentCore
import ZoneCommandLine
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneUdev

@Suite("Setup proposes what is plugged in")
struct SetupTests {
    /// What setup says and leaves behind in a folder.
    final class Run: Sendable {
        let root: TemporaryRoot
        private let said = Mutex("")

        init() throws {
            root = try TemporaryRoot()
            let folder = "\(root.path)/usr/share/zone-agent/hw-profiles/10-generic"
            try SmallFile.makeDirectory(folder)
            try SmallFile.replace("\(folder)/touch.yaml", with: DoctorPC.panelProfile)
            try SmallFile.replace("\(folder)/led.yaml", with: "kind: ledDisplay\nmatch:\n  scheme: card\n")
        }

        var places: Places { Places(root: root.path) }
        var text: String { said.withLock { $0 } }

        func setup(_ facts: SiteFacts, _ plugged: [UdevDevice], write: Bool = false) async throws {
            let desk = SetupDesk(
                root: root.path, drivers: DriverRegistry.shipped, plugged: { _ in plugged },
                sysfs: "\(root.path)/sys", show: { text in self.said.withLock { $0 += text } })
            try await desk.run(facts, write: write)
        }
    }

    private static func panel(_ number: Int, _ properties: [String: String] = [:]) -> UdevDevice {
        var device = DoctorPC.panel
        (device.sysPath, device.node) = ("/sys/p\(number)", "/dev/input/event\(number)")
        device.properties["ID_PATH"] = "pci-0-usb-0:\(number)"
        device.properties.merge(properties) { _, new in new }
        return device
    }

    private static let line = UdevDevice(
        sysPath: "/sys/u", node: "/dev/ttyUSB0", subsystem: "tty",
        properties: [
            "DEVLINKS": "/dev/serial/by-id/usb-1a86 /dev/serial/by-path/pci-0-usb-0:4-port0", "ID_MODEL": "USB Serial",
            "ID_VENDOR_ID": "1a86", "ID_MODEL_ID": "7523",
        ])

    private func facts() throws -> SiteFacts {
        try SiteFacts.read(zone: "liangping-01", node: "pc-2", name: "梁平 \"大厅\" \\ 专区", type: "hall")
    }

    @Test("without --write nothing is written, and placeholders say that they are ones")
    func dry() async throws {
        let run = try Run()
        try await run.setup(SiteFacts(), [Self.panel(3), Self.line])
        #expect(!SmallFile.exists(run.places.agentConfig))
        for words in ["touch-1", "Panel One", "input:path:pci-0-usb-0:3", "zone: zone-01  #", "没有写入任何文件"] {
            #expect(run.text.contains(words), "\(words)")
        }
        #expect(run.text.contains("#   uri: \"card:/dev/serial/by-path/pci-0-usb-0:4-port0\""))
    }

    @Test("what is written is read back without complaint, with the ids of the proposal")
    func written() async throws {
        let run = try Run()
        try await run.setup(try facts(), [Self.panel(3), Self.panel(5), Self.line], write: true)
        let path = run.places.agentConfig
        let read = try ReadConfiguration(site: ConfigurationText(file: path, text: try SmallFile.read(path)))
        #expect(read.config.zone.text == "liangping-01" && read.config.node.text == "pc-2")
        #expect(read.config.name == "梁平 \"大厅\" \\ 专区" && read.config.type == .hall)
        #expect(read.config.devices.map(\.card.id.text) == ["touch-1", "touch-2"])
        #expect(read.config.devices.map(\.match) == [3, 5].map { ["udev.ID_PATH": "pci-0-usb-0:\($0)"] })
        #expect(try FileFacts(path: path).mode == 0o644)
    }

    @Test("an agent.yaml that is there is never written over, not even a broken link")
    func neverOver() async throws {
        let run = try Run()
        try await run.setup(try facts(), [], write: true)
        let before = try SmallFile.read(run.places.agentConfig)
        await #expect(throws: SetupDesk.Refused.self) { try await run.setup(try facts(), [], write: true) }
        #expect(try SmallFile.read(run.places.agentConfig) == before)
    }

    @Test("writing needs the zone's id: two PCs with one placeholder would be one zone")
    func needsZone() async throws {
        let run = try Run()
        await #expect(throws: SetupDesk.Refused.self) { try await run.setup(SiteFacts(), [], write: true) }
        #expect(!SmallFile.exists(run.places.agentConfig))
    }

    @Test("with an agent.yaml only what it lacks is proposed, under ids that are free")
    func additions() async throws {
        let run = try Run()
        try SmallFile.makeDirectory("\(run.root.path)/etc/zone-agent")
        let site = """
            zone: z
            node: n
            devices:
              - id: touch-1
                kind: touchPanel
                match:
                  udev.ID_PATH: "pci-0-usb-0:3"

            """
        try SmallFile.replace(run.places.agentConfig, with: site)
        try await run.setup(SiteFacts(), [Self.panel(3), Self.panel(5)])
        let paste = try #require(run.text.firstRange(of: "  - id: touch-2")).lowerBound
        let entry = run.text[paste...].split(separator: "\n").prefix(4).joined(separator: "\n")
        let both = try ReadConfiguration(site: ConfigurationText(file: "a", text: site + entry + "\n"))
        #expect(both.config.devices.map(\.card.id.text) == ["touch-1", "touch-2"])
        #expect(!run.text.contains("zone: zone-01"))
        #expect(try SmallFile.read(run.places.agentConfig) == site)
    }

    @Test("ids that the agent has given before stay")
    func knownBindings() async throws {
        let run = try Run()
        try SmallFile.makeDirectory(run.places.agentState)
        var bindings = Bindings([], reserved: [])
        _ = bindings.bind(key: "input:path:elsewhere", kind: .touchPanel, taken: [])
        _ = bindings.bind(key: "input:path:pci-0-usb-0:3", kind: .touchPanel, taken: [])
        try SmallFile.replace(run.places.bindings, with: bindings.yaml)
        try await run.setup(try facts(), [Self.panel(3), Self.panel(5)], write: true)
        let text = try SmallFile.read(run.places.agentConfig)
        let read = try ReadConfiguration(site: ConfigurationText(file: "a", text: text))
        #expect(read.config.devices.map(\.card.id.text) == ["touch-2", "touch-3"])
    }

    @Test("two alike get no entry that would fit both, and the file still reads")
    func alike() async throws {
        let run = try Run()
        let twins = [3, 5].map { Self.panel($0, ["ID_SERIAL_SHORT": "same"]) }
        try await run.setup(try facts(), twins, write: true)
        let text = try SmallFile.read(run.places.agentConfig)
        #expect(try ReadConfiguration(site: ConfigurationText(file: "a", text: text)).config.devices == [])
        #expect(run.text.contains("input:serial:same@pci-0-usb-0:5"))
    }

    @Test("USB printers get the advice that they tell more in the network")
    func printers() async throws {
        let run = try Run()
        let top = "\(run.root.path)/sys/bus/usb/devices"
        for (path, text) in [
            ("1-2:1.0/bInterfaceClass", "07\n"), ("1-2:1.1/bInterfaceClass", "07\n"),
            ("1-3:1.0/bInterfaceClass", "03\n"),
            ("1-2/product", "Laser \u{1B}[1m9\n"), ("1-2/idVendor", "04a9\n"), ("1-2/idProduct", "2737\n"),
        ] {
            try SmallFile.makeDirectory(SmallFile.folder(of: "\(top)/\(path)"))
            try SmallFile.replace("\(top)/\(path)", with: text)
        }
        try await run.setup(try facts(), [], write: true)
        #expect(USBPrinter.all(below: "\(run.root.path)/sys").map(\.usbID) == ["04a9:2737"])
        #expect(run.text.contains("Laser [1m9") && run.text.contains("ipp://"))
        #expect(try SmallFile.read(run.places.agentConfig).contains("# - id: printer-1"))
    }

    @Test("whatever a device calls itself, the file reads back and nothing of it becomes a key")
    func hostileNames() async throws {
        for seed in Seeds.first(40) {
            var generator = SeededGenerator(seed: seed)
            let name = Self.hostile(&generator)
            let run = try Run()
            let device = Self.panel(3, ["NAME": name, "ID_SERIAL_SHORT": Self.hostile(&generator).cleaned()])
            try await run.setup(
                try SiteFacts.read(zone: "z", node: nil, name: "n" + name.cleaned(limit: 70), type: nil), [device],
                write: true)
            let text = try SmallFile.read(run.places.agentConfig)
            let read = try ReadConfiguration(site: ConfigurationText(file: "a", text: text))
            #expect(read.config.devices.count == 1 && read.config.hubURL == nil)
            let said = run.text + text
            #expect(!said.unicodeScalars.contains { $0 != "\n" && ($0.value < 0x20 || $0 == "\u{202E}") }, "\(seed)")
        }
    }

    private static func hostile(_ generator: inout SeededGenerator) -> String {
        let pieces = [
            "\n", "\r", "\u{1B}[31m", "\u{202E}", "\"", "\\", ": ", "# ", "- ", "hub:\n  url: http://x", "{", "]", "&a",
            "*a", "!!x", "%", "'", "打印", "x", "\t", "\"\u{301}", "\\\u{301}", "*\u{301}a",
        ]
        return (0..<8).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
    }

    @Test("options that agent.yaml could not hold are refused by name")
    func options() {
        #expect(throws: SiteFacts.Mistake.self) { try SiteFacts.read(zone: "A B", node: nil, name: nil, type: nil) }
        #expect(throws: SiteFacts.Mistake.self) { try SiteFacts.read(zone: nil, node: nil, name: "\n", type: nil) }
        #expect(throws: SiteFacts.Mistake.self) { try SiteFacts.read(zone: nil, node: nil, name: nil, type: "castle") }
    }
}
