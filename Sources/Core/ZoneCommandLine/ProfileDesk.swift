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
    package func explain(_ kindName: String, _ facts: [String]) throws {
        guard let kind = DeviceKind(rawValue: kindName) else { throw UnknownKind(kind: kindName.cleaned(limit: 40)) }
        let pairs = facts.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }.filter { $0.count == 2 }
        let hardware = HardwareFacts(
            kind: kind, facts: Dictionary(pairs.map { ($0[0], $0[1]) }) { _, last in last })
        let lines = shelf.explain(hardware)
        show(lines.isEmpty ? "没有匹配的硬件资料。 No profile matches.\n" : lines.joined(separator: "\n") + "\n")
    }
}
