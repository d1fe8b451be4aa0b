import ZoneModel
import ZoneWire

/// The hashes of a sheet: one for each part, so that a difference has a name, and one for all.
package struct SheetSeal: Sendable, Hashable, Codable {
    /// One date and the hash of its line.
    package struct Link: Sendable, Hashable, Codable {
        package var date: String
        package var sha256: String
    }

    /// What is hashed last.
    private struct Whole: Encodable {
        var v = 1
        var zone: String
        var period: SheetPeriod
        var asOf: String
        var chain: String
        var parts: [String: String]
    }

    package var days: [Link]
    /// Over the days: hash of (chain before, newline, hash of the day), from the empty text on.
    package var chain: String
    /// `head`, `devices`, `cases`, `daily`, `outages`, `remarks`; `demands` where there are any.
    package var parts: [String: String]
    package var sha256: String

    package init(_ facts: SheetFacts) throws {
        days = try facts.days.map { Link(date: $0.date, sha256: try SheetHash.text(of: $0)) }
        var chain = ""
        for day in days { chain = SheetHash.text(ofBytes: Array("\(chain)\n\(day.sha256)".utf8)) }
        self.chain = chain
        parts = [
            "head": try SheetHash.text(of: facts.head), "devices": try SheetHash.text(of: facts.devices),
            "cases": try SheetHash.text(of: facts.cases), "daily": try SheetSeal.daily(facts),
            "outages": try SheetHash.text(of: facts.outages), "remarks": try SheetHash.text(of: facts.remarks),
        ]
        if let demands = facts.demands { parts["demands"] = try SheetHash.text(of: demands) }
        sha256 = try SheetHash.text(
            of: Whole(zone: facts.zone, period: facts.period, asOf: facts.asOf, chain: chain, parts: parts))
    }

    private static func daily(_ facts: SheetFacts) throws -> String {
        let pieces = [
            try SheetHash.text(of: facts.duties), try SheetHash.text(of: [facts.forms, facts.fees]),
            try SheetHash.text(of: facts.boxOpenings), facts.daysReason ?? "",
        ]
        return try SheetHash.text(of: pieces)
    }

    /// For people: 64 of the 256 bits, in groups of four.
    package var short: String {
        let digits = Array(sha256.prefix(16))
        return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<min($0 + 4, digits.count)]) }
            .joined(separator: "-")
    }

    /// Days by date, devices by id: who gathers them in another order gets the same sheet.
    package static func inOrder(_ facts: SheetFacts) -> SheetFacts {
        var facts = facts
        facts.days.sort { $0.date < $1.date }
        // A date is there once: the later numbers count.
        facts.days = facts.days.reduce(into: []) { kept, day in
            if let last = kept.last, last.date == day.date {
                if last.through < day.through { kept[kept.count - 1] = day }
            } else {
                kept.append(day)
            }
        }
        facts.devices = facts.devices.map { $0.sorted { ($0.kind, $0.id ?? "~") < ($1.kind, $1.id ?? "~") } }
        facts.cases = facts.cases.map { $0.sorted { ($0.foundAt, $0.number) < ($1.foundAt, $1.number) } }
        return facts
    }
}
