import DriverKit
import ZoneModel

/// What technicians see of the network in `details`: facts, also those that are no condition, such as one dead name
/// server of two or a line of 10 Mbit/s.
struct NetworkDetails {
    var line: LineSight
    var names: NameSight
    var portals: [PortalSight]
    var verdict: NetworkVerdict

    var json: JSONValue {
        let best = line.best
        let (route, interface) = (best?.routes.first, best?.interfaces.first)
        return .members([
            "interface": (route?.interface ?? interface?.name).map { .string($0) },
            "kind": interface.map { .string($0.kind.rawValue) },
            "speedMbps": interface?.speed.map { .integer(Int64($0)) },
            "duplex": interface?.duplex.map { .string($0) },
            "address": (best?.addresses.first ?? interface?.addresses?.first).map { .string($0) },
            "gateway": route?.shownGateway.map { .string($0) }, "families": families,
            "nameServers": names.servers.isEmpty ? nil : .array(names.servers.map(server)),
            "portals": .array(portals.enumerated().map { portal($1, verdict.portals[$0]) }),
            "verdict": .string(verdict.broken?.layer.rawValue ?? "ok"), "source": "kernel",
        ])
    }

    /// A family that has neither an address nor a route is not there, and no fault.
    private var families: JSONValue {
        .array(
            line.families.filter { !$0.routes.isEmpty || !$0.addresses.isEmpty }.map { own in
                .members([
                    "family": .string(own.family.rawValue),
                    "verdict": .string(own.broken?.layer.rawValue ?? (own.isProven ? "ok" : "unknown")),
                    "evidence": own.broken.map { .string($0.evidence.cleaned(limit: 300)) },
                    "addresses": .array(own.addresses.prefix(8).map { .string($0) }),
                    "gateways": .array(own.routes.prefix(8).map { gateway($0, own) }),
                ])
            })
    }

    private func gateway(_ route: DefaultRoute, _ family: FamilySight) -> JSONValue {
        .members([
            "address": route.shownGateway.map { .string($0) }, "interface": .string(route.interface),
            "state": .string(family.state(of: route).word),
            "neighbour": family.answers[route]?.neighbour.map { .string($0.rawValue.lowercased()) },
        ])
    }

    private func server(_ answer: NameAnswer) -> JSONValue {
        .members([
            "address": .string(answer.server), "state": .string(answer.isDecided ? "ok" : answer.failure),
            "milliseconds": answer.milliseconds.map { .integer($0) },
        ])
    }

    private func portal(_ sight: PortalSight, _ ladder: Ladder) -> JSONValue {
        var status: Int64?
        if case .answer(let answer) = sight.trail?.end { status = Int64(answer.status) }
        let isRedirected = (sight.trail?.stops.count ?? 0) > 1
        return .members([
            "name": .string(sight.portal.name), "state": .string(ladder[.page].word),
            "broken": ladder.broken.map { .string($0.rawValue) }, "status": status.map { .integer($0) },
            "way": isRedirected ? sight.trail.map { .string($0.way.cleaned(limit: 500)) } : nil,
            "certificateDays": sight.daysLeft.map { .integer($0) },
        ])
    }
}

extension NameAnswer {
    /// The worst is of IPv6 only where the same server was well for IPv4.
    fileprivate var failure: String { outcome.words + (family == .ipv6 ? " (AAAA)" : "") }
}
