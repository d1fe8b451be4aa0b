import GRDB
import Testing
import ZoneHubCore
import ZoneIdentity
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneHubDoor
@testable import ZoneHubStore

@Suite("What is forgotten of tokens and enrolments, and what never")
struct IdentityRetentionTests {
    private static let day = Duration.seconds(86_400)

    /// A hub at 02:00 of the zone, where housekeeping forgets.
    private static func night() -> ManualClock {
        let local = CivilTime(year: 2026, month: 9, day: 21, hour: 2, minute: 0, second: 0)
        return ManualClock(wall: local.asUTC.advanced(byMilliseconds: -ZoneCivil.offsetMilliseconds))
    }

    private func forget(_ hub: OfficeBench) async {
        await Housekeeping(store: hub.store, wall: hub.wall, clock: hub.clock, log: OfficeBench.log).forget()
    }

    @discardableResult
    private func ask(_ hub: OfficeBench, _ node: String, _ key: IdentityKey) async throws -> String {
        let made = try await hub.identity.makeToken(for: try IdentityBench.name(node), by: "uid 0")
        let hash = EnrolDesk.hash(try #require(EnrolToken(text: made.token)).secret)
        _ = try await hub.identity.book.enrol(
            .init(
                tokenHash: hash, fingerprint: key.fingerprint, csr: try SigningRequest.make(key: key),
                facts: .init(hostname: "k", version: "1"), address: "192.0.2.7"), at: hub.clock.wall())
        return hash
    }

    private func nodes(_ hub: OfficeBench) async throws -> (tokens: Set<String>, enrolments: Set<String>) {
        let book = hub.identity.book
        return (
            Set(try await book.tokens(limit: 100).map(\.node.text)),
            Set(try await book.enrolments(limit: 100).map(\.node.text))
        )
    }

    @Test("30 days after the end: an unused token, a rejection, an approval whose certificate is over; not who waits")
    func ends() async throws {
        let hub = try await OfficeBench(clock: Self.night())
        let (good, bad) = (IdentityKey(), IdentityKey())
        _ = try await hub.identity.makeToken(for: try IdentityBench.name("z/unused"), by: "uid 0")
        try await ask(hub, "z/waits", IdentityKey())
        try await ask(hub, "z/rejected", bad)
        _ = try await hub.identity.reject(bad.fingerprint.short, by: "uid 0")
        let hash = try await ask(hub, "z/approved", good)
        _ = try await hub.identity.approve(good.fingerprint.short, by: "uid 0")
        let acts = try await hub.orders.book.audit(limit: 100).count

        let all: Set = ["unused", "waits", "rejected", "approved"]
        hub.clock.advance(by: Self.day * 30)
        await forget(hub)
        #expect(try await nodes(hub) == (all, all.subtracting(["unused"])), "a token of 24 hours ended a day later")
        hub.clock.advance(by: Self.day * 2)
        await forget(hub)
        #expect(try await nodes(hub) == (["waits", "approved"], ["waits", "approved"]))
        hub.clock.advance(by: Self.day * 87)
        await forget(hub)
        #expect(
            try await nodes(hub) == (["waits", "approved"], ["waits", "approved"]), "its certificate ended 29 days ago")
        hub.clock.advance(by: Self.day * 2)
        await forget(hub)
        #expect(try await nodes(hub) == (["waits"], ["waits"]))
        #expect(try await hub.identity.book.knows(tokenHash: hash) == false)
        #expect(try await hub.identity.book.certificates(of: good.fingerprint).count == 1, "the key stays known")
        #expect(try await hub.orders.book.audit(limit: 100).count == acts)
        await hub.stop()
    }

    @Test("in slices, and a row that cannot be read stops nothing")
    func slices() async throws {
        let hub = try await OfficeBench(clock: Self.night())
        for number in 0..<7 {
            _ = try await hub.identity.makeToken(for: try IdentityBench.name("z/pc-\(number)"), by: "uid 0")
        }
        try await hub.store.writer.write {
            try $0.execute(sql: "INSERT INTO identity_token VALUES ('x', 0, 'no JSON')")
        }
        hub.clock.advance(by: Self.day * 32)
        var retention = HubRetention()
        retention.slice = 3
        var removed: [Int] = []
        for _ in 0..<4 {
            let slice = try await hub.store.forgetEnrolments(retention, at: hub.clock.wall())
            removed.append(slice.removed)
            if slice.isDone { break }
        }
        #expect(removed == [3, 3, 1])
        await hub.stop()
    }
}
