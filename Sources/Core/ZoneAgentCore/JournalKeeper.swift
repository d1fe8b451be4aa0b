import Logging
import ServiceLifecycle
import ZoneJournal
import ZoneModel
import ZoneTime

/// Keeps the journal within its bound, and says so when it cannot.
struct JournalKeeper: Service {
    private static let round = Duration.seconds(600)
    private static let look = Duration.seconds(5)

    let journal: Journal
    let station: Station
    let limits: JournalLimits
    let clock: any ZoneClock
    let log: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var (due, wasShort) = (clock.mono(), false)
            while !Task.isCancelled {
                let isShort = journal.isShortOfRoom
                if isShort, !wasShort { log.warning("The disk is full and the reserve is in use: make room") }
                if isShort || wasShort || clock.mono() >= due {
                    await keep(isShort: isShort)
                    due = clock.mono().advanced(by: JournalKeeper.round)
                }
                wasShort = isShort
                try await clock.sleep(for: JournalKeeper.look)
            }
        }
    }

    private func keep(isShort: Bool) async {
        do {
            let report = try await journal.thin(limits)
            if report.removed > 0 {
                log.notice("Journal thinned", metadata: ["rows": "\(report.removed)", "lost": "\(report.lost)"])
            }
            await journal.restoreBallast()
            await tell(isShort: isShort, report)
        } catch {
            log.error("Journal cannot be thinned", metadata: ["error": "\(error)"])
            await station.takeForGood(
                Symptom(.journalPressure, .wrong(evidence: "\(error)".cleaned())), from: DeviceID(.queryPC, 1))
        }
    }

    private func tell(isShort: Bool, _ report: ThinningReport) async {
        let evidence: String? =
            if isShort {
                "the disk was full; the reserve was used"
            } else if report.isOver {
                "over its bound with rows that must stay"
            } else if report.lost > 0 {
                "\(report.lost) rows went before the hub had them"
            } else {
                nil
            }
        let sight = evidence.map { Symptom.Sight.wrong(evidence: $0) } ?? .fine
        await station.takeForGood(Symptom(.journalPressure, sight), from: DeviceID(.queryPC, 1))
    }
}
