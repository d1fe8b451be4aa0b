import Crypto
import ZoneModel
import ZoneTime
import ZoneWire

/// One `day.closed`: the date of one device, or of the zone as its node sees it. Each holds the hash of the record of
/// the same device before it, and that of the zone the hashes of all devices: no date can be changed alone.
package struct DayRecord: Sendable, Hashable {
    package static let zone = "zone"
    private static let mostIntervals = 16

    /// What the event says, `sha256` among it.
    package let data: JSONValue

    package init(data: JSONValue) { self.data = data }

    private init(sealing members: [String: JSONValue]) throws {
        var members = members
        members["sha256"] = nil
        members["sha256"] = .string(try DayRecord.hash(.object(members)))
        data = .object(members)
    }

    package var date: String { data["date"]?.stringValue ?? "" }
    package var device: String { data["device"]?.stringValue ?? "" }
    package var sha256: String { data["sha256"]?.stringValue ?? "" }
    package var previous: String? { data["previous"]?.stringValue }
    /// The rows that are in it are those behind `after`…
    package var after: Int64 { data["after"]?.integerValue ?? 0 }
    /// …up to this one.
    package var through: Int64 { data["through"]?.integerValue ?? 0 }
    /// What was counted is behind this row.
    package var countedAfter: Int64 { data["countedAfter"]?.integerValue ?? 0 }
    /// Behind which the rows of the next date begin.
    package var next: Int64 { data["next"]?.integerValue ?? 0 }
    package var countsSimulated: Bool { data["demo"] == .bool(true) }

    /// The published hours that were in force. What lies elsewhere is none.
    package var open: [Range<WallTime>] {
        guard let day = CivilDate(date) else { return [] }
        let near = day.start.milliseconds...day.next.next.start.milliseconds
        return (data["open"]?.arrayValue ?? []).prefix(DayRecord.mostIntervals).compactMap { span in
            guard let ends = span.arrayValue, ends.count == 2, let opens = ends[0].integerValue,
                let closes = ends[1].integerValue, opens < closes, near.contains(opens), near.contains(closes)
            else { return nil }
            return WallTime(milliseconds: opens)..<WallTime(milliseconds: closes)
        }
    }

    /// SHA-256 of what it says without that hash itself, as JSON with sorted keys.
    package var isIntact: Bool {
        guard case .object(var members) = data else { return false }
        members["sha256"] = nil
        return (try? DayRecord.hash(.object(members))) == sha256
    }

    private static func hash(_ value: JSONValue) throws -> String {
        Hex.text(SHA256.hash(data: try WireCoding.encode(value)))
    }
}

/// Which rows a date is made of.
package struct DayBounds: Sendable, Hashable {
    package var after: Int64
    package var through: Int64
    package var countedAfter: Int64
    package var next: Int64

    package init(after: Int64, through: Int64, countedAfter: Int64, next: Int64) {
        (self.after, self.through, self.countedAfter, self.next) = (after, through, countedAfter, next)
    }

    package init(_ record: DayRecord) {
        self.init(
            after: record.after, through: record.through, countedAfter: record.countedAfter, next: record.next)
    }
}

extension DayRecord {
    /// The records of one date of one node, those of devices first.
    /// - Parameter previous: the hash of the record before, by device.
    package static func all(
        _ reckoning: DayReckoning, _ ledger: DayLedger, _ bounds: DayBounds, previous: (String) -> String?
    ) throws -> [DayRecord] {
        let history = ledger.history(after: bounds.after, through: bounds.through)
        func counts(_ device: String?) -> [String: Int64] {
            ledger.counts(after: bounds.countedAfter, through: bounds.through, of: device)
        }
        let totals = reckoning.totals([history], counts: counts(nil), through: bounds.through)
        let devices = try totals.devices.map { device in
            try DayRecord(
                sealing: members(device.id, totals, previous(device.id), counts(device.id)).merging([
                    "kind": .string(device.kind), "buckets": device.buckets.json,
                ]) { $1 })
        }
        let open = reckoning.published.map {
            JSONValue.array([.integer($0.lowerBound.milliseconds), .integer($0.upperBound.milliseconds)])
        }
        var zone = members(DayRecord.zone, totals, previous(DayRecord.zone), totals.counts)
        zone["groups"] = .object([
            "network": totals.groups.network.json, "query": totals.groups.query.json,
            "print": totals.groups.print.json,
        ])
        zone["node"] = .string(ledger.node)
        zone["published"] = .integer(totals.published)
        zone["open"] = .array(open)
        zone["devices"] = .object(Dictionary(devices.map { ($0.device, .string($0.sha256)) }) { $1 })
        zone["after"] = .integer(bounds.after)
        zone["through"] = .integer(bounds.through)
        zone["countedAfter"] = .integer(bounds.countedAfter)
        zone["next"] = .integer(bounds.next)
        if reckoning.countsSimulated { zone["demo"] = true }
        return devices + [try DayRecord(sealing: zone)]
    }

    private static func members(
        _ device: String, _ totals: DayTotals, _ previous: String?, _ counts: [String: Int64]
    ) -> [String: JSONValue] {
        var members: [String: JSONValue] = ["date": .string(totals.date), "device": .string(device)]
        members["counts"] = .object(counts.mapValues { .integer($0) })
        if let previous { members["previous"] = .string(previous) }
        return members
    }
}

extension DayBuckets {
    package var json: JSONValue {
        [
            "up": .integer(up), "down": .integer(down), "notOpened": .integer(notOpened),
            "maintenance": .integer(maintenance), "unknown": .integer(unknown),
        ]
    }

    package init(_ data: JSONValue?) {
        func seconds(_ name: String) -> Int64 { data?[name]?.integerValue ?? 0 }
        self.init(
            up: seconds("up"), down: seconds("down"), notOpened: seconds("notOpened"),
            maintenance: seconds("maintenance"), unknown: seconds("unknown"))
    }
}

extension DayTotals {
    /// What the records of one date of one node say; `nil` without the zone's.
    package init?(_ records: some Sequence<DayRecord>) {
        guard let zone = records.first(where: { $0.device == DayRecord.zone }) else { return nil }
        let (groups, node) = (zone.data["groups"], zone.data["node"]?.stringValue)
        let devices = records.filter { $0.device != DayRecord.zone }.map { record in
            DeviceDay(
                id: record.device, kind: record.data["kind"]?.stringValue ?? "unknown",
                buckets: DayBuckets(record.data["buckets"]), node: node)
        }
        var counts: [String: Int64] = [:]
        if case .object(let members) = zone.data["counts"] { counts = members.compactMapValues(\.integerValue) }
        self.init(
            date: zone.date, published: zone.data["published"]?.integerValue ?? 0,
            groups: .init(
                network: DayBuckets(groups?["network"]), query: DayBuckets(groups?["query"]),
                print: DayBuckets(groups?["print"])),
            devices: devices.sorted { $0.id < $1.id }, counts: counts, through: zone.through)
    }
}
