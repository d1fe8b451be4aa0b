import Testing
import ZoneHubStore
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@testable import ZoneHubDoor

/// Whoever goes on from an earlier connection (RFC 8446, 2.2) shows no certificate: it comes out of the ticket.
@Suite("Who goes on from an earlier TLS connection is judged anew", .timeLimit(.minutes(3)))
struct TLSResumptionTests {
    @Test(
        "the ticket of a node that was shut out since brings it in, and none of its requests is taken",
        .enabled(if: OpenSSLClient.isThere), arguments: ["-tls1_3", "-tls1_2"])
    func denied(_ version: String) async throws {
        let taker = NotingTaker()
        let bench = try await IdentityBench.start(taker: taker)
        let node = try bench.node()
        let client = try OpenSSLClient(node, in: bench.root.path, version)
        let first = try await client.report("-sess_out")
        #expect(first.isNew && first.text.contains("HTTP/1.1 200"), "\(first.text)")
        let again = try await client.report("-sess_in")
        #expect(again.isResumed && again.text.contains("HTTP/1.1 200"), "the control\n\(again.text)")
        #expect(taker.names.count == 2)

        let subject = DenialRecord.Subject.key(node.key.fingerprint)
        _ = try await bench.office.deny(subject, why: "reported stolen", by: "uid 1000")
        let refused = try await client.report("-sess_in")
        #expect(refused.isResumed, "\(refused.text)")
        #expect(refused.text.contains("HTTP/1.1 403") && refused.text.contains("identity.denied"), "\(refused.text)")
        #expect(taker.names.count == 2)

        try await bench.office.allow(subject, by: "uid 1000")
        #expect(try await client.report("-sess_in").text.contains("HTTP/1.1 200"))
        await bench.stop()
    }
}
