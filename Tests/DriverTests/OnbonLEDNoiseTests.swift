import DriverKit
import OnbonLEDDriver
import OnbonLEDSimulator
import Testing
import ZoneModel
import ZoneTestKit

/// A line that damages one byte in a hundred, in both directions, over many seeds.
@Suite("Onbon LED: a bad line")
struct OnbonLEDNoiseTests {
    fileprivate struct Count {
        var verified = 0
        var accepted = 0
        var failed = 0
        var wrongTexts = 0
        var flipped = 0
    }

    private func noisyLine(_ seed: UInt64, rate: UInt64 = 100) async throws -> (CardLine, any SignDisplay) {
        let line = CardLine()
        let device = try await line.device()
        line.change { $0.card.faults.noise = LineNoise(perTenThousand: rate, seed: seed) }
        return (line, device)
    }

    @Test("verified is said of no value that the card does not hold")
    func verifiedIsTrue() async throws {
        var count = Count()
        for seed in Seeds.first(400) {
            let (line, device) = try await noisyLine(seed)
            for percent in [0, 33, 100] {
                let level = OnbonBrightness.level(percent: percent)
                let result = try? await device.setBrightness(percent: percent, within: .seconds(20))
                count.add(result)
                if result?.proof == .verified { #expect(line.card.brightness == level, "seed \(seed)") }
                let dark = try? await device.setBlank(percent == 33, within: .seconds(20))
                count.add(dark)
                if dark?.proof == .verified { #expect(line.card.isOn == (percent != 33), "seed \(seed)") }
            }
            count.flipped += line.card.faults.noise?.flippedCount ?? 0
        }
        #expect(count.verified > count.failed && count.flipped > 1000, "\(count)")
    }

    @Test("accepted is said of no text without the card's whole and undamaged yes")
    func acceptedIsTrue() async throws {
        var count = Count()
        for seed in Seeds.first(400) {
            let (line, device) = try await noisyLine(seed)
            for text in ["政务公开", "欢迎光临查询政府信息", "A6"] {
                let before = line.card.acceptedShows
                let result = try? await device.say(text)
                count.add(result)
                guard let result else { continue }
                #expect(result.proof == .accepted)
                #expect(line.card.acceptedShows > before, "seed \(seed): the card said yes to no text")
                if line.card.visibleText != text { count.wrongTexts += 1 }
            }
            count.flipped += line.card.faults.noise?.flippedCount ?? 0
        }
        #expect(count.accepted > count.failed && count.flipped > 1000, "\(count)")
        // CRC-16 misses one damaged frame in 65 536.
        #expect(count.wrongTexts == 0, "\(count)")
    }

    @Test("the worse the line, the more is refused, and nothing is made up")
    func hopelessLine() async throws {
        for seed in Seeds.first(60) {
            let (line, device) = try await noisyLine(seed, rate: 2000)
            let result = try? await device.setBrightness(percent: 33, within: .seconds(20))
            if result?.proof == .verified { #expect(line.card.brightness == 5, "seed \(seed)") }
            let report = try await device.look()
            if report.link == .up, let raw = report.details?["brightness"]?["raw"]?.integerValue {
                #expect(raw == Int64(line.card.brightness), "seed \(seed)")
            }
        }
    }
}

extension OnbonLEDNoiseTests.Count {
    fileprivate mutating func add(_ result: SignResult?) {
        switch result?.proof {
        case .verified: verified += 1
        case .accepted: accepted += 1
        case .sent, nil: failed += 1
        }
    }
}
