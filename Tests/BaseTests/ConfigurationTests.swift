import Testing
import ZoneConfig
import ZoneModel
import ZoneProfiles
import ZoneTestKit
import ZoneTime
import ZoneYAML

@Suite("agent.yaml")
struct ConfigurationTests {
    private let good = """
        zone: liangping-01
        node: pc-1
        name: 梁平区政务服务中心专区
        purpose: production
        type: hall
        hours: "09:00-17:00"
        hub:
          url: https://127.0.0.1:8081
        network:
          portals:
            - name: 门户
              url: https://www.example.gov.cn/
              mark: 政府信息公开
        devices:
          - id: printer-1
            kind: printer
            uri: ipp://192.0.2.7/ipp/print
            place: 咨询台旁
          - id: box-1
            kind: suggestionBox
            watch: person
        """

    private func read(_ text: String) throws(FileComplaint) -> AgentConfig {
        try ReadConfiguration(site: ConfigurationText(file: "/etc/zone-agent/agent.yaml", text: text)).config
    }

    @Test("a panel may name its display; nothing else lies on one")
    func panelOnDisplay() throws {
        let panel = "  - {id: touch-1, kind: touchPanel, match: {usb: \"222a:0001\"}, display: display-1}\n"
        let config = try read("zone: a\nnode: b\ndevices:\n" + panel)
        #expect(config.devices.first?.display == Slug("display-1"))
        let wrong = panel.replacing("touchPanel", with: "printer")
        let complaint = #expect(throws: FileComplaint.self) { try read("zone: a\nnode: b\ndevices:\n" + wrong) }
        #expect(complaint?.field == "devices[0].display")
    }

    @Test("a whole file is understood")
    func wholeFile() throws {
        let config = try read(good)
        #expect(config.zone.text == "liangping-01")
        #expect(config.hours?.week.days.count == 7, "the short form means every day")
        #expect(config.hours?.week.days[.sun]?.spans.first?.opensAtMinute == 540)
        #expect(config.portals.first?.mark == "政府信息公开")
        #expect(config.devices.map(\.card.id.text) == ["printer-1", "box-1"])
        #expect(config.devices[1].card.watch == .person)
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var from: String
        var to: String
        var line: Int
        var field: String
        var testDescription: String { "\(field): \(to)" }
    }

    @Test(
        "every mistake is named with file, line and field",
        arguments: [
            Mistake(from: "zone: liangping-01", to: "zone: Liang Ping", line: 1, field: "zone"),
            Mistake(from: "purpose: production", to: "purpose: testing", line: 4, field: "purpose"),
            Mistake(from: "hours: \"09:00-17:00\"", to: "hours: morning", line: 6, field: "hours"),
            Mistake(from: "url: https://127.0.0.1:8081", to: "url: hub.example", line: 8, field: "hub.url"),
            Mistake(from: "kind: printer", to: "kind: toaster", line: 16, field: "devices[0].kind"),
            Mistake(from: "id: box-1", to: "id: printer-1", line: 19, field: "devices[1].id"),
            Mistake(from: "    watch: person", to: "    wach: person", line: 20, field: "devices[1].uri"),
            Mistake(from: "type: hall", to: "type: hall\ncolour: red", line: 6, field: "colour"),
            Mistake(from: "zone: liangping-01", to: "zone: liangping-01\nzone: other", line: 1, field: "zone"),
        ])
    func mistakes(_ mistake: Mistake) {
        let text = good.replacing(mistake.from, with: mistake.to)
        do {
            _ = try read(text)
            Issue.record("accepted \(mistake)")
        } catch {
            #expect(error.field == mistake.field)
            #expect(error.file == "/etc/zone-agent/agent.yaml")
            if mistake.field != "devices[1].uri" { #expect(error.line == mistake.line) }
        }
    }

    @Test("half a file, at every length, is an error or a smaller file, never a crash")
    func everyPrefix() {
        for end in good.indices { _ = try? read(String(good[..<end])) }
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            _ = try? read(String(decoding: random.bytes(80), as: UTF8.self))
        }
    }
}

@Suite("hw-profiles")
struct ProfileTests {
    private func source(_ folder: String, _ text: String, root: Int = 0, name: String = "x") -> ProfileShelf.Source {
        .init(path: "\(folder)/\(name).yaml", root: root, folder: folder, text: text)
    }

