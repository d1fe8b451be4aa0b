import ZoneJournal
import ZoneModel
import ZoneYAML

/// Which hardware carries which id. Written at first sight, so that no damage ever renames a device.
package struct Bindings: Sendable {
    package private(set) var table: [Binding]
    private let reserved: Set<DeviceID>

    /// - Parameter reserved: ids that the configuration gives to others.
    package init(_ table: [Binding], reserved: Set<DeviceID>) { (self.table, self.reserved) = (table, reserved) }

    /// The binding of `key`, made if there is none. Two devices with one key (same model, no serial, no port) get one
    /// each: a binding whose device is already plugged is passed over.
    package mutating func bind(
        key: String, kind: DeviceKind, taken: Set<DeviceID>
    ) -> (binding: Binding, isNew: Bool) {
        var candidate = key
        var copy = 1
        while let known = table.first(where: { $0.key == candidate }) {
            if !taken.contains(known.device) { return (known, false) }
            copy += 1
            candidate = "\(key)#\(copy)"
        }
        let used = Set(table.map(\.device)).union(reserved)
        var number = 1
        while used.contains(DeviceID(kind, number)) { number += 1 }
        let binding = Binding(key: candidate, device: DeviceID(kind, number), kind: kind)
        table.append(binding)
        return (binding, true)
    }

    /// `bindings.yaml`: for people who look, and for the agent when the journal is lost.
    package var yaml: String {
        let header =
            "# Which hardware carries which device id. Written by zone-agent; read back only when the journal is lost.\n"
        let rows = table.map {
            "  - device: \($0.device)\n    kind: \($0.kind.rawValue)\n    key: \"\($0.key.escaped)\"\n"
        }
        return header + "bindings:\n" + rows.joined()
    }
}

extension Bindings {
    /// What `yaml` wrote: for the day on which the journal is damaged, so that no device gets another one's id.
    package static func read(_ text: String, file: String) throws(FileComplaint) -> [Binding] {
        var root = try YAMLSection(text: text, file: file)
        var table: [Binding] = []
        for section in try root.sections("bindings") {
            var section = section
            table.append(
                Binding(
                    key: try section.required("key", expected: "a key") { $0 },
                    device: try section.required("device", expected: "an id", Slug.init),
                    kind: try section.required("kind", expected: words(DeviceKind.self), DeviceKind.init)))
        }
        return table
    }
}

extension String {
    fileprivate var escaped: String {
        reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : String($1) }
    }
}
