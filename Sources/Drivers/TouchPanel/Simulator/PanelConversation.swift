import NIOCore

/// Greets a reader with the capabilities and hears its requests: `R` the whole state, `G` for it alone, `U` for all again.
final class PanelConversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let greeting: [UInt8]
    private let onOpen: @Sendable () -> Void
    private let onRequest: @Sendable (UInt8) -> Void

    init(greeting: [UInt8], onOpen: @escaping @Sendable () -> Void, onRequest: @escaping @Sendable (UInt8) -> Void) {
        (self.greeting, self.onOpen, self.onRequest) = (greeting, onOpen, onRequest)
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: greeting)), promise: nil)
        onOpen()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        for word in unwrapInboundIn(data).readableBytesView { onRequest(word) }
    }
}
