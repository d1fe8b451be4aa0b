import Testing
import ZoneModel

@testable import ZoneAgentCore

@Suite("The clock watch: by how much the wall clock was set")
struct ClockWatchTests {
    private let start: Int64 = 1_790_000_000_000

    /// What is noticed when a second passes between looks and the wall clock is set by `steps` before each.
    private func noticed(_ steps: [Int64], second: Int64 = 1000) -> [Int64?] {
        var watch = ClockWatch()
        var (wall, mono) = (start, Int64(5000))
        _ = watch.look(wall: WallTime(milliseconds: wall), mono: MonoTime(milliseconds: mono))
        return steps.map { step in
            (wall, mono) = (wall + second + step, mono + second)
            return watch.look(wall: WallTime(milliseconds: wall), mono: MonoTime(milliseconds: mono))
        }
    }

    @Test("the first look compares with nothing")
    func first() {
        var watch = ClockWatch()
        #expect(watch.look(wall: WallTime(milliseconds: 0), mono: MonoTime(milliseconds: 9_000_000)) == nil)
    }

    @Test("both clocks going on are no step, nor is a PC that slept, nor the slewing of NTP")
    func noStep() {
        #expect(noticed([0, 0, 0]) == [nil, nil, nil])
        #expect(noticed([0, 0], second: 8 * 3_600_000) == [nil, nil], "the clock of boot goes on in sleep")
        #expect(noticed([500, -500, 5000, -5000]) == [nil, nil, nil, nil])
    }

    @Test(
        "a step forward and back is told once, with its size", arguments: [5001, 3_600_000, 630_720_000_000] as [Int64])
    func step(size: Int64) {
        #expect(noticed([0, size, 0, 0]) == [nil, size, nil, nil])
        #expect(noticed([-size, 0, size]) == [-size, nil, size])
        #expect(noticed([size, size]) == [size, size])
    }

    @Test("a look that comes late finds the step all the same")
    func late() { #expect(noticed([60_000], second: 90_000) == [60_000]) }
}
