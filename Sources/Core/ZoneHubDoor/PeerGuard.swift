import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOSSL
import ZoneModel

/// Watches one connection of the agents' port: whether there is room for it, and whether a request arrives, and its
/// answer leaves, in reasonable time. All state belongs to the channel's event loop.
final class PeerGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        /// Nothing, half a handshake, or half a head.
        case awaitingHead(deadline: NIODeadline)
        case readingBody(since: NIODeadline, bytes: Int)
        /// Answered before its body had come: a little more is thrown away, so that the client reads the answer and not
        /// an error, and then it is over.
        case refusing(deadline: NIODeadline, bytes: Int)
        case answering(deadline: NIODeadline)
    }

    private static let farewell = TimeAmount.seconds(2)

    private let peer: Peer
    private let room: PeerRoom
    private let limits: AgentLimits
    private var place: Int?
    private var isLetIn = false
    private var phase: Phase
    /// The hub ends: nothing goes on after this.
    private var end: NIODeadline?
    private var timer: Scheduled<Void>?

    init(peer: Peer, room: PeerRoom, limits: AgentLimits) {
        (self.peer, self.room, self.limits) = (peer, room, limits)
        phase = .awaitingHead(deadline: .now() + TimeAmount(limits.firstHead))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        guard let place = room.enter(context.channel) else {
            // Not at once: a channel that fails while it is being set up would look like a failure of the listener.
            let channel = context.channel
            return context.eventLoop.execute { channel.close(promise: nil) }
        }
        self.place = place
        watch(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { finish() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard greet(context) else { return context.close(promise: nil) }
            phase = .readingBody(since: .now(), bytes: 0)
            // Without it curl holds back a body above 1 MiB for a second (RFC 9110, 10.1.1).
            if head.headerFields[.expect]?.lowercased() == "100-continue" {
                context.writeAndFlush(wrapOutboundOut(.head(.init(status: .continue))), promise: nil)
            }
        case .body(let buffer): count(buffer.readableBytes, context)
        case .end:
            switch phase {
            case .readingBody: phase = .answering(deadline: .now() + TimeAmount(limits.answer))
            case .refusing: phase = .awaitingHead(deadline: .now() + idle)
            case .awaitingHead, .answering: break
            }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { phase = afterAnswer }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The handler behind this one closes what is idle, and the others when they are answered.
        context.fireUserInboundEventTriggered(event)
        guard event is ChannelShouldQuiesceEvent, place != nil else { return }
        if case .awaitingHead = phase { return cut(context) }
        end = .now() + TimeAmount(limits.farewell)
        timer?.cancel()
        watch(context)
    }

    /// Says goodbye, and does not wait until the other end has said it too (RFC 8446, 6.1): one that hangs would hold up
    /// the hub's end, and with it the next start.
    private func cut(_ context: ChannelHandlerContext) {
        context.close(promise: nil)
        let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
        tls?.close(promise: nil)
    }

    private var idle: TimeAmount { TimeAmount(isLetIn ? limits.idle : limits.firstHead) }

    private var afterAnswer: Phase {
        if case .readingBody = phase { return .refusing(deadline: .now() + PeerGuard.farewell, bytes: 0) }
        return .awaitingHead(deadline: .now() + idle)
    }

    /// A connection that goes on from an earlier one (RFC 8446, 2.2) shows its certificate without being asked: the
    /// question in the handshake is left out, and so it is judged here.
    private func greet(_ context: ChannelHandlerContext) -> Bool {
        guard !isLetIn else { return true }
        if !peer.isMet, let shown = try? context.pipeline.syncOperations.nioSSL_peerCertificate() {
            guard let der = try? shown.toDERBytes(), peer.meet(der).mayEnter else { return false }
        }
        if peer.isMet, let place {
            isLetIn = true
            room.letIn(place)
        }
        return true
    }

    private func count(_ bytes: Int, _ context: ChannelHandlerContext) {
        switch phase {
        case .readingBody(let since, let before): phase = .readingBody(since: since, bytes: before + bytes)
        case .refusing(let deadline, let before):
            phase = .refusing(deadline: deadline, bytes: before + bytes)
            if before + bytes > limits.body { context.close(promise: nil) }
        case .awaitingHead, .answering: break
        }
    }

    /// One timer per connection, set to the end of the phase and looked at again there: most phases end long before.
    private func watch(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: deadline) {
            let (owner, context) = bound.value
            guard owner.place != nil else { return }
            if let end = owner.end, .now() >= end { return owner.cut(context) }
            if .now() >= owner.deadline { return context.close(promise: nil) }
            owner.watch(context)
        }
    }

    private func finish() {
        timer?.cancel()
        timer = nil
        if let place { room.leave(place) }
        place = nil
    }

    private var deadline: NIODeadline { min(phaseEnd, end ?? phaseEnd) }

    private var phaseEnd: NIODeadline {
        switch phase {
        case .awaitingHead(let deadline), .refusing(let deadline, _), .answering(let deadline): return deadline
        case .readingBody(let since, let bytes):
            let earned = TimeAmount.seconds(Int64(bytes / max(1, limits.slowestBytesPerSecond)))
            return since + TimeAmount(limits.bodyStart) + earned
        }
    }
}
