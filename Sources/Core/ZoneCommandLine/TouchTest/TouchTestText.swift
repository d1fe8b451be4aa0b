import ZoneModel
import ZoneWire

/// A run, for people.
package enum TouchTestText {
    static func begun(_ session: TouchTestSession) -> String {
        "请触摸屏幕各处 touch the whole glass now: \(name(session))，\(session.seconds) 秒 s，Ctrl-C 结束 ends\n"
    }

    static func head(_ session: TouchTestSession, now: MonoTime) -> [String] {
        [
            "\(name(session))  剩余 left \(session.secondsLeft(at: now)) s",
            fingers(session.glass), speed(session.glass, now: now),
        ]
    }

    /// Without the time, so that a line that says nothing new need not be told.
    static func facts(_ session: TouchTestSession, now: MonoTime) -> String {
        "\(fingers(session.glass))  \(speed(session.glass, now: now))"
    }

    private static func name(_ session: TouchTestSession) -> String {
        session.device + (session.panel?.simulated == true ? "（模拟 simulated）" : "")
    }

    private static func fingers(_ glass: TestedGlass) -> String {
        "触点 contacts \(glass.fingers.count)  最多 most \(glass.fingersMost)  触摸 touches \(glass.touches)"
    }

    private static func speed(_ glass: TestedGlass, now: MonoTime) -> String {
        let rate = glass.hertz(at: now).map { "\(whole($0)) Hz" } ?? "不明 unknown"
        return "报点率 rate \(rate)  触到 covered \(glass.map.touchedCount * 100 / glass.map.count) %"
    }

    /// The same on a terminal and in a pipe.
    package static func summary(_ session: TouchTestSession, size: GlassPicture.Size) -> String {
        let glass = session.glass
        let rate =
            glass.rate.range.map { "\(whole($0.min))–\(whole($0.max)) Hz（中位 median \(whole($0.median))）" }
            ?? "不明 unknown"
        var lines = GlassPicture.glass(session, columns: size.columns, rows: size.rows)
        lines += [
            "触摸 touches \(glass.touches)，同时最多 most at once \(glass.fingersMost)，报点率 report rate \(rate)",
            "触到 covered \(glass.map.touchedCount * 100 / glass.map.count) %"
                + "（\(glass.map.touchedCount)/\(glass.map.count) 格 cells）",
        ]
        return (lines + untouched(glass) + suspicions(glass)).map { $0 + "\n" }.joined()
    }

    private static func untouched(_ glass: TestedGlass) -> [String] {
        guard glass.map.touchedCount > 0 else {
            return [
                "没有收到任何触摸：如果触摸过，先看 zonectl status，再检查接线。",
                "Nothing was felt: if somebody touched the glass, see zonectl status, then look at its cable.",
            ]
        }
        let columns = percent(glass.map.untouchedColumns, of: TouchedCells.columns)
        let rows = percent(glass.map.untouchedRows, of: TouchedCells.rows)
        let places = [
            "没有触到的列 untouched columns: \(columns.map { "左起 from the left \($0)" } ?? "无 none")",
            "没有触到的行 untouched rows: \(rows.map { "上起 from the top \($0)" } ?? "无 none")",
        ]
        guard columns != nil || rows != nil else { return places }
        return places + [
            "手指若划过那里，就是盲区：擦净屏幕、检查接线，再做 zonectl touch check。",
            "If a finger passed there, it is dead: clean the glass, look at its cable, then run zonectl touch check.",
        ]
    }

    private static func suspicions(_ glass: TestedGlass) -> [String] {
        var lines: [String] = []
        if !glass.fingers.isEmpty {
            lines += [
                "结束时还有 \(glass.fingers.count) 个触点：屏上若没有手指，就是触点卡住，请擦净屏幕。",
                "Contacts at the end: \(glass.fingers.count); without a finger on the glass they stick: clean it.",
            ]
        }
        // One of twenty, as the panel's health has it: a finger at the edge trembles over it.
        if glass.reportsOutside > 0, glass.reportsOutside >= glass.reports / 20 {
            lines += [
                "\(glass.reports) 次报点中 \(glass.reportsOutside) 次在屏幕范围之外：请做 zonectl touch check。",
                "Reports from outside of the glass: \(glass.reportsOutside) of \(glass.reports); run zonectl touch check.",
            ]
        }
        return lines
    }

    /// `nil` when there is none.
    private static func percent(_ runs: [ClosedRange<Int>], of count: Int) -> String? {
        guard !runs.isEmpty else { return nil }
        return runs.map { run in
            let share = TouchTestJSON.Share(run, of: count)
            return "\(whole(share.fromPercent))–\(whole(share.toPercent)) %"
        }.joined(separator: ", ")
    }

    private static func whole(_ value: Double) -> Int { Int(value.rounded()) }
}

/// A panel that could not be tested, or not to the end.
package struct TouchTestTrouble: Error, CustomStringConvertible {
    package let description: String

    init(_ zh: String, _ en: String) { description = "\(zh) \(en)" }

    static func unknown(_ device: String, panels: [String]) -> TouchTestTrouble {
        let name = device.cleaned(limit: 40)
        guard !panels.isEmpty else {
            return TouchTestTrouble(
                "没有 \(name)，也没有任何触摸屏：检查接线，再用 zonectl setup 查找。",
                "There is no \(name), nor any touch panel: look at its cable, then at zonectl setup.")
        }
        let list = panels.joined(separator: ", ")
        return TouchTestTrouble("没有 \(name)；触摸屏有：\(list)。", "There is no \(name); the panels are: \(list).")
    }

    static func otherKind(_ device: String, _ kind: String) -> TouchTestTrouble {
        TouchTestTrouble(
            "\(device) 不是触摸屏（\(kind)）；用 zonectl status 查看编号。",
            "\(device) is no touch panel; zonectl status has the ids.")
    }

    static func unplugged(_ device: String) -> TouchTestTrouble {
        TouchTestTrouble(
            "\(device) 没有插上：检查接线和电源，再试一次。",
            "\(device) is not plugged in: look at its cable and supply, then try again.")
    }

    static func refused(_ words: String) -> TouchTestTrouble {
        TouchTestTrouble("\(words)。原因看 zonectl status，再试一次。", "See zonectl status for the reason, then try again.")
    }

    init?(_ end: TouchTestEnd) {
        switch end {
        case .over, .interrupted: return nil
        case .lost:
            self.init(
                "触摸屏中途断开：检查接线和电源，再试一次。",
                "The panel was unplugged in between: look at its cable and supply, then try again.")
        case .stopping, .gone:
            self.init(
                "服务中途停止：用 systemctl status zone-agent 查看，启动后再试一次。",
                "The agent has stopped in between: see systemctl status zone-agent, start it, try again.")
        case .silent:
            self.init(
                "服务没有回答：用 systemctl status zone-agent 查看，再试一次。",
                "The agent does not answer: see systemctl status zone-agent, then try again.")
        case .released:
            self.init(
                "服务不再允许查看触点：再试一次，不行看 zonectl access。",
                "The agent no longer shows touches: try again, else see zonectl access.")
        case .unreadable:
            self.init(
                "看不懂服务发来的内容：zonectl 和服务请用同一版本（zonectl --version、zonectl doctor）。",
                "What the agent sends is not understood: are both of one version? See zonectl doctor.")
        }
    }
}
