import DriverKit
import FoundationEssentials
import Testing
import ZoneLinux
import ZoneModel
import ZoneNetwork
import ZoneTestKit

/// Tables of a real kernel (Linux 6), recorded in a network namespace: eth0 is 2, wwan0 is 3. They are seeds of the fuzzer too.
private enum KernelRecording: String, CaseIterable {
    case routes, neighbours, addresses
    case overTwo = "routes-over-two"
    case toNowhere = "routes-to-nowhere"

    func bytes() throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appending(path: "Fuzz/Corpus/netlink/\(rawValue)")))
    }

    func dump() throws -> NetlinkDump {
        var dump = NetlinkDump(sequence: 7)
        let end = dump.take(try bytes())
        #expect(end == .done)
        return dump
    }

    func routes() throws -> [DefaultRoute] {
        RouteChoice.routes(try dump().messages.compactMap(RouteEntry.init), names: [2: "eth0", 3: "wwan0"])
    }
}

@Suite("Network: tables of the kernel")
struct NetlinkTests {
    @Test("of each family the default route with the lowest metric; other tables do not count")
    func routes() throws {
        let entries = try KernelRecording.routes.dump().messages.compactMap(RouteEntry.init)
        #expect(entries.map(\.metric) == [100, 700, 1024, .max])
        #expect(entries.map(\.hops.count) == [1, 1, 1, 0], "the last one says that the rest is unreachable")
        let routes = try KernelRecording.routes.routes()
        #expect(
            routes == [
                DefaultRoute(interface: "eth0", gateway: "192.0.2.1"),
                DefaultRoute(interface: "eth0", gateway: "fe80::1", family: .ipv6),
            ])
    }

    @Test("a modem's route has no gateway")
    func modem() throws {
        let entries = try KernelRecording.routes.dump().messages.compactMap(RouteEntry.init)
        let routes = RouteChoice.routes(entries.filter { $0.metric == 700 }, names: [3: "wwan0"])
        #expect(routes == [DefaultRoute(interface: "wwan0", gateway: nil)])
    }

    @Test("packets that are spread over two gateways have two routes")
    func overTwo() throws {
        let routes = try KernelRecording.overTwo.routes()
        #expect(routes.map(\.interface) == ["eth0", "wwan0", "eth0", "eth0"])
        #expect(routes.map(\.gateway) == ["192.0.2.1", "169.254.0.1", "fe80::1", "fe80::2"])
    }

    @Test("a default route that leads nowhere is none, and hides a longer way")
    func toNowhere() throws {
        let entries = try KernelRecording.toNowhere.dump().messages.compactMap(RouteEntry.init)
        #expect(entries.filter { $0.family == .ipv6 }.map(\.hops.count) == [0, 1, 0])
        #expect(try KernelRecording.toNowhere.routes().isEmpty)
    }

    /// One default route of IPv4 in the main table, as the kernel writes it.
    private func route(_ attributes: [UInt8], flags: UInt8 = 0) -> RouteEntry? {
        let body: [UInt8] = [2, 0, 0, 0, 254, 3, 0, 1, flags, 0, 0, 0] + attributes
        let header: [UInt8] = [UInt8(16 + body.count), 0, 0, 0, 24, 0, 2, 0, 7, 0, 0, 0, 0, 0, 0, 0]
        return NetlinkMessage.all(in: header + body)?.first.flatMap(RouteEntry.init)
    }

    private static let overEth0: [UInt8] = [8, 0, 4, 0, 2, 0, 0, 0]
    private static let router: [UInt8] = [0xFE, 0x80] + [UInt8](repeating: 0, count: 13) + [1]

    @Test("IPv4 goes out by a gateway of IPv6 too")
    func gatewayOfTheOtherFamily() throws {
        // RTA_VIA: AF_INET6 and its address.
        let via: [UInt8] = [22, 0, 18, 0, 10, 0] + Self.router + [0, 0]
        let entry = try #require(route(via + Self.overEth0))
        #expect(
            RouteChoice.routes([entry], names: [2: "eth0"]) == [
                DefaultRoute(interface: "eth0", gateway: "fe80::1", family: .ipv4)
            ])
    }

    @Test("a route over an interface that is switched off is none; a cable that is out is the link's matter")
    func dead() {
        #expect(route(Self.overEth0, flags: 1) == nil)
        #expect(route(Self.overEth0, flags: 16)?.hops.count == 1)
    }

    @Test("neighbours have states")
    func neighbours() throws {
        let entries = try KernelRecording.neighbours.dump().messages.compactMap(NeighbourEntry.init)
        func state(_ address: String) -> NeighbourState? { entries.first { $0.address.text == address }?.state }
        #expect(state("192.0.2.1") == .reachable)
        #expect(state("192.0.2.99") == .incomplete)
        #expect(state("fe80::1") == .reachable)
        #expect(state("ff02::16") == .noARP)
        #expect(entries.allSatisfy { $0.index == 2 || $0.index == 3 })
    }

    @Test("an address counts when nobody else is known to have it")
    func addresses() throws {
        let entries = try KernelRecording.addresses.dump().messages.compactMap(AddressEntry.init)
        let own = entries.map { "\($0.index) \($0.address.text)" }
        // 2001:db8:1::7 and those of fe80:: were still being asked about.
        #expect(own == ["1 127.0.0.1", "2 192.0.2.7", "3 169.254.9.9", "1 ::1", "2 fd00:1::7"])
    }

    @Test("what the kernel refuses, what is cut, and what answers somebody else")
    func ends() throws {
        let bytes = try KernelRecording.addresses.bytes()
        var (cut, other) = (NetlinkDump(sequence: 7), NetlinkDump(sequence: 8))
        let (damaged, foreign) = (cut.take(Array(bytes.dropLast(3))), other.take(bytes))
        #expect(damaged == .damaged)
        #expect(foreign == .more && other.messages.isEmpty)
        // EPERM, as an error and as the end of a table; then a table that changed while it was read.
        let refusal: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
        for type: UInt8 in [2, 3] {
            var refused = NetlinkDump(sequence: 7)
            let bytes: [UInt8] = [20, 0, 0, 0, type, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0] + refusal
            let end = refused.take(bytes)
            #expect(end == .refused(1))
        }
        var changed = bytes
        changed[6] |= 0x10
        var interrupted = NetlinkDump(sequence: 7)
        let end = interrupted.take(changed)
        #expect(end == .done && interrupted.isInterrupted)
    }

    @Test("cut, damaged or invented tables never trap, and say nothing that was not there")
    func hostile() throws {
        var random = SeededGenerator(seed: 42)
        for recording in KernelRecording.allCases {
            let whole = try recording.bytes()
            for _ in 0..<3000 {
                var bytes = Array(whole.prefix(Int.random(in: 0...whole.count, using: &random)))
                for _ in 0..<Int.random(in: 0..<6, using: &random) where !bytes.isEmpty {
                    // Lengths and types are what a reader stumbles over.
                    let small = Bool.random(using: &random) ? UInt8(36) : .max
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...small, using: &random)
                }
                var dump = NetlinkDump(sequence: 7)
                _ = dump.take(bytes)
                #expect(dump.messages.reduce(0) { $0 + $1.body.count } <= bytes.count)
                _ = dump.messages.compactMap(NeighbourEntry.init)
                _ = dump.messages.compactMap(AddressEntry.init)
                let entries = dump.messages.compactMap(RouteEntry.init)
                #expect(RouteChoice.routes(entries, names: [2: "eth0"]).allSatisfy { $0.interface == "eth0" })
            }
        }
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0..<80, using: &random)).map { _ in UInt8.random(in: 0...40, using: &random)
            }
            _ = NetlinkMessage.all(in: bytes)
            _ = NetlinkMessage.attributes(bytes[...])
        }
    }

    @Test("this machine's own kernel answers")
    func real() async {
        let facts = await BlockingLane(label: "kernel").run { KernelTables.line(milliseconds: 60_000) }
        #expect(facts.routes != nil)
        #expect(facts.interfaces.allSatisfy { $0.addresses != nil })
    }
}

