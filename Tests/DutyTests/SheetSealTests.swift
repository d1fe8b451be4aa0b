import Testing
import ZoneDays
import ZoneModel
import ZoneSheets
import ZoneTestKit
import ZoneTime

@Suite("A frozen sheet")
struct SheetSealTests {
    private func frozen(_ change: (inout SheetFacts) -> Void = { _ in }) throws -> FrozenSheet {
        var facts = try ExampleMonth.facts()
        change(&facts)
        return FrozenSheet(try Sheet(facts, issue: SheetIssue(revision: 1, issuedAt: ExampleMonth.issuedAt)))
    }

    @Test("is read back as it was written, and nothing speaks against it")
    func whole() throws {
        let sheet = try frozen()
        let back = try FrozenSheet(bytes: try sheet.bytes())
        #expect(back == sheet)
        #expect(try SheetVerifier.findings(back).isEmpty)
        #expect(try back.bytes() == sheet.bytes())
    }

    @Test("in whatever order the facts were gathered it is the same")
    func order() throws {
        let one = try frozen()
        let other = try frozen { facts in
            facts.days.reverse()
            facts.devices = facts.devices.map { $0.reversed() }
            facts.cases = facts.cases.map { $0.reversed() }
        }
        #expect(one.seal.sha256 == other.seal.sha256)
        #expect(try one.bytes() == other.bytes())
    }

    @Test("who changes a second of a day is told which day it was")
    func day() throws {
        var sheet = try frozen()
        sheet.facts.days[4].groups.print.down -= 60
        let findings = try SheetVerifier.findings(sheet).map(\.zh)
        #expect(findings.contains("2026-03-05的数据被改动。"))
        #expect(findings.contains("“三项保障”的合计与各日数据不符。"))
        sheet = try frozen()
        sheet.facts.days.removeLast()
        #expect(try SheetVerifier.findings(sheet).map(\.zh).contains("缺少2026-03-31的数据。"))
        sheet = try frozen()
        sheet.facts.days.append(sheet.facts.days[0])
        #expect(try !SheetVerifier.findings(sheet).isEmpty)
    }

    struct Change: Sendable, CustomTestStringConvertible {
        var part: String
        var make: @Sendable (inout FrozenSheet) -> Void
        var testDescription: String { part }
    }

    @Test(
        "every part that is changed has its name",
        arguments: [
            Change(part: "“表头”被改动。") { $0.facts.head.name = "别的专区" },
            Change(part: "“设备清单”被改动。") { $0.facts.devices = .value([]) },
            Change(part: "“配备要求”被改动。") { $0.facts.demands = .value([]) },
            Change(part: "“故障台账”被改动。") { $0.facts.cases = .value([]) },
            Change(part: "“日常管理”被改动。") { $0.facts.fees = .value("收费") },
            Change(part: "“日常管理”被改动。") { $0.facts.boxOpenings = .unknown("未接入") },
            Change(part: "“平台中断”被改动。") { $0.facts.outages = .value([]) },
            Change(part: "“问题、意见和整改”被改动。") { $0.facts.remarks.problems = "无" },
            Change(part: "各日的校验链被改动。") { $0.seal.chain = "" },
            Change(part: "校验部分不全或多出。") { $0.seal.parts["more"] = "x" },
            Change(part: "专区、期间或总校验码被改动。") { $0.facts.zone = "other" },
            Change(part: "专区、期间或总校验码被改动。") { $0.seal.sha256 = "0" },
            Change(part: "“三项保障”的合计与各日数据不符。") { $0.groups[0].up += 1 },
        ])
    func parts(_ change: Change) throws {
        var sheet = try frozen()
        change.make(&sheet)
        let findings = try SheetVerifier.findings(sheet).map(\.zh)
        #expect(findings.contains(change.part), "\(findings)")
    }

    @Test("late data is another hash, and the difference has a name")
    func late() throws {
        let (one, other) = (try frozen(), try frozen { $0.days[9].groups.network.unknown += 60 })
        #expect(one.seal.sha256 != other.seal.sha256)
        #expect(SheetVerifier.differences(one.seal, other.seal) == ["2026-03-10"])
        #expect(SheetVerifier.differences(one.seal, one.seal).isEmpty)
    }

    @Test("a month that is over is the same sheet whenever it is drawn; the running one says so")
    func partial() async throws {
        let source = SheetSource(zone: "z", head: SheetHead(name: "专区", type: "hall"))
        let first = try await source.facts(ExampleMonth.period, at: ExampleMonth.moment(4, 1, 0, 1))
        let later = try await source.facts(ExampleMonth.period, at: ExampleMonth.moment(8, 9, 7, 0))
        #expect(first == later)
        let running = try Sheet(try await source.facts(ExampleMonth.period, at: ExampleMonth.moment(3, 16, 9, 0)))
        #expect(running.isPartial && running.dates.count == 15)
        let future = try Sheet(try await source.facts(ExampleMonth.period, at: ExampleMonth.moment(2, 1, 9, 0)))
        #expect(future.dates.isEmpty && future.groups[0].verdict.text == "数据不足")
    }

    @Test("a newer format is named, not guessed")
    func version() throws {
        var sheet = try frozen()
        sheet.v = 2
        #expect(try SheetVerifier.findings(sheet).map(\.en) == ["Format 2 is not known here: use a newer program."])
    }

    @Test("a year of a large zone is read back by the bounded reader")
    func year() throws {
        let period = try #require(SheetPeriod("2026"))
        var facts = try ExampleMonth.facts()
        facts.period = period
        facts.asOf = "2026-12-31"
        facts.days = try period.dates(through: period.last).map { try SheetDay(ExampleMonth.totals($0)) }
        let bytes = try FrozenSheet(try Sheet(facts)).bytes()
        #expect(bytes.count < FrozenSheet.mostBytes)
        let sheet = try FrozenSheet(bytes: bytes).sheet()
        #expect(sheet.title.hasSuffix("年度评估表（2026年）"))
        let months = sheet.paper.sections[0].parts.count
        #expect(months == 2, "the year has its months")
    }
}
