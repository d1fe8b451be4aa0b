import DriverKit
import NetworkDriver
import ZoneModel
import ZoneTestKit

/// A network that is as good or bad as a test says.
struct ScriptedNetwork: NetworkProbes {
    static let mark = "政府信息公开"
    static let good = Result<PageAnswer, PageFailure>.success(PageAnswer(status: 200, body: Array(mark.utf8)))

    var interface = InterfaceFact(name: "eth0", hasCarrier: true, speed: 1000, duplex: "full", addresses: ["192.0.2.7"])
    /// Cards beside it.
    var others: [InterfaceFact] = []
    var route: DefaultRoute? = DefaultRoute(interface: "eth0", gateway: "192.0.2.1")
    /// Beside it.
    var routes: [DefaultRoute] = []
    /// The kernel tells its routes.
    var isRead = true
    var gateway = ProbeOutcome.answered
    /// By address; every other gateway says what `gateway` says.
    var gateways: [String: GatewayAnswer] = [:]
    /// What each server says of every name.
    var servers: KeyValuePairs<String, NameOutcome> = ["192.0.2.53": .address("192.0.2.80")]
    /// Instead of what the servers say.
    var names: [String: NameOutcome] = [:]
    /// Addresses of IPv6, by name; no other name has one.
    var six: [String: String] = [:]
    /// By address; every other page is good.
    var pages: [String: Result<PageAnswer, PageFailure>] = [:]
    /// Addresses at which nobody is to be had.
    var dead: Set<String> = []
    var certificate: CertificateFact?

    func line(within deadline: Duration) async -> LineFacts {
        LineFacts(interfaces: [interface] + others, routes: isRead ? [route].compactMap { $0 } + routes : nil)
    }

    func ask(_ routes: [DefaultRoute], within deadline: Duration) async -> [DefaultRoute: GatewayAnswer] {
        Dictionary(
            routes.compactMap { route in
                route.gateway.map { (route, gateways[$0] ?? GatewayAnswer(echo: gateway)) }
            }
        ) { first, _ in first }
    }

    func resolve(
        _ hosts: [String], _ families: [IPFamily], within deadline: Duration
    ) async -> [String: [NameAnswer]] {
        Dictionary(
            hosts.map { host in
                let answers = servers.flatMap { server in
                    families.map {
                        NameAnswer(server: server.key, outcome($0, host, of: server.value), family: $0)
                    }
                }
                return (host, answers)
            }
        ) { first, _ in first }
    }

    private func outcome(_ family: IPFamily, _ host: String, of server: NameOutcome) -> NameOutcome {
        if family == .ipv4 { return names[host] ?? server }
        guard case .address = server else { return server }
        return six[host].map { .address($0) } ?? .refused(code: 0)
    }

    func fetch(_ request: PageRequest, within deadline: Duration) async -> Result<PageAnswer, PageFailure> {
        if dead.contains(request.address) { return .failure(PageFailure("no answer")) }
        return pages[request.url] ?? ScriptedNetwork.good
    }

    func certificate(
        of host: String, address: String, port: Int, within deadline: Duration
    ) async -> CertificateFact? { certificate }
}

extension Result<PageAnswer, PageFailure> {
    static func leads(to location: String) -> Self {
        .success(PageAnswer(status: 302, location: location, body: []))
    }

    static func says(_ status: Int, _ text: String = "") -> Self {
        .success(PageAnswer(status: status, body: Array(text.utf8)))
    }

    static var refused: Self { .failure(PageFailure("connection refused")) }
    static var noHandshake: Self { .failure(PageFailure("CERTIFICATE_VERIFY_FAILED", kind: .untrusted)) }
}

/// A network that becomes another one while somebody looks at it.
actor ChangingNetwork: NetworkProbes {
    private var now: ScriptedNetwork

    init(_ network: ScriptedNetwork) { now = network }

    func become(_ network: ScriptedNetwork) { now = network }

    func line(within deadline: Duration) async -> LineFacts { await now.line(within: deadline) }

    func ask(_ routes: [DefaultRoute], within deadline: Duration) async -> [DefaultRoute: GatewayAnswer] {
        await now.ask(routes, within: deadline)
    }

    func resolve(
        _ hosts: [String], _ families: [IPFamily], within deadline: Duration
    ) async -> [String: [NameAnswer]] { await now.resolve(hosts, families, within: deadline) }

    func fetch(_ request: PageRequest, within deadline: Duration) async -> Result<PageAnswer, PageFailure> {
        await now.fetch(request, within: deadline)
    }

    func certificate(
        of host: String, address: String, port: Int, within deadline: Duration
    ) async -> CertificateFact? { await now.certificate(of: host, address: address, port: port, within: deadline) }
}

/// One driver that looks again and again.
struct NetworkVigil {
    private let network: ChangingNetwork
    private let device: any LiveDevice

    init(_ url: String = "http://www.example.gov.cn/") async throws {
        network = ChangingNetwork(ScriptedNetwork())
        let driver = NetworkDriver(
            probes: network, clock: ManualClock(),
            portals: { [Portal(name: url, url: url, mark: ScriptedNetwork.mark)] })
        device = try await driver.open(
            .machine, profile: DeviceProfile(driver: driver.name, kind: .network), tap: WireTap())
    }

    func look(at changed: ScriptedNetwork) async throws -> NetworkLook {
        await network.become(changed)
        return NetworkLook(try await device.check(within: .seconds(30)))
    }
}

/// One look at a scripted network.
struct NetworkLook {
    var report: Report

    init(_ report: Report) { self.report = report }

    init(_ network: ScriptedNetwork, _ urls: [String], mark: String? = ScriptedNetwork.mark) async throws {
        let driver = NetworkDriver(
            probes: network, clock: ManualClock(),
            portals: { urls.map { Portal(name: $0, url: $0, mark: mark) } })
        let device = try await driver.open(
            .machine, profile: DeviceProfile(driver: driver.name, kind: .network), tap: WireTap())
        report = try await device.check(within: .seconds(30))
        await device.close()
    }

    /// What is raised.
    var codes: [ConditionCode] {
        report.symptoms.compactMap { if case .wrong = $0.sight { $0.code } else { nil } }
    }

    func sight(_ code: ConditionCode) -> Symptom.Sight? { report.symptoms.first { $0.code == code }?.sight }

    func evidence(_ code: ConditionCode) -> String {
        if case .wrong(let evidence, _)? = sight(code) { evidence } else { "" }
    }
}
