import ZoneModel

/// An IEEE 1284 device id, `KEY:value;` pairs.
package struct DeviceIDText {
    private var fields: [String: String] = [:]

    package init(_ text: String) {
        for pair in text.split(separator: ";").prefix(32) {
            let parts = pair.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields[parts[0].uppercased().filter { $0 != " " }] = String(parts[1]).cleaned(limit: 80)
        }
    }

    package subscript(key: String) -> String? { fields[key].flatMap { $0.isEmpty ? nil : $0 } }
}
