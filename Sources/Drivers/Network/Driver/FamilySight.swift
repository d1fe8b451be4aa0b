import DriverKit

/// One family's way out of this PC: link, address, gateway.
struct FamilySight: Sendable {
    let family: IPFamily
    let routes: [DefaultRoute]
    /// Of the routes; without a route, whatever a route would lead over.
    let interfaces: [InterfaceFact]
    /// By route.
    let answers: [DefaultRoute: GatewayAnswer]
    private let echoers: Set<DefaultRoute>
    let states: [NetworkLayer: LayerState]

    /// - Parameters:
    ///   - way: interfaces of the last default routes.
    ///   - echoers: whose silence says something.
    init(
        _ family: IPFamily, _ facts: LineFacts, _ answers: [DefaultRoute: GatewayAnswer], way: [InterfaceFact],
        echoers: Set<DefaultRoute>
    ) {
        (self.family, self.answers, self.echoers) = (family, answers, echoers)
        let all = facts.routes ?? []
        let own = all.filter { $0.family == family }
        let names = (own.isEmpty ? all : own).map(\.interface)
        routes = own
        interfaces =
            names.isEmpty ? FamilySight.unrouted(facts, way) : facts.interfaces.filter { names.contains($0.name) }
        states = [
            .link: all.isEmpty ? FamilySight.link(facts.interfaces, way) : FamilySight.link(of: interfaces),
            .address: FamilySight.address(family, interfaces),
            .gateway: facts.routes == nil
                ? .unknown(why: "not to be read")
                : FamilySight.gateway(own.map { GatewaySight.state($0, answers[$0], echoers) }),
        ]
    }

    /// Where it ends, and why; `nil` while nothing is known to be broken.
    var broken: (layer: NetworkLayer, evidence: String)? {
        for layer in NetworkLayer.allCases {
            if case .bad(let evidence)? = states[layer] { return (layer, evidence) }
        }
        return nil
    }

    func state(of route: DefaultRoute) -> LayerState { GatewaySight.state(route, answers[route], echoers) }

    /// Those that somebody gave it.
    var addresses: [String] { interfaces.flatMap { FamilySight.given($0.addresses ?? [], family) } }

    /// The farther it comes, the more; an unknown layer comes less far than a good one.
    var reach: Int {
        if let broken { return NetworkLayer.allCases.firstIndex(of: broken.layer) ?? 0 }
        return NetworkLayer.allCases.count + (isProven ? 1 : 0)
    }

    var isProven: Bool { states.values.allSatisfy { $0 == .good } }

    private static func link(of routed: [InterfaceFact]) -> LayerState {
        // One that the kernel does not list is not known to be down.
        guard let first = routed.first, routed.allSatisfy({ $0.hasCarrier == false }) else { return .good }
        return .bad(evidence: "\(first.name): \(first.kind.lack)")
    }

    /// Without a route: the last one's interface, where there was one. NetworkManager takes route and address away with
    /// the cable, and a second card, as that of a sign, keeps its carrier.
    private static func link(_ interfaces: [InterfaceFact], _ way: [InterfaceFact]) -> LayerState {
        let now = way.map { last in (last, interfaces.first { $0.name == last.name }) }
        // A modem's interface goes with its connection; a card is pulled out.
        let isLost = now.allSatisfy { last, now in
            now.map { $0.hasCarrier != true } ?? [.wired, .wifi].contains(last.kind)
        }
        if let (last, now) = now.first, isLost {
            return .bad(evidence: "\(last.name): " + (now?.kind.lack ?? "it is there no longer"))
        }
        if interfaces.contains(where: { $0.hasCarrier == true }) { return .good }
        return .bad(evidence: interfaces.isEmpty ? "no network interface" : "no interface has a carrier")
    }

    /// Of the last route; else the first that has a carrier.
    private static func unrouted(_ facts: LineFacts, _ way: [InterfaceFact]) -> [InterfaceFact] {
        let last = facts.interfaces.filter { fact in way.contains { $0.name == fact.name } }
        return last.isEmpty ? Array(facts.interfaces.filter { $0.hasCarrier == true }.prefix(1)) : last
    }

    private static func address(_ family: IPFamily, _ interfaces: [InterfaceFact]) -> LayerState {
        let read = interfaces.filter { $0.addresses != nil }
        guard let first = read.first, let all = first.addresses else { return .unknown(why: "not to be read") }
        if read.contains(where: { !given($0.addresses ?? [], family).isEmpty }) { return .good }
        guard let own = all.first(where: { IPAddress($0)?.family == family }) else {
            return .bad(evidence: "\(first.name): no address")
        }
        let giver = family == .ipv4 ? "DHCP" : "router advertisement or DHCPv6"
        return .bad(evidence: "\(first.name): only \(own), which it gave itself: no answer from \(giver)")
    }

    /// RFC 3927, RFC 4291: what a PC takes when nobody gives it one leads nowhere.
    private static func given(_ addresses: [String], _ family: IPFamily) -> [String] {
        addresses.filter { text in IPAddress(text).map { $0.family == family && !$0.isLinkLocal } ?? false }
    }

    /// Of several gateways one that is well is enough: each of them is a way out.
    private static func gateway(_ states: [LayerState]) -> LayerState {
        guard !states.isEmpty else { return .bad(evidence: "no default route") }
        if states.contains(.good) { return .good }
        if let unknown = states.first(where: { !$0.isBad }) { return unknown }
        let evidence: [String] = states.compactMap { if case .bad(let words) = $0 { words } else { nil } }
        return .bad(evidence: evidence.joined(separator: ", "))
    }
}

/// One gateway.
enum GatewaySight {
    /// - Parameter echoers: those of whom a missing echo is the answer.
    static func state(
        _ route: DefaultRoute, _ answer: GatewayAnswer?, _ echoers: Set<DefaultRoute>
    ) -> LayerState {
        // PPP and 4G modems: there is nobody to ask.
        guard let gateway = route.shownGateway else { return .good }
        guard let answer else { return .unknown(why: "not looked at") }
        if answer.echo == .answered { return .good }
        var isOwing = echoers.contains(route)
        if case .notTried = answer.echo { isOwing = false }
        switch answer.neighbour {
        case .incomplete, .failed, nil: break
        case .some where isOwing: return .bad(evidence: "\(gateway): no echo, which it gave before")
        case .reachable: return .good
        // It answered once, and the kernel takes up to 45 s to doubt it and 8 s to be sure, from the next packet on
        // (RFC 4861, 7.3.2 and 10).
        case .stale, .delay, .probe: return .unknown(why: "no echo, and its card has not answered lately")
        case .permanent, .noARP: return .unknown(why: "no echo, and its card is written down and never asked")
        }
        if case .notTried(let reason) = answer.echo { return .unknown(why: reason) }
        let way = IPAddress(route.gateway ?? "")?.family == .ipv6 ? "NDP" : "ARP"
        return .bad(evidence: "\(gateway): neither echo nor \(way) answer")
    }
}

extension DefaultRoute {
    /// With its zone, where it is none without (RFC 4007, 11).
    var shownGateway: String? {
        gateway.map { text in
            let address = IPAddress(text)
            return address?.family == .ipv6 && address?.isLinkLocal == true ? "\(text)%\(interface)" : text
        }
    }
}

extension InterfaceKind {
    fileprivate var lack: String { self == .wifi ? "no carrier (Wi-Fi is not connected)" : "no carrier" }
}
