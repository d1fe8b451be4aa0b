import DriverKit
import OnbonLEDDriver
import OnbonLEDSimulator
import Testing
import ZoneModel
import ZoneTestKit

@Suite("Onbon LED: a card in use")
struct OnbonLEDDeviceTests {
    @Test("a check tells what the card is and how it stands")
    func report() async throws {
        let line = CardLine()
        line.change { $0.card.tail = Array("BX6K100000000001".utf8) + [UInt8](repeating: 0, count: 12) }
        let device = try await line.device()
        _ = try await device.setBrightness(percent: 50, within: .seconds(5))
        let report = try await device.look()
        #expect(report.presence == .present && report.link == .up && report.activity == .idle)
        #expect(report.simulated == false)
        let expected = Identity(
            vendor: "Onbon", model: "BX-6K3", serial: "BX6K100000000001", busPath: "onbon://192.0.2.9")
        #expect(report.identity == expected)
        #expect(report.symptoms.map(\.code) == [.ledNoAnswer, .ledContentStale])
        let details: JSONValue = [
            "power": "on", "brightness": ["raw": 8, "percent": 53], "width": 128, "height": 32, "colours": "two",
            "fonts": [
                ["kind": "chinese", "width": 16, "height": 16], ["kind": "english", "width": 8, "height": 16],
            ],
            "clock": "2025-11-21 09:30:00", "programmes": 0, "areas": [], "source": "onbon",
        ]
        #expect(report.details == details)
    }

    @Test("the simulator says that it is one")
    func simulated() async throws {
        let report = try await CardLine().device().look()
        #expect(report.simulated == true)
        #expect(report.identity?.serial == nil)
    }

    @Test("text is shown full screen, and accepted is all that is said")
    func show() async throws {
        let line = CardLine()
        let device = try await line.device()
        let result = try await device.say("政务公开", "欢迎光临", colour: .blue)
        #expect(result == SignResult(.accepted, leftOut: ["colour"]))
        #expect(line.card.visibleText == "政务公开\n欢迎光临")
        let report = try await device.look()
        #expect(report.sight(.ledContentStale) == .fine)
        #expect(report.details?["shown"]?["area"] == 0)
        #expect(report.details?["shown"]?["since"]?.stringValue?.hasSuffix("Z") == true)
        #expect(report.details.map { "\($0)".contains("政务") } == false, "texts are in no report")
    }

    @Test("asked to heal, it sends once more what it shows; where nothing is shown, nothing is done")
    func resend() async throws {
        let line = CardLine()
        let device = try await line.device()
        let step = try #require(device.healingSteps.first { $0.name == "resendContent" })
        #expect(step.harm == .none)
        #expect(await deviceError { try await device.heal(step) }?.code == .refused)
        _ = try await device.say("A")
        line.change { $0.card.areas = [:] }
        try await device.heal(step)
        #expect(line.card.visibleText == "A")
    }

    @Test("programmes on the card lie under the text: display mode 1")
    func overProgrammes() async throws {
        let line = CardLine()
        let device = try await line.device()
        _ = try await device.say("A")
        #expect(line.now.sent.last?[17] == 0)
        line.change { $0.card.programmes = 2 }
        _ = try await device.look()
        _ = try await device.say("B")
        #expect(line.now.sent.last?[17] == 1)
    }

    @Test("a card of the fifth generation gets X in units of 8 and shows the same")
    func fifthGeneration() async throws {
        let line = CardLine()
        line.change { $0.card.deviceType = 0x53 }
        let device = try await line.device()
        _ = try await device.say("A")
        #expect(line.card.areas[0].map { [$0.width, $0.height] } == [128, 32])
        #expect(try await device.look().identity?.model == "BX-5MK2")
    }

    @Test("brightness is read back: verified when it is so")
    func brightness() async throws {
        let line = CardLine()
        let device = try await line.device()
        #expect(try await device.setBrightness(percent: 20, within: .seconds(5)) == SignResult(.verified))
        #expect(line.card.brightness == 3)
        let error = await deviceError { _ = try await device.setBrightness(percent: 101, within: .seconds(5)) }
        #expect(error?.code == .refused)
    }

    @Test("dark and lit again, read back, with the content kept")
    func blank() async throws {
        let line = CardLine()
        let device = try await line.device()
        _ = try await device.say("A")
        #expect(try await device.setBlank(true, within: .seconds(5)) == SignResult(.verified))
        #expect(line.card.visibleText == nil)
        #expect(try await device.look().details?["power"] == "off")
        #expect(try await device.setBlank(false, within: .seconds(5)) == SignResult(.verified))
        #expect(line.card.visibleText == "A")
    }

    @Test("a card that says yes and does otherwise is not believed")
    func liar() async throws {
        let line = CardLine()
        line.change { $0.card.isStubborn = true }
        let device = try await line.device()
        let error = await deviceError { _ = try await device.setBrightness(percent: 20, within: .seconds(5)) }
        #expect(error?.code == .refused)
        #expect(error?.detail == "the card said yes, but its brightness is 15, not 3")
    }

