import DriverKit
import ZoneModel
import ZoneTime

package struct NetworkDriver: DeviceDriver {
    package let name = "network-chain"
    package let kinds: Set<DeviceKind> = [.network]
    package let hasWire = false
    package let settings: [String: SettingKind] = ["answerWithin": .duration]
    package let absence: ConditionCode? = nil

    private let probes: any NetworkProbes
    private let clock: any ZoneClock
    private let portals: @Sendable () -> [Portal]

    /// - Parameter portals: asked at each opening, so that a changed list takes effect without a restart.
    package init(probes: any NetworkProbes, clock: any ZoneClock, portals: @escaping @Sendable () -> [Portal]) {
        (self.probes, self.clock, self.portals) = (probes, clock, portals)
    }

    package func open(_ attachment: Attachment, profile: DeviceProfile, tap: WireTap) async throws(DeviceError)
        -> any LiveDevice
    {
        guard attachment == .machine else {
            throw DeviceError(.unsupported, doing: "open network", "it belongs to the machine itself")
        }
        let patience = profile.settings["answerWithin"].flatMap(Duration.init(shortText:)) ?? .seconds(4)
        return NetworkDevice(probes: probes, clock: clock, portals: portals(), patience: patience)
    }
}

/// Walks the chain in order; `NetworkVerdict` says where it ends.
actor NetworkDevice: LiveDevice {
    /// How long a good certificate is believed without being read again.
    private static let certificateAge = Duration.seconds(3600)
    /// Looks after which silent name servers are believed to be at fault while nobody knows of the gateway: with the
    /// interval of the shipped profile longer than the kernel takes to give a neighbour up.
    private static let unsettledLooks = 2

    nonisolated let events: AsyncStream<DeviceEvent>
    private let continuation: AsyncStream<DeviceEvent>.Continuation
    private let probes: any NetworkProbes
    private let clock: any ZoneClock
    private let portals: [Portal]
    private let patience: Duration
    /// By the portal's place in the list.
    private var certificates: [Int: (known: KnownCertificate, since: MonoTime)] = [:]
    private var memory = LineMemory()
    /// In a row, with silent name servers behind a gateway of which nothing is known.
    private var silentLooks = 0

    init(probes: any NetworkProbes, clock: any ZoneClock, portals: [Portal], patience: Duration) {
        (events, continuation) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(1))
        (self.probes, self.clock, self.portals, self.patience) = (probes, clock, portals, patience)
    }

    func close() async { continuation.finish() }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        // Gateway, names, pages, certificates and a second look, one after the other; portals side by side.
        let patience = min(patience, deadline / 5)
        let facts = await probes.line(within: patience)
        memory.note(facts)
        let gateways = LineSight.gateways(facts, way: memory.way)
        let answers = gateways.isEmpty ? [:] : await probes.ask(gateways, within: patience)
        let line = LineSight(facts, answers: answers, way: memory.way)
        let walk = PageWalk(probes: probes, clock: clock, families: line.working)
        let isLineGood = Ladder(line.states).broken == nil
        let names = NameSight(answers: isLineGood ? await probes.resolve(hosts, walk.asked, within: patience) : [:])
        let sights = await lookAtPortals(walk, names, isLineGood: isLineGood, patience)
        // A page that answers is a better proof of the router than an echo.
        let isOpen = sights.contains(where: \.isAnswered)
        let settled = isOpen ? line : LineSight(facts, answers: answers, way: memory.way, echoers: memory.echoers)
        memory.note(answers, isOpen: isOpen)
        let judged = judge(settled, names, sights)
        return Report(
            presence: .present, link: .up, activity: .idle, symptoms: judged.verdict.symptoms,
            details: NetworkDetails(line: settled, names: names, portals: judged.sights, verdict: judged.verdict).json)
    }

    /// Names that a server must be asked for, each once.
    private var hosts: [String] {
        Set(
            portals.compactMap { portal in
                portal.address.flatMap { $0.hostIsAddress || $0.isOnThisMachine ? nil : $0.host }
            }
        ).sorted()
    }

    private func lookAtPortals(
        _ walk: PageWalk, _ names: NameSight, isLineGood: Bool, _ patience: Duration
    ) async -> [PortalSight] {
        let now = clock.mono()
        certificates = certificates.filter { now.since($0.value.since) < NetworkDevice.certificateAge }
        let outcomes = await withTaskGroup(of: (Int, PortalLook.Outcome).self) { group in
            for (index, portal) in portals.enumerated() {
                let look = PortalLook(
                    portal: portal, walk: walk, patience: patience, known: certificates[index]?.known)
                group.addTask { (index, await look.begin(names, isLineGood: isLineGood)) }
            }
            var found: [Int: PortalLook.Outcome] = [:]
            for await (index, outcome) in group { found[index] = outcome }
            return found
        }
        for (index, outcome) in outcomes where certificates[index] == nil {
            certificates[index] = outcome.certificate.map { ($0, now) }
        }
        return portals.indices.compactMap { outcomes[$0]?.sight }
    }

    /// A router that is gone takes its name servers with it, and is known to be gone a little later than they.
    private func stateOfNames(_ names: NameSight, _ line: LineSight) -> LayerState {
        guard names.isSilent, line.blame(for: names.servers) == nil, case .unknown? = line.states[.gateway] else {
            silentLooks = 0
            return names.state
        }
        silentLooks += 1
        return silentLooks > NetworkDevice.unsettledLooks
            ? names.state : .unknown(why: "no answer, and nothing is known of the gateway yet")
    }

    private func judge(
        _ line: LineSight, _ names: NameSight, _ seen: [PortalSight]
    ) -> (verdict: NetworkVerdict, sights: [PortalSight]) {
        var (states, sights) = (line.states, seen)
        states[.names] = stateOfNames(names, line)
        if states[.names]?.isBad == true, let blame = line.blame(for: names.servers) {
            states[blame.layer] = .bad(evidence: blame.evidence)
        }
        let captive = CaptiveSight.state(sights.compactMap(\.witness))
        states[.captive] = captive
        if captive == .good { for index in sights.indices { sights[index].blameThePage() } }
        if let (portal, family) = sights.lazy.compactMap({ sight in sight.lacking.map { (sight.portal, $0) } }).first,
            let fault = line.fault(of: family)
        {
            // Citizens miss this page for want of one family; the others are reached by the other one.
            states[fault.layer] = .bad(evidence: "\(family.shown), which \(portal.name) needs: \(fault.evidence)")
            for index in sights.indices where sights[index].lacking == nil { sights[index].stand(on: line.states) }
        }
        let local = portals.indices.filter { portals[$0].isOnThisMachine }
        return (NetworkVerdict(line: states, portals: sights.map(\.states), local: Set(local)), sights)
    }
}
