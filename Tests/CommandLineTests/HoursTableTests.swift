import Testing
import ZoneCommandLine
import ZoneModel
import ZoneWire

@Suite("zonectl hours")
struct HoursTableTests {
    private func hours() -> HoursJSON {
        var hours = HoursJSON()
        (hours.open, hours.nextChange) = (true, WallTime(rfc3339: "2026-09-30T09:00:00Z"))
        let office = HoursJSON.SpanJSON(opens: "09:00", closes: "17:00")
        hours.days = [
            .init(date: "2026-09-30", weekday: "wed", spans: [office], reason: "weekday"),
            .init(date: "2026-10-01", weekday: "thu", spans: [], reason: "holiday", holiday: "国庆节"),
            .init(
                date: "2026-10-10", weekday: "sat", spans: [office, .init(opens: "19:00", closes: "02:00")],
                reason: "makeUpDay", holiday: "国庆节", insteadOf: "wed"),
            .init(date: "2026-10-04", weekday: "sun", spans: [office], reason: "marketDay", holiday: "国庆节"),
        ]
        return hours
    }

    @Test("one line for each day, with the reason where it is not as the week")
    func days() {
        #expect(
            HoursTable.text(hours()) == """
                ● 现在开放 open now，下次变化 next change 2026-09-30 17:00

                日期 DATE   星期 DAY  开放 OPEN                              原因 WHY
                2026-09-30  周三 wed  09:00-17:00
                2026-10-01  周四 thu  不开放 closed                          国庆节放假 holiday
                2026-10-10  周六 sat  09:00-17:00 19:00-次日 next day 02:00  国庆节调休上班（补周三 wed） make-up workday
                2026-10-04  周日 sun  09:00-17:00                            逢场日 market day（国庆节）

                """)
    }

    @Test("what staff closed comes first, notices and sources last; a stranger's words cannot move the cursor")
    func notes() throws {
        var hours = hours()
        hours.closure = .init(
            since: try #require(WallTime(rfc3339: "2026-09-30T02:00:00Z")), until: nil, reason: "停电\u{1B}[2J")
        hours.notices = ["没有2027年的节假日安排。 The holidays of 2027 are not known."]
        hours.calendar = .init(id: "cn", sources: ["2026": "某通知"], unknownYears: [2027])
        hours.maintenance = ["wed": [.init(opens: "02:00", closes: "04:00")], "thu": []]
        let text = HoursTable.text(hours)
        #expect(text.hasPrefix("▲ 工作人员已关闭专区：停电[2J。 Staff have closed the zone. 从 since 2026-09-30 10:00 直到有人恢复"))
        #expect(text.contains("▲ 没有2027年") && text.contains("2026：某通知\n"))
        #expect(text.hasSuffix("维护时段 maintenance 周三 wed 02:00-04:00\n"))
    }

    /// Times of 2026-09-30, whose hours are 09:00 to 17:00; the next ones are those of 2026-10-04.
    @Test(
        "while staff have closed the zone, the next change is when people will find it open or closed",
        arguments: [
            ("08:00", "10:00", "09:00", "2026-09-30 10:00"), ("08:00", "08:30", "09:00", "2026-09-30 09:00"),
            ("09:30", "10:00", "17:00", "2026-09-30 10:00"), ("09:30", "17:30", "17:00", "2026-10-04 09:00"),
        ])
    func closureAndHours(_ since: String, _ until: String, _ next: String, _ told: String) throws {
        func time(_ text: String) throws -> WallTime {
            try #require(WallTime(rfc3339: "2026-09-30T\(text):00Z")).advanced(byMilliseconds: -8 * 3_600_000)
        }
        var hours = hours()
        hours.days?.removeAll { $0.date == "2026-10-10" }
        (hours.open, hours.nextChange) = (false, try time(next))
        hours.closure = .init(since: try time(since), until: try time(until), reason: nil)
        #expect(HoursTable.text(hours).contains("○ 现在不开放 closed now，下次变化 next change \(told)\n"))
        hours.closure?.until = nil
        #expect(HoursTable.text(hours).contains("○ 现在不开放 closed now\n"))
    }

    @Test("missed hours are shown with what to do about them")
    func unexplained() throws {
        var hours = hours()
        hours.unexplained = [
            .init(
                code: "zone.openedLate", date: "2026-09-30",
                from: try #require(WallTime(rfc3339: "2026-09-30T01:00:00Z")),
                to: try #require(WallTime(rfc3339: "2026-09-30T02:12:00Z")), minutes: 72)
        ]
        let text = HoursTable.text(hours)
        #expect(text.contains("▲ 2026-09-30 未按时启用 opened late：2026-09-30 09:00 – 2026-09-30 10:12，72 分钟 min。"))
        #expect(text.contains("zonectl hours reason"))
    }

    @Test("the end of a hold as people write it: the next such time, or a day and a time")
    func heldUntil() throws {
        let noon = try #require(WallTime(rfc3339: "2026-09-30T04:00:00Z"))
        func end(_ text: String) throws -> String { try HeldUntil(text).time(after: noon).rfc3339 }
        #expect(try end("17:30") == "2026-09-30T09:30:00.000Z")
        #expect(try end("09:00") == "2026-10-01T01:00:00.000Z")
        #expect(
            try end("2026-10-08T09:00") == "2026-10-08T01:00:00.000Z"
                && end("2026-10-08 09:00") == end("2026-10-08T09:00"))
        for wrong in ["", "soon", "25:00", "2026-02-30T09:00", "2026-10-08", "a b c"] {
            #expect(throws: HeldUntil.Unreadable.self) { try HeldUntil(wrong) }
        }
    }

    @Test("without hours it says so, and what to do")
    func none() {
        #expect(HoursTable.text(HoursJSON()).contains("docs/hours.md"))
    }
}
