import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

/// A journal with every kind of row, and what it held.
struct WrittenJournal {
    let stream: HexID
    let acknowledged: Int64
    let events: [Event]
    let restored: Restored

    /// - Parameter crashes: leaves a copy as a crash would, with its write-ahead log.
    init(_ path: String, _ random: inout SeededGenerator, crashes: Bool = false) async throws {
        let journal = try Journal(path: path, boot: "boot", clock: ManualClock())
        var acknowledged: Int64 = 0
        for number in 0..<Int.random(in: 2...8, using: &random) {
            let entries = (0..<60).map { _ in WrittenJournal.entry(number, &random) }
            try await journal.write(entries, .now)
            guard Bool.random(using: &random) else { continue }
            acknowledged = .random(in: acknowledged...journal.lastSeq, using: &random)
            let at = WallTime(milliseconds: Int64(number) * 3_600_000)
            try await journal.write([Entry(nil, [.acknowledged(seq: acknowledged, at: at)])], .now)
        }
        try await journal.write([Entry(nil, Present.projections)], .now)
        (events, restored) = (try await journal.page(after: 0, limit: .max), try journal.restore())
        (stream, self.acknowledged) = (journal.stream, acknowledged)
        if crashes {
            for suffix in ["", "-wal"] {
                let bytes = try SmallFile.readBytes(path + suffix, limit: 16 << 20)
                try Harm.save(bytes, path + ".crashed" + suffix)
            }
        }
        await journal.close()
    }

    static func entry(_ number: Int, _ random: inout SeededGenerator) -> Entry {
        let eventClass = [EventClass.a, .b, .c, .d].randomElement(using: &random) ?? .a
        let text = String(repeating: "样", count: .random(in: 0...90, using: &random))
        return Entry(
            EventDraft(
                .deviceState, eventClass, subject: "touch-1", at: WallTime(milliseconds: .random(in: 1..<1 << 41)),
                clockQuality: .synced, mono: MonoTime(milliseconds: 2),
                data: ["n": .integer(Int64(number)), "text": .string(text)]))
    }
}

/// One row for each table of the present; its text is found in the file by its marker.
enum Present {
    static let at = WallTime(milliseconds: 1_790_000_000_000)
    static let device = DeviceID(.ledDisplay, 7)
    static let hold = Hold(subject: "marker-of-hold", mode: .maintenance, setter: "technician", since: at)
    static let heal = HealCount(device: device, step: "marker-of-heal", date: "2026-11-21", count: 2)
    static let remembered = RememberedRequest(
        user: 7, route: "marker-of-remembered", key: "k", bodyHash: "h", made: "m", at: at)
    static let binding = Binding(key: "marker-of-binding", device: device, kind: .ledDisplay)
    static let flap = FlapCount(device: device, code: .touchAbsent, date: "2026-11-22", rows: 20, untold: 3)
    static let condition = Condition(
        code: .touchAbsent, severity: .fault, since: at, lastSeen: at, fixer: .staff, evidence: "x", simulated: false)
    static let command = CommandJSON(
        id: "marker-of-command", device: device, verb: "probe", args: nil, state: .running, actor: "uid 0",
        requestedAt: at)
    static let job = JobRecord(
        job: JobJSON(
            id: "marker-of-job", device: device, format: "application/pdf", bytes: 1, copies: 1, actor: "uid 0",
            requestedAt: at), user: 0, boot: "boot", expires: 5)

    static let projections: [Projection] = [
        .held(hold), .healed(heal), .remembered(remembered), .binding(binding), .flap(flap), .command(command),
        .job(job), .device(DeviceState(card: DeviceCard(id: device, kind: .ledDisplay))),
        .conditionOpened(device, condition), .configRevision("17"),
    ]
}
