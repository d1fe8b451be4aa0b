import Testing
import ZoneCommandLine
import ZoneTestKit

@Suite("The doctor and the system's tools")
struct DoctorToolTests {
    @Test("a tool's words come back, in the C locale; one that is not there is missing")
    func words() async {
        let programs = SystemPrograms(clock: ManualClock())
        let printed = await programs.run("printenv", ["LC_ALL"], within: .seconds(5))
        #expect(printed == .ended(code: 0, words: "C\n"))
        #expect(await programs.run("no-such-tool", [], within: .seconds(5)) == .missing)
    }

    @Test("a tool that hangs does not hold up the doctor, and one that floods is cut off")
    func deadline() async throws {
        let clock = ManualClock()
        let programs = SystemPrograms(clock: clock)
        async let end = programs.run("tail", ["-f", "/dev/null"], within: .seconds(4))
        try await eventuallyTrue("the deadline runs") { clock.sleeperCount > 0 }
        clock.advance(by: .seconds(4))
        #expect(await end == .overran)
        guard case .failed = await programs.run("yes", [], within: .seconds(60)) else {
            Issue.record("a flood was taken in")
            return
        }
    }
}
