import Testing
import ZoneDays
import ZoneModel

@Suite("What a device is to citizens")
struct StandingTests {
    private let ten = WallTime(milliseconds: 36_000_000)

    private func printer(_ holds: [Hold], faultSince: WallTime? = nil) -> DeviceState {
        var state = DeviceState(card: DeviceCard(id: DeviceID(.printer, 1), kind: .printer))
        (state.presence, state.link, state.holds) = (.present, .up, holds)
        if let faultSince {
            state.conditions = [
                Condition(
                    code: .printerPaperOut, severity: .fault, since: faultSince, lastSeen: faultSince, fixer: .staff,
                    evidence: nil, simulated: false)
            ]
        }
        return state
    }

    private func hold(_ mode: Mode, reason: String? = nil) -> Hold {
        Hold(subject: "printer-1", mode: mode, setter: "staff", reason: reason, since: ten)
    }

    @Test("without a hold it is what its health says")
    func healthOnly() {
        #expect(Standing(printer([])) == .up)
        #expect(Standing(printer([], faultSince: ten)) == .down)
        var unseen = printer([])
        unseen.link = .stale
        #expect(Standing(unseen) == .unknown)
    }

    @Test("that its hours are over changes nothing: with them it begins as what it is")
    func outOfHours() {
        let night = Hold(subject: Hold.zone, mode: .closed, setter: Hold.setByHours, reason: "非开放时间", since: ten)
        #expect(Standing(printer([night])) == .up)
        #expect(Standing(printer([night], faultSince: ten)) == .down)
        #expect(Standing(printer([night, hold(.maintenance)])) == .maintenance)
    }

    @Test("announced before it broke is maintenance, afterwards it stays broken")
    func beforehand() {
        #expect(Standing(printer([hold(.maintenance)])) == .maintenance)
        #expect(Standing(printer([hold(.maintenance)], faultSince: ten.advanced(byMilliseconds: 1))) == .maintenance)
        #expect(Standing(printer([hold(.maintenance)], faultSince: ten.advanced(byMilliseconds: -1))) == .down)
    }

    @Test("a closure counts as announced when it says why")
    func reasons() {
        #expect(Standing(printer([hold(.closed, reason: "盘点")])) == .maintenance)
        #expect(Standing(printer([hold(.closed)])) == .down)
        #expect(Standing(printer([hold(.closed, reason: "")])) == .down)
        #expect(Standing(printer([hold(.closed), hold(.maintenance)])) == .maintenance)
    }

    @Test(
        "one that works is enough; what nobody knows is no failure",
        arguments: [
            ([Standing.up, .down], Standing.up), ([], .unknown), ([.down, .unknown], .unknown),
            ([.down, .maintenance], .down), ([.maintenance, .maintenance], .maintenance),
        ])
    func groups(_ devices: [Standing], _ verdict: Standing) {
        #expect(ServiceGroup.verdict(devices) == verdict)
    }
}
