import DriverKit
import NetworkDriver
import Testing
import ZoneModel
import ZoneNetwork
import ZoneTestKit

@Suite("Network: the chain ends where it is broken")
struct NetworkChainTests {
    private func wrong(
        _ network: ScriptedNetwork, _ portal: String = "https://www.example.gov.cn/"
    ) async throws -> [ConditionCode] { try await NetworkLook(network, [portal]).codes }

    @Test("all is well")
    func fine() async throws {
        let look = try await NetworkLook(ScriptedNetwork(), ["http://www.example.gov.cn/"])
        #expect(look.codes.isEmpty)
        #expect(look.report.symptoms.allSatisfy { $0.sight == .fine }, "what is over is cleared")
        #expect(look.report.details?["verdict"] == "ok")
    }

    @Test("one cut cable is one condition, and nothing behind it is judged")
    func cable() async throws {
        var network = ScriptedNetwork()
        network.interface.hasCarrier = false
        let look = try await NetworkLook(network, ["https://www.example.gov.cn/"])
        #expect(look.codes == [.networkLink])
        #expect(look.sight(.networkPortal) == .superseded(by: .networkLink))
        network.route = nil
        #expect(try await wrong(network) == [.networkLink])
    }

    @Test("no address, or only one of its own, is the router that gave none", arguments: [[], ["169.254.7.7"]])
    func address(_ addresses: [String]) async throws {
        var network = ScriptedNetwork(route: nil)
        network.interface.addresses = addresses
        let look = try await NetworkLook(network, ["https://www.example.gov.cn/"])
        #expect(look.codes == [.networkGateway])
        #expect(look.evidence(.networkGateway).contains("eth0:"))
        #expect(look.report.details?["verdict"] == "address")
    }

    @Test("a silent router, or none, is the gateway")
    func gateway() async throws {
        #expect(try await wrong(ScriptedNetwork(route: nil)) == [.networkGateway])
        #expect(try await wrong(ScriptedNetwork(gateway: .noAnswer("x"))) == [.networkGateway])
    }

    @Test("a line without a gateway, as of a 4G modem, is not a broken one")
    func cellular() async throws {
        let network = ScriptedNetwork(route: DefaultRoute(interface: "eth0", gateway: nil), gateway: .noAnswer("x"))
        #expect(try await wrong(network).isEmpty)
    }

    @Test("without permission to ask, the gateway is unknown and the page decides")
    func notTried() async throws {
        let look = try await NetworkLook(ScriptedNetwork(gateway: .notTried("permission")), ["http://a.gov.cn/"])
        #expect(look.codes.isEmpty && look.sight(.networkGateway) == .unknown(reason: "permission"))
    }

    @Test("dead name servers are not the portal's fault; a name that does not exist is")
    func names() async throws {
        let dead = try await NetworkLook(ScriptedNetwork(servers: ["192.0.2.53": .silent]), ["http://a.gov.cn/"])
        #expect(dead.codes == [.networkDNS])
        #expect(dead.evidence(.networkDNS) == "192.0.2.53: no answer")
        #expect(try await wrong(ScriptedNetwork(servers: ["192.0.2.53": .refused(code: 5)])) == [.networkDNS])
        #expect(try await wrong(ScriptedNetwork(servers: [:])) == [.networkDNS])
        #expect(try await wrong(ScriptedNetwork(servers: ["192.0.2.53": .noSuchName])) == [.networkPortal])
    }

