import DriverKit
import ZoneModel

package struct NetworkDriver: DeviceDriver {
    package let name = "network-chain"
    package let kinds: Set<DeviceKind> = [.network]
    package let hasWire = false
    package let settings: [String: SettingKind] = ["answerWithin": .duration]
    package let absence: ConditionCode? = nil

    private let probes: any NetworkProbes
    private let portals: @Sendable () -> [Portal]

    /// - Parameter portals: asked at each opening, so that a changed list takes effect without a restart.
    package init(probes: any NetworkProbes, portals: @escaping @Sendable () -> [Portal]) {
        (self.probes, self.portals) = (probes, portals)
    }

    package func open(_ attachment: Attachment, profile: DeviceProfile, tap: WireTap) async throws(DeviceError)
        -> any LiveDevice
    {
        guard attachment == .machine else {
            throw DeviceError(.unsupported, doing: "open network", "it belongs to the machine itself")
        }
        let patience = profile.settings["answerWithin"].flatMap(Duration.init(shortText:)) ?? .seconds(4)
        return NetworkDevice(probes: probes, portals: portals(), patience: patience)
    }
}

/// Walks the chain in order. What lies behind a broken link of it is unknown, so that one cut cable is one condition.
actor NetworkDevice: LiveDevice {
    nonisolated let events: AsyncStream<DeviceEvent>
    private let continuation: AsyncStream<DeviceEvent>.Continuation
    private let probes: any NetworkProbes
    private let portals: [Portal]
    private let patience: Duration

    init(probes: any NetworkProbes, portals: [Portal], patience: Duration) {
        (events, continuation) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(1))
        (self.probes, self.portals, self.patience) = (probes, portals, patience)
    }

    func close() async { continuation.finish() }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        // Gateway, name and page come one after the other, portals side by side.
        let patience = min(patience, deadline / 3)
        let route = probes.defaultRoute()
        let link = linkSight(route)
        let gateway = link == .fine ? await gatewaySight(route, patience) : .unknown(reason: "net.link")
        let pages = await lookAtPortals(isLineGood: link == .fine && !gateway.isWrong, patience)
        return Report(
            presence: .present, link: .up, activity: .idle,
            symptoms: [
                Symptom(.networkLink, link), Symptom(.networkGateway, gateway),
                Symptom(.networkDNS, worst(pages.map(\.name))), Symptom(.networkPortal, worst(pages.map(\.page))),
                Symptom(.networkPortalContent, worst(pages.map(\.content))),
            ], details: details(route, pages))
    }

    private func linkSight(_ route: DefaultRoute?) -> Symptom.Sight {
        let interfaces = probes.interfaces()
        if let route {
            let own = interfaces.first { $0.name == route.interface }
            return own?.hasCarrier == false ? .wrong(evidence: "\(route.interface): no carrier") : .fine
        }
        guard interfaces.contains(where: { $0.hasCarrier == true }) else {
            return .wrong(evidence: interfaces.isEmpty ? "no network interface" : "no interface has a carrier")
        }
        return .fine
    }

    private func gatewaySight(_ route: DefaultRoute?, _ patience: Duration) async -> Symptom.Sight {
        guard let route else { return .wrong(evidence: "no default route") }
        switch await probes.gatewayAnswers(route, within: patience) {
        case .answered: return .fine
        case .noAnswer(let detail): return .wrong(evidence: "\(route.gateway): \(detail)")
        case .notTried(let reason): return .unknown(reason: reason)
        }
    }

    private struct PortalSights {
        var portal: Portal
        var name: Symptom.Sight
        var page: Symptom.Sight
        var content: Symptom.Sight
    }

    private func lookAtPortals(isLineGood: Bool, _ patience: Duration) async -> [PortalSights] {
        await withTaskGroup(of: (Int, PortalSights).self) { group in
            for (index, portal) in portals.enumerated() {
                group.addTask { (index, await self.look(at: portal, isLineGood: isLineGood, patience)) }
            }
            var found: [(Int, PortalSights)] = []
            for await sights in group { found.append(sights) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func look(at portal: Portal, isLineGood: Bool, _ patience: Duration) async -> PortalSights {
        let blind = Symptom.Sight.unknown(reason: "net.gateway")
        guard isLineGood || portal.isOnThisMachine else {
            return PortalSights(portal: portal, name: blind, page: blind, content: blind)
        }
        let (name, address) = await nameSight(portal, patience)
        guard let address else {
            // A name that does not exist is the page's trouble; a silent name server hides the page.
            let page: Symptom.Sight =
                name == .fine
                ? .wrong(evidence: "\(portal.name): no such name \(portal.host)") : .unknown(reason: "net.dns")
            return PortalSights(portal: portal, name: name, page: page, content: .unknown(reason: "net.portal"))
        }
        let (page, content) = await pageSights(portal, address, patience)
        return PortalSights(portal: portal, name: name, page: page, content: content)
    }

    private func nameSight(_ portal: Portal, _ patience: Duration) async -> (Symptom.Sight, String?) {
        if portal.hostIsAddress { return (.unknown(reason: "no name to ask for"), portal.host) }
        if portal.isOnThisMachine { return (.unknown(reason: "no name to ask for"), "127.0.0.1") }
        switch await probes.resolve(portal.host, within: patience) {
        case .address(let address): return (.fine, address)
        case .noSuchName: return (.fine, nil)
        case .noAnswer(let detail): return (.wrong(evidence: detail), nil)
        }
    }

    private func pageSights(_ portal: Portal, _ address: String, _ patience: Duration) async -> (
        page: Symptom.Sight, content: Symptom.Sight
    ) {
        switch await probes.fetch(portal.url, host: portal.host, address: address, within: patience) {
        case .failure(let failure):
            return (.wrong(evidence: "\(portal.name): \(failure.detail)".cleaned()), .unknown(reason: "net.portal"))
        case .success(let answer) where !(200..<400).contains(answer.status):
            return (.wrong(evidence: "\(portal.name): HTTP \(answer.status)"), .unknown(reason: "net.portal"))
        case .success(let answer):
            guard let mark = portal.mark, !answer.body.contains(sequence: Array(mark.utf8)) else {
                return (.fine, .fine)
            }
            return (.fine, .wrong(evidence: "\(portal.name): the page lacks “\(mark)”"))
        }
    }

    private func details(_ route: DefaultRoute?, _ pages: [PortalSights]) -> JSONValue {
        .members([
            "interface": route.map { .string($0.interface) }, "gateway": route.map { .string($0.gateway) },
            "portals": .array(pages.map { ["name": .string($0.portal.name), "state": .string($0.page.word)] }),
            "source": "kernel",
        ])
    }

    /// Wrong if any is wrong, fine if any is fine, else unknown.
    private func worst(_ sights: [Symptom.Sight]) -> Symptom.Sight {
        sights.first(where: \.isWrong) ?? sights.first { $0 == .fine } ?? sights.first
            ?? .unknown(reason: "not configured")
    }
}

extension Symptom.Sight {
    fileprivate var isWrong: Bool { if case .wrong = self { true } else { false } }
    fileprivate var word: String {
        switch self {
        case .wrong: "wrong"
        case .fine: "ok"
        case .unknown: "unknown"
        }
    }
}

extension Array<UInt8> {
    fileprivate func contains(sequence: [UInt8]) -> Bool {
        guard let first = sequence.first, count >= sequence.count else { return sequence.isEmpty }
        return (0...(count - sequence.count)).contains { start in
            self[start] == first && self[start..<(start + sequence.count)].elementsEqual(sequence)
        }
    }
}
