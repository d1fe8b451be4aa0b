import DriverKit
import Testing
import ZoneAccess
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTouch
import ZoneWire

@testable import ZoneAgentCore

@Suite("Touch desk: a guided check")
struct TouchDeskCheckTests {
    private let rig: TouchRig
    init() throws { rig = try TouchRig() }

    @Test("nine marks that are touched where they are: passed, told once, and the panel learns of it")
    func passed() async throws {
        try await rig.withDesk { desk, journal in
            let begun = try await desk.beginCheck(rig.device, TouchCheckRequest(points: 9), lease: nil, by: rig.staff)
            #expect(begun.targets.count == 9 && begun.endsIn == 15_000)
            let check = try await rig.touchAll(desk, begun) { $0 }
            #expect(check.state == .passed && check.shape == "fits" && check.residualMm ?? 9 < 1)
            #expect(check.results.allSatisfy { $0.state == .hit } && check.corners?.count == 4)
            try await eventuallyTrue("learned") { await rig.panel.verdicts.first?.shape == .fits }
            let rows = try await eventually("told") {
                let rows = try await journal.rows(.checkDone)
                return rows.isEmpty ? nil : rows
            }
            #expect(rows.count == 1 && rows[0].data["passed"] == true && rows[0].data["missed"] == 0)
            #expect(!"\(rows[0].data)".contains("place"))
        }
    }

    @Test("a panel whose axes are swapped fails, with the matrix that puts it right")
    func swapped() async throws {
        try await rig.withDesk { desk, _ in
            let begun = try await desk.beginCheck(rig.device, TouchCheckRequest(points: 9), lease: nil, by: rig.staff)
            let check = try await rig.touchAll(desk, begun) { GlassPoint(x: $0.y, y: $0.x) }
            #expect(check.state == .failed && check.shape == "swapped")
            let matrix = try #require(check.calibration)
            for (is_, wanted) in zip(matrix, [0.0, 1, 0, 1, 0, 0]) { #expect(abs(is_ - wanted) < 0.01) }
        }
    }

    @Test("a corner that feels nothing goes by and is missed; the rest is not held up")
    func missed() async throws {
        try await rig.withDesk { desk, _ in
            let begun = try await desk.beginCheck(
                rig.device, TouchCheckRequest(points: 9, seconds: 60), lease: nil, by: rig.staff)
            let check = try await rig.touchAll(desk, begun) { $0 == GlassPoint(x: 0.9, y: 0.9) ? nil : $0 }
            #expect(check.state == .failed && check.results.last?.state == .missed)
            #expect(check.corners?["bottomRight"]?.state == "missed" && check.corners?["topLeft"]?.state == "passed")
        }
    }

    @Test("nobody comes: no verdict, and nothing is learned from it")
    func nobody() async throws {
        try await rig.withDesk { desk, _ in
            let begun = try await desk.beginCheck(
                rig.device, TouchCheckRequest(points: 25, seconds: 5), lease: nil, by: rig.staff)
            try await rig.rig.crank("over") { await desk.check(begun.check, of: rig.device)?.state == .timedOut }
            #expect(await rig.panel.verdicts.isEmpty)
        }
    }

    @Test("cancelled, lost, and one at a time")
    func ends() async throws {
        try await rig.withDesk { desk, _ in
            let first = try await desk.beginCheck(rig.device, TouchCheckRequest(points: 9), lease: nil, by: rig.staff)
            #expect(
                await rig.code {
                    _ = try await desk.beginCheck(rig.device, .init(points: 9), lease: nil, by: rig.staff)
                }
                    == "check.running")
            #expect(
                await rig.code {
                    _ = try await desk.beginCleaning(rig.device, .init(seconds: 9), holder: rig.holder, by: rig.staff)
                }
                    == "check.running")
            try await desk.cancelCheck(first.check)
            #expect(await desk.check(first.check, of: rig.device)?.state == .cancelled)
            #expect(await rig.code { try await desk.cancelCheck(first.check) } == "check.over")
            #expect(await desk.check(first.check, of: StationRig.printer) == nil)
            let second = try await desk.beginCheck(rig.device, TouchCheckRequest(points: 9), lease: nil, by: rig.staff)
            await rig.panel.lose()
            try await eventuallyTrue("over") { await desk.check(second.check, of: rig.device)?.state == .cancelled }
            #expect(await rig.code { _ = try await desk.surface(StationRig.printer) } == "touch.unsupported")
        }
    }

    @Test("a check that a page has begun ends with the page's lease, and one without a lease goes on")
    func holder() async throws {
        try await rig.withDesk { desk, journal in
            let long = TouchCheckRequest(points: 9, seconds: 60)
            let first = try await desk.beginCheck(rig.device, long, lease: rig.holder.lease, by: rig.staff)
            rig.rig.clock.advance(by: .seconds(1))
            #expect(await desk.check(first.check, of: rig.device)?.state == .running)
            rig.held.value = []
            try await rig.rig.crank("over") { await desk.check(first.check, of: rig.device)?.state == .cancelled }
            #expect(await rig.panel.verdicts.isEmpty)
            let row = try await eventually("told") { try await journal.rows(.checkDone).first }
            #expect(row.data["state"] == "cancelled")
            let second = try await desk.beginCheck(rig.device, long, lease: nil, by: rig.staff)
            rig.rig.clock.advance(by: .seconds(2))
            #expect(await desk.check(second.check, of: rig.device)?.state == .running)
            try await desk.cancelCheck(second.check)
        }
    }

    @Test("a touch right after its mark has gone by was meant for that one; a bounce is nobody's")
    func reaction() {
        let geometry = PanelGeometry(x: rig.panel.capabilities.x, y: rig.panel.capabilities.y)
        guard let geometry else { return #expect(Bool(false)) }
        var now = MonoTime(milliseconds: 0)
        var session = TouchCheckSession(
            id: "1", device: rig.device, actor: "", targets: CheckTargets.grid(9), geometry: geometry,
            ruler: CheckRuler(size: nil), from: now, for: .seconds(9))
        func touch(_ number: Int, after: Int64) {
            now = now.advanced(by: .milliseconds(after))
            let contact = Contact(number: number, x: 100, y: 50)
            session.take(ContactFrame(changes: [.down(contact), .up(contact)], microseconds: 0), at: now)
        }
        touch(1, after: 500)
        #expect(session.next == 1)
        touch(2, after: 20)
        #expect(session.next == 1 && session.places[1] == nil)
        // The second mark has (9 - 0.5) / 8 s.
        now = now.advanced(by: .milliseconds(1050))
        session.tick(at: now)
        #expect(session.next == 2)
        touch(3, after: 50)
        #expect(session.next == 2 && session.places[1] != nil && session.places[2] == nil)
    }
}

