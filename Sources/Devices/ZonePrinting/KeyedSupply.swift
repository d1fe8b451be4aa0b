import ZoneModel

extension PrinterAnswer.Supply {
    /// One value of `printer-supply` or `printer-input-tray` (PWG 5100.13): `key=value;` pairs, the last `;` may be
    /// missing. A level is a percentage of `maxcapacity`; -1, -2 and -3 mean that the device does not know it.
    package init(keyed text: String) {
        var fields: [String: String] = [:]
        for pair in text.split(separator: ";").prefix(32) {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
        }
        let level = fields["level"].flatMap { Int($0) }
        let capacity = fields["maxcapacity"].flatMap { Int($0) } ?? 100
        self.init(
            name: fields["colorantname"] ?? fields["name"] ?? fields["type"] ?? "?", type: fields["type"],
            level: level.flatMap { Self.percent($0, of: capacity) })
    }

    private static func percent(_ level: Int, of capacity: Int) -> Int? {
        guard level >= 0, capacity > 0, level <= capacity else { return nil }
        return Int((Double(level) * 100 / Double(capacity)).rounded())
    }
}
