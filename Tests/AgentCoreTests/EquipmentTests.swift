import Testing
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@testable import ZoneAgentCore

@Suite("What is on the list, as the policy counts it")
struct EquipmentTests {
    private let files: ConfigurationRig
    private let rig: StationRig
    private let copier = DeviceID(.copier, 1)

    init() throws {
        (files, rig) = (try ConfigurationRig(), try StationRig())
        try SmallFile.makeDirectory(files.places.sitePolicy)
        let rules = ["[printer]", "[copier]", "[printer, copier]", "[touchPanel]"].enumerated().map { number, kinds in
            "  - {id: r\(number), notice: 一号, clause: 第一条, text: 设备, anyOf: \(kinds), required: yes}\n"
        }
        let text = "district: 某区\ntitle: 规则\nrules:\n" + rules.joined()
        try SmallFile.replace(files.places.sitePolicy + "/rules.yaml", with: text)
    }

    /// How many printers, copiers, things that are one or the other, and panels `GET /v1/policy` says there are.
    private func expect(
        _ wanted: [Int], _ station: Station, _ purpose: Purpose = .production,
        at place: SourceLocation = #_sourceLocation
    ) throws {
        var config = try files.store().config
        config.purpose = purpose
        let view = PolicyView(places: files.places)
        #expect(view.complaints.isEmpty)
        let have = view.json(for: config, station.board).rules.map(\.have)
        #expect(have == wanted, sourceLocation: place)
    }

    private func tell(_ station: Station, scanner: JSONValue?, _ sight: Symptom.Sight = .fine) async {
        await station.take(
            Report(
                presence: .present, link: .up, symptoms: [Symptom(.scanFailed, sight)],
                details: .members(["reasons": [], "scanner": scanner])), from: StationRig.printer)
    }

    @Test("a printer with a scanner is a copier, too, and one thing; also while its scanner is stopped or silent")
    func scanning() async throws {
        try await rig.withStation { station, _ in
            try expect([1, 0, 1, 1], station)
            await tell(station, scanner: ["source": "escl", "state": "idle"])
            try expect([1, 1, 1, 1], station)
            await tell(station, scanner: ["source": "escl", "state": "stopped"])
            try expect([1, 1, 1, 1], station)
            for _ in 0..<3 { await tell(station, scanner: nil, .wrong(evidence: "no answer")) }
            #expect(station.board.state(of: StationRig.printer)?.conditions.map(\.code) == [.scanFailed])
            // Whether it works is another question.
            try expect([1, 1, 1, 1], station)
        }
    }

    @Test("a copier that the agent prints on is a printer; a photocopier that staff look after is none")
    func copiers() async throws {
        try await rig.withStation { station, _ in
            await station.admit(DeviceCard(id: copier, kind: .copier), maxAge: .seconds(90))
            try expect([2, 1, 2, 1], station)
        }
        try await rig.withStation { station, _ in
            await station.admit(DeviceCard(id: copier, kind: .copier, watch: .person), maxAge: .seconds(90))
            try expect([1, 1, 2, 1], station)
        }
    }

    @Test("simulated devices count in a demo only")
    func simulated() async throws {
        try await rig.withStation { station, _ in
            await station.take(Report(presence: .present, link: .up, simulated: true), from: StationRig.printer)
            try expect([0, 0, 0, 1], station)
            try expect([1, 0, 1, 1], station, .demo)
        }
    }
}
