import DriverKit
import NetworkDriver
import Testing
import ZoneModel

@Suite("Network: what one look cannot know, the looks before it tell")
struct NetworkVigilTests {
    private func silent(_ neighbour: NeighbourState) -> ScriptedNetwork {
        ScriptedNetwork(
            gateways: ["192.0.2.1": GatewayAnswer(echo: .noAnswer("no echo"), neighbour: neighbour)],
            servers: ["192.0.2.53": .silent])
    }

    private let pending = Symptom.Sight.unknown(reason: "no answer, and nothing is known of the gateway yet")

    @Test(
        "a router that used to answer echoes and is silent is the gateway, whatever the kernel still remembers of it",
        arguments: [NeighbourState.reachable, .stale, .delay, .probe, .permanent, .failed])
    func echoer(_ neighbour: NeighbourState) async throws {
        let vigil = try await NetworkVigil()
        #expect(try await vigil.look(at: ScriptedNetwork()).codes.isEmpty)
        for _ in 0..<2 {
            let look = try await vigil.look(at: silent(neighbour))
            #expect(look.codes == [.networkGateway])
            #expect(look.sight(.networkDNS) == .superseded(by: .networkGateway))
            let told = look.evidence(.networkGateway)
            let words = neighbour == .failed ? "neither echo nor ARP answer" : "no echo, which it gave before"
            #expect(told.contains("192.0.2.1: \(words)"), "\(told)")
        }
        #expect(try await vigil.look(at: ScriptedNetwork()).codes.isEmpty)
    }

    @Test("behind a router that never answers echoes, silent names wait until the kernel knows of it")
    func neverAnswers() async throws {
        let gone = try await NetworkVigil()
        for neighbour in [NeighbourState.stale, .delay] {
            let look = try await gone.look(at: silent(neighbour))
            #expect(look.codes.isEmpty && look.sight(.networkDNS) == pending)
        }
        #expect(try await gone.look(at: silent(.failed)).codes == [.networkGateway])

        let there = try await NetworkVigil()
        for _ in 0..<2 { #expect(try await there.look(at: silent(.delay)).codes.isEmpty) }
        #expect(try await there.look(at: silent(.probe)).codes == [.networkDNS], "it is there, as far as anybody knows")
        #expect(try await there.look(at: silent(.reachable)).codes == [.networkDNS])
        #expect(try await there.look(at: ScriptedNetwork()).codes.isEmpty)
        #expect(try await there.look(at: silent(.delay)).codes == [.networkGateway], "it has answered an echo since")
    }

    @Test("a router that ceases to answer echoes is well while pages open, and not expected to answer again")
    func ceases() async throws {
        let vigil = try await NetworkVigil()
        #expect(try await vigil.look(at: ScriptedNetwork()).codes.isEmpty)
        var mute = silent(.delay)
        mute.servers = ScriptedNetwork().servers
        let look = try await vigil.look(at: mute)
        #expect(look.codes.isEmpty && look.sight(.networkPortal) == .fine)
        #expect(try await vigil.look(at: silent(.delay)).sight(.networkDNS) == pending)
    }

    @Test("a cable that is out is the link, also while a second card has a carrier")
    func secondCard() async throws {
        var network = ScriptedNetwork()
        network.others = [InterfaceFact(name: "lan2", hasCarrier: true, addresses: [])]
        let vigil = try await NetworkVigil()
        #expect(try await vigil.look(at: network).codes.isEmpty)
        (network.interface.hasCarrier, network.interface.addresses, network.route) = (false, [], nil)
        let out = try await vigil.look(at: network)
        #expect(out.codes == [.networkLink] && out.evidence(.networkLink) == "eth0: no carrier")
        #expect(out.report.details?["interface"] == "eth0")
        network.interface.hasCarrier = true
        let waiting = try await vigil.look(at: network)
        #expect(waiting.codes == [.networkGateway] && waiting.evidence(.networkGateway) == "eth0: no address")
    }

    @Test("a card that was pulled out is the link")
    func pulledOut() async throws {
        let vigil = try await NetworkVigil()
        #expect(try await vigil.look(at: ScriptedNetwork()).codes.isEmpty)
        var network = ScriptedNetwork(route: nil)
        network.interface = InterfaceFact(name: "lan2", hasCarrier: true, addresses: [])
        let look = try await vigil.look(at: network)
        #expect(look.codes == [.networkLink] && look.evidence(.networkLink) == "eth0: it is there no longer")
    }
}
