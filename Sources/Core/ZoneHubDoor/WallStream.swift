import AsyncAlgorithms
import Hummingbird
import NIOCore
import ServiceLifecycle
import ZoneHTTP
import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneTime
import ZoneWire

/// `GET /api/v1/events`: a snapshot, then each zone that changed, and a ping each 15 s.
struct WallStream: Sendable {
    private static let stallLimit = Duration.seconds(30)

    let wall: Wall
    let clock: any ZoneClock

    private struct Snapshot: Encodable {
        var zones: [ZoneJSON]
        var serverTime: WallTime
    }

    private struct Ping: Encodable {
        var serverTime: WallTime
    }

    func response(channel: any Channel) -> Response {
        let body = ResponseBody { writer in
            let guardian = StallGuard(clock: clock, limit: WallStream.stallLimit, channel: channel)
            defer { guardian.stop() }
            // Watch first, then look: nothing that changes in between is missed.
            let changes = await wall.changes().map { Optional($0) }
            let snapshot = Snapshot(zones: await wall.zones(), serverTime: clock.wall())
            try await send(&writer, "snapshot", snapshot, guardian)
            let pings = AsyncTimerSequence(interval: .seconds(15), clock: .continuous).map { _ in ZoneID?.none }
            for await change in merge(changes, pings).cancelOnGracefulShutdown() {
                if let id = change {
                    if let zone = await wall.zone(id) { try await send(&writer, "zone", zone, guardian) }
                } else {
                    try await send(&writer, "ping", Ping(serverTime: clock.wall()), guardian)
                }
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    @concurrent
    private func send(
        _ writer: inout any ResponseBodyWriter, _ name: String, _ value: some Encodable, _ guardian: StallGuard
    ) async throws {
        let text = "event: \(name)\ndata: \(try WireCoding.text(value))\n\n"
        guardian.beginWrite()
        defer { guardian.endWrite() }
        try await writer.write(ByteBuffer(string: text))
    }
}
