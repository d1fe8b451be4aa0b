import DriverKit
import OnbonLEDDriver
import OnbonLEDSimulator
import Testing
import ZoneModel
import ZoneTestKit

@Suite("Onbon LED: power cuts, lost lines, wrong answers")
struct OnbonLEDLossTests {
    @Test("after a power cut the text is shown again, by itself")
    func powerCut() async throws {
        let line = CardLine()
        let device = try await line.device()
        _ = try await device.say("政务公开")
        line.change { $0.card.loseRAM() }
        let report = try await device.look()
        #expect(line.card.visibleText == "政务公开")
        #expect(report.sight(.ledContentStale) == .fine)
        #expect(report.details?["areas"] == [0])
        let count = line.card.writtenCount
        _ = try await device.look()
        #expect(line.card.writtenCount == count, "shown again once, not with each check")
    }

    @Test("when it cannot be shown again, that is a condition, and the next check tries again")
    func cannotShowAgain() async throws {
        let line = CardLine()
        let device = try await line.device()
        _ = try await device.say("A")
        line.change { state in
            state.card.loseRAM()
            state.card.faults.refusal = 4
        }
        let report = try await device.look()
        #expect(report.link == .up && report.sight(.ledNoAnswer) == .fine)
        guard case .wrong(let evidence, _)? = report.sight(.ledContentStale) else {
            Issue.record("not told: \(report.symptoms)")
            return
        }
        #expect(evidence.contains("area 0 is gone") && evidence.contains("out of memory"))
        line.change { $0.card.faults.refusal = nil }
        #expect(try await device.look().sight(.ledContentStale) == .fine)
        #expect(line.card.visibleText == "A")
    }

    @Test("a sign on which nothing was shown lost nothing, and nothing is claimed")
    func nothingShown() async throws {
        let device = try await CardLine().device()
        guard case .unknown? = try await device.look().sight(.ledContentStale) else {
            Issue.record("something was claimed")
            return
        }
    }

    @Test("a card that falls silent: link down, presence unknown, and up again")
    func silence() async throws {
        let line = CardLine()
        let device = try await line.device()
        line.change { $0.card.faults.manner = .silent }
        let report = try await device.look()
        #expect(report.presence == .unknown && report.link == .down && report.reason == "timedOut")
        #expect(report.isWrong(.ledNoAnswer))
        #expect(report.details == nil && report.identity == nil, "what was not read is not repeated")
        line.change { $0.card.faults.manner = .normal }
        let later = try await device.look()
        #expect(later.link == .up && later.sight(.ledNoAnswer) == .fine)
    }

    @Test("a silent card costs a bounded time")
    func boundedSilence() async throws {
        let line = CardLine()
        let device = try await line.device()
        line.change { $0.card.faults.manner = .silent }
        let begin = line.clock.mono()
        _ = try await device.check(within: .seconds(5))
        #expect(line.clock.mono().since(begin) <= .seconds(5))
    }

    @Test("a yes that comes too late is not taken for the answer to the next order")
    func lateYes() async throws {
        let line = CardLine()
        let device = try await line.device()
        line.change { $0.isLate = true }
        #expect(await deviceError { _ = try await device.say("A") }?.code == .timedOut)
        line.change { state in
            state.isLate = false
            state.card.faults.refusal = 12
        }
        #expect(await deviceError { _ = try await device.say("B") }?.code == .refused)
    }

    @Test("a connection that died unseen is found out and replaced within the same check")
    func halfOpen() async throws {
        let line = CardLine()
        let device = try await line.device()
        _ = try await device.say("A")
        line.change { $0.deadUpTo = $0.opened.count }
        #expect(try await device.look().link == .up)
        line.change { $0.deadUpTo = $0.opened.count }
        #expect(try await device.setBrightness(percent: 0, within: .seconds(10)).proof == .verified)
        #expect(line.now.opened.count == 3 && line.now.closedCount == 2)
    }

    @Test("a card that nobody reaches any more is a report; on a serial line the adapter is gone, and that is an error")
    func unplugged() async throws {
        let network = CardLine()
        let device = try await network.device()
        network.change { $0.isThere = false }
        let report = try await device.look()
        #expect(report.link == .down && report.presence == .unknown && report.reason == "absent")
        network.change { $0.isThere = true }
        #expect(try await device.look().link == .up)

        let serial = CardLine()
        let other = try await serial.device("onbon:/dev/ttyS0")
        serial.change { $0.isThere = false }
        #expect(await deviceError { _ = try await other.look() }?.code == .absent)
    }

    @Test("another card behind the same address is told by its own name")
    func replaced() async throws {
        let line = CardLine()
        let device = try await line.device()
        line.change { state in
            state.deadUpTo = state.opened.count
            state.card.deviceType = 0x62
            state.card.width = 64
        }
        let report = try await device.look()
        #expect(report.identity?.model == "BX-6K2" && report.details?["width"] == 64)
    }

    @Test("something else behind the same address: down, and in words", arguments: CardFaults.Manner.foreign)
    func becameForeign(_ manner: CardFaults.Manner) async throws {
        let line = CardLine()
        let device = try await line.device()
        line.change { $0.card.faults.manner = manner }
        let report = try await device.look()
        #expect(report.link == .down && report.reason == "wrongHardware" && report.isWrong(.ledNoAnswer))
    }

    @Test("closing twice ends the stream; afterwards nothing is opened again")
    func closing() async throws {
        let line = CardLine()
        let device = try await line.device()
        await device.close()
        await device.close()
        for await _ in device.events {}
        let opened = line.now.opened.count
        #expect(try await device.look().link == .down)
        #expect(line.now.opened.count == opened && line.now.closedCount == opened)
    }
}

extension CardFaults.Manner {
    fileprivate static let foreign: [CardFaults.Manner] = [.http, .junk, .echo, .otherFamily]
}
