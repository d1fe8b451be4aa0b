import Testing
import ZoneJudge
import ZoneModel
import ZoneTestKit

@Suite("Facts become conditions")
struct JudgeTests {
    private let card = DeviceCard(id: DeviceID(.printer, 1), kind: .printer)
    private func judge(restored: DeviceState? = nil) -> Judge {
        Judge(card: card, restored: restored, maxAge: .seconds(90))
    }

    private func moment(_ seconds: Int64) -> Moment {
        Moment(wall: WallTime(milliseconds: seconds * 1000), mono: MonoTime(milliseconds: seconds * 1000))
    }

    private func answer(_ sight: Symptom.Sight, _ code: ConditionCode = .printerPaperOut) -> Report {
        Report(presence: .present, link: .up, activity: .idle, symptoms: [Symptom(code, sight)])
    }

    private func codes(_ changes: [Change]) -> [String] {
        changes.map { change in
            switch change {
            case .state: "state"
            case .raised(let condition): "+\(condition.code.rawValue)"
            case .updated(let condition): "=\(condition.code.rawValue) \(condition.severity)"
            case .cleared(let condition): "-\(condition.code.rawValue)"
            case .superseded(let condition, let cause): "~\(condition.code.rawValue) \(cause.rawValue)"
            case .happened(let instant): "!\(instant.code.rawValue) \(instant.count)"
            }
        }
    }

    @Test("what gets worse while it lasts is the same condition, told once more")
    func worsens() {
        var judge = judge()
        _ = judge.take(answer(.fine), at: moment(0))
        let warning = answer(.wrong(evidence: "blocked 5 s", severity: .warning), .boxSlotBlocked)
        let fault = answer(.wrong(evidence: "blocked 60 s", severity: .fault), .boxSlotBlocked)
        #expect(codes(judge.take(warning, at: moment(5))) == ["+box.slot.blocked"])
        #expect(codes(judge.take(warning, at: moment(6))).isEmpty)
        #expect(judge.state.health == .degraded)
        #expect(codes(judge.take(fault, at: moment(60))) == ["=box.slot.blocked fault"])
        #expect(codes(judge.take(fault, at: moment(61))).isEmpty)
        #expect(judge.state.health == .failed && judge.state.conditions.count == 1)
        #expect(judge.state.conditions.first?.since == moment(5).wall)
    }

