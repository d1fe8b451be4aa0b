import Testing
import ZoneCommandLine
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("What a technician reads")
struct TableTests {
    @Test(
        "a Chinese character is two cells wide",
        arguments: [("ab", 2), ("打印机", 6), ("LED大屏", 7), ("", 0), ("（模拟）", 8), ("e\u{301}", 1)])
    func width(_ text: String, _ cells: Int) { #expect(TextTable.width(text) == cells) }

    @Test("columns line up whatever is in them")
    func columns() {
        var table = TextTable(header: ["A", "B"])
        table.add(["打印机", "x"])
        table.add(["pc", "y"])
        #expect(table.text == "A       B\n打印机  x\npc      y\n")
    }

    @Test("a device's words cannot move the cursor or colour the terminal")
    func hostile() {
        var table = TextTable(header: ["A"])
        table.add(["\u{1B}[2Jgone\r\n"])
        #expect(table.text == "A\n[2Jgone\n")
    }

    @Test("a row says what is wrong in both languages, since when, and who can fix it")
    func status() throws {
        let since = try #require(WallTime(rfc3339: "2026-11-21T03:35:00Z"))
        var state = DeviceState(card: DeviceCard(id: DeviceID(.printer, 1), kind: .printer))
        (state.presence, state.link, state.simulated) = (.present, .up, true)
        state.conditions = [
            Condition(
                code: .printerPaperOut, severity: .fault, since: since, lastSeen: since, fixer: .staff, evidence: nil,
                simulated: true)
        ]
        let list = DeviceListJSON(
            zone: try #require(Slug("z")), node: try #require(Slug("pc-1")), devices: [DeviceJSON(state)])
        let text = StatusTable.text(list, now: since.advanced(byMilliseconds: 7_500_000))
        for part in [
            "printer-1（模拟）", "✕ 故障 failed", "打印机没纸了，暂时不能打印 / Printer is out of paper", "[prn.paper.out]",
            "2026-11-21 11:35:00 (2小时5分)", "工作人员 staff",
        ] { #expect(text.contains(part), "\(part)") }
    }

    @Test("a mistake in a file is named below the table, with file and line")
    func mistakes() throws {
        let since = WallTime(milliseconds: 1_790_000_000_000)
        var state = DeviceState(card: DeviceCard(id: DeviceID(.queryPC, 1), kind: .queryPC))
        state.conditions = [
            Condition(
                code: .configurationInvalid, severity: .warning, since: since, lastSeen: since, fixer: .technician,
                evidence: "/etc/x/2027.yaml:4: “off” 有误", simulated: false)
        ]
        let list = DeviceListJSON(
            zone: try #require(Slug("z")), node: try #require(Slug("pc-1")), devices: [DeviceJSON(state)])
        #expect(StatusTable.text(list, now: since).hasSuffix("\n▲ /etc/x/2027.yaml:4: “off” 有误\n"))
        var config = ConfigurationJSON(revision: "0123", keys: [], ignored: [], complaint: nil, pendingRestart: [])
        config.complaints = ["/etc/x/2027.yaml:4: “off” 有误"]
        #expect(ConfigurationTable.text(config).contains("the rest is in force: /etc/x/2027.yaml:4: “off” 有误\n"))
    }

    @Test("a code from a newer agent is shown raw")
    func unknownCode() throws {
        let json = """
            {"zone":"z","node":"n","devices":[{"id":"x-1","kind":"printer","watch":"machine","presence":"present","link":"up",
            "activity":"idle","mode":"service","health":"failed","serviceable":false,"simulated":false,"identity":{},
            "conditions":[{"code":"prn.new.thing","severity":"fault","since":"2026-11-21T03:35:00.000Z"}]}]}
            """
        let list = try WireCoding.decode(DeviceListJSON.self, Array(json.utf8))
        #expect(StatusTable.text(list, now: WallTime(milliseconds: 0)).contains("prn.new.thing"))
    }
}
