import DriverKit
import Synchronization
import Testing
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime

/// A clock whose wall can be set, and doubted, apart from the time that passes.
private final class DoubtedClock: ZoneClock {
    private let base: ManualClock
    private let state: Mutex<(offset: Int64, quality: ClockQuality)>

    init(_ base: ManualClock, _ quality: ClockQuality) {
        self.base = base
        state = Mutex((offset: 0, quality: quality))
    }

    func mono() -> MonoTime { base.mono() }
    func wall() -> WallTime { base.wall().advanced(byMilliseconds: state.withLock { $0.offset }) }
    func quality() -> ClockQuality { state.withLock { $0.quality } }
    func sleep(until deadline: MonoTime) async throws { try await base.sleep(until: deadline) }

    func set(byDays days: Int64, _ quality: ClockQuality) {
        state.withLock { $0 = ($0.offset + days * 86_400_000, quality) }
    }
}

@Suite("Healing has a daily budget")
struct HealDeskTests {
    private let rig: DeskRig
    private let done = Notes<String>()
    private let told = Notes<Bool>()
    private let step = HealingStep("wake", harm: .none, deadline: .seconds(5), dailyBudget: 2)
    private let printer = DeskRig.printer

    init() throws { rig = try DeskRig() }

    private func desk(
        _ journal: Journal, spent known: Set<DeviceID> = [], clock: (any ZoneClock)? = nil,
        _ perform: @escaping HealDesk.Perform = { _, _ in }
    ) throws -> HealDesk {
        let stored = try journal.restore()
        return HealDesk(
            journal: journal, clock: clock ?? rig.clock, counts: stored.heals, ladders: stored.ladders, spent: known
        ) {
            [done] device, step throws(DeviceError) in
            done.add("\(step.name) \(device)")
            try await perform(device, step)
        } tellSpent: { [told] _, isSpent in
            told.add(isSpent)
        }
    }

    /// Why the step was not done; `nil` when it was.
    private func refusal(_ desk: HealDesk, _ step: HealingStep, on device: DeviceID) async -> DeviceError.Code? {
        do {
            try await desk.attempt(step, on: device, cause: "test")
            return nil
        } catch { return error.code }
    }

    @Test("the count and the row are on the disk before the step begins")
    func countedFirst() async throws {
        try await rig.withJournal { journal in
            let (counts, names) = (Notes<HealCount>(), Notes<EventName>())
            let desk = try desk(journal) { _, _ throws(DeviceError) in
                for count in (try? journal.restore().heals) ?? [] { counts.add(count) }
                for name in (try? await journal.names()) ?? [] { names.add(name) }
            }
            try await desk.attempt(step, on: printer, cause: "prn.jam")
            let date = ZoneCivil.date(rig.clock.wall())
            #expect(counts.all == [HealCount(device: printer, step: "wake", date: date, count: 1)])
            #expect(names.all == [.healAttempted])
            let rows = try await journal.page(after: 0, limit: 10)
            #expect(rows.map(\.name) == [.healAttempted, .healSucceeded])
            #expect(rows.first?.data == ["cause": "prn.jam", "count": 1, "step": "wake", "harm": "none"])
        }
    }

