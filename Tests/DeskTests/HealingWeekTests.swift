import DriverKit
import Synchronization
import Testing
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime

/// A zone in which nothing ever heals, for a week: citizens, staff and restarts come at random, and everything that the
/// ladder does is held against the rules in words of its own.
private final class BrokenZone: Sendable {
    static let printer = DeviceID(.printer, 1)
    static let pc = DeviceID(.queryPC, 1)
    static let steps: [DeviceID: [HealingStep]] = [
        printer: [
            HealingStep("resetPort", harm: .cutsPower, deadline: .seconds(30), dailyBudget: 3),
            HealingStep("resumeQueue", harm: .none, deadline: .seconds(20), dailyBudget: 6), .reopen,
        ],
        pc: [
            HealingStep("restartApp", harm: .interruptsUse, reach: .machine, deadline: .seconds(60), dailyBudget: 3),
            HealingStep("reboot", harm: .restartsPC, reach: .machine, deadline: .seconds(30), dailyBudget: 1),
        ],
    ]

    struct State {
        var random: SeededGenerator
        var leased: [DeviceID: MonoTime] = [:]
        var printing: [DeviceID: MonoTime] = [:]
        var held: [DeviceID: MonoTime] = [:]
        var touched = MonoTime(milliseconds: 0)
        var booted: MonoTime
        var spent: Set<DeviceID> = []
        var asked: [String: Int] = [:]
        var done: [String: Int] = [:]
        var last: [DeviceID: MonoTime] = [:]
        /// The PC or the agent is started anew after this step.
        var isDown = false
        var broken: [String] = []
    }

    let clock: ManualClock
    private let state: Mutex<State>

    init(_ clock: ManualClock, seed: UInt64) {
        self.clock = clock
        state = Mutex(State(random: SeededGenerator(seed: seed), booted: clock.mono()))
    }

    var now: State { state.withLock { $0 } }
    private var minute: Int {
        let civil = ZoneCivil.time(clock.wall())
        return civil.hour * 60 + civil.minute
    }
    private var isClosed: Bool { !(9 * 60..<17 * 60).contains(minute) }
    private var isNight: Bool { (120..<150).contains(minute) }

    /// - Returns: whether the agent is started anew after this look.
    func pass() -> Bool {
        let mono = clock.mono()
        return state.withLock { state in
            func from(_ seconds: ClosedRange<Int>) -> MonoTime {
                mono.advanced(by: .seconds(Int.random(in: seconds, using: &state.random)))
            }
            for device in [Self.printer, Self.pc] {
                if Int.random(in: 0..<60, using: &state.random) == 0 { state.leased[device] = from(5...300) }
                if Int.random(in: 0..<60, using: &state.random) == 0 { state.printing[device] = from(10...200) }
                if Int.random(in: 0..<900, using: &state.random) == 0 { state.held[device] = from(60...1800) }
            }
            // Each touch counts for a minute.
            if Int.random(in: 0..<20, using: &state.random) == 0 { state.touched = mono.advanced(by: .seconds(60)) }
            defer { state.isDown = false }
            return state.isDown || Int.random(in: 0..<400, using: &state.random) == 0
        }
    }

    func advance() {
        let seconds = state.withLock { Int.random(in: 5...85, using: &$0.random) }
        clock.advance(by: .seconds(seconds))
    }

    var devices: [DeviceState] {
        let (now, state) = (clock.wall(), self.now)
        let ills: [(DeviceID, DeviceKind, [ConditionCode])] = [
            (Self.printer, .printer, [.driverWedged, .printerQueuePaused]), (Self.pc, .queryPC, [.pcMemory]),
        ]
        return ills.map { id, kind, codes in
            var device = DeviceState(card: DeviceCard(id: id, kind: kind))
            device.link = .up
            device.conditions = (codes + (state.spent.contains(id) ? [.healBudgetSpent] : [])).map { code in
                Condition(
                    code: code, severity: code.severity, since: now, lastSeen: now, fixer: code.fixer, evidence: nil,
                    simulated: false)
            }
            return device
        }
    }

    func facts(_ device: DeviceID) -> HealingFacts {
        let (mono, state) = (clock.mono(), self.now)
        func isOn(_ table: [DeviceID: MonoTime], _ id: DeviceID) -> Bool { table[id].map { $0 > mono } ?? false }
        var facts = HealingFacts()
        (facts.isHeld, facts.isLeased) = (isOn(state.held, device), isOn(state.leased, device))
        facts.hasDocument = isOn(state.printing, device)
        facts.isAnyLeased = state.leased.values.contains { $0 > mono }
        facts.hasAnyDocument = state.printing.values.contains { $0 > mono }
        (facts.isTouched, facts.isClosed, facts.isNight) = (state.touched > mono, isClosed, isNight)
        facts.uptime = mono.since(state.booted)
        return facts
    }

