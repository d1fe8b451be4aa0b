import Hummingbird
import Logging
import ZoneHTTP
import ZoneModel
import ZoneWire

/// The routes of the agents' port.
struct AgentPort: Sendable {
    let heartbeats: AgentHeartbeats
    let enrolments: EnrolRoutes
    let log: Logger

    func router() -> Router<AgentContext> {
        let router = Router(context: AgentContext.self)
        router.add(middleware: PlainErrors())
        router.add(middleware: AgentErrors(log: log))
        router.add(middleware: AgentGate())
        router.post("/v1/heartbeats") { try await heartbeats.answer($0, $1) }
        router.get("/v1/anchors") { _, _ in try enrolments.anchors() }
        router.post("/v1/enrolments") { try await enrolments.enrol($0, $1) }
        router.post("/v1/renewals") { try await enrolments.renew($0, $1) }
        return router
    }
}
