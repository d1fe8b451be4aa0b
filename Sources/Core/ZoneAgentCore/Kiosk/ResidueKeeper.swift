import DriverKit
import Logging
import QueryPCDriver
import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTime

/// Empties the configured folders, and starts the kiosk's program anew, when a use is over and when the hall closes; only where
/// the site has said so. Told are counts, never names.
actor ResidueKeeper {
    enum Occasion: String, Sendable { case useEnded, closing, started }

    private static let patience = Duration.seconds(60)

    private let config: @Sendable () -> ResidueConfig
    private let station: Station
    private let app: any KioskProgram
    private let journal: Journal
    private let isHallOpen: @Sendable (WallTime) -> Bool?
    private let clock: any ZoneClock
    private let log: Logger
    private let lane = BlockingLane(label: "residue")
    private var isWorking = false
    private var hasLooked = false
    /// The end of the use after which was cleared.
    private var cleared: Int64?
    private var wasOpen: Bool?

    init(
        config: @escaping @Sendable () -> ResidueConfig, station: Station, app: any KioskProgram, journal: Journal,
        isHallOpen: @escaping @Sendable (WallTime) -> Bool?, clock: any ZoneClock, log: Logger
    ) {
        (self.config, self.station, self.app, self.journal) = (config, station, app, journal)
        (self.isHallOpen, self.clock, self.log) = (isHallOpen, clock, log)
    }

    /// Once a second; what takes time is done beside it.
    func tick() async {
        guard let occasion = await due(), !isWorking else { return }
        isWorking = true
        Task { await self.work(occasion) }
    }

    /// What a day's act may ask for, too.
    /// - Returns: what was found and removed.
    @discardableResult
    func clear(_ occasion: Occasion) async -> ResidueFolder.Count {
        let config = config()
        // The agent's own start is no reason to take the page away from whoever reads it.
        if config.restartApp, occasion != .started { await restart() }
        guard config.clear else { return ResidueFolder.Count() }
        let (folders, log) = (config.folders, log)
        let count = await lane.run {
            folders.reduce(ResidueFolder.Count()) { sum, folder in
                do throws(SystemError) {
                    return sum + (try ResidueFolder(folder).clear())
                } catch {
                    log.error("A folder is not cleared", metadata: ["error": "\(error)"])
                    return sum + ResidueFolder.Count(failed: 1)
                }
            }
        }
        if count.removed + count.failed > 0 { await tell(count, occasion) }
        return count
    }

    private func due() async -> Occasion? {
        let isOpen = isHallOpen(clock.wall())
        let last = await station.lastUse
        defer { (wasOpen, hasLooked) = (isOpen, true) }
        if wasOpen == true, isOpen == false, last?.ended != nil || last == nil { return .closing }
        guard let ended = last?.ended, ended != cleared else { return nil }
        cleared = ended
        // That one ended while the agent was away.
        return hasLooked ? .useEnded : .started
    }

    private func work(_ occasion: Occasion) async {
        await clear(occasion)
        isWorking = false
    }

    private func restart() async {
        do throws(DeviceError) {
            try await app.restart(within: ResidueKeeper.patience)
        } catch {
            log.error("The kiosk's program is not started anew", metadata: ["error": "\(error)"])
        }
    }

    private func tell(_ count: ResidueFolder.Count, _ occasion: Occasion) async {
        let event = EventDraft(
            .residueCleared, .b, subject: "pc-1", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: [
                "occasion": .string(occasion.rawValue), "removed": .integer(Int64(count.removed)),
                "failed": .integer(Int64(count.failed)), "left": .integer(Int64(count.left)),
            ])
        do { try await journal.write([Entry(event)], .now) } catch {
            log.error("Journal does not take an event", metadata: ["event": "residue.cleared", "error": "\(error)"])
        }
    }
}