    /// A step begins: everything that is promised is looked at again, past the gates' own code.
    func perform(_ device: DeviceID, _ step: HealingStep) throws(DeviceError) {
        let (mono, date, clock) = (self.clock.mono(), ZoneCivil.date(self.clock.wall()), (isClosed, isNight))
        let fails = state.withLock { state in
            func wrong(_ what: String) { state.broken.append("\(step.name) of \(device) on \(date): \(what)") }
            if let last = state.last[device], mono.since(last) < .seconds(60) { wrong("within a minute") }
            state.last[device] = mono
            state.done["\(device) \(date)", default: 0] += 1
            state.done["\(device) \(date) \(step.name)", default: 0] += 1
            if let until = state.held[device], until > mono { wrong("held") }
            let concerned = step.reach == .machine ? [Self.printer, Self.pc] : [device]
            if step.harm != .none {
                for id in concerned {
                    if let until = state.leased[id], until > mono { wrong("\(id) is leased") }
                    if let until = state.printing[id], until > mono { wrong("\(id) prints") }
                }
                if state.touched > mono { wrong("touched") }
            }
            if step.harm == .restartsPC {
                if !clock.0 { wrong("in hours") }
                if clock.1 { wrong("at night") }
                if mono.since(state.booted) < .seconds(600) { wrong("just booted") }
                (state.booted, state.isDown) = (mono, true)
            }
            if Int.random(in: 0..<10, using: &state.random) == 0 { state.isDown = true }
            return Bool.random(using: &state.random)
        }
        if fails { throw DeviceError(.timedOut, doing: step.name) }
    }

    func tell(_ device: DeviceID, _ isSpent: Bool) {
        let date = ZoneCivil.date(clock.wall())
        state.withLock { state in
            if isSpent {
                state.spent.insert(device)
                state.asked["\(device) \(date)", default: 0] += 1
            } else {
                state.spent.remove(device)
            }
        }
    }
}

@Suite("A week in which nothing heals")
struct HealingWeekTests {
    private func life(_ zone: BrokenZone, _ journal: Journal, _ restored: Restored) -> HealingRound {
        let heals = HealDesk(
            journal: journal, clock: zone.clock, counts: restored.heals, ladders: restored.ladders,
            spent: zone.now.spent
        ) { device, step throws(DeviceError) in
            try zone.perform(device, step)
        } tellSpent: { device, isSpent in
            zone.tell(device, isSpent)
        }
        let seams = HealingSeams(
            devices: { zone.devices }, steps: { BrokenZone.steps[$0] ?? [] }, facts: { zone.facts($0.card.id) })
        return HealingRound(heals: heals, seams: seams, ladders: restored.ladders)
    }

    @Test(
        "no budget is exceeded, nobody is disturbed, one step a minute, and a person is asked once a day",
        arguments: Seeds.first(2))
    func week(_ seed: UInt64) async throws {
        let rig = try DeskRig()
        let midnight = CivilDate(of: rig.clock.wall()).next.start
        rig.clock.advance(by: .milliseconds(midnight.milliseconds - rig.clock.wall().milliseconds))
        let zone = BrokenZone(rig.clock, seed: seed)
        try await rig.withJournal { journal in
            var round = life(zone, journal, try journal.restore())
            let end = rig.clock.wall().advanced(byMilliseconds: 7 * 86_400_000)
            while rig.clock.wall() < end {
                await round.tick()
                await round.settle()
                if zone.pass() { round = life(zone, journal, try journal.restore()) }
                zone.advance()
            }
        }
        let state = zone.now
        #expect(state.broken == [], "seed \(seed)")
        for (what, count) in state.done {
            let words = what.split(separator: " ")
            let step = BrokenZone.steps.values.joined().first { words.count == 3 && $0.name == words[2] }
            #expect(count <= step?.dailyBudget ?? HealingLadder.dailyTotal, "\(what), seed \(seed)")
        }
        #expect(state.asked.values.allSatisfy { $0 == 1 }, "\(state.asked), seed \(seed)")
        for day in 0..<7 {
            let date = CivilDate(of: midnight).advanced(byDays: day)
            #expect(state.asked["printer-1 \(date)"] == 1, "\(date), seed \(seed)")
            #expect(state.done["printer-1 \(date)"] == HealingLadder.dailyTotal, "\(date), seed \(seed)")
            #expect(state.done["pc-1 \(date) reboot"] == 1, "each night has room for one: \(date), seed \(seed)")
        }
    }
}