    @Test("a yes without a read-back is accepted, not verified")
    func noReadBack() async throws {
        let line = CardLine()
        let device = try await line.device()
        // The order's own reply goes out, and nothing after it.
        line.change { state in state.card.faults.lastReply = state.card.replyCount + 1 }
        #expect(try await device.setBrightness(percent: 20, within: .seconds(30)) == SignResult(.accepted))
    }

    @Test("a text whose answer is lost is not said to be shown")
    func lostAnswer() async throws {
        let line = CardLine()
        let device = try await line.device()
        line.change { state in state.card.faults.manner = .silent }
        let error = await deviceError { _ = try await device.say("A") }
        #expect(error?.code == .timedOut)
    }

    @Test("each no of the card comes with its words")
    func refusal() async throws {
        let line = CardLine()
        let device = try await line.device()
        line.change { $0.card.faults.refusal = 12 }
        let error = await deviceError { _ = try await device.say("A") }
        #expect(error?.code == .refused)
        #expect(error?.detail == "the card says no: font not on the card (12)")
    }

    @Test("busy twice, then yes: nobody notices; busy for ever is told", arguments: [2, 3])
    func busy(_ times: Int) async throws {
        let line = CardLine()
        let device = try await line.device()
        line.change { $0.card.faults.busyTimes = times }
        let error = await deviceError { _ = try await device.say("A") }
        #expect(error?.detail == (times == 2 ? nil : "the card says no: busy (3)"))
    }

    @Test("one lost answer costs a second question, not the check")
    func oneLost() async throws {
        let line = CardLine()
        let device = try await line.device()
        line.change { state in state.card.faults.droppedReply = state.card.replyCount + 1 }
        #expect(try await device.look().link == .up)
    }

    @Test("answers in single bytes, behind junk, behind one opening byte")
    func oddDelivery() async throws {
        let line = CardLine()
        line.change { state in
            state.card.faults.splitsBytes = true
            state.card.faults.before =
                Array("junk".utf8) + OnbonFrame(to: 7, from: 9, data: [0xA0, 0, 0, 0, 0]).encode()
            state.card.faults.openingBytes = 1
        }
        let device = try await line.device()
        #expect(try await device.look().link == .up)
        #expect(try await device.say("A").proof == .accepted)
    }

    @Test("what was on the line before the question is no answer to it")
    func stale() async throws {
        let line = CardLine()
        line.change { state in
            state.stale = OnbonFrames.head + OnbonFrames.bytes(OnbonFrames.yes)
            state.card.faults.manner = .silent
        }
        #expect(await line.failureToOpen()?.code == .timedOut)
    }

    @Test("an adapter that gives back what is sent does not disturb")
    func localEcho() async throws {
        let line = CardLine()
        line.change { $0.card.faults.echoesToo = true }
        let device = try await line.device("onbon:/dev/ttyS0")
        #expect(try await device.say("A").proof == .accepted)
    }

    @Test("with a screen id, the card is asked by it, and another card's answer is not taken")
    func screenId() async throws {
        let line = CardLine()
        line.change { $0.card.screen = 0x19 }
        let device = try await line.device(set: ["screen": "25"])
        #expect(line.now.sent.allSatisfy { Array($0[8...9]) == [0x19, 0] })
        #expect(try await device.look().link == .up)
        line.change { $0.card.screen = 0x1A }
        #expect(try await device.look().link == .down)
    }

    @Test("no request resets, formats or writes flash")
    func harmless() async throws {
        let line = CardLine()
        let device = try await line.device()
        _ = try await device.say("A")
        _ = try await device.setBlank(true, within: .seconds(5))
        _ = try await device.setBrightness(percent: 1, within: .seconds(5))
        _ = try await device.look()
        let groups = line.now.sent.map { Array($0[22...23]) }
        let allowed: Set<[UInt8]> = [
            [0xA2, 0], [0xA1, 2], [0xA2, 0x0A], [0xA2, 9], [0xA3, 0], [0xA3, 2], [0xA3, 6],
        ]
        #expect(Set(groups) == allowed)
    }

    @Test("orders at the same time do not spoil each other's read-back")
    func together() async throws {
        let line = CardLine()
        let device = try await line.device()
        try await withThrowingTaskGroup(of: Proof.self) { group in
            for percent in [0, 20, 40, 60, 80, 100] {
                group.addTask { try await device.setBrightness(percent: percent, within: .seconds(60)).proof }
            }
            for try await proof in group { #expect(proof == .verified) }
        }
    }

    @Test("the same story sends the same bytes: a recording can be played again")
    func deterministic() async throws {
        func story() async throws -> [[UInt8]] {
            let line = CardLine()
            let device = try await line.device()
            _ = try await device.say("政务公开")
            _ = try await device.setBrightness(percent: 40, within: .seconds(5))
            _ = try await device.look()
            return line.now.sent
        }
        #expect(try await story() == story())
    }
}
