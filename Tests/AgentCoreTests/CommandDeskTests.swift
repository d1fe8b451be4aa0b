import DriverKit
import Logging
import Synchronization
import Testing
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("Commands: written down before they act")
struct CommandDeskTests {
    private let device = DeviceID(.printer, 1)

    private func open(_ root: TemporaryRoot) throws -> Journal {
        try Journal(path: root.path + "/journal.db", boot: "boot", clock: SystemClock())
    }

    private func desk(_ journal: Journal, _ effect: @escaping Verb.Effect) -> CommandDesk {
        CommandDesk(
            journal: journal, clock: SystemClock(), verbs: [Verb("probe", action: .probeDevice, effect: effect)],
            log: Logger(label: "test"))
    }

    @Test("running is on the disk before the effect begins")
    func runningFirst() async throws {
        let root = try TemporaryRoot()
        let journal = try open(root)
        let desk = desk(journal) { command throws(DeviceError) in
            let stored = (try? journal.restore().commands.map(\.state)) ?? []
            return .array(stored.map { .string($0.rawValue) })
        }
        let (_, outcome) = try await desk.accept(
            CommandRequest(verb: "probe"), for: device, by: Caller(door: .admin, uid: 0, role: .root))
        #expect(await outcome.value.result == ["running"])
        #expect(try journal.restore().commands.isEmpty)
        await journal.close()
    }

    @Test("commands of one device run one after another, in order")
    func oneQueue() async throws {
        let root = try TemporaryRoot()
        let journal = try open(root)
        let inside = Mutex(0)
        let order = Mutex<[String]>([])
        let desk = desk(journal) { command throws(DeviceError) in
            #expect(
                inside.withLock {
                    $0 += 1; return $0
                } == 1, "two at a time")
            await Task.yield()
            order.withLock { $0.append(command.id) }
            inside.withLock { $0 -= 1 }
            return .null
        }
        var accepted: [String] = []
        var last: Task<CommandJSON, Never>?
        for _ in 0..<10 {
            let (command, outcome) = try await desk.accept(
                CommandRequest(verb: "probe"), for: device, by: Caller(door: .admin, uid: 0, role: .root))
            accepted.append(command.id)
            last = outcome
        }
        _ = await last?.value
        #expect(order.withLock { $0 } == accepted)
        await journal.close()
    }

    @Test("an effect that fails is a failed command with the reason")
    func failure() async throws {
        let root = try TemporaryRoot()
        let journal = try open(root)
        let desk = desk(journal) { _ throws(DeviceError) in throw DeviceError(.timedOut, doing: "probe", "x") }
        let (_, outcome) = try await desk.accept(
            CommandRequest(verb: "probe"), for: device, by: Caller(door: .admin, uid: 0, role: .root))
        let done = await outcome.value
        #expect(done.state == .failed)
        #expect(done.result == "probe: timedOut (x)")
        await journal.close()
    }

    @Test("after a crash: what ran is interrupted, what waited has failed, nothing runs again")
    func crash() async throws {
        let root = try TemporaryRoot()
        let journal = try open(root)
        let at = SystemClock().wall()
        for (id, state) in [("a", CommandState.running), ("b", .accepted)] {
            let command = CommandJSON(
                id: id, device: device, verb: "probe", args: nil, state: state, actor: "uid 0", requestedAt: at)
            try await journal.write([Entry(nil, [.command(command)])], .now)
        }
        let runs = AttemptCounter()
        let desk = desk(journal) { _ throws(DeviceError) in
            _ = runs.next()
            return .null
        }
        try await desk.settle(try journal.restore().commands)
        #expect(try journal.restore().commands.isEmpty)
        let names = try await journal.page(after: 0, limit: 10).map(\.name)
        #expect(Set(names) == [.commandInterrupted, .commandExpired])
        #expect(runs.next() == 1, "no effect has run")
        await journal.close()
    }
}
