import NIOHTTP1
import Testing
import ZoneConfig
import ZoneControlClient
import ZoneHubStore
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@testable import ZoneHubDoor

@Suite("The hub's office, over its socket")
struct OfficeRouteTests {
    private static let roster = Array(
        """
        zone,name,type,agent
        liangping-01,梁平专区,hall,yes
        liangping-02,屏锦镇专区,township,no

        """.utf8)

    /// A PC of the zone asks with a token, as the agents' port would take it.
    private func ask(_ hub: OfficeBench, _ token: TokenJSON, _ key: IdentityKey) async throws {
        let secret = try #require(EnrolToken(text: token.token)).secret
        let csr = try SigningRequest.make(key: key)
        _ = try await hub.identity.book.enrol(
            .init(
                tokenHash: EnrolDesk.hash(secret), fingerprint: key.fingerprint, csr: csr,
                facts: .init(hostname: "kiosk-1", version: "1"), address: "192.0.2.7"), at: hub.clock.wall())
    }

    private func token(_ hub: OfficeBench, _ name: String = "z/pc-1") async throws -> TokenJSON {
        let request = TokenRequest(name: try #require(NodeName(name)))
        return try await hub.post("/v1/tokens", request).decoded(TokenJSON.self)
    }

    @Test("from a token to a certificate: made, asked, compared by its short fingerprint, approved")
    func enrolment() async throws {
        try await OfficeBench.run { hub in
            let (key, token) = (IdentityKey(), try await token(hub))
            #expect(EnrolToken(text: token.token)?.address == "127.0.0.1:8081")
            try await ask(hub, token, key)
            let waiting = try await hub.get([EnrolmentCaseJSON].self, "/v1/enrolments")
            #expect(waiting.map(\.short) == [key.fingerprint.short])
            #expect(waiting.first?.state == .pending)
            #expect(try await hub.get(HubSummaryJSON.self, "/v1/summary").pendingEnrolments == 1)
            let route = "/v1/enrolments/\(key.fingerprint.short)/approve"
            let approval = try await hub.send(.POST, route).decoded(ApprovalJSON.self)
            #expect(approval.enrolment.state == .approved)
            let held = try await hub.get([CertificateJSON].self, "/v1/certificates?zone=z")
            #expect(held.map(\.fingerprint) == [key.fingerprint])
            #expect(try await hub.send(.POST, route).error?.code == "enrolment.decided")
            let acts = try await hub.audit.map(\.act)
            #expect(acts == ["token.made", "enrolment.asked", "enrolment.approved"])
            #expect(try await hub.audit.last?.actor == "uid \(UserDatabase.ownUID) via office.sock")
        }
    }

    @Test("turned down, or asked for what is not there")
    func rejection() async throws {
        try await OfficeBench.run { hub in
            let (key, token) = (IdentityKey(), try await token(hub))
            try await ask(hub, token, key)
            let answer = try await hub.send(.POST, "/v1/enrolments/\(key.fingerprint.hex)/reject")
            #expect(try answer.decoded(EnrolmentCaseJSON.self).state == .rejected)
            #expect(try await hub.send(.POST, "/v1/enrolments/AAAA-AAAA-AAAA/approve").status == 404)
            let elsewhere = TokenRequest(name: try #require(NodeName("z/pc-1")), address: "elsewhere.example:1")
            #expect(try await hub.post("/v1/tokens", elsewhere).error?.code == "token.address")
        }
    }

    @Test("a node or one key is shut out with a reason, and let in again")
    func denials() async throws {
        try await OfficeBench.run { hub in
            let (key, token) = (IdentityKey(), try await token(hub))
            try await ask(hub, token, key)
            _ = try await hub.send(.POST, "/v1/enrolments/\(key.fingerprint.short)/approve")
            let name = try #require(NodeName("z/pc-1"))
            #expect(
                try await hub.post("/v1/denials", DenialRequest(name: name)).error?.message.hasPrefix("why") == true)
            #expect(try await hub.post("/v1/denials", DenialRequest(name: name, why: "stolen")).status == 201)
            #expect(hub.identity.book.denials.why(name, key.fingerprint) == "stolen")
            let gone = try await hub.send(.DELETE, "/v1/denials", try WireCoding.encode(DenialRequest(name: name)))
            #expect(gone.status == 204)
            let short = DenialRequest(key: key.fingerprint.short, why: "replaced")
            #expect(try await hub.post("/v1/denials", short).status == 201)
            let list = try await hub.get([DenialRecord].self, "/v1/denials")
            #expect(list.map(\.fingerprint) == [key.fingerprint])
            #expect(try await hub.send(.DELETE, "/v1/denials", try WireCoding.encode(short)).status == 204)
            #expect(try await hub.send(.DELETE, "/v1/denials", try WireCoding.encode(short)).status == 404)
            let unknown = DenialRequest(key: "AAAA-AAAA-AAAA", why: "x")
            #expect(try await hub.post("/v1/denials", unknown).status == 404)
            var both = short
            both.zone = name.zone
            #expect(try await hub.post("/v1/denials", both).status == 400)
        }
    }

    @Test("the authority is shown, rotated, and the old one retired")
    func authority() async throws {
        try await OfficeBench.run { hub in
            let first = try await hub.get(AuthorityJSON.self, "/v1/ca")
            #expect(first.old == nil)
            let second = try await hub.send(.POST, "/v1/ca/rotate").decoded(AuthorityJSON.self)
            #expect(second.old?.sha256 == first.issuer.sha256)
            #expect(try await hub.send(.POST, "/v1/ca/rotate").status == 409, "one after the other")
            #expect(try await hub.send(.DELETE, "/v1/ca/\(second.issuer.sha256)").status == 409, "it is in use")
            let third = try await hub.send(.DELETE, "/v1/ca/\(first.issuer.sha256)").decoded(AuthorityJSON.self)
            #expect(third.old == nil)
            #expect(third.issuer == second.issuer)
        }
    }

    @Test("the roster is taken over whole, or not at all with the line and the column of each mistake")
    func roster() async throws {
        try await OfficeBench.run { hub in
            let report = try await hub.send(.POST, "/v1/roster", OfficeRouteTests.roster).decoded(RosterReport.self)
            #expect(report.zones == 2 && report.added == 2)
            let wrong = Array("zone,name,type\nliangping-01,专区,hall\nZone 3,专区,hall\nx-4,专区,castle\n".utf8)
            let refused = try await hub.send(.POST, "/v1/roster", wrong)
            #expect(refused.status == 400)
            let error = try #require(refused.error)
            #expect(error.message.contains("line 3, column zone"), "\(error.message)")
            #expect(error.message.contains("line 4, column type"), "\(error.message)")
            #expect(error.zh.contains("第 3 行"), "\(error.zh)")
            let held = try await hub.get([RosterEntry].self, "/v1/roster")
            #expect(held.map(\.zone.text) == ["liangping-01", "liangping-02"], "nothing was changed")
            let summary = try await hub.get(HubSummaryJSON.self, "/v1/summary")
            #expect(summary.onRoster == 2 && summary.withAgent == 1)
            #expect(try await hub.audit.map(\.act) == ["roster.replaced"])
        }
    }

    @Test("the socket is for its owner only")
    func rights() async throws {
        try await OfficeBench.run { hub in
            let facts = try FileFacts(path: hub.places.officeSocket)
            #expect(facts.kind == .socket)
            #expect(facts.mode == 0o600)
        }
    }

    @Test(
        "a stranger on the socket learns nothing and changes nothing, on any route",
        arguments: [
            "GET /v1/summary", "GET /v1/enrolments", "GET /v1/ca", "POST /v1/ca/rotate", "GET /v1/orders",
            "GET /v1/audit", "POST /v1/roster", "POST /v1/import", "GET /v1/nothing",
        ])
    func stranger(_ route: String) async throws {
        try await OfficeBench.run(staff: OfficeStaff(users: [])) { hub in
            let parts = route.split(separator: " ").map(String.init)
            let answer = try await hub.send(.init(rawValue: parts[0]), parts[1])
            #expect(answer.status == 403)
            #expect(answer.error?.code == "access.denied")
            #expect(answer.error?.message.contains("group") == false, "no way in that the unit does not have")
            #expect(try await hub.orders.book.audit(limit: 10).isEmpty)
        }
    }

    @Test("no page in a browser gets through", arguments: ["Origin", "Referer", "Host"])
    func browser(_ header: String) async throws {
        try await OfficeBench.run { hub in
            let answer = try await hub.send(.GET, "/v1/summary", headers: [header: "http://evil.example"])
            #expect(answer.status == 403)
            #expect(answer.error?.code == "access.browser")
        }
    }

    @Test("what nobody put into words still has the form of an error")
    func form() async throws {
        try await OfficeBench.run { hub async throws in
            #expect(try await hub.send(.GET, "/v1/nothing").error?.code == "http.404")
            #expect(try await hub.send(.POST, "/v1/tokens", Array("{".utf8)).status == 400)
            #expect(try await hub.send(.GET, "/v1/orders/%zz").status == 400)
            #expect(try await hub.send(.GET, "/v1/orders?limit=0").status == 400)
            #expect(try await hub.send(.GET, "/v1/audit?before=x").status == 400)
            let huge = [UInt8](repeating: UInt8(ascii: "x"), count: (4 << 20) + 1)
            #expect(try await hub.send(.POST, "/v1/roster", huge).status == 413)
        }
    }
}
