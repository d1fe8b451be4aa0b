// Purpose: the far end of a touch panel's wire: capabilities and 24-byte input_event frames on a Unix socket, with the
// faults that panels have. What hands do and what the panel makes of it are values (Gesture, PanelGlass).
import DriverKit
import NIOCore
import NIOPosix
import TouchPanelDriver
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneTouch
import ZoneWire

/// A simulated panel. Unplugged means that the socket is gone.
package actor PanelServer {
    /// One line for each move.
    package static let help = PanelMove.table.map { "\($0.usage)  \($0.meaning)" }
    package static let usages = PanelMove.table.map(\.usage)
    /// A panel whose report rate has collapsed.
    private static let slowPause = Duration.milliseconds(125)

    package nonisolated let path: String
    private let clock: any ZoneClock
    private var glass = PanelGlass(.b)
    private var dice = PanelDice(seed: 7)
    private var listener: (any Channel)?
    private var readers: [any Channel] = []
    /// Who has the panel alone.
    private var grabber: (any Channel)?
    private var hands: [Int: Task<Void, Never>] = [:]
    private var gestures = 0
    private var ticker: Task<Void, Never>?
    private var lastSent: MonoTime?

    package init(path: String, clock: any ZoneClock = SystemClock()) { (self.path, self.clock) = (path, clock) }

    package var isPlugged: Bool { listener != nil }
    package var contactCount: Int { glass.fingers.count }
    /// A reader that has gone away has let go.
    package var isGrabbed: Bool { grabber?.isActive ?? false }

    package func plug() async throws {
        guard listener == nil else { return }
        let greeting = try WireCoding.encode(glass.kind.capabilities) + [UInt8(ascii: "\n")]
        listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        PanelConversation(
                            greeting: greeting, onOpen: { Task { await self.admit(channel) } },
                            onRequest: { word in Task { await self.obey(word, channel) } }))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
    }

    package func unplug() async {
        for task in hands.values { task.cancel() }
        ticker?.cancel()
        (hands, ticker) = ([:], nil)
        try? await listener?.close().get()
        listener = nil
        for reader in readers { reader.close(promise: nil) }
        (readers, grabber) = ([], nil)
        let faults = glass.faults
        glass = PanelGlass(glass.kind)
        glass.faults = faults
    }

    /// One move; `false` when there is no such move.
    package func apply(_ move: String) async throws -> Bool {
        guard let move = PanelMove.parse(move) else { return false }
        switch move {
        case .plug(nil): try await plug()
        case .plug(let kind?): try await become(kind)
        case .unplug: await unplug()
        case .touch: put(PanelMove.middle, slot: 0)
        case .lift: put(nil, slot: 0)
        case .tap(let place):
            put(place, slot: 0)
            put(nil, slot: 0)
        case .play(let make): play(make(&dice))
        case .flood: flood()
        case .fault(let change):
            change(&glass.faults)
            report()
        case .mend:
            glass.faults = PanelFaults()
            report()
        }
        return true
    }

    /// In the panel's own units.
    package func touch(slot: Int32, x: Int32, y: Int32) {
        let most = Double(PanelKind.most)
        put(GlassPoint(x: Double(x) / most, y: Double(y) / most), slot: slot)
    }

    package func lift(slot: Int32) { put(nil, slot: slot) }

    /// The kernel's way of saying that events were lost; the reader asks for the state.
    package func flood() { send([.dropped]) }

    /// A finger lifts while nobody reads: no event is sent.
    package func forgetUnseen(slot: Int32) { glass.forget(slot: slot) }

    private func become(_ kind: PanelKind) async throws {
        await unplug()
        glass = PanelGlass(kind)
        try await plug()
    }

    private func put(_ finger: GlassPoint?, slot: Int32) {
        glass.put(finger, slot: slot)
        report()
    }

    /// In the panel's own time, beside whatever else hands do.
    private func play(_ gesture: Gesture) {
        gestures += 1
        let number = gestures
        let slots = gesture.slots
        hands[number] = Task { [clock] in
            var next = clock.mono()
            for frame in gesture.frames {
                self.show(frame, of: slots)
                next = next.advanced(by: .milliseconds(Gesture.frameMilliseconds))
                guard (try? await clock.sleep(until: next)) != nil else { return }
            }
            self.hands[number] = nil
        }
    }

    private func show(_ frame: [Int32: GlassPoint], of slots: Set<Int32>) {
        guard isPlugged else { return }
        for slot in slots { glass.put(frame[slot], slot: slot) }
        report()
    }

    /// Tells the readers what has changed, as well as this panel can.
    private func report() {
        guard isPlugged, !glass.faults.isSilent else { return }
        if glass.faults.isRestless { tick() }
        if glass.faults.isSlow, let lastSent, clock.mono().since(lastSent) < PanelServer.slowPause { return }
        let events = glass.frame()
        guard !events.isEmpty else { return }
        lastSent = clock.mono()
        send(events)
    }

    /// A panel that trembles reports although nothing moves; one that is slow has something to say later.
    private func tick() {
        guard ticker == nil else { return }
        ticker = Task { [clock] in
            while (try? await clock.sleep(for: .milliseconds(Gesture.frameMilliseconds))) != nil {
                guard self.goOn() else { return }
            }
        }
    }

    private func goOn() -> Bool {
        guard glass.faults.isRestless, isPlugged else {
            ticker = nil
            return false
        }
        report()
        return true
    }

    /// A new reader is told what is touched now, as one who opens an evdev node can ask.
    private func admit(_ channel: any Channel) {
        // Unplugged between the connection and this word of it: nobody else would close it.
        guard isPlugged else { return channel.close(promise: nil) }
        readers = readers.filter(\.isActive) + [channel]
        if glass.shownCount > 0 { send(glass.state(), to: [channel]) }
    }

    private func obey(_ word: UInt8, _ channel: any Channel) {
        switch word {
        case UInt8(ascii: "R"): resync(channel)
        case UInt8(ascii: "G"): if !isGrabbed { grabber = channel }
        case UInt8(ascii: "U"): if grabber === channel { grabber = nil }
        default: break
        }
    }

    private func resync(_ channel: any Channel) { send([.dropped] + glass.state(), to: [channel]) }

    private func send(_ events: [InputEvent], to channels: [any Channel]? = nil) {
        let now = clock.mono().milliseconds * 1000
        let bytes = events.flatMap { event in
            var event = event
            event.microseconds = now
            return InputFrames.encode(event)
        }
        let hearers = isGrabbed ? readers.filter { $0 === grabber } : readers
        for channel in channels ?? hearers { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
    }
}
