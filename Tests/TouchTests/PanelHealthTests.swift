import DriverKit
import Testing
import TouchPanelDriver
import ZoneModel
import ZoneTestKit
import ZoneTouch

extension PanelHealth {
    fileprivate func sight(_ code: ConditionCode, at ms: Int64) -> Symptom.Sight? {
        var health = self
        return health.symptoms(now: MonoTime(milliseconds: ms)).first { $0.code == code }?.sight
    }

    fileprivate func accepts(_ memory: [UInt8]) -> Bool {
        var health = self
        return health.recall(memory)
    }

    fileprivate mutating func take(_ changes: ContactChange..., at ms: Int64) {
        take(ContactFrame(changes: changes, microseconds: ms * 1000), now: MonoTime(milliseconds: ms))
    }
}

private func isWrong(_ sight: Symptom.Sight?, _ word: String = "") -> Bool {
    if case .wrong(let evidence, _)? = sight { evidence.contains(word) } else { false }
}

@Suite("Health of a panel: one illness at a time")
struct PanelHealthTests {
    private func panel(_ settings: [String: String] = [:], slots: Int = 10) -> PanelHealth {
        var capabilities = SimulatedGlass.capabilities
        capabilities.slots = slots
        return PanelHealth(of: capabilities, HealthSettings(settings), openedAt: MonoTime(milliseconds: 0))
    }

    @Test("a contact that rests for a minute is stuck; when it ends, all is well")
    func stuck() {
        var health = panel()
        let contact = Contact(number: 1, x: 100, y: 100)
        health.take(.down(contact), at: 500)
        #expect(health.sight(.touchStuck, at: 60_000) == .fine)
        #expect(isWrong(health.sight(.touchStuck, at: 60_600), "when the panel was opened"))
        health.take(.up(contact), at: 61_000)
        #expect(health.sight(.touchStuck, at: 61_001) == .fine)
    }

    @Test("a finger that travels is not stuck, however long")
    func painter() {
        var health = panel()
        health.take(.down(Contact(number: 1, x: 0, y: 0)), at: 5000)
        for second in 6...300 {
            health.take(.move(Contact(number: 1, x: Int32(second * 100), y: 0)), at: Int64(second) * 1000)
        }
        #expect(health.sight(.touchStuck, at: 300_500) == .fine)
    }

    @Test("dirt that comes and goes in one place is stuck, a person who taps there is not")
    func flicker() {
        for (touched, expected) in [(900, true), (100, false)] {
            var health = panel()
            for number in 1...200 {
                let (contact, begin) = (Contact(number: number, x: 5000, y: 5000), Int64(number) * 1000)
                health.take(.down(contact), at: begin)
                health.take(.up(contact), at: begin + Int64(touched))
            }
            #expect(isWrong(health.sight(.touchStuck, at: 201_000), "again") == expected)
        }
    }

    @Test("more contacts than the hardware has are a ghost's; as many as it has are not")
    func crowd() {
        for (count, expected) in [(5, false), (6, true)] {
            var health = panel(["contactsMost": "5"])
            for number in 1...count {
                health.take(.down(Contact(number: number, x: Int32(number * 3000), y: 9000)), at: Int64(number) * 50)
            }
            #expect(isWrong(health.sight(.touchGhost, at: 1000), "6 contacts at once") == expected)
        }
    }

    @Test("a contact that leaps about is a ghost's, and is forgiven five minutes after the last leap")
    func leaps() {
        var health = panel()
        health.take(.down(Contact(number: 1, x: 0, y: 0)), at: 1000)
        for step in 1...30 {
            let far = Int32(step % 2 * 20_000)
            health.take(.move(Contact(number: 1, x: far, y: far)), at: 1000 + Int64(step) * 10)
        }
        #expect(isWrong(health.sight(.touchGhost, at: 2000), "no hand"))
        #expect(isWrong(health.sight(.touchGhost, at: 290_000)))
        #expect(health.sight(.touchGhost, at: 310_000) == .fine)
    }

