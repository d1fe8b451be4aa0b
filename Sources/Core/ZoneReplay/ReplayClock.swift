// Purpose: a recording, played to an unmodified driver, station and journal, under a clock of its own.
import Synchronization
import ZoneModel
import ZoneTime

/// Time that jumps to the next moment for which somebody waits, as soon as nobody has anything else to do: an hour of
/// recording with ten questions takes as long as ten questions.
final class ReplayClock: ZoneClock {
    private let time = SteppedTime(now: MonoTime(milliseconds: 0))
    private let start: WallTime
    private let real: any ZoneClock
    /// What is under way in real time, such as a commit of the journal.
    private let underWay = Atomic(0)

    /// - Parameters:
    ///   - start: what the wall clock said when the recording began.
    ///   - real: by which it is seen that nobody has anything to do.
    init(start: WallTime, real: any ZoneClock) { (self.start, self.real) = (start, real) }

    func mono() -> MonoTime { time.now }
    func wall() -> WallTime { start.advanced(byMilliseconds: mono().milliseconds) }
    func quality() -> ClockQuality { .synced }
    func sleep(until deadline: MonoTime) async throws { try await time.sleep(until: deadline) }

    /// How long of real time a driver may be busy before it asks what it is expected to ask.
    private static let patience = Duration.seconds(1)
    /// How exactly its questions come at the times of the recording; a driver that asks less often than the one of the
    /// recording gets more.
    private static let slack = (least: Duration.milliseconds(9), most: Duration.seconds(2))

    /// Lets time pass until `end`, which may move away meanwhile.
    /// - Parameter expected: when the next question of the recording was asked; `nil` when there is none. Time does not
    ///   pass it before it is asked again, or the driver has shown that it will not ask.
    func run(until end: @Sendable () -> MonoTime, expected: @Sendable () -> MonoTime?) async {
        var (givenUp, slack) = (MonoTime?.none, ReplayClock.slack.least)
        while !Task.isCancelled {
            await settle()
            guard let next = time.nextDeadline, next <= end() else {
                // Somebody may be about to say what the last moment brought.
                if await !isAskedYet(within: .milliseconds(100)) { return }
                continue
            }
            if let question = expected(), question != givenUp, next > question.advanced(by: slack) {
                if await !isAskedYet(within: ReplayClock.patience) {
                    (givenUp, slack) = (question, min(slack * 2, ReplayClock.slack.most))
                }
                continue
            }
            time.advance(to: next)
        }
    }

    /// While `work` goes on, no time passes: what reaches the disk late was not late in the recording.
    func holding<Value>(_ work: () async -> Value) async -> Value {
        underWay.add(1, ordering: .relaxed)
        defer { underWay.subtract(1, ordering: .relaxed) }
        return await work()
    }

    /// So many calm milliseconds in a row. A lane's thread that may run waits longer than one for a core of a busy machine.
    private static let calmEnough = 3
    /// How often a busy machine is given another millisecond: seconds, but no dead end.
    private static let mostLooks = 1000

    /// Until nothing is under way and nobody has looked at the clock for some milliseconds of real time that were calm: on
    /// a machine that is busy it takes longer, and then whoever has something to do may not have come to it yet either.
    private func settle() async {
        var calm = 0
        for _ in 0..<ReplayClock.mostLooks where !Task.isCancelled {
            let looks = time.looks
            let isQuiet = await isCalmMillisecond() && time.looks == looks && underWay.load(ordering: .relaxed) == 0
            calm = isQuiet ? calm + 1 : 0
            if calm == ReplayClock.calmEnough { return }
        }
    }

    /// - Parameter patience: counted in calm milliseconds.
    /// - Returns: whether somebody looked at the clock within it.
    private func isAskedYet(within patience: Duration) async -> Bool {
        let before = time.looks
        var left = patience.milliseconds
        for _ in 0..<ReplayClock.mostLooks + Int(left) where left > 0 && !Task.isCancelled {
            if await isCalmMillisecond() { left -= 1 }
            if time.looks != before { return true }
        }
        return false
    }

    /// - Returns: whether a millisecond was about as long as it should be.
    private func isCalmMillisecond() async -> Bool {
        let began = real.mono()
        try? await real.sleep(for: .milliseconds(1))
        return real.mono().since(began) <= .milliseconds(3)
    }
}
