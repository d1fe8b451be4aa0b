import ZoneModel

/// What can be healed without a person, and by which steps. A code that is not here is nobody's but a person's: paper,
/// a jam, a cable, glass that is dead in one corner.
package enum HealingCauses {
    /// The names of steps; which of them a device has, its driver says.
    package static let steps: [ConditionCode: Set<String>] = [
        // What is asked over a network is asked anew at each look; opening it again changes nothing.
        .printerLinkDown: ["resetPort"],
        .printerQueuePaused: ["resumeQueue", "restartScheduler"],
        .printerQueueStuck: ["cancelStuckJob", "restartScheduler"],
        .printerQueueDiffers: ["resumeQueue", "recreateQueue"],
        .touchAbsent: ["reopen"],
        // A sign that is opened anew forgets what it was given to show: it is not opened for its silence.
        .ledContentStale: ["resendContent"],
        .boxSensorDead: ["reopen"],
        .driverWedged: ["reopen", "resetPort"],
        // Somebody may have ended it on purpose: no reason to restart a PC.
        .appAbsent: ["restartApp"],
        .appFrozen: ["restartApp", "reboot"],
        .appCrashLoop: ["restartApp", "reboot"],
        .pcMemory: ["restartApp", "reboot"],
    ]

    /// A program that was restarted too often is well when ten minutes have passed without that.
    private static let proofs: [ConditionCode: Duration] = [.appCrashLoop: .seconds(600)]

    /// How much longer than others these take to show that they have ended.
    package static func proof(of codes: [ConditionCode]) -> Duration { codes.compactMap { proofs[$0] }.max() ?? .zero }

    /// What of the open conditions can be healed, in the order of the codes.
    package static func open(in state: DeviceState) -> [ConditionCode] {
        state.conditions.map(\.code).filter { steps[$0] != nil }.sorted { $0.rawValue < $1.rawValue }
    }

    package static func helps(_ step: String, against codes: [ConditionCode]) -> [ConditionCode] {
        codes.filter { steps[$0]?.contains(step) == true }
    }
}
