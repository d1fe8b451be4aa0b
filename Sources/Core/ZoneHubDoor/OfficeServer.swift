import Glibc
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ZoneConfig
import ZoneHTTP
import ZoneHubCore
import ZoneHubStore
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// The hub's office: what officers on the hub's own machine do, over a Unix socket. Its client is `zone-hub` itself.
package struct Office: Sendable {
    /// 16 KiB of headers are more than any honest client sends.
    private static let headerLimit = 16 * 1024

    private let places: Places
    private let store: HubStore
    private let wall: Wall
    private let ingest: Ingest
    private let identity: IdentityOffice
    private let orders: OfficeOrders
    private let work: WorkTime
    private let staff: OfficeStaff
    private let clock: any ZoneClock
    private let log: Logger

    package init(
        places: Places, store: HubStore, wall: Wall, ingest: Ingest, identity: IdentityOffice, orders: OfficeOrders,
        work: WorkTime,
        staff: OfficeStaff = .ofThisMachine(), clock: any ZoneClock, log: Logger
    ) {
        (self.places, self.store, self.wall, self.ingest) = (places, store, wall, ingest)
        (self.identity, self.orders, self.work, self.staff) = (identity, orders, work, staff)
        (self.clock, self.log) = (clock, log)
    }

    /// The state lock must be held: binding removes an old socket file.
    /// - Parameter onListening: runs when the socket exists and is closed to others.
    /// - Throws: `UnixSocket.PathTooLong`, `SystemError` when the folder cannot be made.
    package func server(onListening: @escaping @Sendable () async -> Void = {}) throws -> some ApplicationProtocol {
        let path = places.officeSocket
        try UnixSocket.check(path)
        try SmallFile.makeDirectory(places.hubRuntime, mode: 0o755)
        let visitors = Visitors(clock: clock)
        return Application(
            router: router(visitors),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [UserGuard(visitors: visitors), PaceGuard()],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: Office.headerLimit, maxHeaderListSize: Office.headerLimit,
                        maxHeaderFieldCount: 100))),
            configuration: .init(address: .unixDomainSocket(path: path), serverName: "zone-hub"),
            onServerRunning: { [log] _ in
                Office.closeToOthers(path, log)
                await onListening()
            }, logger: log)
    }

    private func router(_ visitors: Visitors) -> Router<OfficeContext> {
        let router = Router(context: OfficeContext.self)
        router.add(middleware: PlainErrors())
        router.add(middleware: OfficeErrors(log: log))
        router.add(middleware: BrowserGuard(service: "zone-hub"))
        router.add(middleware: OfficeReception(staff: staff, visitors: visitors))
        OfficeIdentityRoutes(identity: identity).add(to: router)
        OfficeOrderRoutes(orders: orders).add(to: router)
        let importer = OfficeImport(
            folder: places.hubImports, ingest: ingest, identity: identity, book: orders.book, clock: clock)
        let roster = RosterDesk(store: store, wall: wall)
        OfficeFileRoutes(roster: roster, importer: importer, book: orders.book, clock: clock).add(to: router)
        router.get("/v1/summary") { _, _ in try JSONResponse.make(try await summary()) }
        return router
    }

    private func summary() async throws -> HubSummaryJSON {
        let zones = await wall.summary()
        let pending = try await identity.book.enrolments(.pending, limit: 1000).count
        var summary = HubSummaryJSON(
            zones: zones.byState, onRoster: zones.onRoster, withAgent: zones.withAgent, pendingEnrolments: pending,
            denied: identity.denials().count, openOrders: try await orders.openCount(), serverTime: clock.wall())
        let notices = await work.notices()
        summary.notices = notices.isEmpty ? nil : notices
        return summary
    }

    private static func closeToOthers(_ path: String, _ log: Logger) {
        guard chmod(path, 0o600) != 0 else { return }
        let error = SystemError("chmod \(path)")
        log.error("The office's socket has the mode of the umask", metadata: ["error": "\(error)"])
    }
}

/// What comes in as a file: the roster, and the history of places without a line.
struct OfficeFileRoutes: Sendable {
    let roster: RosterDesk
    let importer: OfficeImport
    let book: OrderBook
    let clock: any ZoneClock

    func add(to router: Router<OfficeContext>) {
        let v1 = router.group("v1")
        v1.get("roster") { _, _ in try JSONResponse.make(try roster.list()) }
        v1.post("roster") { request, context in
            let caller = try await context.caller()
            let bytes = Array(try await request.body.collect(upTo: context.maxUploadSize).readableBytesView)
            let report = try await roster.take(bytes)
            let detail =
                "\(report.zones) zones, \(report.added) added, \(report.changed) changed, \(report.removed) removed"
            try await book.note("roster.replaced", "roster", detail, by: caller, at: clock.wall())
            return try JSONResponse.make(report)
        }
        v1.post("import") { request, context in
            let acceptsOld = request.uri.queryParameters["acceptOld"] == "yes"
            return try JSONResponse.make(
                try await importer.take(request.body, acceptsOld: acceptsOld, by: try await context.caller()))
        }
    }
}
