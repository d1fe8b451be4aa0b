import NIOCore
import NIOPosix
import Synchronization

/// The simulated printer's SNMP agent on a UDP port, with faults.
package actor SNMPServer {
    package enum Manner: String, Sendable, CaseIterable {
        case honest, silent
        /// Drops every second datagram.
        case lossy
        case garbage
        /// The answer without its last bytes.
        case cut
        /// The answer to another question.
        case otherID
        /// From another port.
        case stranger
        /// The same row again and again.
        case stuck
        /// Rows without an end.
        case endless
        /// The life counter, nine less with each datagram, as after power cuts.
        case stepsBack
    }

    /// What has come in, and how it is answered.
    struct Desk {
        var manner = Manner.honest
        var received = 0
    }

    private let host: String
    private nonisolated let desk = Mutex(Desk())
    private var channels: [any Channel] = []

    /// The port it listens on; 0 before the first `start()`.
    package private(set) var boundPort = 0

    package init(host: String = "127.0.0.1") { self.host = host }

    /// Datagrams that have come in.
    package nonisolated var received: Int { desk.withLock { $0.received } }

    /// - Parameter printer: what there is to tell.
    package func start(_ printer: @escaping @Sendable () -> SimulatedPrinter) async throws {
        guard channels.isEmpty else { return }
        let group = MultiThreadedEventLoopGroup.singleton
        let stranger = try await DatagramBootstrap(group: group).bind(host: host, port: 0).get()
        let bootstrap = DatagramBootstrap(group: group).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    SNMPConversation(stranger: stranger) { self.reply(to: $0, printer()) })
            }
        }
        let channel = try await bootstrap.bind(host: host, port: boundPort).get()
        channels = [channel, stranger]
        boundPort = channel.localAddress?.port ?? 0
    }

    package func stop() async {
        for channel in channels { try? await channel.close().get() }
        channels = []
    }

    /// - Returns: `false` when there is no such manner.
    package nonisolated func apply(_ manner: String) -> Bool {
        guard let manner = Manner(rawValue: manner) else { return false }
        desk.withLock { $0 = Desk(manner: manner) }
        return true
    }

    private nonisolated func reply(to bytes: [UInt8], _ printer: SimulatedPrinter) -> SNMPReply? {
        let (manner, number) = desk.withLock { desk in
            desk.received += 1
            return (desk.manner, desk.received)
        }
        guard var question = SNMPQuestion(bytes) else { return nil }
        var agent = SNMPAgent(printer: printer)
        agent.stepBack = manner == .stepsBack ? number * 9 : 0
        (agent.isEndless, agent.isStuck) = (manner == .endless, manner == .stuck)
        if manner == .otherID { question.id += 1 }
        guard let answer = agent.answer(question) else { return nil }
        switch manner {
        case .silent: return nil
        case .lossy where number % 2 == 1: return nil
        case .garbage: return SNMPReply(bytes: answer.map { $0 &* 37 &+ 11 })
        case .cut: return SNMPReply(bytes: answer.dropLast(5))
        default: return SNMPReply(bytes: answer, isFromStranger: manner == .stranger)
        }
    }
}

struct SNMPReply {
    var bytes: [UInt8]
    var isFromStranger = false
}

private final class SNMPConversation: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let stranger: any Channel
    private let answer: ([UInt8]) -> SNMPReply?

    init(stranger: any Channel, answer: @escaping ([UInt8]) -> SNMPReply?) {
        (self.stranger, self.answer) = (stranger, answer)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let datagram = unwrapInboundIn(data)
        guard let reply = answer(Array(datagram.data.readableBytesView)) else { return }
        let envelope = AddressedEnvelope(remoteAddress: datagram.remoteAddress, data: ByteBuffer(bytes: reply.bytes))
        if reply.isFromStranger {
            stranger.writeAndFlush(envelope, promise: nil)
        } else {
            context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
        }
    }
}
