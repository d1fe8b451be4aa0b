import Testing
import ZoneHubCore
import ZoneHubStore
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("The district's list of zones")
struct RosterTests {
    private static let csv = """
        zone,name,type,purpose,place,contactRole,agent,retired\r
        lw-1,濯水镇公共服务中心,township,production,一楼大厅,专区管理员,yes,no\r
        lw-2,"县档案馆, ""二楼\"\"",archive,,,,no,\r
        lw-3,旧图书馆,library,production,,,是,是\r
        \r
        """

    private func complaint(_ text: String) -> RosterCSV.Complaint? { complaints(Array(text.utf8)).first }

    private func complaints(_ file: [UInt8]) -> [RosterCSV.Complaint] {
        do {
            _ = try RosterCSV.read(file)
            return []
        } catch {
            return error.complaints
        }
    }

    @Test("read as UTF-8 with and without mark, and as GB 18030, to the same list")
    func encodings() throws {
        let entries = try RosterCSV.read(Array(Self.csv.utf8))
        #expect(entries.map(\.name) == ["濯水镇公共服务中心", "县档案馆, \"二楼\"", "旧图书馆"])
        #expect(entries.map(\.hasAgent) == [true, false, true])
        #expect(entries.map(\.isRetired) == [false, false, true])
        #expect(entries.map(\.purpose) == ["production", "production", "production"])
        #expect(entries[0].place == "一楼大厅" && entries[0].contactRole == "专区管理员" && entries[1].place == nil)
        #expect(try RosterCSV.read([0xEF, 0xBB, 0xBF] + Array(Self.csv.utf8)) == entries)
        #expect(try RosterCSV.read(try CharacterCode.gb18030.encode(Self.csv)) == entries)
        let rare = Self.csv.replacing("旧图书馆", with: "㐀𠀀图书馆")
        #expect(try RosterCSV.read(try CharacterCode.gb18030.encode(rare))[2].name == "㐀𠀀图书馆")
    }

    @Test("what is wrong is named with line and column, in both languages")
    func wrong() throws {
        let cases: [(String, Int, String?)] = [
            ("zone,name\nz,n", 1, "type"), ("zone,name,type,colour\nz,n,hall,red", 1, "colour"),
            ("zone,zone,name,type\n", 1, "zone"), ("zone,name,type\nZ 1,n,hall", 2, "zone"),
            ("zone,name,type\na,n,hall\nb,,hall", 3, "name"), ("zone,name,type\na,n,hotel", 2, "type"),
            ("zone,name,type,agent\na,n,hall,maybe", 2, "agent"), ("zone,name,type\na,n,hall,1,2", 2, nil),
            ("zone,name,type\na,\"n\nm\",hall\nb,\"n,hall", 4, nil), ("zone,name,type\na,n\"m,hall", 2, nil),
            ("zone,name,type\na,\"n\"m,hall", 2, nil), ("zone,name,type\na,n\u{202E}m,hall", 2, "name"),
            ("zone,name,type\na,n,hall\nb,m,hall\na,o,hall", 4, "zone"), ("zone,name,type\n", 0, nil), ("", 0, nil),
        ]
        for (text, line, column) in cases {
            let found = try #require(complaint(text), "\(text)")
            #expect((found.line, found.column) == (line, column), "\(text)")
            #expect(!found.zh.isEmpty && !found.en.isEmpty)
        }
        let broken = Array("zone,name,type\na,".utf8) + [0xFF, 0xFF] + Array(",hall".utf8)
        #expect(complaints(broken).map(\.line) == [2])
        let both = RosterCSV.Trouble(complaints: complaints(Array("zone,name,type\na,n,x\nb,m,y".utf8)))
        #expect(both.description.split(separator: "\n").count == 2, "all of them at once")
    }

    @Test("bounds: 20,000 lines, 4 MiB, twenty complaints")
    func bounds() throws {
        let lines = (0..<20_000).map { "z-\($0),专区\($0),village\n" }.joined()
        #expect(try RosterCSV.read(Array("zone,name,type\n\(lines)".utf8)).count == 20_000)
        #expect(complaint("zone,name,type\n\(lines)z,n,hall\n")?.line == 0)
        #expect(complaints([UInt8](repeating: 0x2C, count: (4 << 20) + 1)).map(\.line) == [0])
        #expect(complaints(Array(String(repeating: ",", count: 1 << 20).utf8)).count == 1)
        #expect(complaints(Array("zone,name,type\n\(String(repeating: "Z,n,hall\n", count: 99))".utf8)).count == 20)
    }