@Suite("Network: numeric addresses")
struct IPAddressTests {
    @Test("are read as the kernel reads them, and written in one spelling")
    func spellings() {
        #expect(IPAddress("2001:DB8:0::1")?.text == "2001:db8::1")
        #expect(IPAddress("192.0.2.1")?.text == "192.0.2.1")
        for text in ["", "1.2.3", "01.2.3.4", "1.2.3.4 ", "1.2.3.4\0", "::1%lo", "[::1]", "12345::", "a"] {
            #expect(IPAddress(text) == nil, "\(text)")
        }
    }

    @Test("that a PC gives itself", arguments: ["169.254.1.1", "fe80::1", "febf::1"])
    func linkLocal(_ text: String) { #expect(IPAddress(text)?.isLinkLocal == true) }

    @Test("that others give it", arguments: ["169.253.1.1", "fec0::1", "fd00::1", "2001:db8::1", "10.0.0.1"])
    func given(_ text: String) { #expect(IPAddress(text)?.isLinkLocal == false) }

    @Test("of this machine", arguments: ["127.0.0.1", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1"])
    func here(_ text: String) { #expect(IPAddress(text)?.isThisMachine == true) }

    @Test("of others", arguments: ["128.0.0.1", "::2", "::ffff:192.0.2.1", "fe80::1", "1::1"])
    func elsewhere(_ text: String) { #expect(IPAddress(text)?.isThisMachine == false) }
}