@Suite("Touch desk: cleaning ends, always")
struct TouchDeskCleaningTests {
    private let rig: TouchRig
    init() throws { rig = try TouchRig() }

    private func begin(_ desk: TouchDesk, lent: Bool = false) async throws {
        let holder = CleaningHolder(lease: rig.holder.lease, isLent: lent)
        _ = try await desk.beginCleaning(rig.device, CleaningRequest(seconds: 30), holder: holder, by: rig.staff)
        #expect(await rig.panel.isGrabbed)
        #expect(desk.cleaningEndsIn(rig.device) == .seconds(30))
    }

    private func ended(_ journal: Journal, _ why: String) async throws {
        let row = try await eventually("told") { try await journal.rows(.cleaningEnded).first }
        #expect(row.data["why"]?.stringValue == why)
        #expect(await !rig.panel.isGrabbed)
        #expect(try await journal.rows(.cleaningStarted).count == 1)
    }

    @Test("by itself, with a countdown")
    func time() async throws {
        try await rig.withDesk { desk, journal in
            try await begin(desk)
            rig.rig.clock.advance(by: .seconds(12))
            #expect(desk.cleaningEndsIn(rig.device) == .seconds(18))
            #expect(
                await rig.code {
                    _ = try await desk.beginCleaning(rig.device, .init(seconds: 9), holder: rig.holder, by: rig.staff)
                }
                    == "cleaning.running")
            try await rig.rig.crank("over") { desk.cleaningEndsIn(rig.device) == nil }
            try await ended(journal, "over")
            #expect(try await !journal.rows(.cleaningCountdown).isEmpty)
        }
    }

    @Test("and tells the tens and the last five seconds on the way, each once")
    func countdown() {
        func told(of length: Int64, every step: Int64) -> [Int64] {
            var session = CleaningSession(
                id: "1", device: rig.device, endsAt: MonoTime(milliseconds: length), holder: rig.holder, geometry: nil)
            return stride(from: 0, through: length + 1000, by: Int(step)).compactMap {
                session.countdown(at: MonoTime(milliseconds: Int64($0))).map { ($0.milliseconds + 999) / 1000 }
            }
        }
        #expect(told(of: 30_000, every: 250) == [20, 10, 5, 4, 3, 2, 1])
        #expect(told(of: 25_400, every: 250) == [20, 10, 5, 4, 3, 2, 1])
        #expect(told(of: 5000, every: 250) == [4, 3, 2, 1])
        // A machine that slept over a mark tells the next one.
        #expect(told(of: 60_000, every: 7000) == [4])
    }

    @Test("by a finger that is held in the upper left corner")
    func corner() async throws {
        try await rig.withDesk { desk, journal in
            try await begin(desk)
            await rig.panel.down(0.05, 0.05)
            // As long as a hold takes and not as long as the cleaning.
            try await rig.rig.crank("over") { desk.cleaningEndsIn(rig.device) == nil }
            try await ended(journal, "corner")
        }
    }

    @Test("by no wipe that goes through the corner, or rests elsewhere")
    func wipes() {
        let panel = rig.panel.capabilities
        var session = CleaningSession(
            id: "1", device: rig.device, endsAt: MonoTime(milliseconds: 60_000), holder: rig.holder,
            geometry: PanelGeometry(x: panel.x, y: panel.y))
        func end(_ change: ContactChange, at time: Int64) -> CleaningSession.End? {
            let now = MonoTime(milliseconds: time)
            session.take(ContactFrame(changes: [change], microseconds: 0), at: now)
            return session.end(at: now) { _ in true }
        }
        let (corner, away) = (Contact(number: 1, x: 50, y: 25), Contact(number: 1, x: 600, y: 25))
        #expect(end(.down(corner), at: 0) == nil)
        #expect(end(.move(away), at: 2000) == nil)
        #expect(end(.move(corner), at: 4000) == nil)
        #expect(end(.up(corner), at: 6000) == nil)
        #expect(end(.down(Contact(number: 2, x: 500, y: 400)), at: 7000) == nil)
        #expect(session.end(at: MonoTime(milliseconds: 20_000)) { _ in true } == nil)
        #expect(end(.down(Contact(number: 3, x: 50, y: 25)), at: 21_000) == nil)
        #expect(session.end(at: MonoTime(milliseconds: 24_000)) { _ in true } == .corner)
    }

    @Test("when somebody says so")
    func released() async throws {
        try await rig.withDesk { desk, journal in
            #expect(await rig.code { try await desk.endCleaning(rig.device) } == "cleaning.none")
            try await begin(desk)
            try await desk.endCleaning(rig.device)
            try await ended(journal, "released")
        }
    }

    @Test("with the lease that it was begun with")
    func holder() async throws {
        try await rig.withDesk { desk, journal in
            try await begin(desk)
            rig.rig.clock.advance(by: .seconds(1))
            rig.held.value = []
            try await rig.rig.crank("over") { desk.cleaningEndsIn(rig.device) == nil }
            try await ended(journal, "holderGone")
        }
    }

    @Test("a lease that was lent for it is given back with it, and one that was brought along is not")
    func lent() async throws {
        try await rig.withDesk { desk, _ in
            for isLent in [true, false] {
                try await begin(desk, lent: isLent)
                try await desk.endCleaning(rig.device)
                #expect(rig.held.value.isEmpty == isLent)
                rig.held.value = [rig.holder.lease]
            }
        }
    }

    @Test("when the agent stops; what does not let go is opened anew")
    func stopping() async throws {
        try await rig.withDesk { desk, journal in
            try await begin(desk)
            await rig.panel.refuse(DeviceError(.ioFailed, doing: "let go"))
            await desk.stop()
            #expect(rig.reopened.value == 1)
            #expect(try await journal.rows(.cleaningEnded).first?.data["why"] == "stopping")
            #expect(
                await rig.code {
                    _ = try await desk.beginCleaning(rig.device, .init(seconds: 9), holder: rig.holder, by: rig.staff)
                } != nil)
        }
    }

    @Test("when the panel is lost")
    func lost() async throws {
        try await rig.withDesk { desk, journal in
            try await begin(desk)
            await rig.panel.lose()
            let row = try await eventually("told") { try await journal.rows(.cleaningEnded).first }
            #expect(row.data["why"] == "lost" && desk.cleaningEndsIn(rig.device) == nil)
        }
    }

    @Test("a panel with a finger on it is refused, and nothing is left behind")
    func busy() async throws {
        try await rig.withDesk { desk, journal in
            await rig.panel.refuse(DeviceError(.busy, doing: "grab"))
            #expect(
                await rig.code {
                    _ = try await desk.beginCleaning(rig.device, .init(seconds: 9), holder: rig.holder, by: rig.staff)
                }
                    == "touch.busy")
            await rig.panel.refuse(nil)
            try await begin(desk)
            try await desk.endCleaning(rig.device)
            try await ended(journal, "released")
        }
    }
}
