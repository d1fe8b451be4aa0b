import Testing
import ZoneCommandLine
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneTestKit

@Suite("A technician adopts printers")
struct AdoptionTests {
    private typealias Hall = AdoptionHall
    private static let (uri, laser) = (AdoptionHall.uri, AdoptionHall.laser)

    @Test("an address: model, serial, an entry to be pasted, and what to type for acceptance; nothing is written")
    func proposal() async throws {
        let hall = try Hall([Self.uri: .success(Self.laser)])
        #expect(try await hall.adopt(["192.168.1.7"]))
        for words in [
            "printer-1", "Acme Laser [1m400", "VNB3", "    uri: \"\(Self.uri)\"", "zonectl test-page printer-1",
        ] { #expect(hall.text.contains(words), "\(words)") }
        #expect(try SmallFile.read(hall.path) == "zone: z\nnode: n\n")
        #expect(hall.noted.knocked.isEmpty && hall.noted.ran.isEmpty)
    }

    @Test("a wrong path is answered, so the other usual ones are asked; silence is not, and its reason is told")
    func paths() async throws {
        let hall = try Hall([
            Self.uri: .failure(PrinterSilence(.notFound)), "ipp://192.168.1.7/ipp/printer": .success(Self.laser),
            "ipp://192.168.1.8/ipp/print": .failure(PrinterSilence(.silent)),
        ])
        #expect(try await hall.adopt(["192.168.1.7", "192.168.1.8"]) == false)
        #expect(hall.noted.asked.filter { $0.contains("1.8") } == ["ipp://192.168.1.8/ipp/print"])
        #expect(hall.text.contains("ipp://192.168.1.7/ipp/printer\""))
        #expect(hall.text.contains("ipp://192.168.1.8/ipp/print：") && hall.text.contains("says nothing"))
    }

    @Test("without an address only this PC's own ports are looked at; a network on a technician's word alone")
    func places() async throws {
        let usb = "ipp://127.0.0.1:60003/ipp/print"
        let hall = try Hall([usb: .success(Self.laser)])
        #expect(try await hall.adopt())
        #expect(hall.noted.knocked == PrinterDoor.ippUSB && hall.noted.asked == [usb])

        let wide = try Hall([Self.uri: .success(Self.laser), "ipp://192.168.1.9/ipp/print": .failure(.init(.notIPP))])
        #expect(try await wide.adopt(network: "192.168.1.0/24"))
        #expect(wide.noted.knocked.count == 10 + 254)
        #expect(wide.noted.asked.sorted() == [Self.uri, "ipp://192.168.1.9/ipp/print"])
    }

    @Test("what agent.yaml has keeps its id, what is new gets a free one, and --write adds just that")
    func written() async throws {
        let site = """
            zone: z   # 专区
            devices:   # 设备
            - {id: printer-1, kind: printer, uri: "ipp://192.168.1.7:631/ipp/print"}
            - id: printer-2
              kind: printer
              uri: ipp://10.0.0.1/ipp/print
            node: n
            """
        // A remark behind `devices:` is somebody's own.
        let own = try Hall([Self.uri: .success(Self.laser)], site: site)
        #expect(try await own.adopt(["192.168.1.7"], writes: true))
        #expect(own.text.contains("agent.yaml has them already") && own.text.contains("test-page printer-1"))
        #expect(try SmallFile.read(own.path) == site)

        let plain = site.replacing("devices:   # 设备", with: "devices:")
        let hall = try Hall(["ipp://192.168.1.8/ipp/print": .success(Self.laser)], site: plain)
        #expect(try await hall.adopt(["192.168.1.8"], writes: true))
        let text = try SmallFile.read(hall.path)
        let config = try ReadConfiguration(site: ConfigurationText(file: "a", text: text)).config
        #expect(Set(config.devices.map(\.card.id.text)) == ["printer-1", "printer-2", "printer-3"])
        #expect(text.hasPrefix("zone: z   # 专区\n") && text.hasSuffix("node: n"))
        #expect(try FileFacts(path: hall.path).mode == 0o644)
        await #expect(throws: PrinterRefusal.self) {
            _ = try await Hall([Self.uri: .success(Self.laser)], site: nil).adopt(["192.168.1.7"], writes: true)
        }
    }

    @Test(
        "every way of writing devices is added to, or left alone with a word",
        arguments: [
            ("zone: z\nnode: n", true), ("zone: z\nnode: n\ndevices: []\n", true),
            ("zone: z\nnode: n\nname: |\n  Hall", true),
            ("zone: z\nnode: n\ndevices:\n    - id: led-1\n      kind: ledDisplay\n      uri: \"led:/dev/x\"\n", true),
            ("zone: z\nnode: n\ndevices: [{id: p, kind: printer, uri: \"ipp://x/\"}]\n", false),
        ])
    func sites(_ site: String, _ isAdded: Bool) async throws {
        let hall = try Hall([Self.uri: .success(Self.laser)], site: site)
        if isAdded {
            #expect(try await hall.adopt(["192.168.1.7"], writes: true))
            #expect(try SmallFile.read(hall.path).contains(Self.uri))
        } else {
            await #expect(throws: PrinterRefusal.self) { _ = try await hall.adopt(["192.168.1.7"], writes: true) }
            #expect(try SmallFile.read(hall.path) == site)
        }
    }

    @Test("nothing found says what to type; a USB printer that nobody serves is named")
    func nothing() async throws {
        let hall = try Hall([:])
        #expect(try await hall.adopt() == false)
        #expect(hall.text.contains("--network") && !hall.text.contains("ipp-usb\n"))
        let interface = "\(hall.root.path)/sys/bus/usb/devices/1-2:1.0"
        try SmallFile.makeDirectory(interface)
        try SmallFile.replace("\(interface)/bInterfaceClass", with: "07\n")
        #expect(try await hall.adopt() == false)
        #expect(hall.text.contains("--no-install-recommends ipp-usb"))
    }

    @Test("of 200 doors the open ones are found, many at a time")
    func doors() async throws {
        let server = try await RawServer.tcp(says: [])
        let port = UInt16(server.port)
        // TEST-NET-1 (RFC 5737) answers nobody; where it cannot be reached at all it is refused at once.
        let nobody = (1...200).map { PrinterDoor(host: "192.0.2.\($0)", port: 631) }
        let doors = nobody + [PrinterDoor(host: "127.0.0.1", port: port), PrinterDoor(host: "nonsense", port: 1)]
        let clock = SystemClock()
        let began = clock.mono()
        let open = await DoorKnocker(clock: clock).open(doors)
        #expect(open == [PrinterDoor(host: "127.0.0.1", port: port)])
        // One after the other they would take a minute; the test's own task may have to wait for its turn.
        #expect(clock.mono().since(began) < .seconds(45))
        await server.close()
    }
}
