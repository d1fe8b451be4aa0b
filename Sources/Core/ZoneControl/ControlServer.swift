import Hummingbird
import Logging
import NIOCore
import ZoneAccess
import ZoneHTTP
import ZoneLinux
import ZoneModel
import ZoneTime

/// Remembers the connection, because the caller's identity belongs to it.
package struct ControlContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        (coreContext, channel) = (CoreRequestContextStorage(source: source), source.channel)
    }

    /// 1 MiB for anything but documents.
    package var maxUploadSize: Int { 1 << 20 }
}

/// What a door needs to know about those who knock.
package struct DoorKeepers: Sendable {
    package var household: Household
    package var staff: StaffDesk
    package var visitors: Visitors

    package init(household: Household, staff: StaffDesk, visitors: Visitors) {
        (self.household, self.staff, self.visitors) = (household, staff, visitors)
    }
}

/// One control socket as a service.
package struct ControlServer {
    /// 16 KiB of headers are more than any honest client sends.
    private static let headerLimit = 16 * 1024

    /// - Parameter onListening: runs when the socket exists, before anybody is told that the agent is ready.
    package static func make(
        door: Door, path: String, backend: any ControlBackend, keepers: DoorKeepers, clock: any ZoneClock,
        log: Logger, onListening: @escaping @Sendable () async -> Void
    ) -> some ApplicationProtocol {
        let router = Router(context: ControlContext.self)
        router.add(middleware: PlainErrors())
        router.add(middleware: APIErrors())
        router.add(middleware: BrowserGuard(service: "zone-agent"))
        let reception = Reception(door: door, backend: backend, keepers: keepers)
        router.add(middleware: RequestLimit(reception: reception))
        ReadingRoutes(backend: backend, reception: reception, clock: clock).add(to: router)
        ActingRoutes(backend: backend, reception: reception, clock: clock).add(to: router)
        HoursRoutes(backend: backend, reception: reception).add(to: router)
        RecordingRoutes(backend: backend, reception: reception).add(to: router)
        EnrolmentRoutes(backend: backend, reception: reception).add(to: router)
        LeaseRoutes(backend: backend, reception: reception).add(to: router)
        JobRoutes(backend: backend, reception: reception).add(to: router)
        FormRoutes(backend: backend, reception: reception).add(to: router)
        CopyRoutes(backend: backend, reception: reception).add(to: router)
        TouchRoutes(backend: backend, reception: reception, clock: clock).add(to: router)
        KioskRoutes(backend: backend, reception: reception).add(to: router)
        ReportRoutes(backend: backend, reception: reception).add(to: router)
        CareRoutes(backend: backend, reception: reception, clock: clock).add(to: router)
        FeeRoutes(backend: backend, reception: reception).add(to: router)
        CaseRoutes(backend: backend, reception: reception).add(to: router)
        DutyRoutes(backend: backend, reception: reception).add(to: router)
        StaffRoutes(staff: keepers.staff, backend: backend, reception: reception).add(to: router)
        ConfigurationRoutes(backend: backend, reception: reception).add(to: router)
        return Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [UserGuard(visitors: keepers.visitors), PaceGuard()],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: headerLimit, maxHeaderListSize: headerLimit, maxHeaderFieldCount: 100))),
            configuration: .init(address: .unixDomainSocket(path: path), serverName: "zone-agent"),
            onServerRunning: { _ in
                share(path, door: door, log: log)
                await onListening()
            }, logger: log)
    }

    private static func share(_ path: String, door: Door, log: Logger) {
        do {
            let hasGroup = try UnixSocket.share(path, withGroup: door.group)
            if !hasGroup {
                log.notice(
                    "Socket is open to its owner only: the group does not exist or is not ours to give to",
                    metadata: ["socket": "\(path)", "group": "\(door.group)"])
            }
        } catch {
            log.error("Socket could not be shared", metadata: ["socket": "\(path)", "error": "\(error)"])
        }
    }
}
