import DriverKit
import Testing
import ZoneAccess
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneWire

@testable import ZoneDesks

@Suite("A key makes two requests one")
struct RequestMemoryTests {
    private static let day: Int64 = 86_400_000
    private let now = WallTime(milliseconds: 1_790_000_000_000)

    private func later(_ milliseconds: Int64) -> WallTime { now.advanced(byMilliseconds: milliseconds) }

    @Test("a key is known to its user, on its route, with its body, for a day")
    func scope() throws {
        var memory = RequestMemory()
        let key = DeskRig.key("k")
        #expect(try memory.made(by: key, at: now) == nil)
        let stored = memory.remember(key, made: "first", at: now)
        #expect(stored.made == "first" && stored.at == now)
        #expect(try memory.made(by: key, at: now) == "first")
        for other in [DeskRig.key("l"), DeskRig.key("k", user: 1001), DeskRig.key("k", route: "/v1/y")] {
            #expect(try memory.made(by: other, at: now) == nil)
        }
        let error = #expect(throws: ErrorJSON.self) { try memory.made(by: DeskRig.key("k", body: "other"), at: now) }
        #expect(error?.code == "key.reused")
        #expect(try memory.made(by: key, at: later(Self.day - 1)) == "first")
        #expect(try memory.made(by: key, at: later(Self.day)) == nil)
        #expect(try memory.made(by: DeskRig.key("k", body: "other"), at: later(Self.day)) == nil, "it is free again")
        #expect(try memory.made(by: key, at: later(-Self.day)) == "first", "a clock that is set back forgets nothing")
    }

    @Test("what was stored is known again, what is forgotten is not")
    func stored() throws {
        var first = RequestMemory()
        let rows = ["a", "b"].map { first.remember(DeskRig.key($0), made: "made-\($0)", at: now) }
        var second = RequestMemory(rows)
        #expect(try second.made(by: DeskRig.key("b"), at: now) == "made-b")
        second.forget(DeskRig.key("b"))
        #expect(try second.made(by: DeskRig.key("b"), at: now) == nil)
        #expect(try second.made(by: DeskRig.key("a"), at: now) == "made-a")
    }

    @Test("a program that makes keys without end loses its oldest ones, the newest stay")
    func limit() throws {
        var memory = RequestMemory()
        for number in 0...20_000 { _ = memory.remember(DeskRig.key("\(number)"), made: "x", at: later(Int64(number))) }
        #expect(try memory.made(by: DeskRig.key("0"), at: later(20_000)) == nil)
        for kept in [15_000, 20_000] { #expect(try memory.made(by: DeskRig.key("\(kept)"), at: later(20_000)) == "x") }
    }
}

@Suite("A command with a key runs once, however often it is sent")
struct RepeatedCommandTests {
    private let rig: DeskRig
    private let runs = Notes<String>()

    init() throws { rig = try DeskRig() }

    private func desk(_ journal: Journal) throws -> CommandDesk {
        let verb = Verb("act", action: .probeDevice) { [runs] command throws(DeviceError) in
            runs.add(command.id)
            return "done"
        }
        return CommandDesk(
            journal: journal, clock: rig.clock, verbs: [verb], remembered: try journal.restore().remembered,
            log: rig.log)
    }

    private func send(
        _ desk: CommandDesk, _ key: RequestKey?
    ) async throws -> (accepted: CommandJSON, outcome: Task<CommandJSON, Never>) {
        try await desk.accept(CommandRequest(verb: "act"), for: DeskRig.printer, by: DeskRig.technician, key: key)
    }

    @Test("the same key and body: the answer to the first one, also when it is long over")
    func again() async throws {
        try await rig.withJournal { journal in
            let desk = try desk(journal)
            let first = try await send(desk, DeskRig.key("k")).outcome.value
            let second = try await send(desk, DeskRig.key("k"))
            #expect(second.accepted.id == first.id && second.accepted.state == .succeeded)
            #expect(await second.outcome.value.result == "done")
            #expect(try await send(desk, nil).outcome.value.id != first.id, "without a key each is another")
            #expect(runs.all.count == 2)
        }
    }

    @Test("the same key with another body is refused, and does nothing")
    func otherBody() async throws {
        try await rig.withJournal { journal in
            let desk = try desk(journal)
            _ = try await send(desk, DeskRig.key("k")).outcome.value
            let error = await #expect(throws: ErrorJSON.self) { try await send(desk, DeskRig.key("k", body: "other")) }
            #expect(error?.code == "key.reused")
            #expect(runs.all.count == 1)
        }
    }

    @Test("a restart forgets no key, and a day does")
    func restart() async throws {
        let first = try await rig.withJournal { journal in
            try await send(try desk(journal), DeskRig.key("k")).outcome.value
        }
        try await rig.withJournal { journal in
            let desk = try desk(journal)
            let second = try await send(desk, DeskRig.key("k"))
            #expect(second.accepted.id == first.id)
            #expect(await second.outcome.value.state == .succeeded)
            let error = await #expect(throws: ErrorJSON.self) { try await send(desk, DeskRig.key("k", body: "other")) }
            #expect(error?.code == "key.reused")
            #expect(runs.all == [first.id])
            rig.clock.advance(by: .seconds(86_400))
            #expect(try await send(desk, DeskRig.key("k")).outcome.value.id != first.id)
            #expect(runs.all.count == 2)
        }
    }

    @Test("ten at the same moment are one command")
    func sameMoment() async throws {
        try await rig.withJournal { journal in
            let desk = try desk(journal)
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<10 { group.addTask { try await send(desk, DeskRig.key("k")).accepted.id } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            try await eventuallyTrue("over") { try journal.restore().commands.isEmpty }
            #expect(runs.all == Array(ids))
            #expect(try await journal.names() == [.commandAccepted, .commandRunning, .commandSucceeded])
        }
    }
}
