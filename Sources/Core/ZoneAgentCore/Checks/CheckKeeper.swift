import Logging
import ZoneConfig
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Begins the opening check, and says when the monthly one is overdue.
actor CheckKeeper {
    private static let monthlyEvery = Duration.seconds(60)
    private static let remembered = 200
    /// ms; behind a check that a person asked for it waits for its turn: once a date it is begun.
    private static let ttl: Int64 = 1_800_000
    static let actor = "zone-agent"

    private let commands: CommandDesk
    private let store: ConfigurationStore
    private let station: Station
    private let journal: Journal
    private let board: CheckBoard
    private let clock: any ZoneClock
    private let log: Logger
    /// By the published hours and what staff closed; `nil`: nobody knows.
    private let isOpenNow: @Sendable () async -> Bool?
    /// On which the hours began that are under way then.
    private let dateOf: @Sendable (WallTime) -> CivilDate
    private let begun: MonoTime
    private var opening: OpeningTest?
    private var monthlyDue: MonoTime

    init(
        commands: CommandDesk, store: ConfigurationStore, station: Station, journal: Journal, board: CheckBoard,
        clock: any ZoneClock, log: Logger, isOpenNow: @escaping @Sendable () async -> Bool?,
        dateOf: @escaping @Sendable (WallTime) -> CivilDate = { CivilDate(of: $0) }
    ) {
        (self.commands, self.store, self.station, self.journal) = (commands, store, station, journal)
        (self.board, self.clock, self.log, self.isOpenNow) = (board, clock, log, isOpenNow)
        self.dateOf = dateOf
        (begun, monthlyDue) = (clock.mono(), clock.mono())
    }

    /// With the hours of the configuration in force.
    static func live(
        _ commands: CommandDesk, _ store: ConfigurationStore, _ station: Station, _ journal: Journal,
        _ board: CheckBoard, _ hours: HoursKeeper, _ clock: any ZoneClock, _ log: Logger
    ) -> CheckKeeper {
        CheckKeeper(
            commands: commands, store: store, station: station, journal: journal, board: board, clock: clock, log: log,
            isOpenNow: {
                let now = hours.now
                return now.closure == nil ? now.published : false
            }, dateOf: { store.config.hours?.date(at: $0) ?? CivilDate(of: $0) })
    }

    /// Once a second.
    func tick() async {
        if clock.mono() >= monthlyDue {
            monthlyDue = clock.mono().advanced(by: CheckKeeper.monthlyEvery)
            await lookAtMonth()
        }
        // An empty battery says any date.
        guard clock.quality() != .unsynced else { return }
        if opening == nil { opening = OpeningTest(doneOn: await lastOpening()) }
        let (isOpen, uptime) = (await isOpenNow(), clock.mono().since(begun))
        guard opening?.isDue(isOpen: isOpen, on: dateOf(clock.wall()), uptime: uptime) == true else { return }
        await beginOpening()
    }

    /// Through the queue of the PC, like everybody's check.
    private func beginOpening() async {
        let request = CommandRequest(
            verb: "check", args: ["check": .string(CheckKind.opening.rawValue)], ttl: CheckKeeper.ttl)
        do {
            try await commands.accept(
                CommandDraft(request, for: Verb.Target.machineID, actor: CheckKeeper.actor))
        } catch {
            log.error("The opening check cannot begin", metadata: ["error": "\(error)"])
        }
    }

    /// One that began in the last minute of a night ended after it.
    private func lastOpening() async -> CivilDate? {
        await done([.opening]).first.map { dateOf($0.begunAt) }
    }

    /// Checks of these kinds, the latest first.
    private func done(_ kinds: Set<CheckKind>) async -> [CheckJSON] {
        let events = (try? await journal.audit(.checkDone, of: "zone", limit: CheckKeeper.remembered)) ?? []
        return events.compactMap { CheckJSON($0) }.filter { kinds.contains($0.check) && $0.state == .done }
    }

    // MARK: The month

    /// - Returns: `nil` where there is no such duty.
    func monthly() async -> (standing: MonthlyCheck.Standing, lastDone: CivilDate?)? {
        let config = store.config
        guard let rule = config.checks.monthly else { return nil }
        let last = await done([.full, .monthly]).compactMap(\.endedAt).first.map { CivilDate(of: $0) }
        let since = (try? await journal.oldestAudit()).map { CivilDate(of: $0) }
        let standing = rule.standing(
            on: CivilDate(of: clock.wall()), lastDone: last, knownSince: since, isWorkday: config.isWorkday)
        return (standing, last)
    }

    private func lookAtMonth() async {
        guard clock.quality() != .unsynced else { return }
        let month = await monthly()
        let isNow = month?.standing.phase == .overdue
        let pc = Verb.Target.machineID
        let isSaid = station.board.state(of: pc)?.conditions.contains { $0.code == .inspectionOverdue } ?? false
        guard isNow != isSaid else { return }
        var sight = Symptom.Sight.fine
        if isNow, let due = month?.standing.due { sight = .wrong(evidence: "应在 \(due) 前完成 was due by \(due)") }
        await station.takeForGood(Symptom(.inspectionOverdue, sight), from: pc)
    }
}

extension CheckJSON {
    /// `nil` for another check, such as that of a touch panel.
    init?(_ event: Event) {
        guard let bytes = try? WireCoding.encode(event.data), let check = try? WireCoding.decode(CheckJSON.self, bytes)
        else { return nil }
        self = check
    }
}
