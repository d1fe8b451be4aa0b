import Testing
import ZoneCommandLine
import ZoneModel
import ZoneWire

@Suite("What came of an act on the whole PC")
struct MachineActTests {
    @Test("check: a line for each device, with what is wrong or why nobody could look")
    func check() throws {
        let text = try CheckTable.text([
            "devices": [
                ["device": "printer-1", "outcome": "wrong", "health": "failed", "seen": [["code": "prn.paper.out"]]],
                ["device": "led-1", "outcome": "failed", "error": "timed\u{1B}[2J out"],
                ["device": "box-2", "outcome": "byPerson", "health": "unknown"],
            ], "counts": ["asked": 2],
        ])
        let lines = text.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[1].contains("有问题 wrong") && lines[1].hasSuffix("prn.paper.out"))
        #expect(lines[2].contains("没有看成 failed") && lines[2].hasSuffix("timed[2J out"))
        #expect(lines[3].contains("由人检查 byPerson"))
    }

    @Test("an answer of another shape is shown as it is")
    func otherShape() throws {
        #expect(try CheckTable.text(["x": 1]) == "{\"x\":1}\n")
    }

    @Test("diagnostics: the bytes of the bundle, or a word that it is none")
    func diagnostics() throws {
        let result: JSONValue = ["form": "zone-diagnostics", "encoding": "deflate, base64", "bytes": 3, "data": "eJwB"]
        #expect(try DiagnosticsFile.bytes(of: result) == [0x78, 0x9C, 0x01])
        for other: JSONValue in [
            ["encoding": "none", "data": "eJwB"], ["encoding": "deflate, base64", "data": "?"], [:],
        ] {
            #expect(throws: DiagnosticsFile.Unreadable.self) { try DiagnosticsFile.bytes(of: other) }
        }
    }
}
