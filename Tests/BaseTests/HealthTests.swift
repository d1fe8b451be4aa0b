import Testing
import ZoneModel

@Suite("The health rule")
struct HealthTests {
    @Test("what is not there or does not answer has failed, whatever else is known")
    func absentFails() {
        for link in Link.allCases { #expect(Health(presence: .absent, link: link, severities: []) == .failed) }
        for presence in Presence.allCases {
            #expect(Health(presence: presence, link: .down, severities: []) == .failed)
        }
    }

    @Test("silence is unknown, never ok, even with a fault open")
    func silenceIsUnknown() {
        for severities in [[], [Severity.fault]] {
            #expect(Health(presence: .present, link: .stale, severities: severities) == .unknown)
            #expect(Health(presence: .unknown, link: .unknown, severities: severities) == .unknown)
        }
    }

    @Test("a heard device is as well as its worst condition")
    func worstConditionDecides() {
        #expect(Health(presence: .present, link: .up, severities: []) == .ok)
        #expect(Health(presence: .present, link: .up, severities: [.notice]) == .ok)
        #expect(Health(presence: .present, link: .up, severities: [.warning, .notice]) == .degraded)
        #expect(Health(presence: .present, link: .up, severities: [.warning, .fault]) == .failed)
    }

    @Test("a degraded device still serves, a closed one does not")
    func serviceable() {
        var state = DeviceState(card: DeviceCard(id: DeviceID(.printer, 1), kind: .printer))
        #expect(!state.serviceable)
        (state.presence, state.link) = (.present, .up)
        #expect(state.serviceable)
        state.holds = [Hold(subject: "zone", mode: .closed, setter: "staff", since: WallTime(milliseconds: 0))]
        #expect(!state.serviceable)
    }
}
