// Purpose: `zonectl kiosk`: the simple page and the kiosk socket for a browser on this PC. It runs as the kiosk user
// and gains no right beyond that user's.
import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals
import ZoneHTTP
import ZoneModel
import ZoneWire

/// A small server on 127.0.0.1 that shows the page and forwards `/v1/…` to a Unix socket.
package struct KioskBridge: Sendable {
    /// What the page must send with each request; a page of another origin cannot read it.
    static let tokenName = "Zone-Token"

    private let socket: String
    private let port: Int
    private let token = HexID.make().text + HexID.make().text
    private let log: Logger

    /// - Parameter port: 0 takes a free one.
    package init(socket: String, port: Int, log: Logger) { (self.socket, self.port, self.log) = (socket, port, log) }

    /// Runs until SIGTERM or SIGINT.
    /// - Parameter onReady: gets the address to open in the browser. The token is in the fragment, which a browser
    ///   sends to nobody.
    package func run(onReady: @escaping @Sendable (String) -> Void) async throws {
        let bound = BoundPort()
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: PlainErrors())
        router.add(middleware: LoopbackGuard(bound: bound, token: token))
        router.get("/") { _, _ in KioskAssets.page.response }
        router.get("/assets/:name") { _, context in
            guard let asset = KioskAssets.named[try context.parameters.require("name")] else {
                throw HTTPError(.notFound)
            }
            return asset.response
        }
        let forwarder = Forwarder(socket: socket)
        for method in [HTTPRequest.Method.get, .post, .put, .delete] {
            router.on("/v1/**", method: method) { request, _ in try await forwarder.forward(request) }
        }
        let token = token
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: "zone-kiosk"),
            onServerRunning: { channel in
                bound.value = channel.localAddress?.port ?? 0
                onReady("http://127.0.0.1:\(bound.value)/#\(token)")
            }, logger: log)
        let group = ServiceGroup(
            configuration: .init(services: [app], gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        try await group.run()
    }
}
