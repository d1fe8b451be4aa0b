import ServiceLifecycle
import ZoneTime

/// Looks at the shelf of forms: at start, when a configuration was applied, and once a day.
struct FormsKeeper: Service {
    private static let round = Duration.seconds(86_400)

    let forms: FormsDesk
    let clock: any ZoneClock

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in forms.wishes { await forms.check() } }
                group.addTask {
                    while !Task.isCancelled {
                        forms.wish()
                        try? await clock.sleep(for: FormsKeeper.round)
                    }
                }
            }
        }
    }
}
