import DriverKit
import Testing
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("An order of the hub in the queue of a device")
struct OrderTests {
    private let rig: DeskRig
    private let gate = Gate()
    /// Not empty: nothing that is required is so.
    private let isUnmet = Notes<Bool>()

    init() throws { rig = try DeskRig() }

    private func desk(_ journal: Journal) -> CommandDesk {
        let verbs = [
            Verb("wait", action: .probeDevice) { [gate] _ throws(DeviceError) in
                await gate.pass()
                return "done"
            },
            Verb("whole", action: .readDiagnostics, on: .machine) { _ throws(DeviceError) in
                .string(String(repeating: "x", count: 20_000))
            },
        ]
        return CommandDesk(
            journal: journal, clock: rig.clock, verbs: verbs,
            unmet: { [isUnmet] requirement, _ in isUnmet.all.isEmpty ? nil : .cannotTell(requirement) }, log: rig.log)
    }

    private func draft(
        _ verb: String = "wait", _ device: DeviceID? = DeskRig.printer, id: UInt64 = 1,
        requires: [OrderJSON.Requirement]? = [.noLease]
    ) -> CommandDraft {
        CommandDraft(
            OrderJSON(
                id: HexID(random: id), verb: verb, device: device, ttl: 60_000, requires: requires,
                actor: "uid 1000\u{202E} via office.sock"))
    }

    @Test("its actor is the hub, cleaned; its number stands in its row")
    func actor() async throws {
        try await rig.withJournal { journal in
            gate.open()
            let accepted = try await desk(journal).accept(draft())
            #expect(accepted.accepted.actor == "hub: uid 1000 via office.sock")
            #expect(await accepted.outcome.value.state == .succeeded)
            #expect(try await journal.order(HexID(random: 1))?.id == accepted.accepted.id)
        }
    }

    @Test("what it requires must be so when it comes and when it begins")
    func requirements() async throws {
        try await rig.withJournal { journal in
            let desk = desk(journal)
            let first = try await desk.accept(draft(id: 1))
            let second = try await desk.accept(draft(id: 2))
            let third = try await desk.accept(draft(id: 3, requires: nil))
            try await gate.reached(1)
            isUnmet.add(true)
            let error = await #expect(throws: ErrorJSON.self) { try await desk.accept(draft(id: 4)) }
            #expect(error?.code == "command.unmet")
            gate.open()
            #expect(await first.outcome.value.state == .succeeded, "what runs is not asked again")
            let rejected = await second.outcome.value
            #expect(rejected.state == .rejected && rejected.result?["code"] == "command.unmet")
            #expect(await third.outcome.value.state == .succeeded)
            let id = second.accepted.id
            #expect(try await journal.story(of: id) == [.commandAccepted, .commandRejected])
            let over = await #expect(throws: ErrorJSON.self) { try await desk.cancel(id, by: DeskRig.technician) }
            #expect(over?.code == "command.over")
        }
    }

    @Test("a desk that was told nobody to ask rejects every requirement")
    func nobodyToAsk() async throws {
        try await rig.withJournal { journal in
            let verb = Verb("act", action: .probeDevice) { _ throws(DeviceError) in .null }
            let desk = CommandDesk(journal: journal, clock: rig.clock, verbs: [verb], log: rig.log)
            for requirement in OrderJSON.Requirement.allCases {
                let error = await #expect(throws: ErrorJSON.self) {
                    try await desk.accept(draft("act", requires: [requirement]))
                }
                #expect(error?.code == "command.unmet")
            }
        }
    }

    @Test("what is done to the whole PC is sent to the PC; a long result stays out of the history and out of lists")
    func wholePC() async throws {
        try await rig.withJournal { journal in
            let desk = desk(journal)
            let error = await #expect(throws: ErrorJSON.self) { try await desk.accept(draft("whole")) }
            #expect(error?.code == "command.target")
            let command = try await desk.accept(draft("whole", nil)).outcome.value
            #expect(command.device.text == "pc-1" && command.result?.stringValue?.count == 20_000)
            let row = try await journal.page(after: 0, limit: 10).last
            #expect(row?.name == .commandSucceeded && row?.data["result"] == ["bytes": 20_002])
            let listed = try await journal.commands(limit: 10)
            #expect(listed.map(\.id) == [command.id] && listed.first?.result == nil)
            #expect(try await journal.command(command.id)?.result == command.result)
            let citizen = desk.shown(command, to: DeskRig.citizen)
            #expect(citizen.result == nil && desk.shown(command, to: DeskRig.technician) == command)
        }
    }

    @Test("each new state is news until the hub has that very state; who asks again hears it again")
    func told() async throws {
        try await rig.withJournal { journal in
            let id = HexID(random: 1)
            let desk = desk(journal)
            let (_, outcome) = try await desk.accept(draft())
            try await gate.reached(1)
            func tell(_ state: CommandState) async throws -> [CommandState] {
                try await journal.write([Entry(nil, [.orderTold(id, state)])], .now)
                return try await journal.untoldOrders(limit: 10).map(\.state)
            }
            let (early, told) = (try await tell(.accepted), try await tell(.running))
            #expect(early == [.running] && told == [])
            gate.open()
            _ = await outcome.value
            let (late, heard) = (try await tell(.running), try await tell(.succeeded))
            #expect(late == [.succeeded] && heard == [])
            try await journal.write([Entry(nil, [.orderUntold(id)])], .now)
            #expect(try await journal.untoldOrders(limit: 10).map(\.state) == [.succeeded])
        }
    }

    @Test("a result that the hub has not heard outlives the week; what it heard does not")
    func retention() async throws {
        // Nothing goes by the age that a doubtful clock says: this one is vouched for.
        let journal = try Journal(path: rig.root.path + "/old.db", boot: "boot", clock: rig.clock)
        for (number, days) in [(UInt64(1), Int64(8)), (2, 8), (3, 41)] {
            var command = CommandJSON(
                id: HexID(random: number).text, device: DeskRig.printer, verb: "x", args: nil, state: .failed,
                actor: "hub: x", requestedAt: rig.clock.wall().advanced(byMilliseconds: -days * 86_400_000))
            command.order = HexID(random: number)
            try await journal.write([Entry(nil, [.command(command)])], .now)
        }
        try await journal.write([Entry(nil, [.orderTold(HexID(random: 1), .failed)])], .now)
        _ = try await journal.thin(JournalLimits())
        let left = try await journal.commands(limit: 10).map(\.order)
        await journal.close()
        #expect(left == [HexID(random: 2)])
    }
}
