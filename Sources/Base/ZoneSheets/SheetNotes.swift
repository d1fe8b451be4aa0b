import ZoneDays
import ZoneModel
import ZoneTime
import ZoneWire

/// `zone.described`: what a PC knows of its zone beside days and cases; whole, whenever something of it has changed and
/// once a month.
package struct ZoneDescription: Sendable, Hashable, Codable {
    package var date: String
    package var head: SheetHead
    package var devices: [SheetDevice]
    /// Programs of before tell none.
    package var demands: Known<[SheetDemand]>?
    package var forms: Known<String>
    package var fees: Known<String>
    /// The duties that count here, in the order in which a sheet names them.
    package var duties: Known<[SheetDutyName]>

    package init(
        _ date: CivilDate, head: SheetHead, devices: [SheetDevice], demands: Known<[SheetDemand]>? = nil,
        forms: Known<String>, fees: Known<String>, duties: Known<[SheetDutyName]>
    ) {
        (self.date, self.head, self.devices, self.demands) = (date.description, head, devices, demands)
        (self.forms, self.fees, self.duties) = (forms, fees, duties)
    }

    /// Whether it says the same, whenever it was said.
    package func says(what other: ZoneDescription) -> Bool {
        var mine = self
        mine.date = other.date
        return mine == other
    }

    /// Said on the same date, and nothing but how devices are differs: a printer that runs out of paper each hour would be a
    /// whole description each hour.
    package func differsInStateOnly(from other: ZoneDescription) -> Bool {
        func stateless(_ devices: [SheetDevice]) -> [SheetDevice] {
            devices.map { device in
                var device = device
                device.state = ""
                return device
            }
        }
        var mine = self
        mine.devices = stateless(devices)
        var theirs = other
        theirs.devices = stateless(other.devices)
        return mine == theirs
    }
}

/// A duty, and from which day on something is owed for it.
package struct SheetDutyName: Sendable, Hashable, Codable {
    package var id: String
    package var name: String
    package var since: String

    package init(id: String, name: String, since: String) { (self.id, self.name, self.since) = (id, name, since) }
}

/// `duty.counted`: what counts under one date; without duties nothing does.
package struct DutyCounts: Sendable, Hashable, Codable {
    package struct One: Sendable, Hashable, Codable {
        package var id: String
        package var name: String
        package var due: Int64
        package var done: Int64
        /// Of `done`: entered after its time.
        package var late: Int64

        package init(id: String, name: String, due: Int64, done: Int64, late: Int64) {
            (self.id, self.name, self.due, self.done, self.late) = (id, name, due, done, late)
        }

        /// More of one duty no date has.
        private static let most: Int64 = 1000

        var isPossible: Bool { [due, done, late].allSatisfy { (0...One.most).contains($0) } }
    }

    package var date: String
    package var duties: [One]

    package init(_ date: CivilDate, _ duties: [One]) { (self.date, self.duties) = (date.description, duties) }
}

extension SheetNote {
    /// - Throws: `EncodingError`.
    package init(_ description: ZoneDescription, on date: CivilDate) throws {
        self.init(.zoneDescribed, date, try SheetNote.json(description))
    }

    package init(_ counts: DutyCounts, on date: CivilDate) throws {
        self.init(.dutyCounted, date, try SheetNote.json(counts))
    }

    private static func json(_ value: some Encodable) throws -> JSONValue {
        try WireCoding.decode(JSONValue.self, try WireCoding.encode(value))
    }

    /// `nil` for what another version has written in another form.
    package static func read<Value: Decodable>(_ type: Value.Type, _ data: JSONValue) -> Value? {
        (try? WireCoding.encode(data)).flatMap { try? WireCoding.decode(type, $0) }
    }
}

/// What one PC has told of a period.
package struct NodeNotes: Sendable, Hashable {
    /// Where notes lie: of this name and these dates, both ends included.
    package typealias Shelf =
        @Sendable (EventName, CivilDate, CivilDate, SheetNote.Pick) async throws -> [JSONValue]

    /// Sheets are handed in within the first days of a month. What is entered until then, such as an asset's number, is
    /// on them; later the sheet of a month stays as it was.
    private static let openDays = 10
    private static let farthest = 36_600

    package var node: String
    package var description: ZoneDescription?
    /// By date.
    package var counts: [DutyCounts]

    /// The last date whose words are about the period.
    static func end(of period: SheetPeriod) -> CivilDate { period.last.advanced(byDays: openDays) }

    package init(node: String, description: ZoneDescription?, counts: [DutyCounts]) {
        (self.node, self.description, self.counts) = (node, description, counts)
    }

    /// The description is the last one until soon after the period; else, for a PC that came later, the first one after.
    package init(node: String, _ period: SheetPeriod, from shelf: Shelf) async throws {
        let (first, end) = (period.first, NodeNotes.end(of: period))
        let month = first.advanced(byDays: 1 - first.day)
        var described = try await shelf(.zoneDescribed, month, end, .last)
        if described.isEmpty {
            described = try await shelf(.zoneDescribed, end.next, end.advanced(byDays: NodeNotes.farthest), .first)
        }
        let counted = try await shelf(.dutyCounted, first, period.last, .all)
        self.init(
            node: node, description: described.first.flatMap { SheetNote.read(ZoneDescription.self, $0) },
            counts: counted.compactMap { SheetNote.read(DutyCounts.self, $0) })
    }
}
