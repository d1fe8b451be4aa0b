import Testing
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneScanning
import ZoneTestKit
import ZoneWire

@testable import ZoneAgentCore

extension CopyDeskTests {
    private func key(_ text: String, body: String = "a") -> RequestKey {
        RequestKey(user: citizen.uid, route: "/v1/copies", key: text, bodyHash: body)
    }

    @Test("a repeated request is the same copy, while it is scanned and when it is done; nothing is scanned twice")
    func repeated() async throws {
        try await withDesk { desk, _ in
            let first = try await desk.begin(request(.page), by: citizen, key: key("k"))
            let again = try await desk.begin(request(.page), by: citizen, key: key("k"))
            #expect(again.id == first.id)
            _ = try await becomes(desk, first.id, .done)
            let later = try #require(try await desk.made(by: key("k"), request(.page)))
            #expect(later.id == first.id && later.state == .done && later.job == first.id)
            #expect(glass.asked.count == 1 && outcome.jobs.count == 1)
            #expect(await code { _ = try await desk.made(by: key("k", body: "b"), request(.idCard)) } == "key.reused")
            #expect(try await desk.made(by: key("other"), request(.page)) == nil)
        }
    }

    @Test("over a restart, and after the hour of its memory, its job tells what came of it")
    func restarted() async throws {
        try await rig.withStation { station, journal in
            let before = try desk(station, journal)
            let id = try await before.begin(request(.page, copies: 2), by: citizen, key: key("k")).id
            _ = try await becomes(before, id, .done)
            let after = try desk(station, journal)
            let told = try await after.begin(request(.page, copies: 2), by: citizen, key: key("k"))
            #expect(told.id == id && told.job == id && told.state == .done && told.pages == 1)
            #expect(glass.asked.count == 1 && outcome.jobs.count == 1)
            rig.clock.advance(by: .seconds(24 * 3600))
            let next = try await after.begin(request(.page, copies: 2), by: citizen, key: key("k")).id
            #expect(next != id)
            _ = try await becomes(after, next, .done)
        }
    }

    @Test("a refusal uses no key up; a copy that failed stays that copy")
    func refused() async throws {
        try await withDesk { desk, _ in
            let card = try await desk.begin(request(.idCard), by: citizen, key: key("card")).id
            _ = try await becomes(desk, card, .waitingForSecondSide)
            #expect(await code { _ = try await desk.begin(request(.page), by: citizen, key: key("k")) } == "copy.busy")
            _ = try await desk.cancel(card, by: citizen)
            _ = try await becomes(desk, card, .givenUp)
            glass.fail(.feederEmpty)
            let id = try await desk.begin(request(.page), by: citizen, key: key("k")).id
            _ = try await becomes(desk, id, .failed)
            glass.fail(nil)
            let again = try await desk.begin(request(.page), by: citizen, key: key("k"))
            #expect(again.id == id && again.state == .failed && outcome.jobs.isEmpty)
        }
    }
}
