import DriverKit
import NetworkDriver
import Testing
import ZoneModel
import ZoneNetwork
import ZoneTestKit

/// A network that is as good or bad as a test says.
private struct ScriptedNetwork: NetworkProbes {
    var carrier = true
    var route: DefaultRoute? = DefaultRoute(interface: "eth0", gateway: "192.0.2.1")
    var gateway = ProbeOutcome.answered
    var name = NameOutcome.address("192.0.2.80")
    var page: Result<PageAnswer, PageFailure> = .success(PageAnswer(status: 200, body: Array("政府信息公开".utf8)))

    func interfaces() -> [InterfaceFact] { [InterfaceFact(name: "eth0", hasCarrier: carrier)] }
    func defaultRoute() -> DefaultRoute? { route }
    func gatewayAnswers(_ route: DefaultRoute, within deadline: Duration) async -> ProbeOutcome { gateway }
    func resolve(_ host: String, within deadline: Duration) async -> NameOutcome { name }
    func fetch(
        _ url: String, host: String, address: String, within deadline: Duration
    ) async -> Result<PageAnswer, PageFailure> { page }
}

@Suite("Network: the chain ends where it is broken")
struct NetworkChainTests {
    private func wrong(
        _ network: ScriptedNetwork, portal: String = "https://www.example.gov.cn/"
    ) async throws -> [ConditionCode] {
        let driver = NetworkDriver(
            probes: network, portals: { [Portal(name: "门户", url: portal, mark: "政府信息公开")] })
        let device = try await driver.open(
            .machine, profile: DeviceProfile(driver: driver.name, kind: .network), tap: WireTap())
        let report = try await device.check(within: .seconds(5))
        await device.close()
        return report.symptoms.compactMap { if case .wrong = $0.sight { $0.code } else { nil } }
    }

    @Test("all is well")
    func fine() async throws { #expect(try await wrong(ScriptedNetwork()).isEmpty) }

    @Test("one cut cable is one condition")
    func cable() async throws {
        #expect(try await wrong(ScriptedNetwork(carrier: false)) == [.networkLink])
        #expect(try await wrong(ScriptedNetwork(carrier: false, route: nil)) == [.networkLink])
    }

    @Test("a silent router, or none, is the gateway")
    func gateway() async throws {
        #expect(try await wrong(ScriptedNetwork(route: nil)) == [.networkGateway])
        #expect(try await wrong(ScriptedNetwork(gateway: .noAnswer("x"))) == [.networkGateway])
    }

    @Test("without permission to ask, the gateway is unknown and the page decides")
    func notTried() async throws { #expect(try await wrong(ScriptedNetwork(gateway: .notTried("permission"))).isEmpty) }

    @Test("a dead name server is not the portal's fault; a name that does not exist is")
    func names() async throws {
        #expect(try await wrong(ScriptedNetwork(name: .noAnswer("timeout"))) == [.networkDNS])
        #expect(try await wrong(ScriptedNetwork(name: .noSuchName)) == [.networkPortal])
    }

    @Test("a page that fails and a page that is another page are told apart")
    func pages() async throws {
        #expect(try await wrong(ScriptedNetwork(page: .failure(PageFailure("refused")))) == [.networkPortal])
        #expect(try await wrong(ScriptedNetwork(page: .success(PageAnswer(status: 503, body: [])))) == [.networkPortal])
        let login = PageAnswer(status: 200, body: Array("<h1>Login</h1>".utf8))
        #expect(try await wrong(ScriptedNetwork(page: .success(login))) == [.networkPortalContent])
    }

    @Test("a page on this machine does not need the line")
    func local() async throws {
        let cut = ScriptedNetwork(carrier: false, page: .failure(PageFailure("refused")))
        #expect(try await wrong(cut, portal: "http://127.0.0.1:9/") == [.networkLink, .networkPortal])
    }

    @Test(
        "hosts are taken out of addresses",
        arguments: [
            ("https://www.example.gov.cn/a?b", "www.example.gov.cn"), ("http://192.0.2.1:8080/", "192.0.2.1"),
            ("http://user@host:1/", "host"), ("http://[2001:db8::1]:80/", "2001:db8::1"), ("http://", ""),
        ])
    func hosts(_ url: String, _ host: String) { #expect(Portal(name: "", url: url, mark: nil).host == host) }
}

@Suite("Network: bytes of the kernel and the wire")
struct NetworkBytesTests {
    @Test("the default route with the lowest metric")
    func routes() {
        let table = """
            Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
            wlan0\t00000000\t0100A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
            eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
            eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
            """
        #expect(RouteTable.defaultRoute(table) == DefaultRoute(interface: "eth0", gateway: "192.0.2.1"))
        #expect(RouteTable.defaultRoute("") == nil)
        #expect(RouteTable.defaultRoute("Iface\nrubbish\neth0 00000000 zz 3 0 0 0 00000000") == nil)
    }

    @Test("name servers of resolv.conf")
    func nameServers() {
        #expect(NameServers.list("# x\nnameserver 192.0.2.53\nnameserver ::1\noptions ndots:1\n") == ["192.0.2.53"])
    }

    private let answer: [UInt8] = [
        0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0, 1, 97, 2, 99, 110, 0, 0, 1, 0, 1,
        0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 4, 1, 98, 0xC0, 14, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 80,
    ]

    @Test("an address behind an alias, with compressed names")
    func dnsAnswer() {
        #expect(DNSMessage.answer(answer, id: 0x1234) == .address("192.0.2.80"))
        #expect(DNSMessage.answer(answer, id: 1) == nil, "somebody else's answer")
    }

    @Test("no such name, and a server that fails, are different things")
    func dnsCodes() {
        var bytes = answer
        bytes[3] = 0x83
        #expect(DNSMessage.answer(bytes, id: 0x1234) == .noSuchName)
        bytes[3] = 0x82
        #expect(DNSMessage.answer(bytes, id: 0x1234) == .failed(2))
    }

    @Test("cut or damaged answers never trap")
    func dnsHostile() {
        for end in answer.indices { _ = DNSMessage.answer(Array(answer[..<end]), id: 0x1234) }
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            var bytes = answer
            for _ in 0..<4 {
                bytes[Int.random(in: 2..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            _ = DNSMessage.answer(bytes, id: 0x1234)
        }
    }

    @Test(
        "questions are refused when the name is no name",
        arguments: ["", "...", String(repeating: "a", count: 64) + ".cn"])
    func dnsQuestions(_ host: String) { #expect(DNSMessage.query(id: 1, host: host) == nil) }
}
