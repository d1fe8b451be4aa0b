import FoundationEssentials
import SwiftASN1
import Testing
@_spi(FixedExpiryValidationTime) import X509
import ZoneIdentity
import ZoneModel

@Suite("While the authority changes")
struct CrossSigningTests {
    private let old: CertificateAuthority
    private let new: CertificateAuthority
    private let server: String
    private let bridge: String

    init() throws {
        // The same name twice: an officer types it once and keeps it.
        (old, new) = (try Given.authority(), try Given.authority())
        server = try new.issueServer(key: IdentityKey(), names: ["hub.example"], at: Given.now)
        bridge = try old.crossSign(new, at: Given.now)
    }

    private func isTrusted(_ leaf: String, with bridges: [String], by root: CertificateAuthority) async throws -> Bool {
        let roots = CertificateStore([try Certificate(pemEncoded: root.certificatePEM)])
        let time = Date(timeIntervalSince1970: Double(Given.now.milliseconds / 1000))
        var verifier = Verifier(rootCertificates: roots) { RFC5280Policy(fixedExpiryValidationTime: time) }
        let result = await verifier.validate(
            leaf: try Certificate(pemEncoded: leaf),
            intermediates: CertificateStore(try bridges.map { try Certificate(pemEncoded: $0) }))
        if case .validCertificate = result { return true }
        return false
    }

    @Test("who knows only the old one trusts the new hub, and who knows only the new one too")
    func bothSides() async throws {
        #expect(try await isTrusted(server, with: [bridge], by: old))
        #expect(try await isTrusted(server, with: [bridge], by: new))
        #expect(try await isTrusted(server, with: [], by: new))
        #expect(try await !isTrusted(server, with: [], by: old))
        #expect(try await !isTrusted(server, with: [bridge], by: Given.authority()))
    }

    @Test("the bridge ends with the earlier of both, and bears no further authority")
    func limits() async throws {
        let parsed = try Certificate(pemEncoded: bridge)
        #expect(try parsed.notValidAfter == Certificate(pemEncoded: new.certificatePEM).notValidAfter)
        let third = try Given.authority()
        let further = try new.crossSign(third, at: Given.now)
        let leaf = try third.issueServer(key: IdentityKey(), names: ["hub.example"], at: Given.now)
        #expect(try await isTrusted(leaf, with: [further], by: new))
        #expect(try await !isTrusted(leaf, with: [further, bridge], by: old))
    }

    @Test("openssl says the same", .enabled(if: OpenSSL.path != nil, "\(OpenSSL.missing)"))
    func openssl() async throws {
        let openssl = try OpenSSL()
        let files = try [
            openssl.file("old.pem", old.certificatePEM), openssl.file("new.pem", new.certificatePEM),
            openssl.file("bridge.pem", bridge), openssl.file("server.pem", server),
            openssl.file("node.pem", Given.node(new).pem),
        ]
        let seconds = "\(Given.now.milliseconds / 1000)"
        func verify(_ root: String, _ purpose: String, _ leaf: String, _ more: String...) async throws -> String {
            let base = ["-x509_strict", "-no-CApath", "-no-CAstore", "-attime", seconds, "-CAfile", root]
            let name = purpose == "sslserver" ? ["-verify_hostname", "hub.example"] : []
            let answer = try await openssl(
                arguments: ["verify"] + base + ["-purpose", purpose] + name + more + [leaf])
            return answer.code == 0 ? "OK" : answer.words
        }
        #expect(try await verify(files[0], "sslserver", files[3], "-untrusted", files[2]) == "OK")
        #expect(try await verify(files[1], "sslserver", files[3], "-untrusted", files[2]) == "OK")
        #expect(try await verify(files[1], "sslserver", files[3]) == "OK")
        #expect(try await verify(files[0], "sslserver", files[3]) != "OK")
        #expect(try await verify(files[1], "sslclient", files[4]) == "OK")
        #expect(try await verify(files[1], "sslserver", files[4]) != "OK")
        #expect(try await verify(files[1], "sslclient", files[3]) != "OK")
    }
}
