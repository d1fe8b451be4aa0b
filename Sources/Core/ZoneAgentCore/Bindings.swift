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
    ///
    /// - Parameters:
    ///   - port: of a key that others may have, too (a serial number that a whole series carries): the second one is
    ///     known by key and port, and finds its id again also when it is the first to be plugged in.
    ///   - former: what the key was for an older version; what is found by it is written anew under `key`.
    package mutating func bind(
        key: String, port: String? = nil, former: String? = nil, kind: DeviceKind, taken: Set<DeviceID>
    ) -> (binding: Binding, isNew: Bool) {
        func free(_ key: String?) -> Int? { table.firstIndex { $0.key == key && !taken.contains($0.device) } }
        let twin = port.map { "\(key)@\($0)" }
        if let index = free(twin) { return (table[index], false) }
        var candidate = key
        var copy = 1
        while table.contains(where: { $0.key == candidate }) {
            if let index = free(candidate) { return (table[index], false) }
            copy += 1
            candidate = "\(key)#\(copy)"
        }
        if copy == 1, let index = free(former) {
            table[index].key = key
            return (table[index], true)
        }
        if copy > 1, let twin, !table.contains(where: { $0.key == twin }) { candidate = twin }
        let used = Set(table.map(\.device)).union(reserved)
        var number = 1
        while used.contains(DeviceID(kind, number)) { number += 1 }
        let binding = Binding(key: candidate, device: DeviceID(kind, number), kind: kind)
        table.append(binding)
        return (binding, true)
    }

    /// - Returns: what stood there.
    package mutating func forget(_ device: DeviceID) -> [Binding] {
        defer { table.removeAll { $0.device == device } }
        return table.filter { $0.device == device }
    }

    /// Puts back what was forgotten, unless the id or the key belong to another by now.
    package mutating func restore(_ bindings: [Binding]) {
        table += bindings.filter { old in !table.contains { $0.device == old.device || $0.key == old.key } }
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
    /// For between double quotes. By scalars: a quote and the accent behind it are one character, and still a quote.
    fileprivate var escaped: String {
        unicodeScalars.reduce(into: "") { $0 += $1.escaped }
    }
}

extension Unicode.Scalar {
    /// What is no printable character of YAML 1.1 (section 4.1), or would be folded or taken for the mark of an
    /// encoding, goes by its number; so does the star, in which a reader without eyes for quotes sees an alias.
    fileprivate var escaped: String {
        switch value {
        case 0x22, 0x5C: "\\\(self)"
        case 0x20...0x29, 0x2B...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
            0x10000...0x10FFFF:
            String(self)
        default: "\\U" + Hex.text([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) })
        }
    }
}