    @Test("what happens is counted and over at once")
    func instants() {
        var judge = judge()
        _ = judge.take(answer(.fine), at: moment(0))
        let deposit = Report(instants: [Instant(.boxDeposit, evidence: "80 ms")])
        #expect(codes(judge.take(deposit, at: moment(1))) == ["!box.deposit 1"])
        #expect(
            codes(judge.take(Report(instants: [Instant(.boxDeposit, count: 2, evidence: "")]), at: moment(2)))
                == ["!box.deposit 2"])
        #expect(judge.state.counts == ["deposits": 3] && judge.state.conditions.isEmpty)
        let restarted = Judge(card: judge.state.card, restored: judge.state, maxAge: .seconds(90))
        #expect(restarted.state.counts == ["deposits": 3])
    }

    @Test("one sheet misfed is no news: a condition needs two facts in a row")
    func raisesAfterTwo() {
        var judge = judge()
        #expect(codes(judge.take(answer(.wrong(evidence: "e")), at: moment(0))) == ["state"])
        #expect(codes(judge.take(answer(.fine), at: moment(2))).isEmpty)
        #expect(codes(judge.take(answer(.wrong(evidence: "e")), at: moment(4))).isEmpty)
        #expect(codes(judge.take(answer(.wrong(evidence: "e")), at: moment(6))) == ["+prn.paper.out"])
        #expect(judge.state.health == .failed)
    }

    @Test("a device that does not answer is told at once")
    func linkDownAtOnce() {
        var judge = judge()
        _ = judge.take(answer(.fine), at: moment(0))
        let silence = Report(
            presence: .unknown, link: .down, activity: .unknown, reason: "refused",
            symptoms: [Symptom(.printerLinkDown, .wrong(evidence: "refused"))])
        #expect(codes(judge.take(silence, at: moment(2))) == ["state", "+prn.link.down"])
        #expect(judge.state.reason == "refused")
    }

    @Test("a condition ends after two good facts that lasted 10 s")
    func clearsDamped() {
        var judge = judge()
        for second in [0, 2] { _ = judge.take(answer(.wrong(evidence: "e")), at: moment(Int64(second))) }
        #expect(codes(judge.take(answer(.fine), at: moment(4))).isEmpty)
        #expect(codes(judge.take(answer(.fine), at: moment(6))).isEmpty)
        #expect(codes(judge.tick(at: moment(13))).isEmpty)
        #expect(codes(judge.tick(at: moment(14))) == ["-prn.paper.out"])
        #expect(judge.state.health == .ok)
    }

    @Test("flicker starts the ten seconds anew")
    func flickerDoesNotClear() {
        var judge = judge()
        for second in [0, 2] { _ = judge.take(answer(.wrong(evidence: "e")), at: moment(Int64(second))) }
        for second in [4, 6, 8] { _ = judge.take(answer(.fine), at: moment(Int64(second))) }
        _ = judge.take(answer(.wrong(evidence: "e")), at: moment(10))
        #expect(codes(judge.tick(at: moment(15))).isEmpty)
        #expect(judge.state.conditions.count == 1)
    }

    @Test("silence resolves nothing")
    func silenceResolvesNothing() {
        var judge = judge()
        for second in [0, 2] { _ = judge.take(answer(.wrong(evidence: "e")), at: moment(Int64(second))) }
        for second in 3..<60 { _ = judge.take(answer(.unknown(reason: "offline")), at: moment(Int64(second))) }
        #expect(judge.state.conditions.map(\.code) == [.printerPaperOut])
    }

    @Test("an answer grows stale and the device unknown; the next answer makes it known again")
    func staleness() {
        var judge = judge()
        _ = judge.take(answer(.fine), at: moment(0))
        #expect(judge.tick(at: moment(90)).isEmpty)
        #expect(codes(judge.tick(at: moment(91))) == ["state"])
        #expect(judge.state.health == .unknown)
        #expect(judge.tick(at: moment(500)).isEmpty, "stale is told once")
        #expect(codes(judge.take(answer(.fine), at: moment(501))) == ["state"])
        #expect(judge.state.health == .ok)
    }

    @Test("after a restart nothing is known, but what was open stays open")
    func restart() {
        var before = judge()
        for second in [0, 2] { _ = before.take(answer(.wrong(evidence: "e")), at: moment(Int64(second))) }
        var after = judge(restored: before.state)
        #expect(after.state.health == .unknown)
        #expect(after.state.conditions == before.state.conditions)
        _ = after.take(answer(.fine), at: moment(20))
        _ = after.take(answer(.fine), at: moment(31))
        #expect(after.state.conditions.isEmpty)
    }

    /// One look at a network: each code as it was seen.
    private func look(_ sights: [(ConditionCode, Symptom.Sight)]) -> Report {
        Report(presence: .present, link: .up, activity: .idle, symptoms: sights.map { Symptom($0.0, $0.1) })
    }

    @Test("what lies behind a cause ends when the cause is told, and is hidden until it is seen to be well")
    func superseded() {
        var judge = judge()
        let silent = look([(.networkGateway, .unknown(reason: "not asked")), (.networkDNS, .wrong(evidence: "silent"))])
        _ = judge.take(silent, at: moment(0))
        #expect(codes(judge.take(silent, at: moment(30))) == ["+net.dns"])
        let dead = look([(.networkDNS, .superseded(by: .networkGateway)), (.networkGateway, .wrong(evidence: "dead"))])
        #expect(codes(judge.take(dead, at: moment(60))).isEmpty, "one fact is no news: the older verdict stands")
        #expect(codes(judge.take(dead, at: moment(90))) == ["+net.gateway", "~net.dns net.gateway"])
        #expect(judge.state.conditions.map(\.code) == [.networkGateway] && judge.state.hidden == [.networkDNS])
        let well = look([(.networkGateway, .fine), (.networkDNS, .fine)])
        #expect(codes(judge.take(well, at: moment(120))).isEmpty)
        #expect(judge.state.hidden == [.networkDNS], "one good fact is no repair")
        #expect(codes(judge.take(well, at: moment(150))) == ["-net.gateway"])
        #expect(judge.state.hidden.isEmpty && judge.state.health == .ok)
    }

    @Test("what is still wrong when the cause is over is raised anew")
    func wrongAgain() {
        var judge = judge()
        let dead = look([(.networkGateway, .wrong(evidence: "dead")), (.networkDNS, .superseded(by: .networkGateway))])
        for second in [Int64(0), 30] { _ = judge.take(dead, at: moment(second)) }
        let silent = look([(.networkGateway, .fine), (.networkDNS, .wrong(evidence: "silent"))])
        #expect(codes(judge.take(silent, at: moment(60))).isEmpty)
        #expect(codes(judge.take(silent, at: moment(90))) == ["+net.dns", "-net.gateway"])
        #expect(judge.state.hidden.isEmpty)
    }

    @Test("whatever facts come, raises and clears alternate and the open list is what they say")
    func randomFacts() {
        for seed in 0..<200 {
            var random = SeededGenerator(seed: UInt64(seed))
            var judge = judge()
            var open: Set<ConditionCode> = []
            for second in 0..<200 {
                let sights: [Symptom.Sight] = [.fine, .fine, .wrong(evidence: "e"), .unknown(reason: "r")]
                let sight = sights[Int.random(in: 0..<sights.count, using: &random)]
                let code = [ConditionCode.printerJam, .printerPaperOut, .printerLinkDown][
                    Int.random(in: 0..<3, using: &random)]
                let changes =
                    judge.take(answer(sight, code), at: moment(Int64(second))) + judge.tick(at: moment(Int64(second)))
                for change in changes {
                    switch change {
                    case .raised(let condition): #expect(open.insert(condition.code).inserted, "seed \(seed)")
                    case .cleared(let condition): #expect(open.remove(condition.code) != nil, "seed \(seed)")
                    case .state, .updated, .superseded, .happened: break
                    }
                }
                #expect(Set(judge.state.conditions.map(\.code)) == open, "seed \(seed)")
            }
        }
    }
}
