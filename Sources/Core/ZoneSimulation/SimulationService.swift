import Hummingbird
import IPPPrinterSimulator
import Logging
import OnbonLEDSimulator
import ServiceLifecycle
import UnixSignals
import ZoneConfig
import ZoneHTTP
import ZoneLinux
import ZoneModel
import ZoneWire

/// `zone-agent simulate`: the simulators, a portal page on loopback, and `sim.sock` for moves.
package struct Simulation: Sendable {
    /// Text that the demo's portal page contains, for the content mark.
    package static let portalMark = "政府信息公开"

    private let places: Places
    private let zone: SimulatedZone
    private let log: Logger

    /// - Throws: `UnixSocket.PathTooLong`.
    package init(places: Places, log: Logger) throws {
        try UnixSocket.check(places.simulatedPanel)
        try SmallFile.makeDirectory(places.runtime, mode: 0o755)
        (self.places, self.log) = (places, log)
        zone = SimulatedZone(places: places)
    }

    /// Runs until SIGTERM or SIGINT. Writes the addresses to `sim.env` when everything listens.
    package func run() async throws {
        try await zone.start()
        let portal = Application(
            router: Self.portalRouter(), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in await announce(portal: channel.localAddress?.port ?? 0) }, logger: log)
        let control = Application(
            router: controlRouter(), configuration: .init(address: .unixDomainSocket(path: places.simulationSocket)),
            logger: log)
        let group = ServiceGroup(
            configuration: .init(
                services: [portal, control], gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        try await group.run()
        await zone.stop()
    }

    private func announce(portal: Int) async {
        let lines = [
            "SIM_PRINTER=ipp://127.0.0.1:\(await zone.printer.boundPort)/ipp/print",
            "SIM_PANEL=sim-input:\(places.simulatedPanel)", "SIM_SIGN=onbon://127.0.0.1:\(await zone.sign.boundPort)",
            "SIM_BOX=sim-hid:\(places.simulatedBox)", "SIM_PORTAL=http://127.0.0.1:\(portal)/",
        ]
        do {
            try SmallFile.replace(places.simulationAddresses, with: lines.joined(separator: "\n") + "\n")
        } catch {
            log.error("Addresses could not be written", metadata: ["error": "\(error)"])
        }
    }

    private static func portalRouter() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
                body: .init(
                    byteBuffer: ByteBuffer(string: "<!doctype html><title>演示门户</title><h1>\(portalMark)</h1>\n")))
        }
        return router
    }

    private func controlRouter() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/v1/sim") { _, _ in try JSONResponse.make(await zone.truth()) }
        router.post("/v1/sim/:device") { request, context in
            let body = try await request.body.collect(upTo: 4096)
            do {
                let moves = try WireCoding.decode([String].self, Array(body.readableBytesView))
                let device = try context.parameters.require("device")
                for move in moves { try await zone.apply(move, to: device) }
                return try JSONResponse.make(await zone.truth())
            } catch {
                let body = ErrorJSON(code: "sim.move", message: "\(error)", zh: "模拟动作没有执行")
                return try JSONResponse.make(body, status: .badRequest)
            }
        }
        return router
    }
}
