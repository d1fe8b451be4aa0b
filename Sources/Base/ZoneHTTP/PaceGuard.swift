import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Watches whether requests arrive on one connection in reasonable time. All state belongs to the channel's event loop.
package final class PaceGuard: ChannelDuplexHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPRequestPart
    package typealias InboundOut = HTTPRequestPart
    package typealias OutboundIn = HTTPResponsePart
    package typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        /// Nothing, or half a head. Since when and how long it may last.
        case awaitingHead(deadline: NIODeadline)
        case readingBody(since: NIODeadline, bytes: Int64)
        /// Answered before its body had come: a little more is thrown away, so that the client reads the answer and not
        /// an error, and then it is over.
        case refusing(deadline: NIODeadline, bytes: Int)
        /// The request is complete; how long the answer takes is ours, and streams end by their own rules.
        case answering
    }

    private static let firstHead = TimeAmount.seconds(10)
    private static let idle = TimeAmount.seconds(60)
    /// A body may take this long plus the time its bytes take at the slowest rate.
    private static let bodyStart = TimeAmount.seconds(20)
    private static let slowestBytesPerSecond: Int64 = 16 * 1024
    private static let farewell = TimeAmount.seconds(2)
    private static let leftOver = 4 << 20
    private static let look = TimeAmount.seconds(2)

    private var phase = Phase.answering
    private var timer: RepeatedTask?

    package init() {}

    package func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) { finish() }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            phase = .readingBody(since: .now(), bytes: 0)
            // Without it curl holds back a body above 1 MiB for a second (RFC 9110, 10.1.1).
            if head.headerFields[.expect]?.lowercased() == "100-continue" {
                context.writeAndFlush(wrapOutboundOut(.head(.init(status: .continue))), promise: nil)
            }
        case .body(let buffer):
            count(buffer.readableBytes, context)
        case .end:
            switch phase {
            case .readingBody: phase = .answering
            case .refusing: phase = .awaitingHead(deadline: .now() + PaceGuard.idle)
            case .awaitingHead, .answering: break
            }
        }
        context.fireChannelRead(data)
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { phase = afterAnswer }
        context.write(data, promise: promise)
    }

    private var afterAnswer: Phase {
        if case .readingBody = phase { return .refusing(deadline: .now() + PaceGuard.farewell, bytes: 0) }
        return .awaitingHead(deadline: .now() + PaceGuard.idle)
    }

    private func count(_ bytes: Int, _ context: ChannelHandlerContext) {
        switch phase {
        case .readingBody(let since, let before): phase = .readingBody(since: since, bytes: before + Int64(bytes))
        case .refusing(let deadline, let before):
            phase = .refusing(deadline: deadline, bytes: before + bytes)
            if before + bytes > PaceGuard.leftOver { context.close(promise: nil) }
        case .awaitingHead, .answering: break
        }
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard timer == nil else { return }
        phase = .awaitingHead(deadline: .now() + PaceGuard.firstHead)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: PaceGuard.look, delay: PaceGuard.look) { _ in
            let (owner, context) = bound.value
            if owner.isOverdue { context.close(promise: nil) }
        }
    }

    private func finish() {
        timer?.cancel()
        timer = nil
    }

    private var isOverdue: Bool {
        switch phase {
        case .awaitingHead(let deadline), .refusing(let deadline, _): return .now() > deadline
        case .readingBody(let since, let bytes):
            return .now() > since + PaceGuard.bodyStart + .seconds(bytes / PaceGuard.slowestBytesPerSecond)
        case .answering: return false
        }
    }
}
