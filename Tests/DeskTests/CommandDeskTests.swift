import DriverKit
import Testing
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("Commands: written down before they act")
struct CommandDeskTests {
    private let rig: DeskRig
    private let gate = Gate()

    init() throws { rig = try DeskRig() }

    private func desk(_ journal: Journal, _ verbs: Verb...) -> CommandDesk {
        CommandDesk(journal: journal, clock: rig.clock, verbs: verbs, log: rig.log)
    }

    private func verb(
        _ name: String = "act", isIdempotent: Bool = false, deadline: Duration = .seconds(60),
        _ effect: @escaping Verb.Effect
    ) -> Verb {
        Verb(name, action: .probeDevice, isIdempotent: isIdempotent, deadline: deadline, effect: effect)
    }

    /// An effect that waits at the gate.
    private func gated(deadline: Duration = .seconds(60)) -> Verb {
        verb(deadline: deadline) { [gate] _ throws(DeviceError) in
            await gate.pass()
            return "done"
        }
    }

    private func accept(
        _ desk: CommandDesk, _ verb: String = "act", for device: DeviceID = DeskRig.printer, ttl: Int64? = nil
    ) async throws -> (accepted: CommandJSON, outcome: Task<CommandJSON, Never>) {
        try await desk.accept(CommandRequest(verb: verb, ttl: ttl), for: device, by: DeskRig.technician)
    }

    @Test("running is on the disk before the effect begins")
    func runningFirst() async throws {
        try await rig.withJournal { journal in
            let desk = desk(
                journal,
                verb { _ throws(DeviceError) in
                    .array(((try? journal.restore().commands) ?? []).map { .string($0.state.rawValue) })
                })
            let (accepted, outcome) = try await accept(desk)
            #expect(accepted.state == .accepted && accepted.actor == "technician, uid 1001 via admin.sock")
            #expect(await outcome.value.result == ["running"])
            #expect(try journal.restore().commands.isEmpty)
            let story: [EventName] = [.commandAccepted, .commandRunning, .commandSucceeded]
            #expect(try await journal.story(of: accepted.id) == story)
        }
    }

    @Test("commands of one device run one after another, in order")
    func oneQueue() async throws {
        try await rig.withJournal { journal in
            let (order, inside) = (Notes<String>(), Notes<Int>())
            let desk = desk(
                journal,
                verb { command throws(DeviceError) in
                    inside.add(1)
                    await Task.yield()
                    inside.add(-1)
                    order.add(command.id)
                    return .null
                })
            var accepted: [String] = []
            var last: Task<CommandJSON, Never>?
            for _ in 0..<10 {
                let (command, outcome) = try await accept(desk)
                accepted.append(command.id)
                last = outcome
            }
            _ = await last?.value
            #expect(order.all == accepted)
            #expect(inside.all == (0..<20).map { $0 % 2 == 0 ? 1 : -1 }, "never two at a time")
        }
    }

    @Test("two devices are served at the same time")
    func twoDevices() async throws {
        try await rig.withJournal { journal in
            let desk = desk(journal, gated())
            let first = try await accept(desk).outcome
            let second = try await accept(desk, for: DeskRig.panel).outcome
            try await gate.reached(2)
            gate.open()
            #expect(await first.value.state == .succeeded)
            #expect(await second.value.state == .succeeded)
        }
    }

    /// Waits at the gate, and says that it takes minutes.
    private var check: Verb {
        Verb(
            "check", action: .probeDevice, deadline: .seconds(1800),
            longWork: { _ in LongWork("a check of all devices", zh: "全部设备的检查", most: .seconds(600)) }
        ) { [gate] _ throws(DeviceError) in
            await gate.pass()
            return .null
        }
    }

    private func busy(_ desk: CommandDesk, _ verb: String = "act") async -> ErrorJSON? {
        await #expect(throws: ErrorJSON.self) { _ = try await accept(desk, verb) }
    }

    @Test("behind a check a command is refused at once, with words that say what runs and until when")
    func behindACheck() async throws {
        try await rig.withJournal { journal in
            let desk = desk(journal, check, verb { _ throws(DeviceError) in .null })
            let running = try await accept(desk, "check")
            try await gate.reached(1)
            rig.clock.advance(by: .seconds(100))
            let refused = await busy(desk)
            let end = ZoneCivil.text(rig.clock.wall().advanced(byMilliseconds: 500_000))
            #expect(refused?.code == "command.busy")
            #expect(refused?.message.contains("a check of all devices until \(end) at the latest") == true)
            #expect(refused?.zh.contains("全部设备的检查") == true && refused?.zh.contains(end) == true)
            #expect(refused?.message.contains(running.accepted.id) == true, "it can be ended")
            #expect(await busy(desk, "check")?.code == "command.busy")
            let names = try await journal.names()
            #expect(names == [.commandAccepted, .commandRunning], "nothing was accepted that had no chance")
            let other = try await accept(desk, for: DeskRig.panel).outcome.value
            #expect(other.state == .succeeded, "another device is not concerned")
            gate.open()
            #expect(await running.outcome.value.state == .succeeded)
            #expect(try await accept(desk).outcome.value.state == .succeeded)
        }
    }