    @Test("hostile bytes never trap")
    func noise() {
        var random = SeededGenerator(seed: 3)
        let pieces: [[UInt8]] = [
            [0x22], [0x2C], [0x0A], [0x0D, 0x0A], Array("zone,name,type\n".utf8), [0x81, 0x30], [0],
        ]
        for _ in 0..<3000 {
            var file = Bool.random(using: &random) ? Array("zone,name,type\n".utf8) : []
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                file += Bool.random(using: &random) ? (pieces.randomElement(using: &random) ?? []) : random.bytes(3)
            }
            for found in complaints(file) { #expect(found.zh == found.zh.cleaned(limit: .max)) }
        }
    }

    private func importing(_ bench: IngestBench, _ text: String) async throws -> RosterReport {
        try await RosterDesk(store: bench.store, wall: bench.wall).take(Array(text.utf8))
    }

    @Test("the wall shows who is on the list and was never heard; what was heard is what it says of itself")
    func onTheWall() async throws {
        let bench = try IngestBench()
        let agent = try AgentModel(bench.clock, zone: "lw-1")
        agent.state = ZoneStateJSON(name: "自己的名字", purpose: "production", type: "hall", devices: [])
        try await bench.send(agent)
        #expect(try await bench.zone("lw-1").onRoster == nil, "without a list nobody is on it")
        #expect(try await importing(bench, Self.csv) == .init(zones: 3, added: 3))
        let zones = await bench.wall.zones()
        #expect(zones.map(\.zone.text) == ["lw-1", "lw-2", "lw-3"])
        #expect(zones.map(\.state) == [.live, .unseen, .retired])
        #expect(zones.map(\.hasAgent) == [true, false, true])
        #expect(zones[0].name == "自己的名字" && zones[1].name == "县档案馆, \"二楼\"" && zones[1].type == "archive")
        #expect(zones[1].groups == .init(network: .unknown, query: .unknown, print: .unknown))
        let summary = await bench.wall.summary()
        #expect((summary.onRoster, summary.withAgent, summary.heard) == (3, 2, 1))
        #expect(summary.byState == ["live": 1, "unseen": 1, "retired": 1])
        try bench.reopen()
        #expect(await bench.wall.zones().map(\.state) == [.live, .unseen, .retired])
    }

    @Test("a new list replaces the old one; who was heard stays and is marked, who was not is gone")
    func replaced() async throws {
        let bench = try IngestBench()
        try await bench.send(try AgentModel(bench.clock, zone: "lw-1"))
        _ = try await importing(bench, Self.csv)
        let next = "zone,name,type\nlw-3,新图书馆,library\nlw-4,新,hall"
        #expect(try await importing(bench, next) == .init(zones: 2, added: 1, changed: 1, removed: 1, kept: 1))
        let zones = await bench.wall.zones()
        #expect(zones.map(\.zone.text) == ["lw-1", "lw-3", "lw-4"])
        #expect(zones.map(\.onRoster) == [false, true, true])
        #expect(zones.map(\.state) == [.live, .unseen, .unseen])
        #expect(await bench.wall.summary().onRoster == 2)
        #expect(try await importing(bench, next).changed == 0, "the same list changes nothing")
    }

    @Test("one wrong line and nothing is taken")
    func allOrNothing() async throws {
        let bench = try IngestBench()
        _ = try await importing(bench, Self.csv)
        await #expect(throws: RosterCSV.Trouble.self) {
            try await importing(bench, "zone,name,type\nlw-9,neu,hall\nlw-9,neu,hall")
        }
        #expect(try bench.store.roster().map(\.zone.text) == ["lw-1", "lw-2", "lw-3"])
    }

    @Test("a retired zone that speaks is shown as it is")
    func retiredSpeaks() async throws {
        let bench = try IngestBench()
        _ = try await importing(bench, Self.csv)
        let agent = try AgentModel(bench.clock, zone: "lw-3")
        try await bench.send(agent)
        #expect(try await bench.zone("lw-3").state == .live)
        await bench.pass(.seconds(600))
        #expect(try await bench.zone("lw-3").state == .retired)
    }
}
