import Testing
import ZoneCases
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

/// Zone and hub write while they do not hear each other, over a wire that loses, repeats and reorders, in the JSON that
/// really goes over it: in the end both say the same.
@Suite("Two sides, one case")
struct CaseMergeTests {
    /// What both sides have in common.
    private struct Side {
        let origin: CaseEntry.Origin
        var files: [ULID: Case] = [:]

        mutating func take(_ entry: CaseEntry) { files[entry.caseID, default: Case(id: entry.caseID)].take(entry) }
    }

    private struct World {
        var random: SeededGenerator
        var zone = Side(origin: .zone)
        var hub = Side(origin: .hub)
        /// Of the zone, in order; the hub confirms how far it has them.
        var journal: [Event] = []
        var confirmed = 0
        /// Of the hub, until the zone says that it holds them.
        var waiting: [CaseEntry] = []
        var held: [String] = []
        var minutes: Int64 = 0
    }

    private func write(_ world: inout World, at origin: CaseEntry.Origin) throws {
        world.minutes += Int64.random(in: -3...3, using: &world.random)
        let known = Array((origin == .zone ? world.zone : world.hub).files.keys).sorted()
        let isNew = origin == .zone && (known.isEmpty || Int.random(in: 0..<4, using: &world.random) == 0)
        let at = CaseTests.start.advanced(byMilliseconds: world.minutes * 60_000)
        guard let file = isNew ? ULID(at: at, using: &world.random) : known.randomElement(using: &world.random) else {
            return
        }
        let step = isNew ? CaseStep.open : CaseStep.allCases.randomElement(using: &world.random) ?? .note
        var entry = CaseEntry(
            id: ULID(at: at, using: &world.random), of: file, step, role: .district, at: at, text: "\(world.minutes)",
            origin: origin)
        if [.open, .repeated].contains(step) {
            let finder = FoundBy.allCases.randomElement(using: &world.random) ?? .citizen
            entry.subject = CaseSubject(foundBy: finder, device: DeviceID(.printer, 1))
        }
        if origin == .hub {
            world.hub.take(entry)
            world.waiting.append(entry)
        } else {
            world.zone.take(entry)
            let draft = EventDraft(
                .caseEntry, .a, subject: "printer-1", at: at, clockQuality: .synced, mono: MonoTime(milliseconds: 0),
                data: try WireCoding.decode(JSONValue.self, try WireCoding.encode(entry)))
            let seq = Int64(world.journal.count + 1)
            world.journal.append(Event(seq: seq, epoch: HexID(random: 2), boot: "b", draft: draft))
        }
    }

    /// A heartbeat and its reply; either may be lost, and what the hub sees may be old.
    private func talk(_ world: inout World, isLossy: Bool) throws {
        var beat = Heartbeat(
            zone: try #require(Slug("z")), node: try #require(Slug("pc-1")), stream: HexID(random: 1),
            epoch: HexID(random: 2), boot: "b", hb: 1, reason: .periodic, sentAt: CaseTests.start,
            mono: MonoTime(milliseconds: 0), clock: .synced, interval: .seconds(60), stateHash: "h")
        // A restored hub asks for what it had before.
        let start = isLossy ? Int.random(in: 0...world.confirmed, using: &world.random) : world.confirmed
        beat.events = Array(world.journal[start...].prefix(5))
        if isLossy, Bool.random(using: &world.random) { beat.events = beat.events?.shuffled(using: &world.random) }
        if !world.held.isEmpty { beat.entries = world.held }
        if isLossy, Int.random(in: 0..<3, using: &world.random) == 0 { return }
        let heard = try WireCoding.decode(Heartbeat.self, try WireCoding.encode(beat))
        for event in heard.events ?? [] {
            world.hub.take(try WireCoding.decode(CaseEntry.self, try WireCoding.encode(event.data)))
        }
        let named = Set(heard.entries ?? [])
        world.waiting.removeAll { named.contains($0.id.text) }
        var reply = HeartbeatReply(
            status: .accepted, ackThrough: nil, stateAck: nil, serverTime: CaseTests.start, interval: .seconds(60))
        reply.entries = try world.waiting.shuffled(using: &world.random).prefix(4).map {
            try WireCoding.decode(JSONValue.self, try WireCoding.encode($0))
        }
        if isLossy, Int.random(in: 0..<3, using: &world.random) == 0 { return }
        world.confirmed = max(world.confirmed, start + (beat.events?.count ?? 0))
        let told = try WireCoding.decode(HeartbeatReply.self, try WireCoding.encode(reply))
        world.held = try told.entries.map {
            let entry = try WireCoding.decode(CaseEntry.self, try WireCoding.encode($0))
            world.zone.take(entry)
            return entry.id.text
        }
    }

