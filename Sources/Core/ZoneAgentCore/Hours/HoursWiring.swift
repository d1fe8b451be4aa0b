import DriverKit
import Logging
import ZoneConfig
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

extension HoursKeeper.Seams {
    private static let signDeadline = Duration.seconds(20)

    static func live(
        _ store: ConfigurationStore, _ station: Station, leases: LeaseDesk, _ supervisor: Supervisor,
        _ duties: DutyDesk
    ) -> HoursKeeper.Seams {
        HoursKeeper.Seams(
            hours: { store.config.hours }, keeping: { store.config.hoursKeeping },
            openedBy: { await duties.openedAt($0) },
            isBusy: { await isBusy(station, leases, supervisor) },
            darken: { isDark, done in await darken(isDark, but: done, station.board, supervisor) })
    }

    private static func isBusy(_ station: Station, _ leases: LeaseDesk, _ supervisor: Supervisor) async -> Bool {
        if await station.isInUse { return true }
        for state in station.board.states {
            do throws(ErrorJSON) { try leases.requireFree(state.card.id, butFor: nil) } catch { return true }
            if await supervisor.isPrinting(state.card.id) { return true }
        }
        return false
    }

    /// All signs that the agent runs; its content is kept (`blank`).
    private static func darken(
        _ isDark: Bool, but before: Set<DeviceID>, _ board: Board, _ supervisor: Supervisor
    ) async -> (done: Set<DeviceID>, isAll: Bool) {
        var (done, isAll) = (before, true)
        for state in board.states where state.card.kind == .ledDisplay && state.card.watch == .machine {
            guard !before.contains(state.card.id) else { continue }
            do throws(DeviceError) {
                _ = try await supervisor.order(state.card.id, "blank", within: signDeadline) {
                    sign throws(DeviceError) in
                    try await sign.setBlank(isDark, within: signDeadline)
                }
                done.insert(state.card.id)
            } catch {
                isAll = false
            }
        }
        return (done, isAll)
    }
}

extension [DailyAct] {
    /// Half an hour before the doors open staff can still fetch what is missing.
    private static let lead = Duration.seconds(1800)
    private static let upkeepMinute = 150

    static func live(_ journal: Journal, _ forms: FormsDesk) -> [DailyAct] {
        [
            DailyAct("forms", .beforeOpening(lead), .always) { forms.wish() },
            DailyAct("journal", .nightly(minute: upkeepMinute), .ifMissed) { await journal.keepUp() },
        ]
    }
}
