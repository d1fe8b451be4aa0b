import ZoneHubStore
import ZoneModel
import ZoneTime
import ZoneWire

/// The district's list of zones: taken over whole, shown on the wall.
package struct RosterDesk: Sendable {
    private let store: HubStore
    private let wall: Wall

    package init(store: HubStore, wall: Wall) { (self.store, self.wall) = (store, wall) }

    /// Puts a new list in place of the old one. Zones that are not on it any more stay if they were heard.
    /// - Parameter file: CSV, see `RosterCSV`.
    /// - Throws: `RosterCSV.Trouble` naming every line that is wrong; then nothing was changed.
    package func take(_ file: [UInt8]) async throws -> RosterReport {
        let report = try await store.replaceRoster(try RosterCSV.read(file))
        await wall.setRoster(try store.roster())
        return report
    }

    package func list() throws -> [RosterEntry] { try store.roster() }
}
