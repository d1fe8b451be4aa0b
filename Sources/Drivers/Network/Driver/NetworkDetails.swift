import DriverKit
import ZoneModel

/// What technicians see of the network in `details`: facts, also those that are no condition, such as one dead name
/// server of two or a line of 10 Mbit/s.
struct NetworkDetails {
    var route: DefaultRoute?
    var interface: InterfaceFact?
    var names: NameSight
    var portals: [PortalSight]
    var verdict: NetworkVerdict

    var json: JSONValue {
        .members([
            "interface": (route?.interface ?? interface?.name).map { .string($0) },
            "kind": interface.map { .string($0.kind.rawValue) },
            "speedMbps": interface?.speed.map { .integer(Int64($0)) },
            "duplex": interface?.duplex.map { .string($0) },
            "address": interface?.addresses?.first.map { .string($0) },
            "gateway": route?.gateway.map { .string($0) },
            "nameServers": names.servers.isEmpty ? nil : .array(names.servers.map(server)),
            "portals": .array(portals.enumerated().map { portal($1, verdict.portals[$0]) }),
            "verdict": .string(verdict.broken?.layer.rawValue ?? "ok"), "source": "kernel",
        ])
    }

    private func server(_ answer: NameAnswer) -> JSONValue {
        .members([
            "address": .string(answer.server), "state": .string(answer.isDecided ? "ok" : answer.outcome.words),
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
