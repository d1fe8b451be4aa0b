import DriverKit
import Synchronization
import Testing
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("Each command has one end, whatever happens", .serialized)
struct CommandLifeTests {
    private let rig: DeskRig
    private let runs = Notes<String>()

    init() throws { rig = try DeskRig() }

    /// `look` may be done twice, `act` may not; both note that they ran.
    private func desk(_ journal: Journal, _ more: [Verb] = []) -> CommandDesk {
        let verbs = [("look", true), ("act", false)].map { [runs] name, isIdempotent in
            Verb(name, action: .probeDevice, isIdempotent: isIdempotent) { command throws(DeviceError) in
                runs.add(command.id)
                return .null
            }
        }
        return CommandDesk(journal: journal, clock: rig.clock, verbs: verbs + more, log: rig.log)
    }

    struct Left: Sendable, CustomTestStringConvertible {
        var verb = "act"
        var state = CommandState.accepted
        var boot = "boot"
        /// ms from now.
        var expires: Int64? = 10_000
        var end: CommandState
        var runs = 0
        var testDescription: String { "\(verb), \(state), \(boot), \(expires ?? 0)" }
    }

    @Test(
        "after a crash what ran is interrupted unless it may run again, and what waited goes on while it is good",
        arguments: [
            Left(end: .succeeded, runs: 1), Left(state: .running, end: .interrupted),
            Left(verb: "look", state: .running, end: .succeeded, runs: 1),
            Left(verb: "look", state: .running, expires: 0, end: .interrupted), Left(expires: 0, end: .expired),
            Left(boot: "before", end: .expired), Left(state: .running, boot: "before", end: .interrupted),
            Left(verb: "look", state: .running, boot: "before", end: .interrupted), Left(expires: nil, end: .expired),
            Left(verb: "gone", end: .expired), Left(verb: "gone", state: .running, end: .interrupted),
        ])
    func settle(_ left: Left) async throws {
        try await rig.withJournal { journal in
            var command = CommandJSON(
                id: "a", device: DeskRig.printer, verb: left.verb, args: nil, state: left.state, actor: "x",
                requestedAt: rig.clock.wall())
            command.boot = left.boot
            command.expires = left.expires.map { rig.clock.mono().milliseconds + $0 }
            try await journal.write([Entry(nil, [.command(command)])], .now)
        }
        try await rig.withJournal { journal in
            let desk = desk(journal)
            try await desk.settle(try journal.restore().commands)
            try await eventuallyTrue("over") { try journal.restore().commands.isEmpty }
            #expect(try await journal.command("a")?.state == left.end)
            #expect(runs.all.count == left.runs)
            #expect(try await journal.story(of: "a").count { $0.isEnd } == 1)
        }
    }

    @Test("what goes on after a crash goes on in the order in which it was asked for")
    func orderAfterCrash() async throws {
        let ids = ["c", "a", "d", "b"]
        try await rig.withJournal { journal in
            for (number, id) in ids.enumerated() {
                var command = CommandJSON(
                    id: id, device: DeskRig.printer, verb: "act", args: nil, state: .accepted, actor: "x",
                    requestedAt: rig.clock.wall().advanced(byMilliseconds: Int64(number)))
                (command.boot, command.expires) = ("boot", rig.clock.mono().milliseconds + 60_000)
                try await journal.write([Entry(nil, [.command(command)])], .now)
            }
        }
        try await rig.withJournal { journal in
            try await desk(journal).settle(try journal.restore().commands)
            try await eventuallyTrue("over") { try journal.restore().commands.isEmpty }
            #expect(runs.all == ids)
        }
    }

