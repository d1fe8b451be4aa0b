import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

/// `zonectl network`: from the cable to each page and the hub, a line each, as docs/network.md draws it.
package enum NetworkTable {
    /// In the order in which a page is reached; words of `details` (docs/network.md).
    private static let line = [
        ("link", "网线 link"), ("address", "地址 address"), ("gateway", "路由器 router"), ("names", "域名 names"),
        ("captive", "登录页 login page"),
    ]
    private static let ofPages = [
        "certificate": "证书 certificate", "page": "打不开 does not open", "content": "没有标记 no mark",
    ]

    private enum State: String {
        case ok = "● 正常 ok"
        case ailing = "▲ 需注意 ailing"
        case wrong = "✕ 不通 broken"
        case behind = "? 在断点之后 behind it"
        case unknown = "? 不明 unknown"
        case absent = "— 没有 none"

        init(word: String?) {
            switch word {
            case "ok": self = .ok
            case "ailing": self = .ailing
            case "wrong": self = .wrong
            default: self = .unknown
            }
        }
    }

    private typealias Row = (what: String, state: State, seen: String)

    /// - Parameters:
    ///   - device: the PC's network.
    ///   - hub: `nil` when the agent did not say.
    package static func text(_ device: DeviceJSON, hub: EnrolmentJSON?) -> String {
        guard let details = device.details, let verdict = details["verdict"]?.stringValue else {
            return "还没有看过网络。 Nobody has looked at the network yet.\n" + again
        }
        let isBroken = line.contains { $0.0 == verdict }
        var table = TextTable(header: ["一段 PART", "状态 STATE", "看到的 WHAT IS SEEN"])
        let rows = ofLine(details) + otherWay(details, isBroken) + pages(details, isBroken)
        for row in rows + [hubRow(device, hub, isBroken)] { table.add([row.what, row.state.rawValue, row.seen]) }
        let seen = device.lastSeen.map { "查看时间 looked at: \(ZoneCivil.text($0))\n" } ?? ""
        return table.text + "\n" + causes(device) + seen + again
    }

    private static let again = "再看一次 look again: zonectl check network-1\n"

    private static func ofLine(_ details: JSONValue) -> [Row] {
        let verdict = details["verdict"]?.stringValue
        let end = line.firstIndex { $0.0 == verdict }
        return line.enumerated().compactMap { index, layer -> Row? in
            let (word, what) = layer
            guard word != "captive" || index == end else { return nil }
            if let end, index > end { return (what, .behind, "") }
            if index == end { return (what, .wrong, seen(word, details)) }
            return (what, state(word, details), seen(word, details))
        }
    }

    /// Of a layer before the break: what holds the line may still not have answered.
    private static func state(_ word: String, _ details: JSONValue) -> State {
        let words: [String?]
        switch word {
        case "gateway": words = gateways(details).map { $0["state"]?.stringValue }
        case "names": words = (details["nameServers"]?.arrayValue ?? []).map { $0["state"]?.stringValue }
        default: return .ok
        }
        return words.isEmpty ? .absent : words.contains("ok") ? .ok : .unknown
    }

    private static func seen(_ word: String, _ details: JSONValue) -> String {
        switch word {
        case "link":
            let speed = details["speedMbps"]?.integerValue.map { "\($0) Mbit/s" }
            return words(details, ["interface", "kind"], [speed, details["duplex"]?.stringValue])
        case "address": return words(details, ["address"])
        case "gateway":
            return gateways(details).map { words($0, ["address", "interface"], [$0["neighbour"]?.stringValue]) }
                .joined(separator: "; ")
        case "names":
            return (details["nameServers"]?.arrayValue ?? []).map { server in
                words(server, ["address", "state"], [server["milliseconds"]?.integerValue.map { "\($0) ms" }])
            }.joined(separator: "; ")
        default: return ""
        }
    }

    private static func gateways(_ details: JSONValue) -> [JSONValue] {
        (details["families"]?.arrayValue ?? []).flatMap { $0["gateways"]?.arrayValue ?? [] }
    }

    /// A family that is broken while the line is well: nobody notices, until the other breaks, too.
    private static func otherWay(_ details: JSONValue, _ isBroken: Bool) -> [Row] {
        guard !isBroken else { return [] }
        return (details["families"]?.arrayValue ?? []).compactMap { family -> Row? in
            guard let evidence = family["evidence"]?.stringValue else { return nil }
            return (family["family"]?.stringValue == "ipv6" ? "IPv6" : "IPv4", .ailing, evidence)
        }
    }

    private static func pages(_ details: JSONValue, _ isLineBroken: Bool) -> [Row] {
        let pages = details["portals"]?.arrayValue ?? []
        guard !pages.isEmpty else { return [("页面 pages", .absent, "network.portals: docs/configuration.md")] }
        return pages.map { page -> Row in
            let broken = page["broken"]?.stringValue
            // A page on this PC is looked at whatever the line is like.
            let state =
                broken.map { ofPages[$0] == nil && isLineBroken ? State.behind : .wrong }
                ?? State(word: page["state"]?.stringValue)
            let days = page["certificateDays"]?.integerValue.map(certificate)
            let status = page["status"]?.integerValue.map { "HTTP \($0)" }
            let why = state == .wrong ? broken.map { ofPages[$0] ?? $0 } : nil
            return (
                "页面 page \(page["name"]?.stringValue ?? "")", state,
                words(page, [], [why, status, days, page["way"]?.stringValue])
            )
        }
    }

    private static func certificate(_ days: Int64) -> String {
        days < 0
            ? "证书已过期 \(-days) 天 expired \(-days) days ago" : "证书还有 \(days) 天 certificate for \(days) days more"
    }

    private static func hubRow(_ device: DeviceJSON, _ hub: EnrolmentJSON?, _ isLineBroken: Bool) -> Row {
        let what = "监管中心 hub"
        if let condition = device.conditions.first(where: { $0.code == ConditionCode.networkHub.rawValue }) {
            return (what, .wrong, condition.evidence ?? "")
        }
        switch hub?.state {
        case nil: return (what, .unknown, "")
        case .some(.none): return (what, .absent, "未注册 not enrolled: zonectl enroll TOKEN")
        case .enrolled: return (what, isLineBroken ? .behind : .ok, hub?.hub ?? "")
        default: return (what, .unknown, "zonectl enrolment")
        }
    }

    private static func causes(_ device: DeviceJSON) -> String {
        let told = device.conditions.map { condition in
            let texts = condition.texts
            let words = texts.map { "\($0.headline)。\($0.nextStep)\n  \($0.english)" } ?? ""
            let evidence = condition.evidence.map { "\n  \($0.cleaned(limit: 400))" } ?? ""
            return "\(condition.severity == .warning ? "▲" : "✕") \(words) [\(condition.code)]\(evidence)\n"
        }
        return told.isEmpty ? "" : told.joined() + "\n"
    }

    private static func words(_ value: JSONValue, _ keys: [String], _ more: [String?] = []) -> String {
        (keys.map { value[$0]?.stringValue } + more).compactMap(\.self).joined(separator: " ")
    }
}

extension Technician {
    package func network(asJSON: Bool) async throws {
        let list = try await agent.get(DeviceListJSON.self, "/v1/devices")
        guard let network = list.devices.first(where: { $0.kind == .network }) else {
            throw NoNetwork()
        }
        guard !asJSON else { return show(try WireCoding.text(network) + "\n") }
        // The line is worth showing without it.
        let hub = try? await agent.get(EnrolmentJSON.self, "/v1/enrolment")
        show(NetworkTable.text(network, hub: hub))
    }
}

/// An agent of another version, or one that has only just begun.
struct NoNetwork: Error, CustomStringConvertible {
    let description = "agent 还没有查看网络，请稍后再试。 The agent has not begun to look at the network; try again in a moment."
}
