import Testing
import ZoneCommandLine
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("What zonectl printers shows")
struct PrinterTableTests {
    private let now = WallTime(milliseconds: 1_790_000_000_000)

    private func list(_ change: (inout DeviceState) -> Void) throws -> DeviceListJSON {
        var state = DeviceState(card: DeviceCard(id: DeviceID(.printer, 1), kind: .printer))
        (state.presence, state.link) = (.present, .up)
        change(&state)
        return DeviceListJSON(
            zone: try #require(Slug("z")), node: try #require(Slug("pc-1")), devices: [DeviceJSON(state)])
    }

    @Test("which one it is, what is wrong, what is left in it, from where and how long ago")
    func full() throws {
        let text = PrinterTable.text(
            try list { state in
                state.identity = Identity(model: "Laser 9", serial: "S1", busPath: "ipp://h/ipp/print")
                state.lastSeen = now.advanced(byMilliseconds: -125_000)
                state.conditions = [
                    Condition(
                        code: .printerPaperOut, severity: .fault, since: now, lastSeen: now, fixer: .staff,
                        evidence: nil, simulated: false)
                ]
                state.details = [
                    "source": "ipp", "sources": ["supplies": "snmp", "impressionsCompleted": "snmp"],
                    "impressionsCompleted": 12_345,
                    "supplies": [
                        ["name": "black", "level": 5],
                        ["name": "unknown", "type": "waste", "level": 95, "fillsUp": true],
                        ["name": "cyan"],
                    ], "trays": [["name": "main", "level": 0]],
                ]
            }, now: now)
        for part in [
            "printer-1", "Laser 9", "S1", "ipp://h/ipp/print", "up", "[prn.paper.out]", "black 5 %", "cyan ?",
            "main 0 %",
            "waste 95 %（已满多少 how full）", "12345（snmp）", "2分",
        ] { #expect(text.contains(part), "\(part)") }
        #expect(text.split(separator: "\n").contains { $0.contains("main 0 %") && $0.contains("ipp") })
        #expect(text.split(separator: "\n").contains { $0.contains("black 5 %") && $0.contains("snmp") })
    }

    @Test("what a printer does not say is a question mark, never nought or fine")
    func silent() throws {
        let text = PrinterTable.text(
            try list { ($0.presence, $0.link, $0.reason) = (.unknown, .down, "refused") }, now: now)
        #expect(text.contains("refuses to be connected to") && !text.contains("0 %"))
        let last = try #require(text.split(separator: "\n").last)
        #expect(last.split(separator: " ").dropFirst().allSatisfy { $0 == "?" })
    }

    @Test("hostile words and shapes do no harm; no printer at all says what to type")
    func hostile() throws {
        let text = PrinterTable.text(
            try list { state in
                state.identity = Identity(model: "\u{1B}[2J")
                state.details = ["supplies": ["no object", ["level": "five"]], "trays": "none", "source": 3]
            }, now: now)
        #expect(!text.contains("\u{1B}") && text.contains("? ?"))
        var empty = try list { _ in }
        empty.devices = []
        #expect(PrinterTable.text(empty, now: now).contains("zonectl printers adopt"))
    }
}