    @Test("a device has 32 places; another device has its own")
    func queueLimit() async throws {
        try await rig.withJournal { journal in
            let gate = Gate()
            let wait = Verb("wait", action: .probeDevice) { _ throws(DeviceError) in
                await gate.pass()
                return .null
            }
            let desk = desk(journal, [wait])
            func accept(for device: DeviceID) async throws -> Task<CommandJSON, Never> {
                try await desk.accept(CommandRequest(verb: "wait"), for: device, by: DeskRig.technician).outcome
            }
            var outcomes: [Task<CommandJSON, Never>] = []
            for _ in 0..<32 { outcomes.append(try await accept(for: DeskRig.printer)) }
            let error = await #expect(throws: ErrorJSON.self) { try await accept(for: DeskRig.printer) }
            #expect(error?.code == "command.queueFull")
            outcomes.append(try await accept(for: DeskRig.panel))
            gate.open()
            for outcome in outcomes { #expect(await outcome.value.state == .succeeded) }
            outcomes.append(try await accept(for: DeskRig.printer))
            #expect(await outcomes.last?.value.state == .succeeded)
        }
    }

    @Test("verbs, arguments and times that are wrong are refused, and nothing is written down")
    func refused() async throws {
        try await rig.withJournal { journal in
            let desk = desk(journal)
            let wrong = [
                (CommandRequest(verb: "fly"), "command.unknown"),
                (CommandRequest(verb: "act", ttl: 999), "request.invalid"),
                (CommandRequest(verb: "act", ttl: 86_400_001), "request.invalid"),
                (CommandRequest(verb: "act", args: ["x": 1]), "request.invalid"),
            ]
            for (request, code) in wrong {
                let error = await #expect(throws: ErrorJSON.self) {
                    try await desk.accept(request, for: DeskRig.printer, by: DeskRig.technician)
                }
                #expect(error?.code == code)
            }
            let names = try await journal.names()
            #expect(names.isEmpty)
        }
    }

    @Test("a storm of requests, cancellations and time: exactly one end each", arguments: Seeds.first(3))
    func storm(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        try await rig.withJournal { journal in
            let desk = desk(journal, stormVerbs)
            var (ids, outcomes): ([String], [Task<CommandJSON, Never>]) = ([], [])
            var cancels: [Task<CommandJSON?, Never>] = []
            for _ in 0..<60 {
                switch Int.random(in: 0..<5, using: &random) {
                case 0...1:
                    let device = DeviceID(.printer, Int.random(in: 1...3, using: &random))
                    let made = try await desk.accept(request(&random), for: device, by: DeskRig.technician)
                    ids.append(made.accepted.id)
                    outcomes.append(made.outcome)
                case 2...3:
                    guard let id = ids.randomElement(using: &random) else { continue }
                    // Not waited for, and sometimes twice: cancellations meet the command at any point of its way.
                    for _ in 0...Int.random(in: 0...1, using: &random) {
                        cancels.append(Task { try? await desk.cancel(id, by: DeskRig.technician) })
                    }
                default: rig.clock.advance(by: .milliseconds(Int64.random(in: 1...3000, using: &random)))
                }
            }
            try await end(outcomes, journal)
            for cancel in cancels { _ = await cancel.value }
            for id in ids {
                let story = try await journal.story(of: id)
                #expect(story.count { $0.isEnd } == 1, "\(story)")
                #expect(story.first == .commandAccepted && story.last?.isEnd == true && story.count <= 3, "\(story)")
            }
        }
    }

    private func request(_ random: inout SeededGenerator) -> CommandRequest {
        let verb = ["look", "act", "fail", "slow"].randomElement(using: &random) ?? "look"
        return CommandRequest(verb: verb, ttl: Int64.random(in: 1000...9000, using: &random))
    }

    private var stormVerbs: [Verb] {
        let clock = rig.clock
        let fail = Verb("fail", action: .probeDevice) { _ throws(DeviceError) in
            throw DeviceError(.ioFailed, doing: "x")
        }
        let slow = Verb("slow", action: .probeDevice, deadline: .seconds(4)) { _ throws(DeviceError) in
            do { try await clock.sleep(for: .seconds(5)) } catch { throw DeviceError(.ioFailed, doing: "wait") }
            return .null
        }
        return [fail, slow]
    }

    /// Lets time pass until all have ended. (Who is cancelled while waiting knows it before the disk does.)
    private func end(_ outcomes: [Task<CommandJSON, Never>], _ journal: Journal) async throws {
        let ended = Notes<String>()
        for outcome in outcomes { Task { ended.add(await outcome.value.id) } }
        try await rig.crank("all have ended") {
            try ended.all.count == outcomes.count && journal.restore().commands.isEmpty
        }
    }
}

extension EventName {
    /// The last word about a command.
    fileprivate var isEnd: Bool {
        [.commandSucceeded, .commandFailed, .commandCancelled, .commandExpired, .commandInterrupted].contains(self)
    }
}