    @Test("whatever is written where, whatever is lost on the way", arguments: Seeds.first(60))
    func merge(_ seed: UInt64) throws {
        var world = World(random: SeededGenerator(seed: seed))
        for _ in 0..<80 {
            switch Int.random(in: 0..<4, using: &world.random) {
            case 0: try write(&world, at: .zone)
            case 1: try write(&world, at: .hub)
            default: try talk(&world, isLossy: true)
            }
        }
        var rounds = 0
        while world.confirmed < world.journal.count || !world.waiting.isEmpty {
            try talk(&world, isLossy: false)
            rounds += 1
            try #require(rounds < 200, "the wire is whole and they still do not agree, seed \(seed)")
        }
        #expect(world.zone.files == world.hub.files, "seed \(seed)")
        #expect(
            world.zone.files.mapValues(\.state) == world.hub.files.mapValues(\.state) && !world.zone.files.isEmpty,
            "seed \(seed)")
        for file in world.hub.files.values {
            let reported = file.entries.lastIndex { $0.isPersonsReport } ?? -1
            let answered = file.entries.lastIndex { [.answered, .declined].contains($0.step) } ?? -1
            #expect(!file.isOver || reported <= answered, "over, and somebody still waits: seed \(seed)")
        }
    }

    @Test("the hub ended it before it heard that somebody reported it again: it is not over, and can be answered")
    func unheard() throws {
        let id = ULID.make(at: CaseTests.start)
        func line(_ step: CaseStep, _ role: CaseRole, _ minute: Int64, _ foundBy: FoundBy? = nil) -> CaseEntry {
            CaseTests.entry(step, role, after: minute, of: id, text: "x", foundBy: foundBy)
        }
        let opened = line(.open, .system, 0, .system)
        let hub = Case(id: id, [opened, line(.fixed, .district, 1), line(.closed, .district, 2)])
        #expect(hub.isOver)
        var both = hub.merged(with: Case(id: id, [opened, line(.repeated, .citizen, 3, .citizen)]))
        #expect(both.state == .fixed && both.owesAnswer && both.hasCitizen)
        #expect(throws: CaseRefusal.self) { try CaseRules.check(.closed, by: .district, text: "", on: both) }
        try CaseRules.check(.answered, by: .district, text: "已修好", on: both)
        both.take(line(.answered, .district, 4))
        #expect(both.state == .closed && !both.owesAnswer, "somebody has ended it already")

        let declined = Case(id: id, [line(.open, .citizen, 0, .citizen), line(.declined, .office, 1)])
        let again = declined.merged(with: Case(id: id, [line(.repeated, .staff, 2, .staff)]))
        #expect(declined.isOver && again.state == .open && again.isBroken)
        try CaseRules.check(.declined, by: .office, text: "不属本专区", on: again)
    }

    @Test("an answer stands after what it answers, also where the zone's clock is ahead")
    func clockAhead() {
        let id = ULID.make(at: CaseTests.start)
        var file = Case(id: id, [CaseTests.entry(.open, .citizen, after: 480, of: id, foundBy: .citizen)])
        let answer = CaseTests.entry(.answered, .district, after: 5, of: id, text: "已换硒鼓", origin: .hub)
        file.take(file.placed(answer))
        #expect(file.state == .answered && !file.owesAnswer)
        let note = CaseTests.entry(.note, .staff, after: 6, of: id)
        #expect(file.placed(note) == note)
    }
}
