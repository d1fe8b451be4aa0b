import Testing
import ZoneConfig

@Suite("hub.yaml")
struct OfficeConfigTests {
    private func read(_ text: String) throws -> HubConfig { try HubConfig(text: text, file: "/etc/zone-hub/hub.yaml") }

    @Test("nothing said: loopback only")
    func defaults() throws {
        #expect(try read("") == HubConfig())
        #expect(try read("agents:\npeople:\n") == HubConfig())
        #expect(HubConfig().agentAddress == "127.0.0.1:8081")
    }

    @Test("the agents' port may listen anywhere, and is called by the names that are said")
    func whole() throws {
        let config = try read(
            """
            agents:
              listen: 0.0.0.0:9443
              names: [hub.example.cn, 192.0.2.7, "2001:db8::7"]
            people:
              listen: "[::1]:9080"

            """)
        #expect(config.agents == ListenAddress(host: "0.0.0.0", port: 9443))
        #expect(config.people == ListenAddress(host: "::1", port: 9080))
        #expect(config.agentAddress == "hub.example.cn:9443")
        #expect(try read("agents: {listen: \"192.0.2.7:1\"}").agentNames == ["192.0.2.7"])
        #expect(try read("agents: {listen: \"[::]:1\"}").agentNames == ["127.0.0.1"])
    }

    @Test("the district has a name, or none is said")
    func district() throws {
        #expect(HubConfig().district.isEmpty)
        #expect(try read("district: 示例区\n").district == "示例区")
    }

    @Test("deadlines follow the calendar cn of the package, another one, or none")
    func calendar() throws {
        #expect(HubConfig().calendar == "cn" && HubConfig().calendarFolder == nil)
        #expect(try read("calendar:\n  name: none\n").calendar == nil)
        let other = try read("calendar:\n  name: moon\n  folder: /srv/calendars\n")
        #expect(other.calendar == "moon" && other.calendarFolder == "/srv/calendars")
    }

    @Test(
        "every mistake is named with file, line and field",
        arguments: [
            ("agents:\n  listen: 8081\n", 2, "agents.listen"),
            ("agents:\n  listen: 0.0.0.0:70000\n", 2, "agents.listen"),
            ("agents:\n  listen: ::1:80\n", 2, "agents.listen"),
            ("agents:\n  names: [a b]\n", 2, "agents.names"),
            ("people:\n  listen: 0.0.0.0:8080\n", 2, "people.listen"),
            ("people:\n  listen: 192.0.2.7:8080\n", 2, "people.listen"),
            ("agents:\n  lisen: 127.0.0.1:1\n", 2, "agents.lisen"),
            ("people: {}\ncolour: red\n", 2, "colour"),
            ("people: x\n", 1, "people"),
            ("calendar:\n  folder: calendars\n", 2, "calendar.folder"),
            ("calendar:\n  name: C N\n", 2, "calendar.name"),
            ("district: \(String(repeating: "区", count: 41))\n", 1, "district"),
        ])
    func mistakes(_ text: String, _ line: Int, _ field: String) {
        do {
            _ = try read(text)
            Issue.record("accepted \(text)")
        } catch {
            #expect("\(error)".contains("/etc/zone-hub/hub.yaml:\(line)"), "\(error)")
            #expect("\(error)".contains(field), "\(error)")
        }
    }
}
