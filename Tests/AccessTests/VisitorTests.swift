import Testing
import ZoneLinux
import ZoneTestKit

@Suite("No user takes so much that another gets nothing")
struct VisitorTests {
    private let clock = ManualClock()

    /// How many of `count` connections of a user are let in.
    private func enter(_ visitors: Visitors, _ uid: UInt32, _ count: Int) -> Int {
        (0..<count).count { _ in visitors.enter(uid) }
    }

    /// How many of `count` requests of a user go through.
    private func ask(_ visitors: Visitors, _ uid: UInt32, _ count: Int) -> Int {
        (0..<count).count { _ in visitors.admitRequest(uid) == nil }
    }

    private func limits(
        perUser: Int = 32, all: Int = 256, burst: Double = 400, perSecond: Double = 200
    ) -> VisitorLimits {
        var limits = VisitorLimits()
        (limits.connectionsPerUser, limits.connections) = (perUser, all)
        (limits.burst, limits.requestsPerSecond) = (burst, perSecond)
        return limits
    }

    @Test("each user has so many connections; one that ends makes room for one")
    func connections() {
        let visitors = Visitors(clock: clock)
        #expect(enter(visitors, 1000, 40) == 32)
        #expect(enter(visitors, 1001, 40) == 32, "another user has his own")
        visitors.leave(1000)
        #expect(enter(visitors, 1000, 2) == 1)
        #expect(enter(visitors, 0, 200) == 128, "root has four times as many, and an end too")
    }

    @Test("the house is full at its bound, for everybody but root")
    func fullHouse() {
        let visitors = Visitors(limits: limits(perUser: 4, all: 10), clock: clock)
        #expect((1...5).map { enter(visitors, $0, 4) } == [4, 4, 2, 0, 0])
        #expect(enter(visitors, 0, 1) == 1, "nobody keeps root out")
        visitors.leave(1)
        #expect(enter(visitors, 5, 1) == 0, "root's own connection counts too")
        visitors.leave(2)
        #expect(enter(visitors, 5, 2) == 1)
    }

    @Test("leaving without having entered gives nobody more room")
    func leaving() {
        let visitors = Visitors(limits: limits(perUser: 2, all: 3), clock: clock)
        for _ in 0..<5 { visitors.leave(7) }
        #expect(enter(visitors, 7, 5) == 2)
        #expect(enter(visitors, 8, 5) == 1)
    }

    @Test("a burst goes through at once; then as many as come back with time, and the wait is told")
    func bucket() {
        let visitors = Visitors(limits: limits(burst: 10, perSecond: 2), clock: clock)
        #expect(ask(visitors, 1000, 15) == 10)
        #expect(visitors.admitRequest(1000) == .milliseconds(500))
        clock.advance(by: .milliseconds(250))
        #expect(visitors.admitRequest(1000) == .milliseconds(250))
        clock.advance(by: .milliseconds(250))
        #expect(ask(visitors, 1000, 3) == 1)
        clock.advance(by: .seconds(2))
        #expect(ask(visitors, 1000, 9) == 4)
        clock.advance(by: .seconds(3600))
        #expect(ask(visitors, 1000, 50) == 10, "no more than the burst is saved up")
    }

    @Test("one user's spam costs no other an answer, and coming back as somebody new is no way out")
    func fairness() {
        let visitors = Visitors(limits: limits(burst: 10, perSecond: 2), clock: clock)
        #expect(ask(visitors, 1000, 1000) == 10)
        #expect(ask(visitors, 1001, 10) == 10 && ask(visitors, 0, 10) == 10)
        #expect(visitors.enter(1000))
        visitors.leave(1000)
        #expect(ask(visitors, 1000, 5) == 0, "a new connection has no new burst")
        clock.advance(by: .seconds(5))
        #expect(visitors.enter(1000))
        visitors.leave(1000)
        #expect(ask(visitors, 1000, 50) == 10)
    }

    @Test("the usual limits let a busy page work")
    func usual() {
        let visitors = Visitors(clock: clock)
        #expect(ask(visitors, 1000, 500) == 400)
        clock.advance(by: .seconds(1))
        #expect(ask(visitors, 1000, 500) == 200)
    }
}
