import HTTPTypes
import Hummingbird
import ZoneHTTP
import ZoneIdentity
import ZoneModel
import ZoneTime
import ZoneWire

/// `GET /v1/anchors`.
struct AnchorsJSON: Sendable, Hashable, Codable {
    /// PEM.
    var anchors: [String]
}

/// How a PC becomes a node of this hub, and stays one.
struct EnrolRoutes: Sendable {
    let desk: EnrolDesk
    let pass: AgentPass
    let body: AgentBody
    let rates: EnrolRates

    func anchors() throws -> Response {
        try JSONResponse.make(AnchorsJSON(anchors: desk.authority.anchors.pems))
    }

    func enrol(_ request: Request, _ context: AgentContext) async throws -> Response {
        // The address first: who asks too much does not use up what is there for all.
        if let wait = rates.addresses.take(context.address) ?? rates.everybody.take(0) {
            throw AgentRefusal.tooMany(wait)
        }
        let reply = try await body.read(request, small: true) { bytes in
            try await desk.enrol(try decode(EnrolmentRequest.self, bytes), from: context.address)
        }
        switch reply.status {
        case .accepted: return try JSONResponse.make(reply)
        case .pending: return try JSONResponse.make(reply, status: .accepted)
        case .rejected: return try JSONResponse.make(reply, status: .forbidden)
        }
    }

    func renew(_ request: Request, _ context: AgentContext) async throws -> Response {
        let certificate = try pass.certificate(context, for: .renew)
        if let wait = rates.nodes.take(certificate.name) { throw AgentRefusal.tooMany(wait) }
        let reply = try await body.read(request, small: true) { bytes in
            try await desk.renew(try decode(RenewalRequest.self, bytes), certificate)
        }
        return try JSONResponse.make(reply)
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
        do {
            return try WireCoding.decode(type, bytes)
        } catch {
            throw AgentRefusal.unreadable("enrolment.invalid", WireCoding.explain(error))
        }
    }
}

/// A hundred PCs behind one address that all wait for approval ask fifty times a second.
struct EnrolRates: Sendable {
    let everybody: TokenBuckets<Int>
    let addresses: TokenBuckets<String>
    let nodes: TokenBuckets<NodeName>

    init(clock: any ZoneClock) {
        everybody = TokenBuckets(burst: 400, perSecond: 100, clock: clock)
        addresses = TokenBuckets(burst: 200, perSecond: 50, clock: clock)
        // A node renews four times a year, and may be interrupted some times.
        nodes = TokenBuckets(burst: 5, perSecond: 1.0 / 600, mostKeys: 65_536, clock: clock)
    }
}
