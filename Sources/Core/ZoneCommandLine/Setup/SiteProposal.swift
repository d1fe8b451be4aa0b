import ZoneConfig
import ZoneModel

/// Who this PC is, as far as it was said.
package struct SiteFacts: Sendable, Hashable {
    package var zone: ZoneID?
    package var node: NodeID?
    package var name: String?
    package var type: ZoneType?

    package init(zone: ZoneID? = nil, node: NodeID? = nil, name: String? = nil, type: ZoneType? = nil) {
        (self.zone, self.node, self.name, self.type) = (zone, node, name, type)
    }

    /// What somebody typed.
    package struct Mistake: Error, CustomStringConvertible {
        let option: String
        let expected: String
        package var description: String {
            "--\(option) 有误，应为：\(expected)。 --\(option) is wrong, expected: \(expected)."
        }
    }

    /// What stands behind the options of a command.
    /// - Throws: `Mistake` for the first one that agent.yaml could not hold.
    package static func read(
        zone: String?, node: String?, name: String?, type: String?
    ) throws(Mistake) -> SiteFacts {
        let id = "1 to 32 of a-z, 0-9 and -"
        let types = ZoneType.allCases.map(\.rawValue).joined(separator: ", ")
        return SiteFacts(
            zone: try parsed("zone", zone, id, Slug.init), node: try parsed("node", node, id, Slug.init),
            name: try parsed("name", name, "1 to 80 characters") { text in
                let text = text.cleaned(limit: 81)
                return text.count <= 80 && !text.allSatisfy(\.isWhitespace) ? text : nil
            },
            type: try parsed("type", type, types, ZoneType.init))
    }

    private static func parsed<Value>(
        _ option: String, _ text: String?, _ expected: String, _ parse: (String) -> Value?
    ) throws(Mistake) -> Value? {
        guard let text else { return nil }
        guard let value = parse(text) else { throw Mistake(option: option, expected: expected) }
        return value
    }
}

/// agent.yaml as it could be. Whatever a device says of itself stands there as a quoted text or behind `#`.
package struct SiteProposal: Sendable {
    private let facts: SiteFacts
    private let survey: HardwareSurvey
    /// Of LED cards, as the profiles know them.
    private let signScheme: String?

    package init(_ facts: SiteFacts, _ survey: HardwareSurvey, signScheme: String?) {
        (self.facts, self.survey, self.signScheme) = (facts, survey, signScheme)
    }

    /// A whole file.
    package var file: String {
        // Comments alone would leave `devices` without a value.
        let isEmpty = !survey.devices.contains { $0.origin != .configured && $0.match != nil }
        return (head + ["devices:\(isEmpty ? " []" : "")"] + entries + remarks).map { "\($0)\n" }.joined()
    }

    /// What an agent.yaml that is there lacks, to be pasted below its `devices:`; empty when it lacks nothing.
    package var paste: String { entries.map { "\($0)\n" }.joined() }

    private var head: [String] {
        let zone = facts.zone.map { "zone: \($0)" } ?? "zone: zone-01  # 请改为本专区的编号 replace: the id of this zone"
        let node = facts.node.map { "node: \($0)" } ?? "node: pc-1  # 专区内每台电脑各不相同 differs for each PC of a zone"
        let name = facts.name.map { "name: \($0.quoted)" } ?? "# name: 某某区政务公开专区  # 与门牌一致 as on the sign"
        let type =
            facts.type.map { "type: \($0.rawValue)" }
            ?? "type: village  # 请核对 check: " + ZoneType.allCases.map(\.rawValue).joined(separator: ", ")
        return [
            "# 由 zonectl setup 生成；每一项的说明见 docs/configuration.md。",
            "# Made by zonectl setup; docs/configuration.md explains every key.",
            zone, node, name, type, "purpose: production",
            "# hours: \"09:00-17:00\"  # 开放时间 opening hours",
            "# 接入区级平台 to report to the district's hub: zonectl enroll TOKEN",
        ]
    }

    private var entries: [String] {
        survey.devices.filter { $0.origin != .configured }.flatMap { device -> [String] in
            let title = "  # \(Words.kind(device.kind)) \(device.name)".remark
            guard let match = device.match else {
                return [title + "：同型号不止一台，由服务自行编号 several alike: \(device.id) by its binding"]
            }
            return [title, "  - id: \(device.id)", "    kind: \(device.kind.rawValue)", "    match:"]
                + match.map { "      \($0.key): \($0.value.quoted)" } + ["    # place: 大厅东侧  # 位置 where it stands"]
        }
    }

    /// What only a person can complete.
    private var remarks: [String] {
        let signs = survey.lines.flatMap { line in
            [
                "  # 串口可能接着LED屏 an LED card may be behind this line: \(line.what)",
                "  # - id: led-1", "  #   kind: ledDisplay",
                "  #   uri: \("\(signScheme ?? "SCHEME"):\(line.name)".quoted)",
            ]
        }
        let printers = survey.printers.flatMap { printer in
            [
                "  # USB 打印机接上网络能看到更多 a USB printer tells more in the network: \(printer.what) \(printer.usbID)",
                "  # - id: printer-1", "  #   kind: printer", "  #   uri: ipp://192.0.2.7/ipp/print",
            ]
        }
        return (signs + printers).map(\.remark)
    }
}

extension String {
    /// As a double-quoted YAML scalar (YAML 1.2, section 7.3.1). By scalars: a quote with an accent on it is a
    /// character of its own. The asterisk goes by its number, because the reader takes ` *name` for an alias anywhere.
    var quoted: String {
        let text = cleaned(limit: 300).unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case "*": text += "\\x2A"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return "\"\(text)\""
    }

    /// For a comment, in which the reader looks for aliases too.
    var remark: String { String(cleaned(limit: 300).map { $0 == "*" ? "·" : $0 }) }
}
