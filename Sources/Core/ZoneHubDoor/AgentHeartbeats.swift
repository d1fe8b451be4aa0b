import Hummingbird
import Logging
import ZoneHTTP
import ZoneHubCore
import ZoneIdentity
import ZoneModel
import ZoneWire

/// Who takes heartbeats in; the body is inflated, the name is the certificate's.
package protocol HeartbeatTaker: Sendable {
    /// - Throws: `ErrorJSON` for what cannot be read or speaks for another, `Ingest.Overloaded`, others when it could
    ///   not be kept.
    func take(_ body: [UInt8], from name: NodeName) async throws -> HeartbeatReply
}

/// `POST /v1/heartbeats`.
struct AgentHeartbeats: Sendable {
    let taker: any HeartbeatTaker
    let authority: Authority
    let pass: AgentPass
    let body: AgentBody
    /// After a rotation everybody wants a new certificate; so many are invited a second.
    let invitations: TokenBuckets<Int>

    func answer(_ request: Request, _ context: AgentContext) async throws -> Response {
        let certificate = try pass.certificate(context, for: .report)
        return try await body.read(request) { bytes in
            var reply: HeartbeatReply
            do {
                reply = try await taker.take(bytes, from: certificate.name)
            } catch let error as Ingest.Overloaded {
                throw AgentRefusal.busy(error.retryAfter)
            }
            let now = authority.now
            if !now.issuer.hasIssued(certificate), invitations.take(0) == nil { reply.want.append("renew") }
            if !AgentHeartbeats.holds(now.anchors.hash, bytes) { reply.anchors = now.anchors.pems }
            return try JSONResponse.make(reply)
        }
    }

    /// Whether the heartbeat says `"anchors":"HASH"`. Looked for in the bytes, because reading the whole JSON once more
    /// would cost more than all the rest here; sorted keys put it first. Whoever writes it otherwise gets the anchors
    /// each time, and whoever hides it in other words fools only itself.
    static func holds(_ hash: String, _ body: [UInt8]) -> Bool {
        let wanted = Array("\"anchors\":\"\(hash)\"".utf8)
        let start = body.prefix(64 + wanted.count)
        return start.indices.dropLast(wanted.count - 1).contains { start[$0...].starts(with: wanted) }
    }
}
