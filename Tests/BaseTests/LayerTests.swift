import Testing
import ZoneConfig
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneYAML

@Suite("The hub's layer lies over the site's, key by key")
struct LayerTests {
    private let site = Layers.site
    private let remote = Layers.remote
    private let least = Layers.least

    @Test(
        "every value knows its text, file, line and layer",
        arguments: [
            ("zone", "liangping-01", 0, "zone:"), ("hours.mon", "09:00-12:00 14:00-17:00", 0, "mon:"),
            ("hours.sat", "09:00-12:00", 1, "sat:"), ("hours.revision", "3", 1, "revision:"),
            ("hours.exceptions.2026-10-01", "closed", 0, "2026-10-01"),
            ("hours.exceptions.2026-10-10", "10:00-12:00", 1, "2026-10-10"),
            ("network.portals.区门户.url", "https://www.example.gov.cn/", 0, "www.example"),
            ("network.portals.区门户.mark", "公开", 1, "mark:"), ("devices.printer-1.place", "东门", 1, "东门"),
            ("devices.touch-left.match.usb", "222a:0001", 0, "usb:"), ("nodes.pc-2.place", "二楼", 1, "二楼"),
            ("journal.sizeMiB", "128", 0, "sizeMiB"), ("journal.days", "30", 1, "days"),
        ])
    func origin(_ path: String, _ text: String, _ layer: Int, _ words: String) throws {
        let origin = try #require(try Layers.read(site, remote).origins.values[path])
        #expect(origin.text == text && origin.layer == layer)
        #expect(origin.file == ["site.yaml", "remote.yaml"][layer])
        #expect(origin.line == Layers.line(of: words, in: [site, remote][layer]))
    }

    @Test("what the higher layer says counts, what it does not say stays")
    func merged() throws {
        let config = try Layers.read(site, remote).config
        #expect(config.purpose == .demo && config.name == "梁平专区" && config.hubURL == "https://127.0.0.1:8081")
        #expect(config.journal.sizeMiB == 128 && config.journal.days == 30)
        let hours = try #require(config.hours)
        let (monday, saturday) = (WeeklyHours.Day("09:00-12:00 14:00-17:00"), WeeklyHours.Day("09:00-12:00"))
        #expect(hours.week.days == [.mon: try #require(monday), .sat: try #require(saturday)])
        #expect(hours.week.exceptions.keys.map(\.description).sorted() == ["2026-10-01", "2026-10-10"])
        #expect(hours.revision == 3)
        #expect(config.nodes.map(\.node.text) == ["pc-1", "pc-2"] && config.place == "大厅")
    }

    @Test("devices are merged by id and portals by name; what is new comes after")
    func lists() throws {
        let config = try Layers.read(site, remote).config
        #expect(config.devices.map(\.card.id.text) == ["printer-1", "touch-left", "box-1"])
        #expect(config.devices[0].card.place == "东门" && config.devices[0].uri == "ipp://192.0.2.7/ipp/print")
        #expect(config.devices[1].match == ["usb": "222a:0001"] && config.devices[2].card.watch == .person)
        #expect(config.portals.map(\.name) == ["区门户", "市门户"])
        #expect(config.portals[0].url == "https://www.example.gov.cn/" && config.portals[0].mark == "公开")
    }

    @Test(
        "a locked key stays the site's, whatever the hub says, and that is told",
        arguments: [
            ("name", "name: 别的"), ("hub.url", "hub:\n  url: https://192.0.2.1:8081"),
            ("hub", "hub:\n  url: https://192.0.2.1:8081"), ("hours", "hours:\n  mon: closed\n  revision: 9"),
            ("hours.mon", "hours:\n  mon: closed"), ("devices", "devices:\n  - id: printer-1\n    place: x"),
            ("network.portals", "network:\n  portals:\n    - name: 市\n      url: http://city/"),
            ("journal", "journal:\n  days: 7"),
        ])
    func locks(_ key: String, _ other: String) throws {
        let before = try Layers.read(site)
        let after = try Layers.read("locked: [\(key)]\n" + site, other)
        #expect(after.config == before.config)
        #expect(after.origins.ignored == [key] && after.locks.contains(key))
        #expect(try Layers.read(site, other).config != before.config, "without the lock it would have counted")
    }

    @Test(
        "a lock on a key of a list's items locks it, or is refused: it never does nothing", arguments: ["uri", "place"])
    func wildcardLock(_ key: String) {
        let other = "devices:\n  - id: printer-1\n    uri: ipp://192.0.2.66/x\n    place: x"
        guard let result = try? Layers.read("locked: [\"devices.*.\(key)\"]\n" + site, other) else { return }
        #expect(result.origins.values["devices.printer-1.\(key)"]?.layer == 0, "accepted, and it locked nothing")
    }

    @Test("who this PC is and what is locked is never the hub's to say")
    func siteOnly() throws {
        let result = try Layers.read(site, "zone: other\nnode: other\nlocked: [name]\nname: 别的")
        #expect(result.config.zone.text == "liangping-01" && result.config.node.text == "pc-1")
        #expect(result.origins.ignored.isSuperset(of: ["zone", "node"]))
        #expect(result.config.name == "别的" && result.locks == ReadConfiguration.siteOnly)
    }

