import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOSSL
import ZoneTime

/// HTTP over TLS, as Hummingbird's own TLS channel, with three differences: each new connection gets the certificate
/// that is in force then; a client's certificate is judged by the hub's authority; and the request handlers know who is
/// at the other end.
struct TLSAgentChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let http: HTTP1Channel.Value
        let peer: Peer

        var channel: any Channel { http.channel }
    }

    /// 16 KiB of headers are more than any honest client sends.
    private static let headerLimit = 16 * 1024

    let authority: Authority
    let room: PeerRoom
    let limits: AgentLimits
    let clock: any ZoneClock
    let refusals: PeerRefusals
    let responder: HTTPChannelHandler.Responder

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let peer = Peer(authority: authority, clock: clock)
        return channel.eventLoop.makeCompletedFuture {
            let tls = NIOSSLServerHandler(
                context: authority.now.tls,
                customVerificationCallback: { [refusals] chain, verdict in
                    // An empty chain does not come here: then nobody was shown, and nobody is met.
                    guard let der = try? chain.first?.toDERBytes() else { return verdict.succeed(.failed) }
                    let standing = peer.meet(der)
                    if !standing.mayEnter { refusals.note(standing) }
                    verdict.succeed(standing.mayEnter ? .certificateVerified : .failed)
                }, configuration: .init())
            try channel.pipeline.syncOperations.addHandler(tls)
        }.flatMap {
            http(for: peer).setup(channel: channel, logger: logger)
        }.map { Value(http: $0, peer: peer) }
    }

    func handle(value: Value, logger: Logger) async {
        await Peer.$current.withValue(value.peer) {
            await http(for: value.peer).handle(value: value.http, logger: logger)
        }
    }

    private func http(for peer: Peer) -> HTTP1Channel {
        HTTP1Channel(
            responder: responder,
            configuration: .init(
                additionalChannelHandlers: [PeerGuard(peer: peer, room: room, limits: limits)],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: TLSAgentChannel.headerLimit, maxHeaderListSize: TLSAgentChannel.headerLimit,
                    maxHeaderFieldCount: 100)))
    }
}
