import Testing
import ZoneDays
import ZoneModel
import ZoneTime

@Suite("What becomes of a day's published hours")
struct DayStoryTests {
    private let date: CivilDate
    private let hours: WeeklyHours
    private var node = ScriptedNode()

    /// Nine to five, with the PC switched on at half past eight and everything fine by 8:31.
    init() throws {
        date = try #require(CivilDate("2026-03-05"))
        hours = WeeklyHours(everyDay: try #require(DayHours("09:00-17:00")))
        node.powerOn(at: date.at("8:30"))
        for (device, kind) in [("network-1", DeviceKind.network), ("touch-1", .touchPanel), ("printer-1", .printer)] {
            node.say(device, kind, .up, at: date.at("8:31"))
        }
    }

    private mutating func close() throws -> DayTotals {
        let totals = try #require(try node.close(date, hours, at: date.at("17:01")))
        for buckets in [totals.groups.network, totals.groups.query, totals.groups.print] + totals.devices.map(\.buckets)
        {
            #expect(buckets.published == 8 * 3600)
        }
        return totals
    }

    @Test("nothing happened: up, all of it")
    mutating func quiet() throws {
        let totals = try close()
        #expect(totals.groups.print == DayBuckets(up: 8 * 3600))
        #expect(totals.devices.map(\.id) == ["network-1", "printer-1", "touch-1"])
    }

    @Test("out of paper for twenty minutes, and before opening, where it costs nothing")
    mutating func fault() throws {
        node.say("printer-1", .printer, .down, at: date.at("8:40"))
        node.say("printer-1", .printer, .up, at: date.at("8:50"))
        node.say("printer-1", .printer, .down, at: date.at("10:00"))
        node.say("printer-1", .printer, .up, at: date.at("10:20"))
        let totals = try close()
        #expect(totals.groups.print == DayBuckets(up: 27_600, down: 1200))
        #expect(totals.groups.query == DayBuckets(up: 28_800))
    }

    @Test("a second printer keeps the group up; a kiosk's own PC does not stand in for its panel")
    mutating func anyOf() throws {
        node.say("printer-2", .copier, .up, at: date.at("8:32"))
        node.say("pc-1", .queryPC, .up, at: date.at("8:32"))
        node.say("printer-1", .printer, .down, at: date.at("9:00"))
        node.say("touch-1", .touchPanel, .down, at: date.at("16:00"))
        let totals = try close()
        #expect(totals.groups.print == DayBuckets(up: 28_800))
        #expect(totals.groups.query == DayBuckets(up: 25_200, down: 3600))
    }

    @Test("switched off at noon without a word, on again at one: not opened, from the last sign of life to the boot")
    mutating func powerCut() throws {
        node.alive(at: date.at("12:00"))
        node.powerOn(at: date.at("13:00:20"))
        for (device, kind) in [("network-1", DeviceKind.network), ("touch-1", .touchPanel), ("printer-1", .printer)] {
            node.say(device, kind, .up, at: date.at("13:00:50"))
        }
        let totals = try close()
        #expect(totals.groups.print == DayBuckets(up: 28_800 - 3650, down: 3600, notOpened: 3600, unknown: 50))
    }

    @Test("the agent was killed, the PC went on: nobody saw, and nobody says that it was off")
    mutating func killed() throws {
        node.alive(at: date.at("12:00"))
        node.start(at: date.at("13:00"))
        node.say("network-1", .network, .up, at: date.at("13:00"))
        let totals = try close()
        #expect(totals.groups.network == DayBuckets(up: 25_200, unknown: 3600))
        #expect(totals.groups.network.isInsufficient)
    }

    @Test("closed with a reason from three on; the PC is switched off under the closure")
    mutating func closure() throws {
        for (device, kind) in [("network-1", DeviceKind.network), ("touch-1", .touchPanel), ("printer-1", .printer)] {
            node.say(device, kind, .maintenance, heldSince: date.at("15:00"), at: date.at("15:00"))
        }
        node.stop(at: date.at("15:30"))
        node.powerOn(at: date.at("16:30"))
        for (device, kind) in [("network-1", DeviceKind.network), ("touch-1", .touchPanel), ("printer-1", .printer)] {
            node.say(device, kind, .maintenance, heldSince: date.at("15:00"), at: date.at("16:31"))
        }
        #expect(try close().groups.query == DayBuckets(up: 21_600, maintenance: 7200))
    }

    @Test("a day on which nobody came is closed on the next: not opened, all of it")
    mutating func wholeDay() throws {
        node.stop(at: date.at("17:30"))
        let (off, next) = (date.next, date.next.next)
        node.powerOn(at: next.at("9:20:20"))
        node.say("printer-1", .printer, .up, at: next.at("9:21"))
        _ = try node.close(date, hours, at: next.at("9:22"))
        let missed = try #require(try node.close(off, hours, at: next.at("9:22")))
        #expect(missed.groups.print == DayBuckets(down: 28_800, notOpened: 28_800))
        let late = try #require(try node.close(next, hours, at: next.at("17:00:30")))
        #expect(late.groups.print == DayBuckets(up: 27_540, down: 1200, notOpened: 1200, unknown: 60))
    }

    @Test("the clock was an hour behind since the start, and was set at ten: earlier rows are re-dated")
    mutating func stepped() throws {
        var node = ScriptedNode()
        node.wrongBy = -3_600_000
        node.powerOn(at: date.at("8:30"))
        node.say("printer-1", .printer, .up, at: date.at("8:31"))
        node.say("printer-1", .printer, .down, at: date.at("9:30"))
        node.step(to: 0, at: date.at("10:00"))
        node.say("printer-1", .printer, .up, at: date.at("10:30"))
        let totals = try #require(try node.close(date, hours, at: date.at("17:01")))
        #expect(totals.groups.print == DayBuckets(up: 25_200, down: 3600))
    }

    @Test("two dates that are closed together keep what was seen of both")
    mutating func together() throws {
        node.say("printer-1", .printer, .down, at: date.next.at("10:00"))
        node.say("printer-1", .printer, .up, at: date.next.at("11:00"))
        let late = date.next.at("17:01")
        let first = try #require(try node.close(date, hours, at: late))
        let second = try #require(try node.close(date.next, hours, at: late))
        #expect(first.groups.print == DayBuckets(up: 28_800))
        #expect(second.groups.print == DayBuckets(up: 25_200, down: 3600))
    }

    @Test("a printer that came in the afternoon, and went again, leaves the others' outages what they were")
    mutating func cameAndWent() throws {
        node.say("printer-1", .printer, .down, at: date.at("10:00"))
        node.say("printer-1", .printer, .up, at: date.at("10:20"))
        node.write(.deviceAdded, .b, "printer-2", ["kind": "printer"], at: date.at("15:00"))
        node.write(
            .deviceState, .c, "printer-2", ["kind": "printer", "standing": "up"], at: date.at("15:00:10"))
        node.write(.deviceRemoved, .b, "printer-2", ["kind": "printer"], at: date.at("16:00"))
        node.say("printer-1", .printer, .down, at: date.at("16:30"))
        node.say("printer-1", .printer, .up, at: date.at("16:40"))
        let totals = try close()
        #expect(totals.groups.print == DayBuckets(up: 27_000, down: 1800))
        let guest = try #require(totals.devices.first { $0.id == "printer-2" })
        #expect(guest.buckets == DayBuckets(up: 3590, unknown: 28_800 - 3590))
    }

    @Test("rows that were thinned leave a hole, not a good day")
    mutating func thinned() throws {
        let first = node.seq + 1
        node.say("printer-1", .printer, .down, at: date.at("10:00"))
        node.write(.agentStopping, .d, "zone", [:], at: date.at("10:30"))
        node.say("printer-1", .printer, .up, at: date.at("11:00"))
        let last = node.seq
        node.say("printer-1", .printer, .up, at: date.at("12:00"))
        node.thin(from: first, to: last, at: date.at("13:00"))
        let totals = try close()
        #expect(totals.groups.print.down == 0 && totals.groups.print.unknown >= 7200)
    }

    @Test("a fault that flapped without rows of its own is in doubt for as long")
    mutating func flapping() throws {
        node.write(
            .conditionUpdated, .b, "printer-1",
            [
                "code": "prn.paper.out", "open": false, "changes": 40, "forMs": 1_800_000, "standing": "up",
                "date": "2026-03-05",
            ], at: date.at("11:00"))
        #expect(try close().groups.print == DayBuckets(up: 27_000, unknown: 1800))
    }

    @Test("counts are of what was written since the date before was closed, each row once")
    mutating func counts() throws {
        node.write(.useHour, .c, "zone", ["touchSessions": 4, "hour": "x"], at: date.at("10:00"))
        node.write(
            .jobPrinted, .c, "printer-1", ["pages": 2, "copies": 3, "pagesProven": 6], at: date.at("10:10"))
        node.write(.jobPrinted, .c, "printer-1", ["pages": 2, "copies": 2], at: date.at("10:11"))
        node.write(.jobPrinted, .c, "printer-1", ["pages": 1, "copies": 2, "copy": true], at: date.at("10:12"))
        node.write(.instantOccurred, .b, "box-1", ["code": "box.deposit", "count": 3], at: date.at("10:13"))
        #expect(
            try close().counts == [
                "touchSessions": 4, "pagesProven": 6, "pagesUnproven": 4, "copies": 2, "deposits": 3, "healed": 0,
            ])
        node.write(.useHour, .c, "zone", ["touchSessions": 1, "hour": "x"], at: date.at("18:00"))
        let next = try #require(try node.close(date.next, hours, at: date.next.at("17:01")))
        #expect(next.counts == ["touchSessions": 1, "pagesProven": 0, "pagesUnproven": 0, "healed": 0])
    }
}
