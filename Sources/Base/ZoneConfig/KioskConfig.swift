import ZoneModel
import ZoneYAML

/// The program in front of the citizens.
package struct KioskAppConfig: Sendable, Hashable {
    /// A unit of the system's service manager, such as `zone-kiosk.service`.
    package var unit: String?
    /// Whether it gives signs of life at the control socket.
    package var heartbeat: Bool
    /// So long without one, and it does not live.
    package var silence: Duration

    package init(unit: String?, heartbeat: Bool, silence: Duration) {
        (self.unit, self.heartbeat, self.silence) = (unit, heartbeat, silence)
    }
}

/// What the browser of the kiosk must be told by its managed policies.
package struct BrowserConfig: Sendable, Hashable {
    package struct Bookmark: Sendable, Hashable {
        package var name: String
        package var url: String
    }

    package enum Downloads: Sendable, Hashable {
        case forbidden
        /// Into this folder, without asking.
        case into(String)
    }

    /// Folders of managed policies.
    package var policies: [String]
    package var homepage: String?
    package var bookmarks: [Bookmark]
    /// No logins, history, cookies and filled-in forms beyond the session.
    package var leavesNothing: Bool
    /// `nil`: as the browser has it.
    package var downloads: Downloads?

    package init(
        policies: [String], homepage: String?, bookmarks: [Bookmark], leavesNothing: Bool, downloads: Downloads?
    ) {
        (self.policies, self.homepage, self.bookmarks) = (policies, homepage, bookmarks)
        (self.leavesNothing, self.downloads) = (leavesNothing, downloads)
    }
}

/// Folders in which nothing of a citizen may be left.
package struct ResidueConfig: Sendable, Hashable {
    package var folders: [String]
    /// Whether what is left there is removed.
    package var clear: Bool
    /// Whether the kiosk's program is started anew when a use is over.
    package var restartApp: Bool

    package init(folders: [String] = [], clear: Bool = false, restartApp: Bool = false) {
        (self.folders, self.clear, self.restartApp) = (folders, clear, restartApp)
    }
}

extension KioskAppConfig {
    /// `nil` without `kiosk.app`.
    static func read(_ root: inout LayeredSection) throws(FileComplaint) -> KioskAppConfig? {
        guard var kiosk = try root.section("kiosk") else { return nil }
        guard var app = try kiosk.section("app") else {
            throw kiosk.complaint("app", expected: "the kiosk's program: unit, heartbeat, or both")
        }
        let unit = try app.value(
            "unit", expected: "the name of a system unit such as zone-kiosk.service", KioskAppConfig.unitName)
        let heartbeat = try app.value("heartbeat", expected: "true or false", truth) ?? false
        let silence = try app.value("silence", expected: "a duration from 60s to 60m such as 90s") { text in
            Duration(shortText: text).flatMap { (.seconds(60)...Duration.seconds(3600)).contains($0) ? $0 : nil }
        }
        guard unit != nil || heartbeat else {
            throw app.complaint("unit", expected: "unit, or heartbeat: true; without either nothing can be seen")
        }
        try app.finish()
        kiosk.absorb(app)
        try kiosk.finish()
        root.absorb(kiosk)
        return KioskAppConfig(unit: unit, heartbeat: heartbeat, silence: silence ?? .seconds(90))
    }

    /// What belongs to the PC itself is nobody's kiosk program, and started anew it may take the PC away.
    private static let others = ["systemd-", "dbus", "zone-agent", "emergency", "rescue", "getty@", "init"]

    /// An argument of a program: nothing that could be an option, a path or a pattern (systemd.unit(5)).
    package static func unitName(_ text: String) -> String? {
        let plain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x40, 0x5F, 0x3A].contains(byte)
        }
        let isUnit = text.hasSuffix(".service") && text.utf8.count > ".service".utf8.count
        let isOther = text.hasPrefix("-") || others.contains { text.hasPrefix($0) }
        return plain && isUnit && !isOther && text.utf8.count <= 120 ? text : nil
    }
}

