import DriverKit
import ZoneModel

/// From which numbers on a panel is ill; keys of a profile's `set:`.
package struct HealthSettings: Sendable, Hashable {
    package static let keys: [String: SettingKind] = [
        "stuckAfter": .duration, "ghostFlashes": .integer(5...10_000), "ghostJumps": .integer(5...10_000),
        "ghostDownsPerSecond": .integer(10...1000), "ghostMinutes": .integer(10...1440),
        "contactsMost": .integer(1...256), "deadSpells": .integer(10...1000), "deadCrossings": .integer(5...200),
        "outsidePercent": .integer(1...100), "jitterMicrometres": .integer(100...50_000),
        "ratePercent": .integer(5...90), "memoryDays": .integer(1...90),
    ]

    /// A contact that neither ends nor moves for this long is no finger.
    package var stuckAfter = Duration.seconds(60)
    /// Contacts shorter than 25 ms in a minute, when they are half of all.
    package var ghostFlashes = 20
    /// Leaps that no hand makes, in a minute, when they are a fifth of all contacts.
    package var ghostJumps = 20
    /// For ten seconds. Children who beat the glass with both hands come to about fifty.
    package var ghostDownsPerSecond = 80
    /// In which one place and no other is touched.
    package var ghostMinutes = 90
    /// As the maker says; `nil`: the slots that the panel declares.
    package var contactsMost: Int?
    /// Spells of use that a part of the glass has missed.
    package var deadSpells = 25
    /// Crossings of a strip without a position in it, less three for each with one.
    package var deadCrossings = 12
    /// Share of contacts that begin outside of the declared range.
    package var outsidePercent = 5
    /// Root mean square of what is noise in the reported places.
    package var jitterMicrometres = 3000
    /// Report rate below this share of the learned one.
    package var ratePercent = 40
    /// Half-life of what is learned, in days in which the panel runs.
    package var memoryDays = 14

    package init(_ texts: [String: String] = [:]) {
        func number(_ key: String) -> Int? {
            guard let kind = HealthSettings.keys[key], let text = texts[key], kind.complaint(about: text) == nil else {
                return nil
            }
            return Int(text)
        }
        stuckAfter = texts["stuckAfter"].flatMap(Duration.init(shortText:)).map { max($0, .seconds(5)) } ?? stuckAfter
        ghostFlashes = number("ghostFlashes") ?? ghostFlashes
        ghostJumps = number("ghostJumps") ?? ghostJumps
        ghostDownsPerSecond = number("ghostDownsPerSecond") ?? ghostDownsPerSecond
        ghostMinutes = number("ghostMinutes") ?? ghostMinutes
        contactsMost = number("contactsMost")
        deadSpells = number("deadSpells") ?? deadSpells
        deadCrossings = number("deadCrossings") ?? deadCrossings
        outsidePercent = number("outsidePercent") ?? outsidePercent
        jitterMicrometres = number("jitterMicrometres") ?? jitterMicrometres
        ratePercent = number("ratePercent") ?? ratePercent
        memoryDays = number("memoryDays") ?? memoryDays
    }
}