    @Test("nor is which unit is started anew, which files are removed, and where the browser's policies are written")
    func siteOnlyActs() throws {
        let own = "kiosk:\n  app:\n    unit: a.service\nbrowser:\n  policies: /srv/a\n  homepage: https://a.cn/\n"
        let other = """
            kiosk:
              app:
                unit: b.service
            browser:
              policies: /srv/b
              homepage: https://b.cn/
            residue:
              folders: /srv/b/c
              clear: true
            """
        let result = try Layers.read(least + own, other)
        #expect(result.config.kioskApp?.unit == "a.service" && result.config.residue == ResidueConfig())
        #expect(result.config.browser?.policies == ["/srv/a"] && result.config.browser?.homepage == "https://b.cn/")
        #expect(result.origins.ignored == ["kiosk", "residue", "browser.policies"])
        #expect(try Layers.read(least, other).config.browser?.policies == [BrowserConfig.usualFolder])
    }

    @Test("an unknown key is a mistake in either layer, and so is an unknown key among the locked")
    func unknown() {
        #expect(Layers.complaint(site + "\ncolour: red", remote)?.file == "site.yaml")
        let text = remote + "\ncolour: red"
        let found = Layers.complaint(site, text)
        #expect(found?.file == "remote.yaml" && found?.field == "colour")
        #expect(found?.line == Layers.line(of: "colour", in: text))
        let nested = Layers.complaint(site, remote.replacing("    place: 东门", with: "    plaice: 东门"))
        #expect(nested?.file == "remote.yaml" && nested?.field == "devices[0].plaice")
        for name in ["colour", "devices.printer-1.colour", "hour", "zone.id", ""] {
            let text = site + "\nlocked: [\"\(name)\"]"
            #expect(Layers.complaint(text)?.field == "locked", "\(name)")
            #expect(Layers.complaint(text)?.line == Layers.line(of: "locked", in: text))
        }
        #expect(Layers.complaint(site + "\nlocked: name")?.field == "locked")
    }

    @Test(
        "a mistake in the hub's file is named with that file, also where the site's value is right",
        arguments: [
            ("purpose: demo", "purpose: fun", "purpose"), ("revision: 3", "revision: -3", "hours.revision"),
            ("sat: 09:00-12:00", "sat: 09:00", "hours.sat"), ("suggestionBox", "hat", "devices[1].kind"),
            ("2026-10-10", "2026-10-32", "hours.exceptions.2026-10-32"), ("days: 30", "days: 3", "journal.days"),
            ("https://city", "ftp://city", "network.portals[1].url"), ("- node: pc-2", "- node: PC 2", "nodes[0].node"),
        ])
    func remoteMistake(_ from: String, _ to: String, _ field: String) {
        let text = remote.replacing(from, with: to)
        let found = Layers.complaint(site, text)
        #expect(found?.file == "remote.yaml" && found?.field == field)
        #expect(found?.line == Layers.line(of: to, in: text))
    }

    @Test("an id stands once in a file; the same id in the other file is the same device")
    func twins() {
        let found = Layers.complaint(site, remote.replacing("id: box-1", with: "id: printer-1"))
        #expect(found?.file == "remote.yaml" && found?.field == "devices[1].id")
        #expect(found?.line == Layers.line(of: "box-1", in: remote))
    }

    @Test("a list of nodes has this PC's own among them, whoever wrote the list")
    func ownNode() {
        #expect(Layers.complaint(least + "nodes:\n  - node: c")?.field == "nodes")
        #expect(Layers.complaint(least, "nodes:\n  - node: c")?.file == "remote.yaml")
        #expect(Layers.complaint(least + "nodes:\n  - node: b", "nodes:\n  - node: c") == nil)
    }

    @Test("every prefix of either file is a smaller configuration or a complaint, never a crash")
    func everyPrefix() {
        for end in site.indices {
            guard let found = Layers.complaint(String(site[..<end]), remote) else { continue }
            #expect(["site.yaml", "remote.yaml"].contains(found.file))
        }
        for end in remote.indices {
            guard let found = Layers.complaint(site, String(remote[..<end])) else { continue }
            #expect(found.file == "remote.yaml", "the site's file is right; after \(remote[..<end].suffix(12))")
        }
        var random = SeededGenerator(seed: 11)
        for _ in 0..<300 { _ = Layers.complaint(site, String(decoding: random.bytes(90), as: UTF8.self)) }
    }
}

@Suite("What each key of agent.yaml means")
struct ConfigurationKeyTests {
    private func undescribed(_ site: String, _ remote: String? = nil) throws -> [String] {
        try Layers.read(site, remote).origins.values.keys.filter { ConfigurationKey.describing($0) == nil }
    }

    @Test("each value of a full file has a key that describes it")
    func described() throws {
        #expect(try undescribed(Layers.site, Layers.remote) == [])
        #expect(try undescribed(Layers.least + "hours: closed\nlocked: [hours]\nname: x\npurpose: demo") == [])
        #expect(ConfigurationKey.describing("devices.printer-1.uri")?.path == "devices.*.uri")
        #expect(ConfigurationKey.describing("hours.exceptions.2026-10-01")?.path == "hours.exceptions.*")
        for path in ["", "devices", "colour", "hours.monday", "devices.printer-1.colour"] {
            #expect(ConfigurationKey.describing(path) == nil, "\(path)")
        }
    }

    @Test("…also where the name of a portal or a udev property has dots in it")
    func dots() throws {
        let portal = "network:\n  portals:\n    - name: www.example.gov.cn\n      url: https://www.example.gov.cn/\n"
        let panel = "devices:\n  - id: touch-1\n    kind: touchPanel\n    match:\n      udev.ID_PATH: pci-0000"
        #expect(try undescribed(Layers.least + portal + panel) == [])
    }

    @Test("each key says in both languages what it is, once")
    func schema() {
        #expect(Set(ConfigurationKey.all.map(\.path)).count == ConfigurationKey.all.count)
        #expect(ConfigurationKey.all.allSatisfy { !$0.meaning.isEmpty && !$0.zh.isEmpty })
    }
}
