import Testing
import ZoneConfig
import ZoneModel
import ZoneYAML

@Suite("agent.yaml: the kiosk's program, its browser, and what may not be left")
struct KioskConfigTests {
    private func config(_ text: String) throws(FileComplaint) -> AgentConfig {
        try ReadConfiguration(site: ConfigurationText(file: "site.yaml", text: "zone: a\nnode: b\n" + text)).config
    }

    private func field(_ text: String) -> String? {
        do throws(FileComplaint) {
            _ = try config(text)
            return nil
        } catch { return error.field }
    }

    @Test("all of it")
    func whole() throws {
        let config = try config(
            """
            kiosk:
              app:
                unit: zone-kiosk.service
                heartbeat: true
                silence: 2m
            browser:
              policies: /etc/chromium/policies/managed/ /etc/opt/chrome/policies/managed
              homepage: https://www.example.gov.cn/
              bookmarks:
                - name: 政府信息公开
                  url: https://www.example.gov.cn/gk
              downloads: /var/lib/zone-kiosk/downloads
            residue:
              folders: /var/lib/zone-kiosk/downloads
              clear: true
              restartApp: true
            """)
        #expect(
            config.kioskApp == KioskAppConfig(unit: "zone-kiosk.service", heartbeat: true, silence: .seconds(120)))
        let browser = try #require(config.browser)
        #expect(browser.policies == ["/etc/chromium/policies/managed", "/etc/opt/chrome/policies/managed"])
        #expect(browser.leavesNothing && browser.downloads == .into("/var/lib/zone-kiosk/downloads"))
        #expect(browser.bookmarks.map(\.name) == ["政府信息公开"])
        #expect(
            config.residue == ResidueConfig(folders: ["/var/lib/zone-kiosk/downloads"], clear: true, restartApp: true))
    }

    @Test("without any of it nothing is watched, wanted or removed")
    func none() throws {
        let config = try config("")
        #expect(config.kioskApp == nil && config.browser == nil && config.residue == ResidueConfig())
        #expect(try self.config("browser:\n  homepage: https://x.cn/").browser?.downloads == nil)
    }

    @Test(
        "a mistake names its field",
        arguments: [
            ("kiosk:\n  app:\n    heartbeat: false", "kiosk.app.unit"),
            ("kiosk:\n  app:\n    unit: systemd-reboot.service", "kiosk.app.unit"),
            ("kiosk:\n  app:\n    unit: --user.service", "kiosk.app.unit"),
            ("kiosk:\n  app:\n    unit: a b.service", "kiosk.app.unit"),
            ("kiosk:\n  app:\n    heartbeat: true\n    silence: 5s", "kiosk.app.silence"),
            ("browser:\n  homepage: javascript:alert(1)", "browser.homepage"),
            ("browser:\n  policies: etc/chromium", "browser.policies"),
            ("browser:\n  policies: /etc/../root", "browser.policies"),
            ("browser:\n  downloads: maybe", "browser.downloads"),
            ("residue:\n  folders: /srv/kiosk", "residue.folders"),
            ("residue:\n  clear: true", "residue.folders"),
            ("residue:\n  folders: /a/b/c\n  restartApp: true", "residue.restartApp"),
        ])
    func mistakes(_ text: String, _ wanted: String) { #expect(field(text) == wanted) }
}
