import NIOCore
import NIOPosix
import Synchronization
import ZoneModel
import ZoneWire

/// A simulated box on a Unix stream: one line of JSON with its identity, then reports of 64 bytes both ways. Unplugged
/// means that the socket is gone. Slot on GP0 and lid on GP2, a high level for blocked and for open.
package actor ChipServer {
    package static let help = [
        "plug", "unplug", "deposit", "deposits=N", "block", "clear", "open", "close", "flicker", "silent", "foreign",
        "answer",
    ]
    private static let (slotPin, lidPin) = (0, 2)
    /// A sheet of A4 that falls through a slot.
    private static let sheet = TimeAmount.milliseconds(80)
    private static let pause = TimeAmount.milliseconds(420)
    private static let mostDeposits = 100

    package nonisolated let path: String
    private let chip = SharedChip()
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private var listener: (any Channel)?
    private var readers: [any Channel] = []
    /// What the pins will do.
    private var planned: [Int: [Scheduled<Void>]] = [:]
    /// When the last planned deposit has left the slot for long enough.
    private var free = NIODeadline.now()
    private var deposits = 0

    package init(path: String) { self.path = path }

    package var isPlugged: Bool { listener != nil }
    /// Sheets that have been put in, seen or not.
    package var depositCount: Int { deposits }

    package func plug() async throws {
        guard listener == nil else { return }
        let greeting = try WireCoding.encode(SimulatedChip.identity) + [UInt8(ascii: "\n")]
        chip.powerOn()
        listener = try await ServerBootstrap(group: loop)
            .childChannelInitializer { [chip] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ChipConversation(
                            greeting: greeting, chip: chip, onOpen: { Task { await self.admit(channel) } }))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
    }

    package func unplug() async {
        cancelPlans(of: ChipServer.slotPin)
        cancelPlans(of: ChipServer.lidPin)
        try? await listener?.close().get()
        listener = nil
        for reader in readers { reader.close(promise: nil) }
        readers = []
    }

    /// One move; `false` when there is no such move.
    package func apply(_ move: String) async throws -> Bool {
        switch move {
        case "plug": try await plug()
        case "unplug": await unplug()
        case "deposit": plan(deposits: 1)
        case "block": set(ChipServer.slotPin, high: true)
        case "clear": set(ChipServer.slotPin, high: false)
        case "open": set(ChipServer.lidPin, high: true)
        case "close": set(ChipServer.lidPin, high: false)
        case "flicker": planFlicker()
        case "silent": chip.use(.silent)
        case "foreign": chip.use(.foreign)
        case "answer": chip.use(.honest)
        default:
            guard let count = ChipServer.count(move) else { return false }
            plan(deposits: count)
        }
        return true
    }

    /// What the box is really like, to compare an agent's answer with.
    package var truth: JSONValue {
        [
            "plugged": .bool(isPlugged), "slot": chip.isHigh(ChipServer.slotPin) ? "blocked" : "clear",
            "lid": chip.isHigh(ChipServer.lidPin) ? "open" : "closed", "deposits": .integer(Int64(deposits)),
            "manner": .string(chip.manner.rawValue),
        ]
    }

    private static func count(_ move: String) -> Int? {
        guard move.hasPrefix("deposits=") else { return nil }
        return Int(move.dropFirst("deposits=".count)).flatMap { (1...mostDeposits).contains($0) ? $0 : nil }
    }

    private func admit(_ channel: any Channel) { readers = readers.filter(\.isActive) + [channel] }

    /// By hand: what was planned for that pin is off.
    private func set(_ pin: Int, high: Bool) {
        cancelPlans(of: pin)
        chip.set(pin, high: high)
    }

    private func cancelPlans(of pin: Int) {
        let plans = planned.removeValue(forKey: pin) ?? []
        for plan in plans { plan.cancel() }
        if pin == ChipServer.slotPin { free = .now() }
    }

    private func plan(deposits count: Int) {
        // What lies before this moment has been done.
        if free <= .now() { planned[ChipServer.slotPin] = nil }
        var begin = max(free, .now())
        for _ in 0..<count {
            plan(ChipServer.slotPin, high: true, at: begin)
            plan(ChipServer.slotPin, high: false, at: begin + ChipServer.sheet)
            begin = begin + ChipServer.sheet + ChipServer.pause
        }
        free = begin
        deposits += count
    }

    /// A contact that opens for a moment, as reeds on long wires do; nobody has opened the lid.
    private func planFlicker() {
        cancelPlans(of: ChipServer.lidPin)
        var begin = NIODeadline.now()
        for _ in 0..<5 {
            plan(ChipServer.lidPin, high: true, at: begin)
            plan(ChipServer.lidPin, high: false, at: begin + .milliseconds(20))
            begin = begin + .milliseconds(120)
        }
    }

    private func plan(_ pin: Int, high: Bool, at time: NIODeadline) {
        planned[pin, default: []].append(loop.scheduleTask(deadline: time) { [chip] in chip.set(pin, high: high) })
    }
}

/// The chip as the event loop and the actor see it.
private final class SharedChip: Sendable {
    private let chip = Mutex(SimulatedChip(levels: [false, false, false, true]))

    var manner: SimulatedChip.Manner { chip.withLock { $0.manner } }

    func isHigh(_ pin: Int) -> Bool { chip.withLock { $0.levels[pin] } }
    func set(_ pin: Int, high: Bool) { chip.withLock { $0.set(pin: pin, high: high) } }
    func use(_ manner: SimulatedChip.Manner) { chip.withLock { $0.manner = manner } }

    /// The settings are those of the factory again, the outside is as it was.
    func powerOn() { chip.withLock { $0 = SimulatedChip(levels: $0.levels) } }

    /// - Returns: the answer, and whether the chip has started anew instead.
    func answer(_ report: [UInt8]) -> (answer: [UInt8]?, isReset: Bool) {
        chip.withLock { chip in
            let resets = chip.resetCount
            let answer = chip.answer(report)
            return (answer, chip.resetCount != resets)
        }
    }
}

/// Greets a reader, then answers its reports one by one.
private final class ChipConversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private static let reportLength = 64

    private let greeting: [UInt8]
    private let chip: SharedChip
    private let onOpen: @Sendable () -> Void
    private var received = ByteBuffer()

    init(greeting: [UInt8], chip: SharedChip, onOpen: @escaping @Sendable () -> Void) {
        (self.greeting, self.chip, self.onOpen) = (greeting, chip, onOpen)
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: greeting)), promise: nil)
        onOpen()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var more = unwrapInboundIn(data)
        received.writeBuffer(&more)
        while let report = received.readBytes(length: ChipConversation.reportLength) {
            let (answer, isReset) = chip.answer(report)
            if let answer { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer)), promise: nil) }
            if isReset { return context.close(promise: nil) }
        }
        received.discardReadBytes()
    }
}
