import ZoneModel

extension PrinterAnswer.Supply {
    /// One value of `printer-supply` or `printer-input-tray` (PWG 5100.13): `key=value;` pairs, the last `;` may be
    /// missing. A level is a percentage of `maxcapacity`; -1, -2 and -3 mean that the device does not know it.
    /// Some write their limits beside it, `lowlevel` or `highlevel`.
    package init(keyed text: String) {
        var fields: [String: String] = [:]
        for pair in text.split(separator: ";").prefix(32) {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
        }
        let capacity = fields["maxcapacity"].flatMap { Int($0) } ?? 100
        func percent(_ key: String) -> Int? {
            fields[key].flatMap { Int($0) }.flatMap { Self.percent($0, of: capacity) }
        }
        let fills = Self.fills(type: fields["type"], class: fields["class"])
        self.init(
            name: fields["colorantname"] ?? fields["name"] ?? fields["type"] ?? "?", type: fields["type"],
            level: percent("level"), isReceptacle: fills ? true : nil,
            limit: percent(fills ? "highlevel" : "lowlevel"))
    }

    /// A waste tank at 95 is bad, a toner at 95 is good. Some devices leave `class` out, so the type counts as well.
    package static func fills(type: String?, class role: String?) -> Bool {
        role == "receptacleThatIsFilled" || type?.lowercased().hasPrefix("waste") == true
    }

    private static func percent(_ level: Int, of capacity: Int) -> Int? {
        guard level >= 0, capacity > 0, level <= capacity else { return nil }
        return Int((Double(level) * 100 / Double(capacity)).rounded())
    }
}