    @Test("who says how long it may wait waits for the check, and what waits in front counts, too")
    func patientBehindACheck() async throws {
        try await rig.withJournal { journal in
            let desk = desk(journal, check, verb { _ throws(DeviceError) in .null })
            let first = try await accept(desk, "check")
            try await gate.reached(1)
            let (second, patient) = (
                try await accept(desk, "check", ttl: 1_800_000), try await accept(desk, ttl: 1_800_000)
            )
            let end = ZoneCivil.text(rig.clock.wall().advanced(byMilliseconds: 1_200_000))
            #expect(await busy(desk)?.message.contains(end) == true)
            _ = try await desk.cancel(second.accepted.id, by: DeskRig.technician)
            let sooner = ZoneCivil.text(rig.clock.wall().advanced(byMilliseconds: 600_000))
            #expect(await busy(desk)?.message.contains(sooner) == true, "what is cancelled is in nobody's way")
            rig.clock.advance(by: .seconds(300))
            gate.open()
            #expect(await first.outcome.value.state == .succeeded)
            #expect(await patient.outcome.value.state == .succeeded)
        }
    }

    @Test("an effect that fails is a failed command with the reason")
    func failure() async throws {
        try await rig.withJournal { journal in
            let desk = desk(journal, verb { _ throws(DeviceError) in throw DeviceError(.timedOut, doing: "act", "x") })
            let done = try await accept(desk).outcome.value
            #expect(done.state == .failed && done.result == "act: timedOut (x)")
            #expect(try await journal.command(done.id)?.result == "act: timedOut (x)")
        }
    }

    @Test("an effect that never ends has failed at its deadline, and holds the others up for half a minute only")
    func deadline() async throws {
        try await rig.withJournal { journal in
            let desk = desk(journal, gated(deadline: .seconds(5)))
            let (stuck, next) = (try await accept(desk), try await accept(desk, ttl: 600_000))
            try await gate.reached(1)
            try await rig.sleepers(1)
            rig.clock.advance(by: .seconds(5))
            try await eventuallyTrue("told") { try await journal.command(stuck.accepted.id)?.state == .failed }
            #expect(try await journal.command(next.accepted.id)?.state == .accepted, "they must not meet at the device")
            try await rig.sleepers(1)
            rig.clock.advance(by: .seconds(30))
            try await gate.reached(2)
            #expect(await stuck.outcome.value.result == "no end within its deadline; the outcome is unknown")
            gate.open()
            #expect(await next.outcome.value.state == .succeeded)
        }
    }

    @Test("what is cancelled while it waits never runs, and cannot be cancelled again")
    func cancelWaiting() async throws {
        try await rig.withJournal { journal in
            let desk = desk(journal, gated())
            let (running, waiting) = (try await accept(desk), try await accept(desk))
            try await gate.reached(1)
            let answer = try await desk.cancel(waiting.accepted.id, by: DeskRig.technician)
            #expect(answer.state == .cancelled)
            #expect(try await desk.cancel(waiting.accepted.id, by: DeskRig.technician) == answer, "twice is once")
            gate.open()
            #expect(await running.outcome.value.state == .succeeded)
            #expect(await waiting.outcome.value.state == .cancelled)
            #expect(gate.count == 1)
            #expect(try await journal.story(of: answer.id) == [.commandAccepted, .commandCancelled])
            for (id, code) in [(answer.id, "command.over"), (running.accepted.id, "command.over"), ("no", "not.found")]
            {
                let error = await #expect(throws: ErrorJSON.self) { try await desk.cancel(id, by: DeskRig.technician) }
                #expect(error?.code == code)
            }
        }
    }

    @Test("what is cancelled while it runs is asked to stop; if it went through all the same, that is told")
    func cancelRunning() async throws {
        try await rig.withJournal { journal in
            let clock = rig.clock
            let obedient = verb("wait") { _ throws(DeviceError) in
                do { try await clock.sleep(for: .seconds(50)) } catch { throw DeviceError(.ioFailed, doing: "wait") }
                return .null
            }
            let desk = desk(journal, obedient, gated())
            let (first, second) = (try await accept(desk, "wait"), try await accept(desk, for: DeskRig.panel))
            try await gate.reached(1)
            try await rig.sleepers(3)
            for command in [first.accepted, second.accepted] {
                #expect(try await desk.cancel(command.id, by: DeskRig.technician).state == .running)
            }
            #expect(await first.outcome.value.state == .cancelled)
            gate.open()
            #expect(await second.outcome.value.state == .succeeded)
            #expect(try await journal.story(of: first.accepted.id).last == .commandCancelled)
        }
    }

    @Test("what waited longer than it was good for expires; the next one runs")
    func expiry() async throws {
        try await rig.withJournal { journal in
            let desk = desk(journal, gated())
            let running = try await accept(desk, ttl: 1000)
            try await gate.reached(1)
            let (late, patient) = (try await accept(desk, ttl: 1000), try await accept(desk, ttl: 1001))
            rig.clock.advance(by: .seconds(1))
            gate.open()
            #expect(await running.outcome.value.state == .succeeded, "what runs does not expire")
            #expect(await late.outcome.value.state == .expired)
            #expect(await patient.outcome.value.state == .succeeded)
            #expect(gate.count == 2)
        }
    }
}
