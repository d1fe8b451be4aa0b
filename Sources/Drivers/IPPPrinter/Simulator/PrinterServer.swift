import Logging
import NIOCore
import NIOPosix
import Synchronization
import ZoneModel

/// The simulated printer on a TCP port. Off means that the port is closed, as with a real plug pulled.
package actor PrinterServer {
    private let port: Int
    private let printer: Mutex<SimulatedPrinter>
    private var listener: (any Channel)?
    /// Its SNMP agent, on and off with it.
    package nonisolated let snmp = SNMPServer()
    /// Its glass and feeder, on the same port.
    package nonisolated let scanner = ScannerServer()

    /// The port it listens on; 0 before the first `start()`.
    package private(set) var boundPort = 0

    /// - Parameter port: 0 takes a free one, which it keeps over switching off and on.
    package init(port: Int = 0) {
        self.port = port
        printer = Mutex(SimulatedPrinter())
    }

    package nonisolated var state: SimulatedPrinter { printer.withLock { $0 } }

    package func start() async throws {
        guard listener == nil else { return }
        try await snmp.start { self.state }
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScannerGate(self.scanner))
                    try channel.pipeline.syncOperations.addHandler(
                        PrinterConversation { body in
                            self.printer.withLock { printer in (printer.manner, HTTPBytes.reply(printer.answer(body))) }
                        })
                }
            }
            .bind(host: "127.0.0.1", port: boundPort == 0 ? port : boundPort).get()
        listener = channel
        boundPort = channel.localAddress?.port ?? 0
        printer.withLock { [boundPort] in $0.port = boundPort }
    }

    package func stop() async {
        await snmp.stop()
        try? await listener?.close().get()
        listener = nil
    }

    /// One move; `false` when there is no such move.
    package func apply(_ key: String, _ value: String) async throws -> Bool {
        if key == "snmp" { return snmp.apply(value) }
        if let isDone = scanner.apply(key, value) { return isDone }
        guard printer.withLock({ $0.apply(key, value) }) else { return false }
        if state.isOn { try await start() } else { await stop() }
        return true
    }
}

/// One connection: collects a request, answers it in the manner the printer is in.
private final class PrinterConversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let longestRequest = 2 << 20
    private static let longestHead = 16 << 10
    private let ask: ([UInt8]) -> (SimulatedPrinter.Manner, reply: [UInt8])
    private var pending: [UInt8] = []
    private var isToldToContinue = false

    init(_ ask: @escaping ([UInt8]) -> (SimulatedPrinter.Manner, reply: [UInt8])) { self.ask = ask }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pending += unwrapInboundIn(data).readableBytesView
        guard pending.count <= PrinterConversation.longestRequest else { return context.close(promise: nil) }
        guard let request = HTTPBytes.request(&pending) else {
            if pending.count > PrinterConversation.longestHead { context.close(promise: nil) }
            return
        }
        // A client that sends "Expect: 100-continue" waits for this line before its body.
        if request.expectsContinue, !isToldToContinue {
            write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), context)
        }
        isToldToContinue = request.body == nil && (isToldToContinue || request.expectsContinue)
        guard let body = request.body else { return }
        answer(body, context)
    }

    private func answer(_ body: [UInt8], _ context: ChannelHandlerContext) {
        let (manner, reply) = ask(body)
        switch manner {
        case .honest: write(reply, context)
        case .silent: break
        case .drip: drip(reply[...], context)
        case .half:
            write(Array(reply.prefix(reply.count / 2)), context)
            context.close(promise: nil)
        case .garbage: write(HTTPBytes.reply((0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }), context)
        case .http500: write(Array("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n".utf8), context)
        }
    }

    /// One byte each half second: defeats every time-out that is counted per read.
    private func drip(_ rest: ArraySlice<UInt8>, _ context: ChannelHandlerContext) {
        guard let byte = rest.first, context.channel.isActive else { return }
        write([byte], context)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(500)) {
            let (handler, context) = bound.value
            handler.drip(rest.dropFirst(), context)
        }
    }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }
}
