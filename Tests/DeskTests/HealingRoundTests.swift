import DriverKit
import Synchronization
import Testing
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime

/// One printer with two steps; a test says what is open and what stands in the way.
private final class Patient: Sendable {
    struct State {
        var codes: [ConditionCode] = [.driverWedged]
        var isSpent = false
        var link = Link.up
        var presence = Presence.present
        /// The last good answer; the conditions were seen last at 0.
        var seen: WallTime?
        var facts = HealingFacts()
        /// A lease that the ladder does not see yet when it chooses.
        var isLeasedMeanwhile = false
        var done: [String] = []
    }

    private let state = Mutex(State())
    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    var now: State { state.withLock { $0 } }

    var device: DeviceState {
        let state = now
        var device = DeviceState(card: DeviceCard(id: DeskRig.printer, kind: .printer))
        (device.presence, device.link, device.lastSeen) = (state.presence, state.link, state.seen)
        let at = WallTime(milliseconds: 0)
        device.conditions = (state.codes + (state.isSpent ? [.healBudgetSpent] : [])).map { code in
            Condition(
                code: code, severity: code.severity, since: at, lastSeen: at, fixer: code.fixer, evidence: nil,
                simulated: false)
        }
        return device
    }
}

@Suite("The round does what the ladder says, and knows what came of it")
struct HealingRoundTests {
    private let rig: DeskRig
    private let patient = Patient()
    private let reset = HealingStep("resetPort", harm: .interruptsUse, deadline: .seconds(30), dailyBudget: 1)

    init() throws { rig = try DeskRig() }

    /// - Parameter facts: what stands in the way; else what the patient says.
    private func life(
        _ journal: Journal, steps: [HealingStep]? = nil, _ perform: @escaping HealDesk.Perform = { _, _ in },
        facts: (@Sendable () async -> HealingFacts)? = nil
    ) throws -> HealingRound {
        let (patient, reset, restored) = (patient, reset, try journal.restore())
        let heals = HealDesk(
            journal: journal, clock: rig.clock, counts: restored.heals, ladders: restored.ladders,
            spent: patient.now.isSpent ? [DeskRig.printer] : []
        ) { device, step throws(DeviceError) in
            patient.change { $0.done.append(step.name) }
            try await perform(device, step)
        } tellSpent: { _, isSpent in
            patient.change { $0.isSpent = isSpent }
        }
        return HealingRound(
            heals: heals,
            seams: HealingSeams(
                devices: { [patient.device] }, steps: { _ in steps ?? [reset, .reopen] },
                facts: { _ in await facts?() ?? patient.now.facts }),
            ladders: restored.ladders)
    }

    private func pass(_ seconds: Int, _ round: HealingRound) async {
        for _ in 0..<seconds {
            rig.clock.advance(by: .seconds(1))
            await round.tick()
            await round.settle()
        }
    }

    private func healed(_ journal: Journal) async throws -> [Event] {
        try await journal.page(after: 0, limit: 1000).filter { $0.data["healed"] == .bool(true) }
    }

    @Test("a condition that ends in the minute after a step is healed, and the row says after how many")
    func heals() async throws {
        try await rig.withJournal { journal in
            let round = try life(journal)
            await pass(130, round)
            #expect(patient.now.done == ["reopen", "resetPort"])
            patient.change { $0.codes = [] }
            await pass(5, round)
            let rows = try await healed(journal)
            #expect(rows.count == 1 && rows.first?.name == .healSucceeded)
            let expected: JSONValue = [
                "step": "resetPort", "harm": "interruptsUse", "healed": true, "codes": ["agent.driver.wedged"],
                "steps": 2,
            ]
            #expect(rows.first?.data == expected)
            patient.change { $0.codes = [.driverWedged] }
            await pass(61, round)
            #expect(patient.now.done == ["reopen", "resetPort", "reopen"], "a new trouble begins at the bottom")
        }
    }

    @Test("what ends later, or after a step that could not be done, was somebody else")
    func notHealed() async throws {
        try await rig.withJournal { journal in
            let round = try life(journal) { _, step throws(DeviceError) in
                throw DeviceError(.timedOut, doing: step.name)
            }
            await pass(70, round)
            patient.change { $0.codes = [] }
            await pass(5, round)
            #expect(try await healed(journal).isEmpty)
        }
        patient.change { ($0.codes, $0.done) = ([.driverWedged], []) }
        try await rig.withJournal { journal in
            let round = try life(journal)
            await pass(70, round)
            patient.change { $0.facts.isLeased = true }
            await pass(90, round)
            patient.change { $0.codes = [] }
            await pass(5, round)
            #expect(patient.now.done.count == 1)
            #expect(try await healed(journal).isEmpty)
        }
    }

    @Test("a lease that is taken while the count goes to the disk stops the step, and the count is given back")
    func barredMeanwhile() async throws {
        try await rig.withJournal { journal in
            patient.change { $0.isLeasedMeanwhile = true }
            let round = try life(
                journal,
                facts: { [patient] in
                    let isCounted = ((try? await journal.names()) ?? []).contains(.healAttempted)
                    var facts = HealingFacts()
                    facts.isLeased = isCounted && patient.now.isLeasedMeanwhile
                    return facts
                })
            await pass(61, round)
            #expect(patient.now.done == [])
            let rows = try await journal.page(after: 0, limit: 10)
            #expect(rows.map(\.name) == [.healAttempted, .healFailed])
            let told: JSONValue = [
                "step": "reopen", "harm": "interruptsUse", "reason": "gate", "gates": ["lease"], "count": 0,
            ]
            #expect(rows.last?.data == told)
            let stored = try journal.restore()
            #expect(stored.heals.map(\.count) == [0] && stored.ladders.map(\.tried) == [[]])
            await pass(59, round)
            patient.change { $0.isLeasedMeanwhile = false }
            await pass(5, round)
            #expect(patient.now.done == ["reopen"], "a minute after it, from where it was")
            #expect(try journal.restore().heals.map(\.count) == [1])
        }
    }

