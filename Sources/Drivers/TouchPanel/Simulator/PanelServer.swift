// Purpose: the far end of a touch panel's wire: capabilities and 24-byte input_event frames on a Unix socket, with
// faults (unplug, lost events, a contact that never ends).
import DriverKit
import NIOCore
import NIOPosix
import Synchronization
import TouchPanelDriver
import ZoneModel
import ZoneWire

/// A simulated ten-finger panel. Unplugged means that the socket is gone.
package actor PanelServer {
    package static let help = ["plug", "unplug", "touch", "lift", "tap", "flood"]
    private static let slots = 10

    package nonisolated let path: String
    private var listener: (any Channel)?
    private var readers: [any Channel] = []
    /// Open contacts: slot -> (tracking id, x, y).
    private var contacts: [Int32: (id: Int32, x: Int32, y: Int32)] = [:]
    private var lastTrackingID: Int32 = 0

    package init(path: String) { self.path = path }

    package static let capabilities = InputCapabilities(
        name: "Simulated Touch Panel", physicalPath: "sim/panel", serial: "SIM-PANEL-1", bus: 3, vendor: 0x5A41,
        product: 0x0001, version: 0x0100, slots: slots,
        x: .init(minimum: 0, maximum: 32767, resolution: 34), y: .init(minimum: 0, maximum: 32767, resolution: 60),
        simulated: true)

    package var isPlugged: Bool { listener != nil }
    package var contactCount: Int { contacts.count }

    package func plug() async throws {
        guard listener == nil else { return }
        let greeting = try WireCoding.encode(PanelServer.capabilities) + [UInt8(ascii: "\n")]
        listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        PanelConversation(
                            greeting: greeting, onOpen: { Task { await self.admit(channel) } },
                            onRequest: { Task { await self.resync(channel) } }))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
    }

    package func unplug() async {
        try? await listener?.close().get()
        listener = nil
        for reader in readers { reader.close(promise: nil) }
        (readers, contacts) = ([], [:])
    }

    /// One move; `false` when there is no such move.
    package func apply(_ move: String) async throws -> Bool {
        switch move {
        case "plug": try await plug()
        case "unplug": await unplug()
        case "touch": touch(slot: 0, x: 16_000, y: 16_000)
        case "lift": lift(slot: 0)
        case "tap":
            touch(slot: 0, x: 16_000, y: 16_000)
            lift(slot: 0)
        case "flood": flood()
        default: return false
        }
        return true
    }

    package func touch(slot: Int32, x: Int32, y: Int32) {
        lastTrackingID += 1
        contacts[slot] = (lastTrackingID, x, y)
        send(events(slot, (lastTrackingID, x, y)) + [PanelServer.sync])
    }

    package func lift(slot: Int32) {
        contacts[slot] = nil
        send([.absolute(InputCode.slot, slot), .absolute(InputCode.trackingID, -1), PanelServer.sync])
    }

    /// The kernel's way of saying that events were lost; the reader asks for the state.
    package func flood() { send([InputEvent(type: InputCode.synchronization, code: InputCode.dropped, value: 0)]) }

    /// A finger lifts while nobody reads: no event is sent.
    package func forgetUnseen(slot: Int32) { contacts[slot] = nil }

    /// A new reader is told what is touched now, as one who opens an evdev node can ask.
    private func admit(_ channel: any Channel) {
        readers = readers.filter(\.isActive) + [channel]
        let touched = contacts.flatMap { events($0.key, $0.value) }
        if !touched.isEmpty { send(touched + [PanelServer.sync], to: [channel]) }
    }

    private func resync(_ channel: any Channel) {
        var events = [InputEvent(type: InputCode.synchronization, code: InputCode.dropped, value: 0)]
        for slot in 0..<Int32(PanelServer.slots) {
            events +=
                contacts[slot].map { self.events(slot, $0) }
                ?? [.absolute(InputCode.slot, slot), .absolute(InputCode.trackingID, -1)]
        }
        send(events + [PanelServer.sync], to: [channel])
    }

    private static let sync = InputEvent(type: InputCode.synchronization, code: InputCode.report, value: 0)

    private func events(_ slot: Int32, _ contact: (id: Int32, x: Int32, y: Int32)) -> [InputEvent] {
        [
            .absolute(InputCode.slot, slot), .absolute(InputCode.trackingID, contact.id),
            .absolute(InputCode.positionX, contact.x), .absolute(InputCode.positionY, contact.y),
        ]
    }

    private func send(_ events: [InputEvent], to channels: [any Channel]? = nil) {
        let bytes = events.flatMap(InputFrames.encode)
        for channel in channels ?? readers { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
    }
}

extension InputEvent {
    fileprivate static func absolute(_ code: UInt16, _ value: Int32) -> InputEvent {
        InputEvent(type: InputCode.absolute, code: code, value: value)
    }
}

/// Greets a reader with the capabilities and hears its requests for the whole state.
private final class PanelConversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let greeting: [UInt8]
    private let onOpen: @Sendable () -> Void
    private let onRequest: @Sendable () -> Void

    init(greeting: [UInt8], onOpen: @escaping @Sendable () -> Void, onRequest: @escaping @Sendable () -> Void) {
        (self.greeting, self.onOpen, self.onRequest) = (greeting, onOpen, onRequest)
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: greeting)), promise: nil)
        onOpen()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if unwrapInboundIn(data).readableBytesView.contains(UInt8(ascii: "R")) { onRequest() }
    }
}
