import ZoneAccess
import ZoneControl
import ZoneModel
import ZoneWire

extension KioskDesk: KioskBackend {
    func appIsAlive(_ sign: AppSignRequest) -> AppAliveJSON {
        app.isAlive(inUse: sign.inUse)
        return AppAliveJSON(againInMs: KioskApp.every.milliseconds)
    }

    func browserPolicy() async throws -> BrowserPolicyJSON { try await browser.policy() }
    func writeBrowserPolicy(by caller: Caller) async throws -> BrowserPolicyJSON { try await browser.write(by: caller) }
    func undoBrowserPolicy(by caller: Caller) async throws -> BrowserPolicyJSON { try await browser.undo(by: caller) }
}