    @Test("one dead name server of two is a detail, no condition")
    func twoServers() async throws {
        let network = ScriptedNetwork(servers: ["192.0.2.53": .silent, "192.0.2.54": .address("192.0.2.80")])
        let look = try await NetworkLook(network, ["http://a.gov.cn/"])
        #expect(look.codes.isEmpty)
        #expect(look.sight(.networkDNS) == .fine)
        #expect(
            look.report.details?["nameServers"]?.arrayValue?.map { $0["state"]?.stringValue } == ["no answer", "ok"])
    }

    @Test("the first server that decides has decided, for us as for a browser")
    func order() async throws {
        let network = ScriptedNetwork(servers: ["192.0.2.53": .noSuchName, "192.0.2.54": .address("192.0.2.80")])
        let look = try await NetworkLook(network, ["http://a.gov.cn/"])
        #expect(look.codes == [.networkPortal] && look.evidence(.networkPortal).contains("no such name"))
    }

    @Test("a name without an IPv4 address is that page's trouble, not the servers'")
    func noAddress() async throws {
        let look = try await NetworkLook(ScriptedNetwork(servers: ["192.0.2.53": .refused(code: 0)]), ["http://a.cn/"])
        #expect(look.codes == [.networkPortal] && look.evidence(.networkPortal).contains("no IPv4 address"))
    }

    @Test("a name that leads to this PC is no page of the line's", arguments: ["127.0.0.1", "0.0.0.0"])
    func here(_ address: String) async throws {
        let network = ScriptedNetwork(servers: ["192.0.2.53": .address(address)])
        let look = try await NetworkLook(network, ["http://a.gov.cn/"])
        #expect(look.codes == [.networkPortal] && look.evidence(.networkPortal).contains("leads to this PC"))
    }

    @Test("servers that fail for one name only are that portal's matter")
    func oneName() async throws {
        let network = ScriptedNetwork(names: ["b.gov.cn": .refused(code: 2)])
        let look = try await NetworkLook(network, ["http://a.gov.cn/", "http://b.gov.cn/"])
        #expect(look.codes == [.networkPortal])
    }

    @Test("a page by number needs no name server")
    func number() async throws {
        let network = ScriptedNetwork(
            servers: ["192.0.2.53": .silent], pages: ["http://192.0.2.9/": .says(500)])
        let look = try await NetworkLook(network, ["http://a.gov.cn/", "http://192.0.2.9/"])
        #expect(look.codes == [.networkDNS, .networkPortal])
    }

    @Test("a page that fails and a page that is another page are told apart")
    func pages() async throws {
        let url = "https://www.example.gov.cn/"
        #expect(try await wrong(ScriptedNetwork(pages: [url: .refused])) == [.networkPortal])
        #expect(try await wrong(ScriptedNetwork(pages: [url: .says(503)])) == [.networkPortal])
        #expect(try await wrong(ScriptedNetwork(pages: [url: .says(200, "rubbish")])) == [.networkPortalContent])
        #expect(try await wrong(ScriptedNetwork(), "nonsense") == [.networkPortal])
    }

    @Test("a page on this machine does not need the line")
    func local() async throws {
        var cut = ScriptedNetwork(pages: ["http://127.0.0.1:9/": .refused])
        cut.interface.hasCarrier = false
        #expect(try await wrong(cut, "http://127.0.0.1:9/") == [.networkLink, .networkPortal])
        let look = try await NetworkLook(cut, ["http://localhost:8/"])
        #expect(look.codes == [.networkLink])
        #expect(look.sight(.networkPortal) == .fine)
    }
}

@Suite("Network: bytes of the kernel and the wire")
struct NetworkBytesTests {
    @Test("name servers of resolv.conf, of both families, with zones; three at most")
    func nameServers() {
        let text = """
            # x
            nameserver 192.0.2.53
            nameserver router.lan
            nameserver fe80::1%eth0
            nameserver 2001:db8::53
            options ndots:1
            nameserver 192.0.2.54
            """
        #expect(NameServers.list(text) == ["192.0.2.53", "fe80::1%eth0", "2001:db8::53"])
        #expect(NameServers.list("nameserver 192.0.2.53%eth0\nnameserver fe80:::1\nnameserver 1.2.3").isEmpty)
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

    @Test("an address of IPv6 is the answer to a question for one, and to no other")
    func dnsSix() {
        let six: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80]
        let bytes = Array(answer.prefix(38)) + [0xC0, 12, 0, 28, 0, 1, 0, 0, 0, 9, 0, 16] + six
        #expect(DNSMessage.answer(bytes, id: 0x1234, family: .ipv6) == .address("2001:db8::80"))
        #expect(DNSMessage.answer(bytes, id: 0x1234) == .failed(0))
        #expect(DNSMessage.answer(answer, id: 0x1234, family: .ipv6) == .failed(0))
        #expect(DNSMessage.query(id: 1, host: "a.cn", family: .ipv6)?.suffix(4) == [0, 28, 0, 1])
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
