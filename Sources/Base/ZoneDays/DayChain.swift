import ZoneModel

/// Whether a run of closed days is what it was when they were closed.
package enum DayChain {
    package struct Break: Sendable, Hashable, Codable {
        package var date: String
        package var device: String
        /// `hash`: it does not say what it said; `link`: what went before was another; `device`: a device's record is
        /// missing or another than the zone's record names.
        package var why: String

        package init(date: String, device: String, why: String) {
            (self.date, self.device, self.why) = (date, device, why)
        }
    }

    /// - Parameter records: in any order; the first date's links lead out of them and are not checked.
    /// - Returns: the first break, by date.
    package static func firstBreak(_ records: [DayRecord]) -> Break? {
        let days = Dictionary(grouping: records, by: \.date).sorted { $0.key < $1.key }
        var before: [String: String] = [:]
        for (index, day) in days.enumerated() {
            let byDevice = Dictionary(day.value.map { ($0.device, $0) }) { _, last in last }
            for record in day.value.sorted(by: { $0.device < $1.device }) {
                func broken(_ why: String) -> Break { Break(date: record.date, device: record.device, why: why) }
                if !record.isIntact { return broken("hash") }
                // Of a device that came later there is nothing before.
                let isLinked = before[record.device].map { $0 == record.previous } ?? true
                if index > 0, !isLinked { return broken("link") }
            }
            if let broken = devicesDiffer(byDevice, on: day.key) { return broken }
            for (device, record) in byDevice { before[device] = record.sha256 }
        }
        return nil
    }

    private static func devicesDiffer(_ records: [String: DayRecord], on date: String) -> Break? {
        guard case .object(let named)? = records[DayRecord.zone]?.data["devices"] else {
            return Break(date: date, device: DayRecord.zone, why: "device")
        }
        let held = records.filter { $0.key != DayRecord.zone }.mapValues { $0.sha256 }
        let differing = Set(held.keys).union(named.keys).sorted().first { held[$0] != named[$0]?.stringValue }
        return differing.map { Break(date: date, device: $0, why: "device") }
    }
}
