import Hummingbird
import ZoneAccess
import ZoneHTTP
import ZoneWire

/// What concerns the program in front of the citizens and its browser.
package protocol KioskBackend: Sendable {
    func appIsAlive(_ sign: AppSignRequest) -> AppAliveJSON
    /// - Throws: `ErrorJSON` when nothing is configured for the browser.
    func browserPolicy() async throws -> BrowserPolicyJSON
    func writeBrowserPolicy(by caller: Caller) async throws -> BrowserPolicyJSON
    func undoBrowserPolicy(by caller: Caller) async throws -> BrowserPolicyJSON
}

/// What `POST /v1/app/alive` may say, too.
package struct AppSignRequest: Sendable, Codable {
    /// Whether somebody uses the program; absent: it does not know.
    package var inUse: Bool?
}

/// `/v1/app/alive`, `/v1/browser/policy`.
struct KioskRoutes: Sendable {
    let backend: any ControlBackend
    let reception: Reception

    func add(to router: Router<ControlContext>) {
        let v1 = router.group("v1")
        v1.post("app/alive") { request, context in
            _ = try await reception.admit(request, context, for: .tellAppAlive)
            let bytes = try await RouteHelp(backend: backend).bytes(request, context)
            let sign = bytes.isEmpty ? AppSignRequest() : try RouteHelp.decode(AppSignRequest.self, bytes)
            return try JSONResponse.make(backend.kiosk.appIsAlive(sign))
        }
        v1.get("browser/policy") { request, context in
            _ = try await reception.admit(request, context, for: .readBrowser)
            return try JSONResponse.make(try await backend.kiosk.browserPolicy())
        }
        v1.post("browser/policy") { request, context in
            let caller = try await reception.admit(request, context, for: .writeBrowser)
            return try JSONResponse.make(try await backend.kiosk.writeBrowserPolicy(by: caller))
        }
        v1.delete("browser/policy") { request, context in
            let caller = try await reception.admit(request, context, for: .writeBrowser)
            return try JSONResponse.make(try await backend.kiosk.undoBrowserPolicy(by: caller))
        }
    }
}
