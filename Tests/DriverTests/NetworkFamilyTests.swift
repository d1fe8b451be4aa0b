import DriverKit
import NetworkDriver
import Testing
import ZoneModel

@Suite("Network: two families are two ways, and one that works is enough")
struct NetworkFamilyTests {
    private static let router = DefaultRoute(interface: "eth0", gateway: "fe80::1")
    private static let gone = GatewayAnswer(echo: .noAnswer("no echo"), neighbour: .failed)
    private static let host = "www.example.gov.cn"
    private static let url = "http://www.example.gov.cn/"

    /// A line of IPv6 only: an address by router advertisement, a gateway that needs its zone, names of IPv6.
    private var onlySix: ScriptedNetwork {
        var network = ScriptedNetwork(
            route: nil, routes: [Self.router], servers: ["fe80::1%eth0": .address("")],
            names: [Self.host: .refused(code: 0)], six: [Self.host: "2001:db8::80"])
        network.interface.addresses = ["fe80::7", "2001:db8::7"]
        return network
    }

    /// Both; the name has an address of each.
    private var both: ScriptedNetwork {
        var network = ScriptedNetwork(routes: [Self.router], six: [Self.host: "2001:db8::80"])
        network.interface.addresses = ["192.0.2.7", "fe80::7", "2001:db8::7"]
        return network
    }

    private func look(_ network: ScriptedNetwork, _ urls: [String] = [NetworkFamilyTests.url]) async throws
        -> NetworkLook
    {
        try await NetworkLook(network, urls)
    }

    private func verdicts(_ look: NetworkLook) -> [String] {
        (look.report.details?["families"]?.arrayValue ?? []).compactMap { family in
            guard let name = family["family"]?.stringValue, let verdict = family["verdict"]?.stringValue else {
                return nil
            }
            return "\(name) \(verdict)"
        }
    }

    @Test("a line of IPv6 only is a good line")
    func six() async throws {
        let look = try await look(onlySix)
        #expect(look.codes.isEmpty)
        #expect(look.report.symptoms.allSatisfy { $0.sight == .fine })
        #expect(look.report.details?["address"] == "2001:db8::7")
        #expect(look.report.details?["gateway"] == "fe80::1%eth0")
        #expect(verdicts(look) == ["ipv6 ok"])
    }

    @Test("a unique local address counts, one that the PC gave itself does not")
    func addresses() async throws {
        var network = onlySix
        network.interface.addresses = ["fe80::7", "fd00::7"]
        #expect(try await look(network).codes.isEmpty)
        network.interface.addresses = ["fe80::7"]
        let alone = try await look(network)
        #expect(alone.codes == [.networkGateway])
        #expect(alone.evidence(.networkGateway).contains("only fe80::7, which it gave itself"))
        #expect(alone.report.details?["verdict"] == "address")
    }

    @Test("a router of IPv6 that is gone is the gateway, by its name with its zone")
    func router() async throws {
        var network = onlySix
        network.gateways = ["fe80::1": Self.gone]
        let look = try await look(network)
        #expect(look.codes == [.networkGateway])
        #expect(look.evidence(.networkGateway) == "fe80::1%eth0: neither echo nor NDP answer")
    }

    @Test("name servers of IPv6 that are silent are the name servers")
    func names() async throws {
        var network = onlySix
        network.names = [:]
        network.servers = ["fe80::1%eth0": .silent, "2001:db8::53": .silent]
        let look = try await look(network)
        #expect(look.codes == [.networkDNS])
        #expect(look.evidence(.networkDNS) == "fe80::1%eth0: no answer, 2001:db8::53: no answer")
    }

    @Test(
        "a neighbour that answers the kernel is there; one that did once, or was never asked, proves nothing",
        arguments: [
            (NeighbourState.reachable, Symptom.Sight.fine),
            (.stale, .unknown(reason: "no echo, and its card has not answered lately")),
            (.delay, .unknown(reason: "no echo, and its card has not answered lately")),
            (.probe, .unknown(reason: "no echo, and its card has not answered lately")),
            (.failed, .wrong(evidence: "192.0.2.1: neither echo nor ARP answer")),
            (.incomplete, .wrong(evidence: "192.0.2.1: neither echo nor ARP answer")),
            (.permanent, .unknown(reason: "no echo, and its card is written down and never asked")),
            (.noARP, .unknown(reason: "no echo, and its card is written down and never asked")),
        ])
    func neighbours(_ state: NeighbourState, _ sight: Symptom.Sight) async throws {
        let answer = GatewayAnswer(echo: .noAnswer("no echo"), neighbour: state)
        let look = try await look(ScriptedNetwork(gateways: ["192.0.2.1": answer]))
        #expect(look.sight(.networkGateway) == sight)
    }

