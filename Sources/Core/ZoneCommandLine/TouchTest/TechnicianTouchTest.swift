import NIOHTTP1
import UnixSignals
import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

/// `zonectl touch test`: a look at what a panel feels. It touches nothing, and keeps nothing.
extension Technician {
    package static let touchTestSeconds = 5...600
    private static let redraw = Duration.milliseconds(100)

    private enum Item: Sendable {
        case bytes([UInt8])
        case closed
        case failed(any Error)
        case look, interrupted
    }

    /// - Throws: `TouchTestTrouble` when it did not end by its time or by Ctrl-C; what was seen until then is shown before.
    package func testPanel(_ device: String, seconds: Int, asJSON: Bool) async throws {
        try await requirePanel(device)
        var display = TouchTestDisplay.standard(asJSON: asJSON, show: show)
        var session = TouchTestSession(device: device, seconds: seconds, now: clock.mono())
        let end = try await follow(&session, &display)
        if asJSON {
            let elapsed = session.elapsed(at: clock.mono()).milliseconds
            show(try WireCoding.text(TouchTestJSON(session, end, elapsedMs: elapsed)) + "\n")
        } else {
            show(TouchTestText.summary(session, size: display.summarySize))
        }
        if let trouble = TouchTestTrouble(end) { throw trouble }
    }

    /// The stream's refusal says only that it is no open panel; people want to know which of the two.
    private func requirePanel(_ name: String) async throws {
        let devices = try await agent.get(DeviceListJSON.self, "/v1/devices").devices
        guard let device = devices.first(where: { $0.id.text == name }) else {
            let panels = devices.filter { $0.kind == .touchPanel }.map(\.id.text)
            throw TouchTestTrouble.unknown(name, panels: panels)
        }
        guard device.kind == .touchPanel else { throw TouchTestTrouble.otherKind(name, Words.kind(device.kind)) }
        guard device.presence != .absent else { throw TouchTestTrouble.unplugged(name) }
    }

    private func follow(_ session: inout TouchTestSession, _ display: inout TouchTestDisplay) async throws
        -> TouchTestEnd
    {
        let route = "/v1/devices/\(PathSegment.encode(session.device))/contacts"
        // Before the picture: from then on Ctrl-C has to give the terminal back.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let (items, sink) = AsyncStream<Item>.makeStream()
        let sources = [
            Task { await listen(route, sink) },
            Task { while (try? await clock.sleep(for: Technician.redraw)) != nil { sink.yield(.look) } },
            Task { for await _ in signals { sink.yield(.interrupted) } },
        ]
        defer {
            for source in sources { source.cancel() }
            display.end()
        }
        for await item in items {
            if let end = try take(item, &session) { return end }
            if case .look = item { display.draw(session, now: clock.mono()) }
        }
        return .gone
    }

    private func take(_ item: Item, _ session: inout TouchTestSession) throws -> TouchTestEnd? {
        let now = clock.mono()
        switch item {
        case .bytes(let bytes): return session.take(bytes, at: now)
        case .look: return session.look(at: now)
        case .interrupted: return .interrupted
        case .closed: return .gone
        case .failed(let error):
            guard !session.isBegun else { return .gone }
            throw TouchTestTrouble.refused("\(error)")
        }
    }

    private func listen(_ route: String, _ sink: AsyncStream<Item>.Continuation) async {
        do {
            for try await bytes in try await agent.stream(.GET, route) { sink.yield(.bytes(bytes)) }
            sink.yield(.closed)
        } catch {
            sink.yield(.failed(error))
        }
    }
}
