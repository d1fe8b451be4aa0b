import Testing
import ZoneConfig
import ZoneModel
import ZoneYAML

@Suite("Where citizens take the paper")
struct CollectTests {
    private func read(_ place: String, kind: String = "printer", remote: String? = nil) throws(FileComplaint) -> String?
    {
        let site = """
            zone: z
            node: pc-1
            devices:
              - id: x-1
                kind: \(kind)
                watch: person
                collect: "\(place)"
            """
        let config = try ReadConfiguration(
            site: ConfigurationText(file: "agent.yaml", text: site),
            remote: remote.map { ConfigurationText(file: "remote.yaml", text: $0) }
        ).config
        return Slug("x-1").flatMap { config.collect($0) }
    }

    @Test("the site says it, and the hub's layer may say another place", arguments: ["printer", "copier"])
    func layers(_ kind: String) throws {
        #expect(try read("一楼服务台", kind: kind) == "一楼服务台")
        let remote = "devices:\n  - id: x-1\n    collect: 二楼"
        #expect(try read("一楼服务台", kind: kind, remote: remote) == "二楼")
        #expect(try read("一楼\\u202E服务台\\u001B[2J") == "一楼服务台[2J")
    }

    @Test("what is no place, too long for a line, or has no paper, is named")
    func mistakes() {
        for (place, kind) in [
            ("", "printer"), ("  ", "printer"), (String(repeating: "台", count: 61), "printer"), ("服务台", "touchPanel"),
        ] {
            let error = #expect(throws: FileComplaint.self) { try read(place, kind: kind) }
            #expect(error?.field == "devices[0].collect" && error?.line == 7, "\(place) \(kind)")
        }
        #expect(throws: Never.self) { try read(String(repeating: "台", count: 60)) }
    }
}