    @Test("what is well again, and whose condition only waits for its end, is left alone")
    func damped() async throws {
        try await rig.withJournal { journal in
            let round = try life(journal)
            patient.change { $0.seen = WallTime(milliseconds: 1) }
            await pass(120, round)
            #expect(patient.now.done == [])
            patient.change { $0.seen = WallTime(milliseconds: 0) }
            await pass(1, round)
            #expect(patient.now.done == ["reopen"])
        }
    }

    @Test("a printer that is not plugged in, or of which nobody knows how it is, costs none of the day's steps")
    func outOfReach() async throws {
        try await rig.withJournal { journal in
            let round = try life(journal)
            for (presence, link) in [(Presence.absent, Link.down), (.absent, .unknown), (.present, .unknown)] {
                patient.change { ($0.codes, $0.presence, $0.link) = ([.printerLinkDown], presence, link) }
                await pass(120, round)
                #expect(patient.now.done == [], "\(presence) \(link)")
            }
            patient.change { $0.link = .down }
            await pass(1, round)
            #expect(patient.now.done == ["resetPort"])
        }
    }

    @Test("a condition that ends while the step still runs is judged when the step is over")
    func endsInStep() async throws {
        try await rig.withJournal { journal in
            let gate = Gate()
            let round = try life(journal) { _, _ in await gate.pass() }
            for _ in 0..<60 { rig.clock.advance(by: .seconds(1)) }
            await round.tick()
            try await gate.reached(1)
            patient.change { $0.codes = [] }
            await round.tick()
            gate.open()
            await round.settle()
            await round.tick()
            #expect(try await healed(journal).count == 1)
        }
    }

    @Test("an agent that is killed in the middle of a step has spent it, and waits a minute")
    func killed() async throws {
        try await rig.withJournal { journal in
            let gate = Gate()
            let first = try life(journal) { _, _ in await gate.pass() }
            for _ in 0..<60 { rig.clock.advance(by: .seconds(1)) }
            await first.tick()
            try await gate.reached(1)
            // What is on the disk now is all that the next life has.
            let second = try life(journal)
            #expect(try journal.restore().heals.map(\.count) == [1])
            await pass(59, second)
            #expect(patient.now.done == ["reopen"])
            await pass(1, second)
            #expect(patient.now.done == ["reopen", "resetPort"])
            gate.open()
            await first.settle()
        }
    }

    @Test("spent: a person is asked once; a device that is well again needs nobody, and is not asked for twice")
    func asked() async throws {
        try await rig.withJournal { journal in
            let round = try life(journal)
            await pass(60 * 14, round)
            #expect(patient.now.done.count == HealingLadder.dailyTotal && patient.now.isSpent)
            patient.change { ($0.codes, $0.link) = ([], .stale) }
            await pass(2, round)
            #expect(patient.now.isSpent, "what is silent is not well")
            patient.change { $0.link = .up }
            await pass(2, round)
            #expect(!patient.now.isSpent)
            patient.change { $0.codes = [.driverWedged] }
            await pass(200, try life(journal))
            #expect(!patient.now.isSpent && patient.now.done.count == HealingLadder.dailyTotal)
            #expect(try await journal.names().count { $0 == .healBudgetSpent } == 1)
        }
    }

    @Test("a loop has ten minutes more to show that it is over, after the milder step and after the reboot")
    func loop() async throws {
        let steps = [
            HealingStep("reboot", harm: .restartsPC, reach: .machine, deadline: .seconds(30), dailyBudget: 1),
            HealingStep("restartApp", harm: .interruptsUse, reach: .machine, deadline: .seconds(60), dailyBudget: 3),
        ]
        patient.change { ($0.codes, $0.facts.isClosed) = ([.appCrashLoop], true) }
        try await rig.withJournal { journal in
            let round = try life(journal, steps: steps)
            await pass(60 + 659, round)
            #expect(patient.now.done == ["restartApp"])
            await pass(1, round)
            #expect(patient.now.done == ["restartApp", "reboot"])
        }
        try await rig.withJournal(boot: "next") { journal in
            let round = try life(journal, steps: steps)
            await pass(700, round)
            #expect(try await healed(journal).isEmpty, "nobody knows yet")
            patient.change { $0.codes = [] }
            await pass(1, round)
            #expect(try await healed(journal).map { $0.data["step"] } == ["reboot"])
        }
    }

    @Test("what it waits for can be seen")
    func standing() async throws {
        try await rig.withJournal { journal in
            let round = try life(journal)
            #expect(await round.standing(of: DeskRig.panel) == nil)
            #expect(await round.standing(of: DeskRig.printer)?.decision == .judge(.seconds(60)))
            rig.clock.advance(by: .seconds(60))
            patient.change { $0.facts.isTouched = true }
            #expect(await round.standing(of: DeskRig.printer)?.decision == .wait(.reopen, [.touch]))
        }
    }
}
