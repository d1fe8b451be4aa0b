import NetworkDriver
import ZoneModel
import ZoneUplink

/// What a heartbeat that did not arrive says of the hub.
package enum HubSight {
    /// Each of them alone keeps a PC from its hub.
    private static let line: [ConditionCode] = [.networkLink, .networkGateway, .networkDNS, .networkCaptive]

    /// - Parameters:
    ///   - open: what is open on the network of this PC.
    ///   - hub: its address, as configured; a hub on this machine needs no line.
    package static func sight(
        of failure: HubFailure?, open: [ConditionCode], hub: String?
    ) -> Symptom.Sight {
        guard let failure else { return .fine }
        let isHere = hub.flatMap { WebAddress($0) }?.isOnThisMachine ?? false
        // Any other failure came as an answer, over the hub's own TLS: the line is well enough for it.
        guard failure.kind == .unreachable, !isHere, let cause = line.first(where: open.contains) else {
            return .wrong(evidence: failure.detail)
        }
        return .superseded(by: cause)
    }
}
