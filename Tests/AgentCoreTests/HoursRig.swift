import Foundation
import Logging
import Synchronization
import Testing
import ZoneConfig
import ZoneJournal
import ZoneModel
import ZoneTime

@testable import ZoneAgentCore

/// `2026-11-23 09:00` in the zone; seconds may follow.
func zoneTime(_ text: String) throws -> WallTime {
    let whole = text.replacing(" ", with: "T") + (text.count == 16 ? ":00Z" : "Z")
    let utc = try #require(WallTime(rfc3339: whole), "\(text)")
    return utc.advanced(byMilliseconds: -ZoneCivil.offsetMilliseconds)
}

/// Timetables as zones have them.
enum Timetables {
    static let shipped: HolidayCalendar = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return HolidayCalendar(
            (2019...2026).compactMap { year in
                let file = root.appending(path: "packaging/calendars/cn/\(year).yaml")
                return (try? String(contentsOf: file, encoding: .utf8)).flatMap {
                    try? CalendarYear(text: $0, file: file.path())
                }
            })
    }()

    private static func day(_ text: String) -> WeeklyHours.Day { WeeklyHours.Day(text) ?? .closed }

    private static func week(_ hours: String, weekend: String = "closed") -> WeeklyHours {
        let days = Weekday.allCases.map { ($0, day([.sat, .sun].contains($0) ? weekend : hours)) }
        return WeeklyHours(days: Dictionary(uniqueKeysWithValues: days))
    }

    /// A service centre: closed on statutory days off, open on weekends that are worked for them.
    static let office = OpeningCalendar(
        week: week("09:00-12:00 14:00-17:00"), holidays: .init(calendar: "cn", rule: .closed), calendar: shipped)
    static let plain = OpeningCalendar(week: week("09:00-17:00", weekend: "09:00-17:00"))
    static let night = OpeningCalendar(week: week("18:00-02:00", weekend: "20:00-04:00"))
    static let always = OpeningCalendar(week: week("00:00-24:00", weekend: "00:00-24:00"))
    static let market = OpeningCalendar(
        week: week("09:00-17:00"), holidays: .init(calendar: "cn", rule: .asOn(.sat)),
        market: MarketDays(.endings([1, 4, 7]), hours: day("07:00-14:00")), calendar: shipped)

    static let all: [(String, OpeningCalendar)] = [
        ("office", office), ("plain", plain), ("night", night), ("always", always), ("market", market),
    ]

    static func daily(_ hours: String) -> OpeningCalendar { OpeningCalendar(week: week(hours, weekend: hours)) }
}

/// What a test may change while the keeper looks.
final class HoursWorld: Sendable {
    struct State {
        var hours: OpeningCalendar?
        var keeping = HoursKeeping()
        var openedBy: [CivilDate: WallTime] = [:]
        var isBusy = false
        var doesDarken = true
        /// Signs that do it even when not all do, and which were left out each time.
        var obedient: Set<DeviceID> = []
        var leftOut: [Set<DeviceID>] = []
        var darkened: [Bool] = []
        var acted: [String] = []
    }

    let state: Mutex<State>

    init(_ hours: OpeningCalendar?) { state = Mutex(State(hours: hours)) }

    func change(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    var darkened: [Bool] { state.withLock { $0.darkened } }
    var leftOut: [Set<DeviceID>] { state.withLock { $0.leftOut } }
    var acted: [String] { state.withLock { $0.acted } }

    func act(_ name: String, _ moment: DailyAct.Moment, _ inHours: DailyAct.InHours = .never) -> DailyAct {
        DailyAct(name, moment, inHours) { [self] in change { $0.acted.append(name) } }
    }

    private var seams: HoursKeeper.Seams {
        HoursKeeper.Seams(
            hours: { [self] in state.withLock { $0.hours } }, keeping: { [self] in state.withLock { $0.keeping } },
            openedBy: { [self] date in state.withLock { $0.openedBy[date] } },
            isBusy: { [self] in state.withLock { $0.isBusy } },
            darken: { [self] isDark, done in
                state.withLock { state in
                    if state.doesDarken { state.darkened.append(isDark) }
                    state.leftOut.append(done)
                    return (done: done.union(state.obedient), isAll: state.doesDarken)
                }
            })
    }

    /// One life of the keeper, on what the journal says.
    func keeper(_ rig: StationRig, _ station: Station, _ journal: Journal, acts: [DailyAct] = []) throws -> HoursKeeper
    {
        HoursKeeper(
            try journal.restore(), station: station, journal: journal, clock: rig.clock, seams: seams, acts: acts,
            log: Logger(label: "test"))
    }
}
