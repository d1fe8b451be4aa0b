import Testing
import ZoneModel
import ZoneTestKit
import ZoneTime

@Suite("Values at the border")
struct ValueTests {
    @Test(
        "ids are lower case, digits and dashes, 1 to 32",
        arguments: ["a", "touch-1", "0", String(repeating: "z", count: 32)])
    func goodIDs(_ text: String) { #expect(Slug(text)?.text == text) }

    @Test(
        "anything else is no id",
        arguments: ["", "-a", "A", "a_b", "a b", "ä", String(repeating: "z", count: 33), "a\n"])
    func badIDs(_ text: String) { #expect(Slug(text) == nil) }

    @Test("16 lower-case hex digits name streams and epochs")
    func hexIDs() {
        #expect(HexID(random: 1).text == "0000000000000001")
        #expect(HexID("00000000000000AB") == nil)
        #expect(HexID("0123") == nil)
        for _ in 0..<100 { #expect(HexID(HexID.make().text) != nil) }
    }

    @Test("RFC 3339 survives the way out and back for any time of 6000 years")
    func timesRoundTrip() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<5000 {
            let time = WallTime(
                milliseconds: Int64.random(in: -50_000_000_000_000...200_000_000_000_000, using: &random))
            #expect(WallTime(rfc3339: time.rfc3339) == time, "\(time.milliseconds)")
        }
        #expect(WallTime(milliseconds: 1_795_232_100_123).rfc3339 == "2026-11-21T03:35:00.123Z")
    }

    @Test(
        "dates that do not exist are refused",
        arguments: [
            "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21 03:35:00Z",
            "2026-11-21T03:35:00+08:00", "2026-11-21T03:35:00.1Z", "",
        ])
    func badTimes(_ text: String) { #expect(WallTime(rfc3339: text) == nil) }

    @Test("a zone's day begins at 16:00 UTC, whatever the machine's time zone is")
    func zoneTime() throws {
        let time = try #require(WallTime(rfc3339: "2026-12-31T16:00:00Z"))
        #expect(ZoneCivil.text(time) == "2027-01-01 00:00:00")
    }

    @Test("spans are told in at most two units")
    func spans() {
        #expect(ZoneCivil.spanInChinese(.seconds(5)) == "5秒")
        #expect(ZoneCivil.spanInChinese(.seconds(7500)) == "2小时5分")
        #expect(ZoneCivil.spanInChinese(.seconds(90_000)) == "1天1小时")
        #expect(ZoneCivil.spanInChinese(.seconds(-3)) == "0秒")
    }

    @Test("hours of a day")
    func hours() {
        #expect(DayHours("09:00-17:30")?.closesAtMinute == 1050)
        #expect(DayHours("00:00-24:00")?.closesAtMinute == 1440)
        for bad in ["9-17", "17:00-09:00", "09:00-24:01", "09:60-10:00", "09:00", "", "+9:00-17:00", "09:+0-17:00"] {
            #expect(DayHours(bad) == nil)
        }
    }

    @Test("durations in files have a unit and an end")
    func durations() {
        #expect(Duration(shortText: "500ms") == .milliseconds(500))
        #expect(Duration(shortText: "3h") == .seconds(10_800))
        for bad in ["", "5", "s", "-1s", "0s", "1.5s", "8000h", "99999999999999999999s"] {
            #expect(Duration(shortText: bad) == nil)
        }
    }

    @Test("hostile text loses its control characters and its length")
    func hostileText() {
        #expect("a\u{1B}[31mb\u{202E}c\u{0}\r\n".cleaned() == "a[31mbc")
        #expect(String(repeating: "字", count: 500).cleaned().count == 200)
    }

    @Test("back-off grows to its cap and never waits longer than it says")
    func backoff() {
        var backoff = Backoff(base: .seconds(1), cap: .seconds(300))
        let longest = (0..<40).map { _ in backoff.next { 0.999_999 } }
        #expect(longest[0] < .seconds(1) && longest[1] > .seconds(1))
        #expect(longest.allSatisfy { $0 <= .seconds(300) })
        #expect(longest[39] > .seconds(299))
        #expect(backoff.next { 0 } == .zero)
    }
}
