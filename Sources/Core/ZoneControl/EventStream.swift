import AsyncAlgorithms
import Hummingbird
import NIOCore
import ServiceLifecycle
import ZoneDesks
import ZoneHTTP
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Server-sent events (WHATWG HTML, "Server-sent events"): a snapshot, then every change. Readers page from the
/// journal, so there is no buffer that could overflow; a write that is stuck for 30 s ends the stream.
struct EventStreamResponse: Sendable {
    private static let pageSize = 100
    private static let stallLimit = Duration.seconds(30)

    let backend: any ControlBackend
    let clock: any ZoneClock
    let redaction: Redaction

    /// - Parameter lease: kept alive by the stream, and ended with it.
    func response(lastEventID: String?, channel: any Channel, lease: String?) -> Response {
        let body = ResponseBody { writer in
            // Here, not before: a response that is never begun would keep the lease for ever.
            let isBound = lease.map { (try? backend.leases.bind($0)) != nil } ?? false
            defer { if isBound, let lease { backend.leases.unbind(lease) } }
            let guardian = StallGuard(clock: clock, limit: EventStreamResponse.stallLimit, channel: channel)
            defer { guardian.stop() }
            try await follow(&writer, lastEventID: lastEventID, guardian)
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    @concurrent
    private func follow(
        _ writer: inout any ResponseBodyWriter, lastEventID: String?, _ guardian: StallGuard
    ) async throws {
        // Graceful shutdown ends the loop: an open stream must not keep the service from stopping.
        let commits = backend.journal.commits().map { Optional($0) }
        let pings = AsyncTimerSequence(interval: .seconds(15), clock: .continuous).map { _ in Int64?.none }
        var position = await replayPosition(lastEventID)
        for await commit in merge(commits, pings).cancelOnGracefulShutdown() {
            if position == nil {
                position = backend.journal.lastSeq
                try await send(&writer, name: "snapshot", id: position, WireCoding.text(backend.devices()), guardian)
            }
            guard commit != nil else {
                try await write(&writer, ": ping\n\n", guardian)
                continue
            }
            position = try await sendPages(&writer, after: position ?? 0, guardian)
        }
    }

    /// Where a returning reader stopped, if the journal still has everything since; else `nil`: a fresh snapshot.
    private func replayPosition(_ id: String?) async -> Int64? {
        guard let parts = id?.split(separator: "-"), parts.count == 2, parts[0] == backend.journal.stream.text,
            let seq = Int64(parts[1]), (0...backend.journal.lastSeq).contains(seq)
        else { return nil }
        if seq == backend.journal.lastSeq { return seq }
        let next = try? await backend.journal.page(after: seq, limit: 1).first
        return next?.seq == seq + 1 ? seq : nil
    }

    @concurrent
    private func sendPages(
        _ writer: inout any ResponseBodyWriter, after start: Int64, _ guardian: StallGuard
    ) async throws -> Int64 {
        var position = start
        while true {
            let events = try await backend.journal.page(after: position, limit: EventStreamResponse.pageSize)
            for event in events {
                position = event.seq
                try await send(&writer, name: "event", id: event.seq, WireCoding.text(redaction.apply(event)), guardian)
            }
            if events.count < EventStreamResponse.pageSize { return position }
        }
    }

    @concurrent
    private func send(
        _ writer: inout any ResponseBodyWriter, name: String, id: Int64?, _ data: String, _ guardian: StallGuard
    ) async throws {
        let identifier = id.map { "id: \(backend.journal.stream)-\($0)\n" } ?? ""
        try await write(&writer, "event: \(name)\n\(identifier)data: \(data)\n\n", guardian)
    }

    @concurrent
    private func write(_ writer: inout any ResponseBodyWriter, _ text: String, _ guardian: StallGuard) async throws {
        guardian.beginWrite()
        defer { guardian.endWrite() }
        try await writer.write(ByteBuffer(string: text))
    }
}
