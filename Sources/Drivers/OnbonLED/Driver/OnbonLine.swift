import DriverKit
import ZoneModel
import ZoneTime

/// The line to one card: opened when it is needed, closed as soon as it cannot be trusted, one request at a time (the
/// device sees to that).
///
/// After a request without a good answer the port is closed, because the answer might still come and would then be
/// taken for that of the next request: a late yes looks like any other.
actor OnbonLine {
    private let place: OnbonAddress.Place
    private let settings: OnbonSettings
    private let opener: any ByteOpener
    private let tap: WireTap
    private let clock: any ZoneClock

    private var port: (any BytePort)?
    private var bauds: [Int]
    private var isClosed = false
    /// Counts openings: behind a new one there may be another card.
    private(set) var openings = 0

    init(
        _ address: OnbonAddress, _ settings: OnbonSettings, opener: any ByteOpener, tap: WireTap, clock: any ZoneClock
    ) {
        (self.place, self.settings, self.opener) = (address.place, settings, opener)
        (self.tap, self.clock) = (tap, clock)
        bauds = settings.baud.map { [$0] } ?? OnbonAddress.bauds
    }

    var isOpen: Bool { port != nil }
    nonisolated var isSerial: Bool { if case .serial = place { true } else { false } }
    private var address: PortAddress {
        switch place {
        case .network(let host, let port): .tcp(host: host, port: port)
        case .serial(let path): .tty(path: path, baud: bauds.first ?? 9600)
        }
    }

    /// The vendor's way of finding the rate is to try both, one after the other (section 8.8).
    func tryNextBaud() { bauds = Array(bauds.dropFirst() + bauds.prefix(1)) }

    func close() async {
        isClosed = true
        await hangUp()
    }

    /// One request, one answer, no second try.
    func exchange(
        _ command: OnbonCommand, displayMode: UInt8, within patience: Duration
    ) async throws(DeviceError) -> OnbonReply {
        let due = clock.mono().advanced(by: patience)
        do throws(DeviceError) {
            let port = try await openPort(until: due)
            try await discardStale(port)
            let frame = OnbonFrame(to: settings.screen, displayMode: displayMode, data: command.data)
            try await port.write(frame.encode(), within: left(due))
            return try await receive(command, port, until: due)
        } catch {
            await hangUp()
            throw error
        }
    }

    /// Lets the card catch its breath; whatever it says meanwhile is dropped.
    func rest(_ duration: Duration) async {
        guard let port else {
            try? await clock.sleep(for: duration)
            return
        }
        let due = clock.mono().advanced(by: duration)
        while due > clock.mono(), (try? await port.read(within: left(due))) != nil {}
    }

    private func hangUp() async {
        let old = port
        port = nil
        await old?.close()
    }

    private func left(_ due: MonoTime) -> Duration { max(.zero, due.since(clock.mono())) }

    private func openPort(until due: MonoTime) async throws(DeviceError) -> any BytePort {
        if let port { return port }
        guard !isClosed else { throw DeviceError(.absent, doing: "talk to the LED card", "closed") }
        let new = try await opener.open(address, within: left(due), tap: tap)
        guard !isClosed else {
            await new.close()
            throw DeviceError(.absent, doing: "talk to the LED card", "closed")
        }
        port = new
        openings += 1
        return new
    }

    /// What came before the request is no answer to it.
    private func discardStale(_ port: any BytePort) async throws(DeviceError) {
        for _ in 0..<16 {
            do throws(DeviceError) {
                _ = try await port.read(within: .zero)
            } catch {
                if error.code == .timedOut { return }
                throw error
            }
        }
    }

    /// How long a good frame may come after a damaged one.
    private static let afterFault = Duration.milliseconds(300)

    private func receive(
        _ command: OnbonCommand, _ port: any BytePort, until due: MonoTime
    ) async throws(DeviceError) -> OnbonReply {
        var assembler = OnbonFrameAssembler()
        var hearing = OnbonHearing()
        var due = due
        while due > clock.mono(), !hearing.isBabble {
            let bytes: [UInt8]
            do throws(DeviceError) {
                bytes = try await port.read(within: left(due))
            } catch {
                // Some hang up at once on what they do not understand: what they said tells more than that.
                if error.code == .timedOut || (!hearing.isEmpty && !isSerial) { break }
                throw error
            }
            hearing.hear(bytes)
            for piece in assembler.take(bytes) {
                if let reply = understand(piece, command, &hearing) { return reply }
            }
            if hearing.hasFault { due = min(due, clock.mono().advanced(by: OnbonLine.afterFault)) }
        }
        throw hearing.verdict(doing: "ask the LED card")
    }

    private func understand(
        _ piece: OnbonFrameAssembler.Piece, _ command: OnbonCommand, _ hearing: inout OnbonHearing
    ) -> OnbonReply? {
        switch piece {
        case .fault(let fault): hearing.note(fault)
        case .frame(let frame):
            if isForUs(frame), let reply = OnbonReply(frame.data, to: command) { return reply }
            hearing.note(unrelated: frame)
        }
        return nil
    }

    /// Some RS-485 adapters give back what is sent, and on such a line other cards may speak. A card that was asked by
    /// the any-card address answers under that (section 4).
    private func isForUs(_ frame: OnbonFrame) -> Bool {
        guard frame.destination == OnbonFrame.program else { return false }
        return settings.screen == OnbonFrame.anyScreen || frame.source == settings.screen || frame.source > 0x7FFF
    }
}
