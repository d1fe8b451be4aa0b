import ZoneModel
import ZoneWire

/// The managed policies that the browser of the kiosk must have, and in which folders. Names and values are those of
/// Chromium's policy list (chromeenterprise.google/policies; components/policy/resources/templates/policy_definitions); browsers
/// made of it read the same list from a folder of their own.
package struct BrowserWish: Sendable, Hashable {
    package var folders: [String]
    package var policies: [String: JSONValue]

    package init(folders: [String], policies: [String: JSONValue]) {
        (self.folders, self.policies) = (folders, policies)
    }

    /// What the home button, a new window and the first page show.
    package static func homepage(_ address: String) -> [String: JSONValue] {
        [
            "HomepageLocation": .string(address), "HomepageIsNewTabPage": false, "ShowHomeButton": true,
            // 4: open the addresses of RestoreOnStartupURLs.
            "RestoreOnStartup": 4, "RestoreOnStartupURLs": [.string(address)],
        ]
    }

    package static func bookmarks(_ marks: [(name: String, url: String)]) -> [String: JSONValue] {
        guard !marks.isEmpty else { return [:] }
        return [
            "BookmarkBarEnabled": true,
            "ManagedBookmarks": .array(marks.map { ["name": .string($0.name), "url": .string($0.url)] }),
        ]
    }

    /// Nothing of a citizen outlives the browser's process.
    package static let leaveNothing: [String: JSONValue] = [
        // The profile is a copy that is deleted when the browser ends, and what a crash left, when it starts again.
        "ForceEphemeralProfiles": true,
        // 0: nobody signs the browser itself in; only then is data deleted at exit (ClearBrowsingDataOnExitList).
        "BrowserSignin": 0, "SyncDisabled": true,
        "ClearBrowsingDataOnExitList": [
            "browsing_history", "download_history", "cookies_and_other_site_data", "cached_images_and_files",
            "password_signin", "autofill", "site_settings", "hosted_app_data",
        ],
        "PasswordManagerEnabled": false, "AutofillAddressEnabled": false, "AutofillCreditCardEnabled": false,
        // A window that was closed must be the end of the process.
        "BackgroundModeEnabled": false,
        // Nobody makes a second person in the browser, who would have a profile of their own.
        "BrowserAddPersonEnabled": false, "BrowserGuestModeEnabled": false,
    ]

    /// 3: no downloads at all (DownloadRestrictions).
    package static let downloadsForbidden: [String: JSONValue] = ["DownloadRestrictions": 3]

    package static func downloads(into folder: String) -> [String: JSONValue] {
        ["DownloadDirectory": .string(folder), "PromptForDownloadLocation": false]
    }

    /// The file as it is written: a line for each, sorted, so that people can compare.
    package var text: String {
        let lines = policies.keys.sorted().compactMap { key in
            policies[key].flatMap { try? WireCoding.text($0) }.map { "  \"\(key)\": \($0)" }
        }
        return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    }
}
