import DriverKit

/// Link, address and gateway, out of what the kernel and the gateways say. Each family has a way of its own; a line is
/// as good as the better of the two, because citizens get their page by either.
struct LineSight: Sendable {
    let families: [FamilySight]

    /// - Parameters:
    ///   - way: interfaces of the last default routes.
    ///   - echoers: whose silence says something; nobody's, as long as a page may still show that the line is open.
    init(
        _ facts: LineFacts, answers: [DefaultRoute: GatewayAnswer] = [:], way: [InterfaceFact] = [],
        echoers: Set<DefaultRoute> = []
    ) {
        families = IPFamily.allCases.map { FamilySight($0, facts, answers, way: way, echoers: echoers) }
    }

    /// Whom to ask: behind a link or an address that is missing nobody can answer.
    static func gateways(_ facts: LineFacts, way: [InterfaceFact]) -> [DefaultRoute] {
        LineSight(facts, way: way).families.filter { family in
            [NetworkLayer.link, .address].allSatisfy { family.states[$0]?.isBad != true }
        }.flatMap(\.routes).filter { $0.gateway != nil }
    }

    /// The family that comes farthest; of equals IPv4. One without a route only where the other has none either.
    var best: FamilySight? {
        let routed = families.filter { !$0.routes.isEmpty }
        return (routed.isEmpty ? families : routed).reduce(nil) { best, next in
            best.map { $0.reach >= next.reach ? $0 : next } ?? next
        }
    }

    /// Those whose way is not known to be broken, the better one first.
    var working: [IPFamily] {
        families.filter { $0.broken == nil }.sorted { $0.reach > $1.reach }.map(\.family)
    }

    /// Of the line: the best family's. Where both end at their gateways, both gateways are named.
    var states: [NetworkLayer: LayerState] {
        guard let best else { return [:] }
        guard let broken = best.broken, broken.layer == .gateway else { return best.states }
        let evidence = families.filter { !$0.routes.isEmpty }.compactMap { family in
            family.broken.flatMap { $0.layer == .gateway ? $0.evidence : nil }
        }
        guard evidence.count > 1 else { return best.states }
        return best.states.merging([.gateway: .bad(evidence: evidence.joined(separator: "; "))]) { $1 }
    }

    /// Where a family ends that is needed and does not work; `nil` when it does.
    func fault(of family: IPFamily) -> (layer: NetworkLayer, evidence: String)? {
        families.first { $0.family == family }?.broken
    }

    /// What is wrong with the line when its name servers are all of a family that does not work: that, and not they.
    func blame(for silent: [NameAnswer]) -> (layer: NetworkLayer, evidence: String)? {
        let addresses = silent.compactMap { IPAddress(String($0.server.prefix { $0 != "%" })) }
        guard let first = addresses.first, !addresses.contains(where: \.isThisMachine),
            addresses.allSatisfy({ !working.contains($0.family) }), let fault = fault(of: first.family)
        else { return nil }
        return (fault.layer, "\(first.family.shown): \(fault.evidence); the name servers are behind it")
    }
}