    private let generic = """
        kind: printer
        driver: ipp-printer
        match: {scheme: ipp}
        set: {answerWithin: 4s}
        expect: {probeInterval: 30s}
        evidence: guess
        """

    @Test("later layers win per key, the site's last")
    func layers() throws {
        let shelf = ProfileShelf([
            source("10-site", "kind: printer\nmatch: {scheme: ipp}\nexpect: {probeInterval: 2s}", root: 1),
            source("10-generic", generic),
            source("50-model", "kind: printer\nmatch: {scheme: ipp}\nset: {answerWithin: 9s}\nevidence: recording"),
        ])
        #expect(shelf.complaints.isEmpty)
        let profile = try #require(shelf.profile(for: HardwareFacts(kind: .printer, facts: ["scheme": "ipp"])))
        #expect(profile.driver == "ipp-printer")
        #expect(profile.settings == ["answerWithin": "9s"])
        #expect(profile.probeInterval == .seconds(2))
        #expect(profile.maxAge == .seconds(6), "three probes, when no file says otherwise")
        #expect(profile.evidence == .recording)
        let lines = shelf.explain(HardwareFacts(kind: .printer, facts: ["scheme": "ipp"]))
        #expect(lines.last == "10-site/x.yaml:3: expect.probeInterval = 2.0 seconds")
    }

    @Test(
        "what a device says of itself is compared without case, and a star ends a beginning",
        arguments: [
            ("HP *", "hp LaserJet MFP M428fdw", true), ("HP *", "HPE something", false), ("HP *", "", false),
            ("brother mfc-9340cdw", "Brother MFC-9340CDW", true), ("Brother MFC", "Brother MFC-9340CDW", false),
            ("*", "anything", true),
        ])
    func models(_ wanted: String, _ said: String, _ fits: Bool) {
        let vendor = "kind: printer\nmatch: {scheme: ipp*, model: \"\(wanted)\"}\nset: {answerWithin: 9s}"
        let shelf = ProfileShelf([source("10-generic", generic), source("30-vendor", vendor, name: "vendor")])
        #expect(shelf.complaints.isEmpty)
        let known = HardwareFacts(kind: .printer, facts: ["scheme": "ipp", "model": said])
        #expect(shelf.profile(for: known)?.settings == ["answerWithin": fits ? "9s" : "4s"])
        let unknown = HardwareFacts(kind: .printer, facts: ["scheme": "ipp"])
        #expect(shelf.profile(for: unknown)?.settings == ["answerWithin": "4s"], "nothing was said yet")
    }

    @Test(
        "a bad file is one complaint and never disarms the others",
        arguments: [
            "kind: [", "kind: printer", "kind: printer\nmatch: {colour: red}", "nonsense",
            "kind: printer\nmatch: {usb: 1}\nevidence: rumour",
        ])
    func badFile(_ text: String) {
        let shelf = ProfileShelf([source("10-generic", generic), source("30-vendor", text, name: "bad")])
        #expect(shelf.complaints.count == 1)
        #expect(shelf.complaints.first?.file == "30-vendor/bad.yaml")
        #expect(shelf.profile(for: HardwareFacts(kind: .printer, facts: ["scheme": "ipp"])) != nil)
    }

    @Test("lint finds unknown drivers, unknown settings, wrong values and twins")
    func lint() {
        let drivers = [
            "ipp-printer": DriverFacts(kinds: [.printer], settings: ["answerWithin": { $0 == "4s" ? nil : "4s" }])
        ]
        func complaints(_ texts: [String]) -> [String] {
            let sources = texts.enumerated().map { source("10-generic", $1, name: "f\($0)") }
            return ProfileShelf(sources).lint(drivers: drivers).map(\.field)
        }
        #expect(complaints([generic]).isEmpty)
        #expect(complaints([generic.replacing("ipp-printer", with: "magic")]) == ["driver"])
        #expect(complaints([generic.replacing("answerWithin: 4s", with: "speed: 1")]) == ["set.speed"])
        #expect(complaints([generic.replacing("answerWithin: 4s", with: "answerWithin: x")]) == ["set.answerWithin"])
        #expect(complaints([generic, generic]) == ["match"])
        let late = generic.replacing("scheme: ipp", with: "model: HP").replacing(
            "probeInterval: 30s", with: "maxAge: 9s")
        #expect(complaints([late]) == ["expect.maxAge"])
    }
}