extension BrowserConfig {
    /// Chromium's own folder on Debian (chromium(1): /etc/chromium/policies/managed).
    package static let usualFolder = "/etc/chromium/policies/managed"
    private static let most = 50

    static func read(_ root: inout LayeredSection) throws(FileComplaint) -> BrowserConfig? {
        guard var section = try root.section("browser") else { return nil }
        let folders = try section.value(
            "policies", expected: "folders of managed policies such as \(usualFolder), with blanks between", folderList)
        let homepage = try section.value("homepage", expected: "an address such as https://www.example.gov.cn/", page)
        var bookmarks: [Bookmark] = []
        for var line in try section.sections("bookmarks", by: "name") {
            bookmarks.append(
                Bookmark(
                    name: try line.required("name", expected: "a name of at most 80 characters") {
                        $0.allSatisfy(\.isWhitespace) || $0.count > 80 ? nil : $0
                    }, url: try line.required("url", expected: "an address such as https://www.example.gov.cn/", page)))
            try line.finish()
            section.absorb(line)
        }
        guard bookmarks.count <= most else { throw section.complaint("bookmarks", expected: "at most \(most)") }
        let leavesNothing = try section.value("leaveNothing", expected: "true or false", truth)
        let downloads = try section.value("downloads", expected: "forbidden, or the path of a folder", Downloads.init)
        try section.finish()
        root.absorb(section)
        return BrowserConfig(
            policies: folders ?? [usualFolder], homepage: homepage, bookmarks: bookmarks,
            leavesNothing: leavesNothing ?? true, downloads: downloads)
    }

    private static func page(_ text: String) -> String? {
        let isPage = ["http://", "https://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
        return isPage && text.utf8.count <= 2000 && text.cleaned(limit: 2000) == text ? text : nil
    }
}

extension BrowserConfig.Downloads {
    fileprivate init?(_ text: String) {
        if text == "forbidden" {
            self = .forbidden
        } else if let folder = absoluteFolder(text) {
            self = .into(folder)
        } else {
            return nil
        }
    }
}

extension ResidueConfig {
    static func read(_ root: inout LayeredSection, _ app: KioskAppConfig?) throws(FileComplaint) -> ResidueConfig {
        var config = ResidueConfig()
        guard var section = try root.section("residue") else { return config }
        let expected = "folders at least three names deep such as /var/lib/zone-kiosk/downloads, with blanks between"
        config.folders =
            try section.value("folders", expected: expected) { text in
                // Nobody means the whole of somebody's home, or of /var, to be emptied.
                folderList(text).flatMap { list in
                    list.allSatisfy { $0.split(separator: "/").count >= 3 } ? list : nil
                }
            } ?? []
        config.clear = try section.value("clear", expected: "true or false", truth) ?? false
        config.restartApp = try section.value("restartApp", expected: "true or false", truth) ?? false
        guard !config.restartApp || app?.unit != nil else {
            throw section.complaint("restartApp", expected: "kiosk.app.unit, which is what would be started anew")
        }
        guard !config.clear || !config.folders.isEmpty else {
            throw section.complaint("folders", expected: expected)
        }
        try section.finish()
        root.absorb(section)
        return config
    }
}

private func truth(_ text: String) -> Bool? { ["true": true, "false": false][text] }

/// Absolute, without a step back.
private func absoluteFolder(_ text: String) -> String? {
    let parts = text.split(separator: "/")
    guard text.hasPrefix("/"), !parts.isEmpty, !parts.contains(".."), !parts.contains("."), text.utf8.count <= 400,
        text.cleaned(limit: 400) == text
    else { return nil }
    return "/" + parts.joined(separator: "/")
}

private func folderList(_ text: String) -> [String]? {
    let parts = text.split(separator: " ").map { absoluteFolder(String($0)) }
    let folders = parts.compactMap { $0 }
    return folders.count == parts.count && (1...10).contains(folders.count) ? folders : nil
}
