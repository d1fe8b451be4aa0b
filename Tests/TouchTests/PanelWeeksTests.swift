import DriverKit
import Glibc
import Testing
import TouchPanelDriver
import ZoneModel
import ZoneTestKit

/// Weeks in halls that are not there. `Benchmarks/touch_health.py` runs them with a hundred times as many seeds, in an
/// optimised build, for docs/touch-health.md; lines that begin with `figure` are for it.
@Suite("A panel knows when it is ill, and is silent when it is not", .serialized)
struct PanelWeeksTests {
    private static let isLong = getenv("ZONE_HEALTH_LONG") != nil

    @Test("weeks of healthy panels raise nothing", arguments: PanelLife.Place.allCases)
    func healthy(_ place: PanelLife.Place) async {
        let days = Self.isLong ? 14 : place == .hall ? 1 : 14
        var frames = 0
        let seeds = Seeds.first(place == .hall ? 1 : 3)
        var alarms = 0
        for seed in seeds {
            var life = PanelLife(place, seed: seed)
            for _ in 0..<days {
                life.live()
                // Tests with deadlines wait for one of two threads beside this one.
                await Task.yield()
            }
            frames += life.glass.frames
            alarms += life.told.isEmpty ? 0 : 1
            #expect(life.told.isEmpty, "seed \(seed): \(life.told)")
        }
        print("figure healthy \(place) seeds=\(seeds.count) days=\(days) frames=\(frames) alarms=\(alarms)")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var place: PanelLife.Place
        var illness: Illness
        /// Days in which the panel was well before; what needs a habit needs more of them.
        var before: Int
        /// Days within which it must be told.
        var within: Int

        var testDescription: String { "\(illness) in a \(place)" }
    }

    static let cases = [
        Case(place: .village, illness: .stuck, before: 1, within: 1),
        Case(place: .village, illness: .ghostBursts, before: 1, within: 1),
        Case(place: .village, illness: .ghostPlace, before: 1, within: 1),
        Case(place: .village, illness: .noise, before: 1, within: 5),
        Case(place: .library, illness: .deadRow, before: 14, within: 10),
        Case(place: .library, illness: .mirrored, before: 14, within: 8),
        Case(place: .library, illness: .slowReports, before: 14, within: 10),
        Case(place: .hall, illness: .deadColumn, before: 1, within: 2),
    ]

    static let longCases = PanelLife.Place.allCases.flatMap { place in
        Illness.allCases.filter { $0 != .none }.map { Case(place: place, illness: $0, before: 14, within: 30) }
    }

    @Test("each illness is told by its name", arguments: isLong ? longCases : cases)
    func ill(_ story: Case) {
        var hours: [Double] = []
        let seeds = Seeds.first(1)
        for seed in seeds {
            var life = PanelLife(story.place, seed: 1000 + seed)
            for _ in 0..<story.before { life.live() }
            #expect(life.told.isEmpty, "well until then")
            life.fallIll(story.illness)
            var days = 0
            while life.told[story.illness.code] == nil, days < story.within {
                life.live()
                days += 1
            }
            guard let told = life.told[story.illness.code], let since = life.illSinceMs else { continue }
            hours.append(Double(told.firstMs - since) / 3_600_000)
        }
        hours.sort()
        let (median, last) = (hours.isEmpty ? nil : hours[hours.count / 2], hours.last)
        func text(_ value: Double?) -> String { value.map { "\(($0 * 100).rounded() / 100)" } ?? "-" }
        print(
            "figure ill \(story.place) \(story.illness) told=\(hours.count) of=\(seeds.count) "
                + "medianHours=\(text(median)) longestHours=\(text(last))")
        if !Self.isLong { #expect(hours.count == seeds.count, "\(story)") }
    }

    @Test("maps for pictures", .enabled(if: isLong), arguments: [Illness.none, .deadColumn, .deadCorner, .ghostPlace])
    func maps(_ illness: Illness) {
        var life = PanelLife(.hall, seed: 7)
        for _ in 0..<7 { life.live() }
        if illness != .none {
            life.fallIll(illness)
            for _ in 0..<14 { life.live() }
        }
        print("figure map \(illness) " + life.glass.health.heatMap.map { "\(Int($0 * 1000))" }.joined(separator: ","))
    }
}

extension Illness {
    /// What has to be told of it.
    var code: ConditionCode {
        switch self {
        case .none, .deadCorner, .deadColumn, .deadRow: .touchDeadZone
        case .stuck: .touchStuck
        case .ghostBursts, .ghostPlace: .touchGhost
        case .mirrored: .touchAxis
        case .noise, .slowReports: .touchJitter
        }
    }
}
