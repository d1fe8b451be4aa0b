import NIOCore
import NIOPosix
import OnbonLEDDriver
import Synchronization
import ZoneModel

/// The simulated card on a TCP port. Off means that the port is closed and connections end, as with the plug pulled;
/// what was in RAM is gone then.
package actor CardServer {
    package static let help = [
        "power=on", "power=off", "manner=normal", "manner=silent", "manner=junk", "manner=badChecksum", "manner=slow",
        "manner=busy", "manner=otherFamily", "manner=echo", "manner=http", "ram=lost", "blank=on", "blank=off",
        "brightness=0 … brightness=15",
    ]

    private let port: Int
    private let card: Mutex<SimulatedCard>
    private let visitors = Visitors()
    private var listener: (any Channel)?

    /// The port it listens on; 0 before the first `start()`.
    package private(set) var boundPort = 0

    /// - Parameter port: 0 takes a free one, which it keeps over switching off and on.
    package init(port: Int = 0, card: SimulatedCard = SimulatedCard()) {
        self.port = port
        self.card = Mutex(card)
    }

    package nonisolated var state: SimulatedCard { card.withLock { $0 } }

    /// For tests: any change of the card.
    package nonisolated func change(_ body: (inout SimulatedCard) -> Void) { card.withLock { body(&$0) } }

    package func start() async throws {
        guard listener == nil else { return }
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                self.visitors.admit(channel)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        CardConversation { bytes in
                            self.card.withLock { card in (card.receive(bytes), card.faults.manner) }
                        })
                }
            }
            .bind(host: "127.0.0.1", port: boundPort == 0 ? port : boundPort).get()
        listener = channel
        boundPort = channel.localAddress?.port ?? 0
    }

    package func stop() async {
        try? await listener?.close().get()
        listener = nil
        await visitors.dismiss()
        change { $0.loseRAM() }
    }

    /// One move; `false` when there is no such move.
    package func apply(_ move: String, _ value: String) async -> Bool {
        switch (move, value) {
        case ("power", "on"): return (try? await start()) != nil
        case ("power", "off"): await stop()
        case ("ram", "lost"): change { $0.loseRAM() }
        case ("blank", "on"), ("blank", "off"): change { $0.isOn = value == "off" }
        case ("brightness", _):
            guard let level = UInt8(value), level < 16 else { return false }
            change { $0.brightness = level }
        case ("manner", _):
            guard let manner = CardFaults.Manner(rawValue: value) else { return false }
            change { $0.faults.manner = manner }
        default: return false
        }
        return true
    }

    /// What is really so, to compare an agent's answer with.
    package var truth: JSONValue {
        let card = state
        return [
            "power": listener == nil ? "off" : "on", "blank": .bool(!card.isOn),
            "brightness": .integer(Int64(card.brightness)), "text": card.visibleText.map { .string($0) } ?? .null,
            "manner": .string(card.faults.manner.rawValue),
        ]
    }
}

/// The open connections.
private final class Visitors: Sendable {
    private let channels = Mutex<[any Channel]>([])

    func admit(_ channel: any Channel) {
        channels.withLock { $0 = $0.filter(\.isActive) + [channel] }
    }

    func dismiss() async {
        let leaving = channels.withLock { list in
            defer { list = [] }
            return list
        }
        for channel in leaving { try? await channel.close().get() }
    }
}

/// One connection.
final class CardConversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let ask: ([UInt8]) -> (pieces: [[UInt8]], CardFaults.Manner)

    init(_ ask: @escaping ([UInt8]) -> (pieces: [[UInt8]], CardFaults.Manner)) { self.ask = ask }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let (pieces, manner) = ask(Array(unwrapInboundIn(data).readableBytesView))
        if manner == .slow { return drip(pieces[...], context) }
        for piece in pieces { write(piece, context) }
        if manner == .http { context.close(promise: nil) }
    }

    /// A byte each 10 ms: an answer takes about a second.
    private func drip(_ rest: ArraySlice<[UInt8]>, _ context: ChannelHandlerContext) {
        guard let piece = rest.first, context.channel.isActive else { return }
        write(piece, context)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(10)) {
            let (handler, context) = bound.value
            handler.drip(rest.dropFirst(), context)
        }
    }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }
}
