import ZoneAgentCore
import ZoneConfig
import ZoneModel
import ZoneProfiles

/// `zonectl profiles`: works on files, without a running agent.
package struct ProfileDesk: Sendable {
    package struct UnknownKind: Error, CustomStringConvertible {
        package let kind: String
        package var description: String {
            let known = DeviceKind.allCases.map(\.rawValue).joined(separator: ", ")
            return "没有类别“\(kind)”，可用：\(known)。 No kind “\(kind)”; known: \(known)."
        }
    }

    package struct NoFact: Error, CustomStringConvertible {
        package let text: String
        package var description: String {
            "“\(text)”不是“名称=值”，例如 scheme=ipp；设备的各项值用 zonectl setup 查看。"
                + " “\(text)” is no name=value such as scheme=ipp; zonectl setup shows those of what is plugged in."
        }
    }

    private let shelf: ProfileShelf
    private let show: @Sendable (String) -> Void

    package init(root: String, show: @escaping @Sendable (String) -> Void) {
        (shelf, self.show) = (ProfileShelf(places: Places(root: root)), show)
    }

    /// - Returns: whether there was nothing to complain about.
    package func lint() throws -> Bool {
        let complaints = shelf.lint(drivers: DriverRegistry.shippedFacts)
        for complaint in complaints { show("\(complaint)\n") }
        show(
            "\(shelf.files.count) 个文件可用，\(complaints.count) 处错误。 \(shelf.files.count) files, \(complaints.count) mistakes.\n"
        )
        return complaints.isEmpty
    }

    /// - Parameter facts: `key=value`, for example `scheme=ipp`.
    /// - Returns: whether a profile matches.
    package func explain(_ kindName: String, _ facts: [String]) throws -> Bool {
        guard let kind = DeviceKind(rawValue: kindName) else { throw UnknownKind(kind: kindName.cleaned(limit: 40)) }
        let pairs = try facts.map { fact in
            let pair = fact.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2 else { throw NoFact(text: fact.cleaned(limit: 60)) }
            return pair
        }
        let hardware = HardwareFacts(
            kind: kind, facts: Dictionary(pairs.map { ($0[0], $0[1]) }) { _, last in last })
        let lines = shelf.explain(hardware)
        let next =
            "没有匹配的硬件资料。用 zonectl setup 查看设备的各项值，再写一份资料（docs/profiles.md）。"
            + " No profile matches: see its values with zonectl setup, then write a profile (docs/profiles.md).\n"
        show(lines.isEmpty ? next : lines.joined(separator: "\n") + "\n")
        return !lines.isEmpty
    }
}
