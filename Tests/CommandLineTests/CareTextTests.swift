import Synchronization
import Testing
import ZoneCommandLine
import ZoneModel
import ZoneWire

@Suite("Healing and checks, for technicians")
struct CareTextTests {
    private func healing(_ state: HealingJSON.State, _ change: (inout HealingJSON) -> Void = { _ in }) -> String {
        var healing = HealingJSON(
            device: DeviceID(.printer, 1), state: state, codes: ["prn.link.down"],
            steps: [
                .init(name: "reopen", harm: "interruptsUse", used: 3, budget: 12, isTried: true, deadline: 30_000),
                .init(name: "resetPort", harm: "cutsPower", used: 0, budget: 3, isTried: false, deadline: 30_000),
            ], used: 3, budget: 12)
        change(&healing)
        return HealingTable.text(healing)
    }

    @Test("the ladder with today's budget, the next step, and why it waits")
    func ladder() {
        let text = healing(.waiting) {
            ($0.next, $0.waitsFor, $0.last) = ("resetPort", ["touch", "new gate"], "reopen")
        }
        for word in ["3/12", "0/3", "已试 tried", "下一步 next", "一分钟内有人触摸", "new gate", "last step: reopen"] {
            #expect(text.contains(word), "\(word)")
        }
        #expect(healing(.judging) { $0.judgedIn = 1001 }.contains("2 秒"))
        #expect(healing(.spent).contains("到现场"))
        #expect(healing(.resting).contains("Nothing is wrong"))
    }

    private func check(_ passed: Bool) -> CheckJSON {
        var check = CheckJSON(
            id: "c1", check: .full, actor: "technician", begunAt: WallTime(milliseconds: 1_790_000_000_000), of: 2)
        var panel = CheckJSON.Line(device: DeviceID(.touchPanel, 1), kind: .touchPanel, outcome: "ok")
        panel.health = .ok
        var printer = CheckJSON.Line(device: DeviceID(.printer, 1), kind: .printer, outcome: "wrong")
        (printer.health, printer.codes) = (passed ? .degraded : .failed, ["prn.jam"])
        (check.devices, check.passed, check.state) = ([panel, printer], passed, .done)
        return check
    }

    @Test("a check: a line for each device, the verdict, and what only a hand can do")
    func result() {
        let text = CheckText.text(check(false))
        for word in ["touch-1", "有问题 wrong", "prn.jam", "✕ 没有通过 not passed：1/2", "zonectl touch check touch-1"] {
            #expect(text.contains(word), "\(word)")
        }
        #expect(CheckText.text(check(true)).contains("● 通过 passed：2/2"), "a warning fails nothing")
    }

    @Test("what is due stands under the list", arguments: ["done", "overdue", "remind", "later"])
    func due(_ state: String) {
        let month = ChecksJSON.Monthly(state: state, due: "2026-11-25", remindsOn: "2026-11-24", lastDone: "2026-11-02")
        let text = CheckText.list(ChecksJSON(checks: [check(true)], monthly: month))
        #expect(text.contains("c1") && text.contains(state == "done" ? "2026-11-02" : "2026-11-25"))
        #expect(text.contains("zonectl check") == ["overdue", "remind"].contains(state))
        #expect(CheckText.wanted(month).contains("zonectl check --monthly") == ["overdue", "remind"].contains(state))
    }

    @Test("a bar on a terminal, a line for each device in a pipe, none of them twice")
    func progress() {
        let written = Mutex("")
        let pipe = CheckProgress(isTerminal: false) { text in written.withLock { $0 += text } }
        var half = check(true)
        half.devices.removeLast()
        for shown in [half, half, check(true)] { pipe.show(shown) }
        pipe.end()
        #expect(written.withLock { $0 } == "1/2 touch-1 ok\n2/2 printer-1 wrong\n")
        written.withLock { $0 = "" }
        let terminal = CheckProgress(isTerminal: true) { text in written.withLock { $0 += text } }
        terminal.show(half)
        #expect(written.withLock { $0 } == "\r[##########..........] 1/2")
    }
}
