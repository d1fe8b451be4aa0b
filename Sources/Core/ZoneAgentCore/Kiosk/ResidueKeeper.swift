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
    /// Shorter, so that what was done by then is told; longer takes only a disk that hangs.
    private static let clearing = Duration.seconds(30)

    private let config: @Sendable () -> ResidueConfig
    private let station: Station
    private let app: KioskApp
    private let journal: Journal
    /// A file that keeps `cleared`, so that a start of the agent takes nothing from whoever is there by then.
    private let memory: String
    /// The program that was stopped and not started yet.
    private let owed: OwedStart
    private let isHallOpen: @Sendable (WallTime) -> Bool?
    private let clock: any ZoneClock
    private let log: Logger
    private let lane = BlockingLane(label: "residue")
    private var isWorking = false
    private var hasLooked = false
    /// The end of the use after which was cleared.
    private var cleared: Int64?
    /// The end of the last use before this agent.
    private var endedBefore: Int64?
    private var wasOpen: Bool?

    init(
        config: @escaping @Sendable () -> ResidueConfig, station: Station, app: KioskApp, journal: Journal,
        memory: String, isHallOpen: @escaping @Sendable (WallTime) -> Bool?, clock: any ZoneClock, log: Logger
    ) {
        (self.config, self.station, self.app, self.journal) = (config, station, app, journal)
        (self.memory, self.isHallOpen, self.clock, self.log) = (memory, isHallOpen, clock, log)
        owed = OwedStart(path: SmallFile.folder(of: memory) + "/residue.stopped")
    }

    /// Once a second; what takes time is done beside it.
    /// - Parameter isBusy: a program has a device, or a document is on its way: the last citizen's copy may still run when
    ///   nobody has touched the panel for a minute.
    func tick(isBusy: @Sendable () async -> Bool = { false }) async {
        guard !isWorking, await isOurTurn() else { return }
        // An earlier run ended between stopping the program and starting it.
        let unit = await hasLooked ? nil : owedUnit()
        let occasion = await due(isBusy)
        guard unit != nil || occasion != nil else { return }
        isWorking = true
        Task { await self.work(occasion, afterStarting: unit) }
    }

    /// What a day's act may ask for, too.
    /// - Returns: what was found and removed.
    @discardableResult
    func clear(_ occasion: Occasion) async -> ResidueFolder.Count {
        let config = config()
        // The agent's own start is no reason to take the page away from whoever reads it.
        let wantsAnew = config.restartApp && occasion != .started
        // What it writes while it ends goes with the rest, and nothing of the new one's does.
        let startsAnew = await wantsAnew ? stop() : false
        let count = config.clear ? await empty(config.folders) : ResidueFolder.Count()
        if startsAnew { await start() }
        if count.removed + count.failed > 0 { await tell(count, occasion) }
        return count
    }

    /// Citizens wait for the program: what takes longer is left for the next time.
    private func empty(_ folders: [String]) async -> ResidueFolder.Count {
        let (lane, log, clock, began) = (lane, log, clock, clock.mono())
        let work = Task { () -> ResidueFolder.Count in
            await lane.run { () -> ResidueFolder.Count in
                folders.reduce(ResidueFolder.Count()) { sum, folder in
                    do throws(SystemError) {
                        return sum
                            + (try ResidueFolder(folder).clear { clock.mono().since(began) < ResidueKeeper.clearing })
                    } catch {
                        log.error("A folder is not cleared", metadata: ["error": "\(error)"])
                        return sum + ResidueFolder.Count(failed: 1)
                    }
                }
            }
        }
        if let count = await firstOf(work, orAfter: ResidueKeeper.patience, clock) { return count }
        log.error("The folders are not cleared in time")
        return ResidueFolder.Count(failed: folders.count)
    }

    /// A technician's work is not taken away; what is due then is due when it is done.
    private func isOurTurn() async -> Bool {
        let mode = await station.mode(of: DeviceID(.queryPC, 1))
        return mode == .service || mode == .closed
    }

    private func due(_ isBusy: @Sendable () async -> Bool) async -> Occasion? {
        if !hasLooked { (cleared, endedBefore, hasLooked) = (await remembered(), await station.lastUse?.ended, true) }
        let isOpen = isHallOpen(clock.wall())
        let last = await station.lastUse
        let isClosing = wasOpen == true && isOpen == false && (last == nil || last?.ended != nil)
        let ended = last?.ended == cleared ? nil : last?.ended
        guard isClosing || ended != nil else {
            wasOpen = isOpen
            return nil
        }
        // Then it stays due.
        guard await !isBusy() else { return nil }
        wasOpen = isOpen
        if let ended { cleared = ended }
        if isClosing { return .closing }
        // That one ended while the agent was away.
        return ended == endedBefore ? .started : .useEnded
    }

    private func work(_ occasion: Occasion?, afterStarting unit: String?) async {
        if let unit { await finish(unit) }
        if let occasion {
            let count = await clear(occasion)
            // What was not done is tried again at the next start.
            if config().clear, count.failed == 0, !count.isCut, let cleared { await remember(cleared) }
        }
        isWorking = false
    }

    /// An earlier run has stopped the program and ended, perhaps before the folders were empty. Where it is off still,
    /// nobody has used it since.
    private func finish(_ unit: String) async {
        if config().clear, case .down = await app.state(of: unit) {
            let count = await empty(config().folders)
            if count.removed + count.failed > 0 { await tell(count, .started) }
        }
        await start(unit)
    }

    private func owedUnit() async -> String? {
        let owed = owed
        return await lane.run { owed.unit }
    }

    private func remembered() async -> Int64? {
        let memory = memory
        return await lane.run { (try? SmallFile.read(memory, limit: 64)).flatMap { Int64($0) } }
    }

    private func remember(_ ended: Int64) async {
        let (memory, log) = (memory, log)
        await lane.run {
            do throws(SystemError) {
                try SmallFile.makeDirectory(SmallFile.folder(of: memory))
                try SmallFile.replace(memory, with: "\(ended)")
            } catch {
                log.error("What was cleared is not kept", metadata: ["error": "\(error)"])
            }
        }
    }

    /// - Returns: whether it must be started now.
    private func stop() async -> Bool {
        guard let unit = app.unit else { return false }
        let owed = owed
        let failure = await lane.run { () -> SystemError? in
            do throws(SystemError) { try owed.write(unit) } catch { return error }
            return nil
        }
        if let failure {
            // After an end in between nobody would know that it must be started.
            log.error("The kiosk's program is not started anew this time", metadata: ["error": "\(failure)"])
            return false
        }
        do throws(DeviceError) {
            try await app.stop(within: ResidueKeeper.patience)
        } catch {
            log.error("The kiosk's program is not stopped", metadata: ["error": "\(error)"])
        }
        return true
    }

    /// What could not be started is owed still, to the next start of the agent; meanwhile the healing ladder tries.
    /// - Parameter unit: what an earlier run has stopped; `nil`: what this one has.
    private func start(_ unit: String? = nil) async {
        do throws(DeviceError) {
            if let unit {
                try await app.start(unit, within: ResidueKeeper.patience)
            } else {
                try await app.start(within: ResidueKeeper.patience)
            }
            let owed = owed
            await lane.run { owed.settle() }
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
