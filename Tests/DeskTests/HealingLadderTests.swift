import DriverKit
import Testing
import ZoneDesks
import ZoneModel

@Suite("The ladder: cheap before strong, and never in anybody's way")
struct HealingLadderTests {
    private let ladder = HealingLadder()
    private let resume = HealingStep("resumeQueue", harm: .none, deadline: .seconds(5), dailyBudget: 2)
    private let restart = HealingStep(
        "restartScheduler", harm: .interruptsUse, reach: .machine, deadline: .seconds(5), dailyBudget: 2)
    private let reset = HealingStep("resetPort", harm: .cutsPower, deadline: .seconds(5), dailyBudget: 1)
    private let reboot = HealingStep(
        "reboot", harm: .restartsPC, reach: .machine, deadline: .seconds(5), dailyBudget: 1)

    private func view(
        _ codes: [ConditionCode] = [.printerQueuePaused, .driverWedged], _ steps: [HealingStep]? = nil,
        change: (inout HealingView) -> Void = { _ in }
    ) -> HealingView {
        var view = HealingView(causes: codes, steps: steps ?? [reset, restart, resume, .reopen])
        change(&view)
        return view
    }

    @Test("the mildest comes first, and a step that does not help against what is open never comes")
    func order() {
        #expect(ladder.ladder(view()).map(\.name) == ["resumeQueue", "reopen", "restartScheduler", "resetPort"])
        #expect(ladder.ladder(view([.printerQueuePaused])).map(\.name) == ["resumeQueue", "restartScheduler"])
        #expect(ladder.decide(view()) == .act(resume))
        #expect(ladder.decide(view([])) == .rest)
        #expect(ladder.decide(view([.ledContentStale], [reset])) == .noStep)
    }

    @Test("up the ladder step by step, then from the bottom again; a spent step is passed over")
    func rounds() {
        var tried: Set<String> = []
        var used: [String: Int] = [:]
        var done: [String] = []
        while case .act(let step) = ladder.decide(view { ($0.tried, $0.used) = (tried, used) }) {
            tried = ladder.tried(after: step, view { $0.tried = tried })
            used[step.name, default: 0] += 1
            done.append(step.name)
        }
        let climb = ["resumeQueue", "reopen", "restartScheduler", "resetPort"]
        let second = ["resumeQueue", "reopen", "restartScheduler"]
        #expect(done == climb + second + Array(repeating: "reopen", count: 5))
        #expect(done.count == HealingLadder.dailyTotal)
        #expect(ladder.decide(view { $0.used = used }) == .giveUp)
        #expect(ladder.decide(view { ($0.used, $0.isAsked) = (used, true) }) == .asked)
    }

    @Test("after a step the device has a minute, or longer where its looks are rare")
    func judging() {
        #expect(ladder.decide(view { $0.rested = .seconds(59) }) == .judge(.seconds(1)))
        #expect(ladder.decide(view { $0.rested = .seconds(60) }) == .act(resume))
        let slow = view { ($0.rested, $0.judging) = (.seconds(60), .seconds(135)) }
        #expect(ladder.decide(slow) == .judge(.seconds(75)))
        #expect(ladder.decide(view { $0.isUnderWay = true }) == .underWay)
    }

    @Test("a lease, a document and a touch stop what is noticed, and not what nobody notices")
    func gates() {
        let noticed: [(HealingGate, WritableKeyPath<HealingFacts, Bool>)] = [
            (.lease, \.isLeased), (.document, \.hasDocument), (.touch, \.isTouched),
        ]
        for (gate, set) in noticed {
            let link = view([.driverWedged]) { $0.facts[keyPath: set] = true }
            #expect(ladder.decide(link) == .wait(.reopen, [gate]), "\(gate)")
            #expect(ladder.decide(view { $0.facts[keyPath: set] = true }) == .act(resume), "\(gate)")
        }
        let always: [WritableKeyPath<HealingFacts, Bool>] = [\.isHeld, \.isWatchedByPerson]
        for set in always {
            guard case .wait(resume, _) = ladder.decide(view { $0.facts[keyPath: set] = true }) else {
                Issue.record("it acts")
                continue
            }
        }
    }

    @Test("what many devices share waits for all of them")
    func reach() {
        let queue = view([.printerQueuePaused], [restart]) { $0.facts.hasAnyDocument = true }
        #expect(ladder.decide(queue) == .wait(restart, [.document]))
        let own = view([.driverWedged], [.reopen]) { $0.facts.hasAnyDocument = true }
        #expect(ladder.decide(own) == .act(.reopen))
    }

    @Test("out of hours each step is done once; the rest is kept")
    func closed() {
        let closed = view { $0.facts.isClosed = true }
        #expect(ladder.decide(closed) == .act(resume))
        let used = ["resumeQueue": 1, "reopen": 1, "restartScheduler": 1]
        #expect(ladder.decide(view { ($0.facts.isClosed, $0.used) = (true, used) }) == .act(reset))
        let all = used.merging(["resetPort": 1]) { first, _ in first }
        let rest = view { ($0.facts.isClosed, $0.used) = (true, all) }
        #expect(ladder.decide(rest) == .wait(resume, [.keptForHours]))
        #expect(ladder.decide(view { ($0.facts.isClosed, $0.used) = (false, all) }) == .act(resume))
    }

    @Test("the PC: closed, or of no use anyway; not just after a boot, not at night, not under a document")
    func rebooting() {
        func decide(_ change: (inout HealingFacts) -> Void) -> HealingDecision {
            ladder.decide(
                view([.pcMemory], [reboot]) {
                    $0.facts.isClosed = true
                    change(&$0.facts)
                })
        }
        #expect(decide { _ in } == .act(reboot))
        #expect(decide { $0.isClosed = false } == .wait(reboot, [.openHours]))
        #expect(decide { $0.isClosed = nil } == .wait(reboot, [.openHours]))
        #expect(decide { ($0.isClosed, $0.isQueryPossible) = (false, false) } == .act(reboot))
        #expect(decide { $0.uptime = .seconds(599) } == .wait(reboot, [.freshBoot]))
        #expect(decide { $0.isNight = true } == .wait(reboot, [.nightly]))
        #expect(decide { $0.hasAnyDocument = true } == .wait(reboot, [.document]))
        #expect(decide { $0.isAnyLeased = true } == .wait(reboot, [.lease]))
        let milder = HealingStep(
            "restartApp", harm: .interruptsUse, reach: .machine, deadline: .seconds(5), dailyBudget: 3)
        let barred = view([.pcMemory], [milder, reboot]) { ($0.tried, $0.used) = (["restartApp"], ["restartApp": 1]) }
        #expect(ladder.decide(barred) == .act(milder), "what waits for the evening holds nothing up")
    }
}