    @Test("with one family broken citizens get their page by the other: a detail, no condition")
    func oneIsBroken() async throws {
        var network = both
        network.gateways = ["fe80::1": Self.gone]
        network.dead = ["2001:db8::80"]
        let withoutSix = try await look(network)
        #expect(withoutSix.codes.isEmpty && verdicts(withoutSix) == ["ipv4 ok", "ipv6 gateway"])
        network.gateways = ["192.0.2.1": Self.gone]
        network.dead = ["192.0.2.80"]
        let withoutFour = try await look(network)
        #expect(withoutFour.codes.isEmpty && verdicts(withoutFour) == ["ipv4 gateway", "ipv6 ok"])
        #expect(withoutFour.report.details?["gateway"] == "fe80::1%eth0")
    }

    @Test(
        "a family that ends behind its gateway does not cost the page either",
        arguments: ["192.0.2.80", "2001:db8::80"])
    func deadFartherOut(_ address: String) async throws {
        var network = both
        network.dead = [address]
        #expect(try await look(network).codes.isEmpty)
        network.dead = ["192.0.2.80", "2001:db8::80"]
        #expect(try await look(network).codes == [.networkPortal])
    }

    @Test("when both routers are gone, one condition names both")
    func bothAreBroken() async throws {
        var network = both
        network.gateways = ["fe80::1": Self.gone, "192.0.2.1": Self.gone]
        let look = try await look(network)
        #expect(look.codes == [.networkGateway])
        #expect(
            look.evidence(.networkGateway)
                == "192.0.2.1: neither echo nor ARP answer; fe80::1%eth0: neither echo nor NDP answer")
    }

    @Test("a page that has addresses of the broken family only shows the broken family, and the other page is well")
    func needed() async throws {
        var network = both
        network.gateways = ["192.0.2.1": Self.gone]
        let look = try await look(network, ["http://old.example.gov.cn/", Self.url])
        #expect(look.codes == [.networkGateway])
        #expect(look.evidence(.networkGateway).hasPrefix("IPv4, which http://old.example.gov.cn/ needs: 192.0.2.1: "))
        #expect(look.report.details?["portals"]?.arrayValue?.map { $0["state"]?.stringValue } == ["unknown", "ok"])
        #expect(
            look.sight(.networkPortal) == .superseded(by: .networkGateway),
            "one that is well proves nothing of the other")
    }

    @Test("a page by number of IPv6 is opened over IPv6, and is the line's matter where there is none")
    func literal() async throws {
        let page = "http://[2001:db8::9]:8080/zwgk"
        #expect(try await look(onlySix, [page]).codes.isEmpty)
        var failing = onlySix
        failing.pages = [page: .says(500)]
        #expect(try await look(failing, [page]).codes == [.networkPortal])
        let without = try await look(ScriptedNetwork(), [page])
        #expect(without.codes == [.networkGateway])
        #expect(without.evidence(.networkGateway).contains("IPv6, which \(page) needs: eth0: no address"))
    }

    @Test("name servers behind the broken family are not to blame; one on this PC is")
    func serversBehind() async throws {
        var network = both
        network.gateways = ["192.0.2.1": Self.gone]
        network.servers = ["192.0.2.53": .silent]
        let behind = try await look(network)
        #expect(behind.codes == [.networkGateway])
        #expect(behind.evidence(.networkGateway).hasPrefix("IPv4: 192.0.2.1: neither echo nor ARP answer"))
        network.servers = ["127.0.0.53": .silent]
        #expect(try await look(network).codes == [.networkDNS])
        network.servers = ["192.0.2.53": .silent, "2001:db8::53": .silent]
        #expect(try await look(network).codes == [.networkDNS], "one of them can be reached")
    }

    @Test("of two gateways at once one that is well is enough")
    func two() async throws {
        var network = ScriptedNetwork(routes: [DefaultRoute(interface: "eth0", gateway: "192.0.2.2")])
        network.gateways = ["192.0.2.2": Self.gone]
        let one = try await look(network)
        #expect(one.codes.isEmpty)
        let gateways = one.report.details?["families"]?.arrayValue?.first?["gateways"]?.arrayValue
        #expect(gateways?.map { $0["state"]?.stringValue } == ["ok", "wrong"])
        #expect(gateways?.last?["neighbour"] == "failed")
        network.gateways["192.0.2.1"] = Self.gone
        #expect(
            try await look(network).evidence(.networkGateway).contains("192.0.2.1: neither echo nor ARP answer, 192"))
    }

    @Test("routes that the kernel does not tell are unknown, and the page decides")
    func unread() async throws {
        let look = try await look(ScriptedNetwork(isRead: false))
        #expect(look.codes.isEmpty && look.sight(.networkGateway) == .unknown(reason: "not to be read"))
    }

    @Test("a redirect to a number of IPv6 is followed where IPv6 leads out")
    func redirect() async throws {
        let next = "http://[2001:db8::9]/a"
        var network = onlySix
        network.pages = [Self.url: .leads(to: next)]
        #expect(try await look(network).codes.isEmpty)
        var four = ScriptedNetwork(pages: [Self.url: .leads(to: next)])
        four.interface.addresses = ["192.0.2.7", "fe80::7"]
        #expect(try await look(four).codes == [.networkCaptive], "out of the site, unsigned, and not to the mark")
    }
}
