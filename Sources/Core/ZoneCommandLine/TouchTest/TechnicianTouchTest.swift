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

    /// - Throws: `TouchTestTrouble` when it did not end by its time or by Ctrl-C; what was seen until then is shown before.
    package func testPanel(_ device: String, seconds: Int, asJSON: Bool) async throws {
        try await requirePanel(device)
        var display = TouchTestDisplay.standard(asJSON: asJSON, show: show)
        let watch = TouchTestWatch(TouchTestSession(device: device, seconds: seconds, now: clock.mono()))
        let end = try await follow(watch, device, &display)
        let session = watch.session
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

    /// Nothing waits in a row for the drawing: a terminal may be held (Ctrl-S) for hours.
    private func follow(
        _ watch: TouchTestWatch, _ device: String, _ display: inout TouchTestDisplay
    ) async throws -> TouchTestEnd {
        // Before the picture: from then on Ctrl-C has to give the terminal back.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let (wakes, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let sources = [
            Task {
                await listen("/v1/devices/\(PathSegment.encode(device))/contacts", watch)
                waker.yield()
            },
            Task { while (try? await clock.sleep(for: Technician.redraw)) != nil { waker.yield() } },
            Task {
                for await _ in signals {
                    watch.end(.interrupted)
                    waker.yield()
                }
            },
        ]
        defer {
            for source in sources { source.cancel() }
            display.end()
        }
        for await _ in wakes {
            if let end = try watch.look(at: clock.mono()) { return end }
            display.draw(watch.session, now: clock.mono())
        }
        return .gone
    }

    private func listen(_ route: String, _ watch: TouchTestWatch) async {
        do {
            for try await bytes in try await agent.stream(.GET, route) {
                guard watch.take(bytes, at: clock.mono()) else { return }
            }
            watch.end(.gone)
        } catch {
            watch.fail("\(error)")
        }
    }
}
