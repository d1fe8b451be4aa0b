import Testing
import ZoneAgentCore
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime

@Suite("A printer's days are kept, at most once an hour, and its details say how long it lasts")
struct SupplyBookTests {
    private let rig: StationRig

    init() throws { rig = try StationRig() }

    private func report(_ level: Int?, pages: Int, serial: String = "A1") -> Report {
        Report(
            presence: .present, link: .up, identity: Identity(model: "M", serial: serial),
            details: .members([
                "supplies": .array([.members(["name": "black", "level": level.map { .integer(Int64($0)) }])]),
                "impressionsCompleted": .integer(Int64(pages)),
            ]))
    }

    private func forecast(_ station: Station) -> JSONValue? {
        station.board.states.first { $0.card.id == StationRig.printer }?.details["forecast"]
    }

    @Test("a report a minute is a row per thing and day on the disk, written once an hour")
    func spacing() async throws {
        try await rig.withStation { station, journal in
            var written: [[Int]] = []
            for minute in 0..<150 {
                await station.take(report(90 - minute / 10, pages: 1000 + minute), from: StationRig.printer)
                let days = try journal.restore().supplyDays
                #expect(days.count == 2)
                let lasts = days.map(\.last).sorted()
                if written.last != lasts { written.append(lasts) }
                rig.clock.advance(by: .seconds(60))
            }
            #expect(written == [[90, 1000], [84, 1060], [78, 1120]])
            let level = try #require(try journal.restore().supplyDays.first { $0.part == .supply })
            #expect(level.first == 90 && level.name == "black" && level.serial == "A1")
            #expect(forecast(station)?["lines"]?.arrayValue?.first?["unknown"] == "fewerThan5Days")
        }
    }

    @Test("after two weeks, and a restart in each night, it says how long the toner lasts")
    func weeks() async throws {
        for day in 0..<14 {
            try await rig.withStation { station, _ in
                for hour in 0..<8 {
                    await station.take(
                        report(98 - 4 * day - hour / 2, pages: 1000 + 24 * day + 3 * hour), from: StationRig.printer)
                    rig.clock.advance(by: .seconds(3600))
                }
                let line = forecast(station)?["lines"]?.arrayValue?.first
                if day < 5 {
                    #expect(line?["unknown"] == "fewerThan5Days", "day \(day)")
                } else {
                    let least = try #require(line?["daysLeast"]?.integerValue)
                    let most = try #require(line?["daysMost"]?.integerValue)
                    let truth = Int64(98 - 4 * day - 3) / 4
                    #expect(least <= truth && truth <= most, "day \(day): \(least) to \(most), really \(truth)")
                }
                if day == 13 { #expect(forecast(station)?["pagesPerOpenDay"] == 24) }
            }
            rig.clock.advance(by: .seconds(16 * 3600))
        }
    }

    @Test("without a clock that somebody vouches for no day is written; a device without levels has no page")
    func doubt() async throws {
        try await rig.withStation { station, journal in
            rig.clock.become(.unsynced)
            await station.take(report(90, pages: 1), from: StationRig.printer)
            #expect(forecast(station)?["lines"]?.arrayValue?.first?["unknown"] == "clockUnknown")
            rig.clock.become(.synced)
            await station.take(Report(presence: .present, details: ["slots": 10]), from: StationRig.panel)
            let days = try journal.restore().supplyDays
            let panel = station.board.states.first { $0.card.id == StationRig.panel }
            #expect(days.isEmpty && panel?.details["forecast"] == nil)
            await station.take(report(nil, pages: 1), from: StationRig.printer)
            #expect(forecast(station)?["lines"]?.arrayValue?.first?["unknown"] == "levelUnknown")
        }
    }
}
