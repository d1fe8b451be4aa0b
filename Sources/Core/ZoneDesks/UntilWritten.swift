import Logging
import ZoneTime

/// Writes until it is written, as when a full disk has room again; logs the first refusal.
func untilWritten(
    _ what: String, _ clock: any ZoneClock, _ log: Logger, isolation: isolated (any Actor)? = #isolation,
    _ write: () async throws -> Void
) async {
    let between = Duration.seconds(1)
    var wasTold = false
    while true {
        do { return try await write() } catch {
            if !wasTold {
                log.error("The journal does not take it yet", metadata: ["what": "\(what)", "error": "\(error)"])
            }
            wasTold = true
            // Whoever gives the desk up gives up what waits in it, too: the journal's word stands at the next start.
            guard (try? await clock.sleep(for: between)) != nil else { return }
        }
    }
}
