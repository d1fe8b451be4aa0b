import NIOCore
import NIOPosix
import Synchronization
import ZoneModel

/// A simulated USB printer on a Unix stream. Unplugged means that the socket is gone; held, that a connection is told so
/// and ended, as usblp does with the second one that opens its node.
package actor USBPrinterServer {
    package static let help = [
        "plug", "unplug", "held=on|off", "paper=N", "online=on|off", "error=on|off", "serial=TEXT",
        "manner=" + SimulatedUSBPrinter.Manner.allCases.map(\.rawValue).joined(separator: "|"),
    ]

    package nonisolated let path: String
    private let printer = SharedUSBPrinter()
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private var listener: (any Channel)?
    private var readers: [any Channel] = []

    package init(path: String) { self.path = path }

    package var isPlugged: Bool { listener != nil }
    package nonisolated var state: SimulatedUSBPrinter { printer.inside { $0 } }

    package func plug() async throws {
        guard listener == nil else { return }
        listener = try await ServerBootstrap(group: loop)
            .childChannelInitializer { [printer] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        PrinterConversation(printer: printer, onOpen: { Task { await self.admit(channel) } }))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
    }

    package func unplug() async {
        try? await listener?.close().get()
        listener = nil
        endReaders()
    }

    /// One move, such as `paper=0`; `false` when there is no such move.
    package func apply(_ move: String) async throws -> Bool {
        switch move {
        case "plug": try await plug()
        case "unplug": await unplug()
        case "held=on":
            printer.hold(true)
            endReaders()
        case "held=off": printer.hold(false)
        default:
            let parts = move.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return false }
            return printer.inside { $0.apply(parts[0], parts[1]) }
        }
        return true
    }

    /// What the printer is really like, to compare an agent's answer with.
    package var truth: JSONValue {
        let inside = state
        return [
            "plugged": .bool(isPlugged), "held": .bool(printer.isHeld), "paper": .integer(Int64(inside.paperSheets)),
            "status": .integer(Int64(inside.status)), "sheets": .integer(Int64(inside.sheetsPrinted)),
            "bytes": .integer(Int64(inside.byteCount)), "manner": .string(inside.manner.rawValue),
        ]
    }

    private func admit(_ channel: any Channel) { readers = readers.filter(\.isActive) + [channel] }

    private func endReaders() {
        for reader in readers { reader.close(promise: nil) }
        readers = []
    }
}

/// The printer as the event loop and the actor see it.
private final class SharedUSBPrinter: Sendable {
    private let printer = Mutex(SimulatedUSBPrinter())
    private let held = Mutex(false)

    var isHeld: Bool { held.withLock { $0 } }
    func hold(_ isHeld: Bool) { held.withLock { $0 = isHeld } }
    func inside<Value>(_ body: (inout SimulatedUSBPrinter) -> Value) -> Value { printer.withLock { body(&$0) } }
}

/// Answers requests one by one: `I` the id with two bytes of length, `S` whether it tells its state and the state, `D`
/// data with two bytes of length before it, `F` whether everything was taken, `R` soft reset,
/// `P` reset of its port, which even one that hangs hears.
private final class PrinterConversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let printer: SharedUSBPrinter
    private let onOpen: @Sendable () -> Void
    private var received = ByteBuffer()

    init(printer: SharedUSBPrinter, onOpen: @escaping @Sendable () -> Void) {
        (self.printer, self.onOpen) = (printer, onOpen)
    }

    func channelActive(context: ChannelHandlerContext) {
        let isHeld = printer.isHeld
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: Array((isHeld ? "B" : "O").utf8))), promise: nil)
        isHeld ? context.close(promise: nil) : onOpen()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var more = unwrapInboundIn(data)
        received.writeBuffer(&more)
        while let request = next() {
            let answer = printer.inside { printer in
                printer.manner == .silent && request.letter != UInt8(ascii: "P") ? nil : Self.answer(request, &printer)
            }
            guard let answer else { continue }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer)), promise: nil)
        }
        received.discardReadBytes()
    }

    private func next() -> (letter: UInt8, data: [UInt8])? {
        guard let letter = received.getInteger(at: received.readerIndex, as: UInt8.self) else { return nil }
        guard letter == UInt8(ascii: "D") else {
            received.moveReaderIndex(forwardBy: 1)
            return (letter, [])
        }
        guard let count = received.getInteger(at: received.readerIndex + 1, as: UInt16.self),
            let data = received.getBytes(at: received.readerIndex + 3, length: Int(count))
        else { return nil }
        received.moveReaderIndex(forwardBy: 3 + Int(count))
        return (letter, data)
    }

    private static func answer(
        _ request: (letter: UInt8, data: [UInt8]), _ printer: inout SimulatedUSBPrinter
    ) -> [UInt8]? {
        func number(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }
        switch request.letter {
        case UInt8(ascii: "I"):
            let id = Array(printer.deviceID.utf8)
            return number(id.count + 2) + id
        case UInt8(ascii: "S"):
            printer.work()
            return printer.manner == .stateless ? [0, 0] : [1, printer.status]
        case UInt8(ascii: "D"): return number(printer.take(request.data))
        case UInt8(ascii: "F"):
            printer.work()
            return [1]
        case UInt8(ascii: "R"):
            printer.reset()
            return [1]
        case UInt8(ascii: "P"):
            printer.resetPort()
            return [1]
        default: return nil
        }
    }
}
