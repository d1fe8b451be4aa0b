import Testing
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@Suite("The journal")
struct JournalTests {
    private func open(_ root: TemporaryRoot) throws -> Journal {
        try Journal(path: root.path + "/journal.db", boot: "boot", clock: SystemClock())
    }

    private func entry(_ number: Int, _ eventClass: EventClass = .b) -> Entry {
        Entry(
            EventDraft(
                .deviceState, eventClass, subject: "x", at: WallTime(milliseconds: 1), clockQuality: .synced,
                mono: MonoTime(milliseconds: 2), data: ["n": .integer(Int64(number))]))
    }

    @Test("numbers have no holes, whoever writes at the same time, and each is returned to its writer")
    func numbering() async throws {
        let root = try TemporaryRoot()
        let journal = try open(root)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let events = try await journal.write([entry(number)], .now)
                    #expect(events.first?.data["n"] == .integer(Int64(number)))
                }
            }
            try await group.waitForAll()
        }
        let events = try await journal.page(after: 0, limit: 1000)
        #expect(events.map(\.seq) == Array(1...200))
        #expect(Set(events.map { $0.data["n"]?.integerValue ?? -1 }).count == 200)
        await journal.close()
    }

    @Test("a second opening has another epoch, the same stream, and goes on counting")
    func reopening() async throws {
        let root = try TemporaryRoot()
        let first = try open(root)
        try await first.write([entry(1)], .now)
        await first.close()
        let second = try open(root)
        let event = try #require(try await second.write([entry(2)], .now).first)
        #expect(event.seq == 2)
        #expect(second.stream == first.stream)
        #expect(second.epoch != first.epoch)
        await second.close()
    }

    @Test("event and projection stand or fall together, and start-up reads the projection")
    func projections() async throws {
        let root = try TemporaryRoot()
        let journal = try open(root)
        let card = DeviceCard(id: DeviceID(.touchPanel, 1), kind: .touchPanel)
        let at = WallTime(milliseconds: 5)
        let condition = Condition(
            code: .touchAbsent, severity: .fault, since: at, lastSeen: at, fixer: .staff, evidence: "x",
            simulated: false)
        var command = CommandJSON(
            id: "c1", device: card.id, verb: "probe", args: nil, state: .running, actor: "uid 0", requestedAt: at)
        try await journal.write(
            [
                Entry(
                    nil, [.device(DeviceState(card: card)), .conditionOpened(card.id, condition), .command(command)]),
                Entry(
                    nil,
                    [
                        .binding(Binding(key: "k", device: card.id, kind: .touchPanel)),
                        .acknowledged(seq: 9, at: WallTime(milliseconds: 1)),
                    ]),
            ], .now)
        var restored = try journal.restore()
        #expect(restored.devices.first?.conditions == [condition])
        #expect(restored.commands == [command])
        #expect(restored.bindings.first?.key == "k")
        #expect(restored.acknowledged == 9)
        command.state = .interrupted
        try await journal.write([Entry(nil, [.conditionClosed(card.id, .touchAbsent), .command(command)])], .now)
        restored = try journal.restore()
        #expect(restored.devices.first?.conditions.isEmpty == true)
        #expect(restored.commands.isEmpty, "a command that is over needs no settling")
        await journal.close()
    }

    @Test(
        "who waits for company, and how long: A and B 20 ms, C and D 5 s, a table alone not at all",
        .timeLimit(.minutes(1)))
    func patience() async throws {
        let root = try TemporaryRoot()
        let clock = ManualClock()
        let journal = try Journal(path: root.path + "/journal.db", boot: "boot", clock: clock)
        try await journal.write([Entry(nil, [.acknowledged(seq: 1, at: WallTime(milliseconds: 1))])])
        for (eventClass, wait) in [(EventClass.a, 20), (.b, 20), (.c, 5000), (.d, 5000)] {
            let before = journal.lastSeq
            let ticket = journal.submit([entry(0, eventClass)])
            try await eventuallyTrue("the flush is due") { clock.sleeperCount > 0 }
            clock.advance(by: .milliseconds(wait - 1))
            #expect(journal.lastSeq == before, "\(eventClass) waits")
            clock.advance(by: .milliseconds(1))
            #expect(try await ticket.committed().first?.seq == before + 1)
        }
        await journal.close()
    }

    @Test("readers hear of a commit only after it, and find the row")
    func commitsAreToldAfterwards() async throws {
        let root = try TemporaryRoot()
        let journal = try open(root)
        let listener = Task {
            for await seq in journal.commits() where seq >= 50 {
                return try await journal.page(after: 0, limit: 100).count
            }
            return 0
        }
        for number in 1...50 { try await journal.write([entry(number)], .now) }
        #expect(try await listener.value == 50)
        await journal.close()
    }

    @Test(
        "a damaged file is set aside with its name; numbers go on in its stream or begin anew in another",
        arguments: ["garbage", "cut", "bitflips"])
    func damage(_ kind: String) async throws {
        let root = try TemporaryRoot()
        let path = root.path + "/journal.db"
        let first = try open(root)
        for number in 0..<400 { try await first.write([entry(number)], .now) }
        await first.close()
        var bytes = try SmallFile.readBytes(path, limit: 16 << 20)
        switch kind {
        case "garbage": bytes = Array(repeating: 0x5A, count: 8192)
        case "cut": bytes.removeLast(bytes.count / 2)
        default:
            for index in stride(from: 4096, to: bytes.count, by: 97) { bytes[index] ^= 0xFF }
        }
        let file = try OwnedFD(path: path, flags: 1 | 512, mode: 0o600)  // O_WRONLY | O_TRUNC
        try SmallFile.write(bytes, to: file.raw, naming: path)
        let second = try open(root)
        #expect(second.quarantined?.hasPrefix(path + ".damaged-") == true)
        #expect(SmallFile.exists(try #require(second.quarantined)))
        let next = try #require(try await second.write([entry(1)], .now).first?.seq)
        #expect(next == (second.stream == first.stream ? 401 : 1))
        await second.close()
    }

    @Test("a restored disk image goes on under a new name")
    func mintedStream() async throws {
        let root = try TemporaryRoot()
        let journal = try open(root)
        let old = journal.stream
        try await journal.write([entry(1)], .now)
        try await journal.mintStream(entry(2), acknowledged: 1)
        #expect(journal.stream != old)
        #expect(try journal.restore().acknowledged == 1)
        await journal.close()
        let again = try open(root)
        #expect(again.stream == journal.stream)
        await again.close()
    }

    @Test("two on one directory: the second is refused and told who holds it")
    func lock() throws {
        let root = try TemporaryRoot()
        let first = try StateLock(directory: root.path, program: "zone-agent")
        let refusal = #expect(throws: StateLock.Held.self) {
            try StateLock(directory: root.path, program: "zone-agent")
        }
        #expect(refusal?.holder.hasPrefix("zone-agent, process ") == true)
        withExtendedLifetime(first) {}
    }
}
