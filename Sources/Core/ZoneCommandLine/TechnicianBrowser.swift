import NIOHTTP1
import ZoneControlClient
import ZoneModel
import ZoneWire

/// `zonectl browser …`: the managed policies of the kiosk's browser.
extension Technician {
    private static let route = "/v1/browser/policy"

    /// What the browser is to be told, and how each folder stands.
    package func showBrowserPolicy() async throws {
        let policy = try await agent.get(BrowserPolicyJSON.self, Self.route)
        var table = TextTable(header: ["策略 POLICY", "应为 WANTED"])
        for key in policy.policies.keys.sorted() {
            table.add([key.cleaned(), try policy.policies[key].map { try BrowserText.value($0) } ?? ""])
        }
        show(table.text + "\n" + policy.folders.map(BrowserText.line).joined())
    }

    /// - Returns: whether there is no difference.
    package func compareBrowserPolicy() async throws -> Bool {
        try tell(try await agent.get(BrowserPolicyJSON.self, Self.route))
    }

    /// - Returns: whether the browser is now told what it should be.
    package func writeBrowserPolicy() async throws -> Bool {
        struct Nothing: Encodable {}
        let written = try await agent.post(BrowserPolicyJSON.self, Self.route, Nothing())
        show("● 已写入；浏览器重新打开后全部生效 written; the browser takes all of it when it is started anew\n")
        return try tell(written)
    }

    package func undoBrowserPolicy() async throws -> Bool {
        let left = try await agent.delete(BrowserPolicyJSON.self, Self.route)
        show("● 已恢复到第一次写入之前 back to what stood there before the first writing\n")
        show(left.folders.map(BrowserText.line).joined())
        return true
    }

    private func tell(_ policy: BrowserPolicyJSON) throws -> Bool {
        for folder in policy.folders {
            show(BrowserText.line(folder))
            for difference in folder.differences { show(try BrowserText.line(difference)) }
            for file in folder.broken { show("  ✕ \(file.cleaned()): 不是 JSON not readable as JSON\n") }
        }
        return policy.folders.allSatisfy(\.isRight)
    }
}

/// Policies, for people.
enum BrowserText {
    static func line(_ folder: BrowserPolicyJSON.Folder) -> String {
        if let reason = folder.unreadable {
            return "○ \(folder.folder.cleaned()): 读不了，情况不明 unknown: \(reason.cleaned())\n"
        }
        let undo = folder.canUndo ? "，可撤销 can be undone" : ""
        guard !folder.isRight else { return "● \(folder.folder.cleaned()): 一致 as it should be\(undo)\n" }
        let count = folder.differences.count + folder.broken.count
        return "✕ \(folder.folder.cleaned()): \(count) 处不一致 differences\(undo)\n"
    }

    static func line(_ difference: BrowserPolicyJSON.Difference) throws -> String {
        let found = try difference.found.map { try value($0) } ?? "—"
        let place = difference.file.map { "（\($0.cleaned())）" } ?? ""
        return "  \(difference.key.cleaned()): \(found)\(place) → \(try value(difference.wanted))\n"
    }

    static func value(_ value: JSONValue) throws -> String { try WireCoding.text(value).cleaned(limit: 120) }
}
