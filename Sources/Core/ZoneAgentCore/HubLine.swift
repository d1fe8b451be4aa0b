import Logging
import ServiceLifecycle
import ZoneAccess
import ZoneConfig
import ZoneControl
import ZoneIdentity
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneUplink
import ZoneWire

/// Everything between this agent and its hub: who it is there, what it tells, what it is told to do.
struct HubLine: Sendable {
    let keeper: IdentityKeeper
    let link: TLSHubLink
    let desk: EnrolmentDesk
    let renewer: Renewer
    let orders: RemoteOrders
    let uplink: Uplink
    let exports: ExportDesk
    private let enrolments: AsyncStream<Void>

    init(_ agent: Agent) {
        let (store, journal, clock, log) = (agent.store, agent.journal, agent.clock, agent.log)
        let name: @Sendable () -> NodeName = { NodeName(zone: store.config.zone, node: store.config.node) }
        let address: @Sendable () -> String? = { store.config.hubAddress }
        let tell: EnrolmentDesk.Teller = { event, data in await agent.tell(event, data) }
        keeper = IdentityKeeper(files: IdentityFiles(state: agent.places.agentState), clock: clock, log: log)
        link = TLSHubLink(keeper: keeper, name: name, address: address, clock: clock, log: log)
        orders = RemoteOrders(
            journal: journal, handler: HubOrders(commands: agent.desks.commands, board: agent.station.board), log: log)
        let source = agent.uplinkSource(keeper)
        uplink = Uplink(
            source: source, journal: journal, acknowledged: agent.restored.acknowledged, link: link, orders: orders,
            isDemo: store.config.purpose == .demo, clock: clock, log: log)
        let (stream, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        enrolments = stream
        let speak: @Sendable () async -> Void = { [uplink] in
            ring.yield()
            await uplink.speakNow()
        }
        desk = EnrolmentDesk(
            keeper: keeper, name: name, facts: .init(hostname: Machine.hostName(), version: AgentVersion.text),
            clock: clock, log: log, tell: tell, enrolled: speak)
        renewer = Renewer(keeper: keeper, address: address, clock: clock, log: log, tell: tell, renewed: speak)
        exports = ExportDesk(
            keeper: keeper, journal: journal, folder: agent.places.agentState + "/export",
            acknowledged: { try await journal.acknowledged() }, hoursRevision: source.hoursRevision,
            state: source.state, clock: clock, log: log, tell: tell)
    }

    var services: [any Service] {
        [desk, renewer, orders, WhenEnrolled(keeper: keeper, enrolments: enrolments, uplink: uplink, link: link)]
    }
}

extension HubLine: IdentityBackend {
    func enrolment() -> EnrolmentJSON { desk.state }

    func enrol(_ token: String, by caller: Caller) async throws -> EnrolmentJSON {
        try await desk.begin(token, by: caller.description)
    }

    func forgetEnrolment(by caller: Caller) async throws -> Bool { await desk.forget(by: caller.description) }

    func export(by caller: Caller) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        try await exports.export(by: caller.description)
    }
}

/// A PC that belongs to no hub reports to nobody, and misses nobody.
private struct WhenEnrolled: Service {
    let keeper: IdentityKeeper
    let enrolments: AsyncStream<Void>
    let uplink: Uplink
    let link: TLSHubLink

    func run() async throws {
        if keeper.view.current == nil {
            for await _ in enrolments.cancelOnGracefulShutdown() { break }
        }
        if keeper.view.current != nil { try await uplink.run() }
        await link.close()
    }
}