    @Test("places outside of what the panel declares are an axis that is wrong")
    func outside() {
        var health = panel()
        for number in 1...40 {
            let contact = Contact(number: number, x: number % 2 == 0 ? 40_000 : 1000, y: 1000)
            health.take(.down(contact), at: Int64(number) * 3000)
            health.take(.up(contact), at: Int64(number) * 3000 + 100)
        }
        #expect(isWrong(health.sight(.touchAxis, at: 200_000), "20 of the last 40"))
    }

    @Test("a check raises what it has shown, until the next one; also over a restart")
    func verdict() throws {
        var health = panel()
        let corner = GlassPoint(x: 0.9, y: 0.1)
        health.note(CheckSummary(points: 9, missed: [corner], axes: .inverted, residualMm: 312))
        #expect(isWrong(health.sight(.touchDeadZone, at: 1000), "1 of 9 marks did not answer"))
        #expect(isWrong(health.sight(.touchAxis, at: 1000), "312"))
        let memory = try #require(health.memory)
        var restarted = panel()
        restarted.recall(memory)
        #expect(isWrong(restarted.sight(.touchDeadZone, at: 2000), "(90, 10)"))
        restarted.note(CheckSummary(points: 9, missed: [], axes: .fine, residualMm: 2))
        #expect(restarted.sight(.touchDeadZone, at: 3000) == .fine)
        #expect(restarted.sight(.touchAxis, at: 3000) == .fine)
    }

    @Test("what is learned survives a restart, and is not believed of a panel with other axes")
    func memory() throws {
        var life = PanelLife(.library, seed: 5)
        for _ in 0..<3 { life.live() }
        let memory = try #require(life.glass.health.memory)
        #expect(memory.count <= DeviceMemory.limit)
        var again = panel()
        again.recall(memory)
        #expect(again.memory == memory)
        let axis = InputCapabilities.Axis(minimum: 0, maximum: 4095, resolution: 0)
        var capabilities = SimulatedGlass.capabilities
        (capabilities.x, capabilities.y) = (axis, axis)
        let other = PanelHealth(of: capabilities, openedAt: MonoTime(milliseconds: 0))
        #expect(!other.accepts(memory))
    }

    @Test("a memory is whole or nothing")
    func damagedMemory() throws {
        var life = PanelLife(.village, seed: 1)
        life.live()
        let memory = try #require(life.glass.health.memory)
        for count in stride(from: 0, to: memory.count, by: 37) {
            #expect(!panel().accepts(Array(memory.prefix(count))))
        }
        #expect(!panel().accepts(memory + [0]))
    }

    @Test("the same frames give the same verdict, whatever the hour of the day")
    func deterministic() {
        var (first, second) = (PanelLife(.library, seed: 9), PanelLife(.library, seed: 9))
        for _ in 0..<3 {
            first.live()
            second.live()
        }
        #expect(first.glass.health.memory == second.glass.health.memory)
    }

    @Test("any stream at all: nothing traps, what is kept is bounded and comes back the same")
    func anything() throws {
        for seed in Seeds.first(20) {
            var random = SeededGenerator(seed: seed)
            var health = panel(slots: Int.random(in: 0...20, using: &random))
            for _ in 0..<2000 {
                let contact = Contact(
                    number: Int.random(in: 1...80, using: &random),
                    x: Bool.random(using: &random) ? .random(in: .min ... .max, using: &random) : 3000, y: 4000)
                let change: ContactChange =
                    [.down(contact), .move(contact), .up(contact)][Int.random(in: 0...2, using: &random)]
                let frame = ContactFrame(
                    changes: [change], microseconds: .random(in: .min ... .max, using: &random),
                    isResync: Bool.random(using: &random))
                let now = MonoTime(milliseconds: .random(in: 0...10_000_000, using: &random))
                health.take(frame, now: now)
                _ = health.symptoms(now: now)
            }
            if let memory = health.memory {
                #expect(memory.count <= DeviceMemory.limit && panel().accepts(memory), "seed \(seed)")
            }
        }
    }
}
