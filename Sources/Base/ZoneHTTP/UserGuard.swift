import NIOCore
import NIOHTTPTypes
import ZoneLinux

/// Watches how many connections to a Unix socket one user has. All state belongs to the channel's event loop.
package final class UserGuard: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPRequestPart
    package typealias InboundOut = HTTPRequestPart

    private let visitors: Visitors
    private var user: UInt32?
    private var hasBegun = false

    package init(visitors: Visitors) { self.visitors = visitors }

    package func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { admit(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        admit(context)
        context.fireChannelActive()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) { leave() }

    /// The kernel names the user; on this loop the answer is there at once.
    private func admit(_ context: ChannelHandlerContext) {
        guard !hasBegun else { return }
        hasBegun = true
        guard let provider = context.channel as? any SocketOptionProvider else { return context.close(promise: nil) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let answer: EventLoopFuture<KernelCredentials> = provider.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: KernelCredentials.optionName))
        answer.whenComplete { result in
            let (owner, context) = bound.value
            guard let peer = try? result.get(), owner.visitors.enter(peer.uid) else {
                // No polite answer: whoever holds this many connections open does not read answers.
                return context.close(promise: nil)
            }
            owner.user = peer.uid
        }
    }

    private func leave() {
        if let user { visitors.leave(user) }
        user = nil
    }
}