    @Test("a step that fails is told, passed on, and counts")
    func failure() async throws {
        try await rig.withJournal { journal in
            let desk = try desk(journal) { _, step throws(DeviceError) in throw DeviceError(.timedOut, doing: step.name)
            }
            for _ in 0..<2 { #expect(await refusal(desk, step, on: printer) == .timedOut) }
            #expect(await refusal(desk, step, on: printer) == .budgetSpent)
            let rows = try await journal.page(after: 0, limit: 10)
            let attempt: [EventName] = [.healAttempted, .healFailed]
            #expect(rows.map(\.name) == attempt + attempt + [.healBudgetSpent])
            #expect(rows[1].data["error"] == "wake: timedOut")
        }
    }

    @Test("a spent budget refuses, and says so once")
    func spent() async throws {
        try await rig.withJournal { journal in
            let desk = try desk(journal)
            for _ in 0..<2 { #expect(await refusal(desk, step, on: printer) == nil) }
            for _ in 0..<3 { #expect(await refusal(desk, step, on: printer) == .budgetSpent) }
            #expect(done.all.count == 2 && told.all == [true])
            #expect(try await journal.names().count { $0 == .healBudgetSpent } == 1)
        }
    }

    @Test("each device and each step has its own")
    func apart() async throws {
        try await rig.withJournal { journal in
            let desk = try desk(journal)
            let once = HealingStep("restart", harm: .cutsPower, deadline: .seconds(5), dailyBudget: 1)
            for _ in 0..<2 { #expect(await refusal(desk, step, on: printer) == nil) }
            #expect(await refusal(desk, once, on: printer) == nil)
            #expect(await refusal(desk, once, on: DeskRig.panel) == nil)
            #expect(await refusal(desk, step, on: DeskRig.panel) == nil)
            #expect(await refusal(desk, once, on: DeskRig.panel) == .budgetSpent)
            let never = HealingStep("never", harm: .cutsPower, deadline: .seconds(5), dailyBudget: 0)
            #expect(await refusal(desk, never, on: printer) == .budgetSpent)
            #expect(
                done.all == [
                    "wake printer-1", "wake printer-1", "restart printer-1", "restart touch-1", "wake touch-1",
                ])
        }
    }

    @Test("many at the same moment are counted one by one")
    func manyAtOnce() async throws {
        try await rig.withJournal { journal in
            let desk = try desk(journal)
            let refused = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<10 { group.addTask { await refusal(desk, step, on: printer) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(refused == 8 && done.all.count == 2)
        }
    }

    @Test("a restart gives nothing back")
    func restart() async throws {
        try await rig.withJournal { journal in
            let desk = try desk(journal)
            #expect(await refusal(desk, step, on: printer) == nil)
        }
        try await rig.withJournal { journal in
            let desk = try desk(journal)
            #expect(await refusal(desk, step, on: printer) == nil)
            #expect(await refusal(desk, step, on: printer) == .budgetSpent)
        }
        try await rig.withJournal { journal in
            let desk = try desk(journal)
            #expect(await refusal(desk, step, on: printer) == .budgetSpent)
        }
        #expect(done.all.count == 2)
    }

    @Test("a new day in the zone relieves, and the day before is not touched")
    func newDay() async throws {
        try await rig.withJournal { journal in
            let desk = try desk(journal)
            for _ in 0..<3 { _ = await refusal(desk, step, on: printer) }
            let midnight = CivilDate(of: rig.clock.wall()).next.start
            rig.clock.advance(by: .milliseconds(midnight.milliseconds - rig.clock.wall().milliseconds - 1))
            #expect(await refusal(desk, step, on: printer) == .budgetSpent)
            rig.clock.advance(by: .milliseconds(1))
            await desk.turnDay()
            await desk.turnDay()
            #expect(told.all == [true, false])
            for _ in 0..<2 { #expect(await refusal(desk, step, on: printer) == nil) }
            #expect(await refusal(desk, step, on: printer) == .budgetSpent)
            #expect(told.all == [true, false, true])
            #expect(try journal.restore().heals.map(\.count) == [2, 2])
        }
    }

    @Test("a clock that nobody vouches for refills nothing when it is set back, nor when it is set right again")
    func clockSetBack() async throws {
        try await rig.withJournal { journal in
            let clock = DoubtedClock(rig.clock, .unsynced)
            let desk = try desk(journal, clock: clock)
            for _ in 0..<3 { _ = await refusal(desk, step, on: printer) }
            for (days, quality) in [(-1, ClockQuality.unsynced), (-300, .unsynced), (301, .synced)] {
                clock.set(byDays: Int64(days), quality)
                await desk.turnDay()
                #expect(await refusal(desk, step, on: printer) == .budgetSpent, "\(days)")
            }
            #expect(told.all == [true] && done.all.count == 2)
        }
    }

    @Test("a PC that comes up in another year finds the day's counts again when its clock is set right")
    func emptyClockBattery() async throws {
        let clock = DoubtedClock(rig.clock, .synced)
        try await rig.withJournal { journal in
            let desk = try desk(journal, clock: clock)
            for _ in 0..<3 { _ = await refusal(desk, step, on: printer) }
        }
        clock.set(byDays: -300, .unsynced)
        try await rig.withJournal { journal in
            let desk = try desk(journal, spent: [printer], clock: clock)
            await desk.turnDay()
            clock.set(byDays: 300, .synced)
            await desk.turnDay()
            #expect(await desk.book(of: printer).isAsked)
            #expect(await refusal(desk, step, on: printer) == .budgetSpent)
            // What was asked of a person stands, and is not asked again.
            #expect(told.all == [true] && done.all.count == 2)
            clock.set(byDays: 1, .synced)
            #expect(await refusal(desk, step, on: printer) == nil)
            #expect(told.all == [true, false])
        }
    }

    @Test(
        "a clock that was ahead and is right again: what was done then counts today, and nobody is asked for years",
        arguments: [false, true])
    func clockAhead(isStartedAnew: Bool) async throws {
        let clock = DoubtedClock(rig.clock, .synced)
        try await rig.withJournal { journal in
            let desk = try desk(journal, clock: clock)
            #expect(await refusal(desk, step, on: printer) == nil)
            clock.set(byDays: 26_000, .unsynced)
            for _ in 0..<3 { _ = await refusal(desk, step, on: printer) }
            #expect(await desk.book(of: printer).isAsked)
            if !isStartedAnew {
                clock.set(byDays: -26_000, .synced)
                #expect(await refusal(desk, step, on: printer) == .budgetSpent)
            }
        }
        if isStartedAnew { clock.set(byDays: -26_000, .synced) }
        for days in [Int64(0), 1, 1] {
            clock.set(byDays: days, .synced)
            try await rig.withJournal { journal in
                let desk = try desk(journal, clock: clock)
                await desk.turnDay()
                #expect(await desk.book(of: printer).isAsked == (days == 0))
                let wanted: DeviceError.Code? = days == 0 ? .budgetSpent : nil
                #expect(await refusal(desk, step, on: printer) == wanted)
                let later = try journal.restore().heals.filter { $0.date > ZoneCivil.date(clock.wall()) }
                #expect(later.allSatisfy { $0.count == 0 })
            }
        }
        #expect(done.all.count == 5)
    }

    @Test("who restarts the PC may not live to say so: the next boot says it, another start of the agent does not")
    func provenByBoot() async throws {
        let reboot = HealingStep(
            "reboot", harm: .restartsPC, reach: .machine, deadline: .seconds(5), dailyBudget: 1)
        let (gate, devices) = (Gate(), [printer, DeskRig.panel])
        try await rig.withJournal { journal in
            let desk = try desk(journal) { _, _ in await gate.pass() }
            for device in devices {
                Task { try? await desk.attempt(reboot, on: device, cause: "app.frozen", for: [.appFrozen]) }
            }
            try await gate.reached(2)
        }
        for (boot, device) in zip(["boot", "next"], devices) {
            try await rig.withJournal(boot: boot) { journal in
                let desk = try desk(journal)
                await desk.judge(device, open: [], within: .seconds(60))
                let healed = try await journal.page(after: 0, limit: 100).filter { $0.data["healed"] == .bool(true) }
                #expect(healed.map(\.subject) == (boot == "next" ? [device.text] : []))
            }
        }
        gate.open()
    }
}
