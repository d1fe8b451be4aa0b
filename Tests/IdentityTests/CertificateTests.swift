import Crypto
import SwiftASN1
import Testing
import X509
import ZoneIdentity
import ZoneModel

@Suite("The certificate of a node")
struct CertificateTests {
    @Test("names zone, node, key and time, and survives the way through text")
    func whatItSays() throws {
        let (authority, key) = (try Given.authority(), IdentityKey())
        let certificate = try Given.node(authority, key)
        #expect(certificate.name == Given.name && certificate.fingerprint == key.fingerprint)
        #expect(certificate.notBefore == Given.now.advanced(byMilliseconds: -5 * 60_000))
        #expect(certificate.notAfter == Given.now.advanced(byMilliseconds: 90 * Given.day))
        #expect(try NodeCertificate(pem: certificate.pem) == certificate)
        #expect(Hex.bytes(certificate.serial)?.count == 16)
        #expect(try authority.hasIssued(certificate) && !Given.authority().hasIssued(certificate))
        let longest = NodeName(zone: Slug(String(repeating: "z", count: 32))!, node: Slug("n")!)
        let request = try SigningRequest(pem: SigningRequest.make(key: key))
        #expect(try authority.issue(request, to: longest, at: Given.now).name == longest)
    }

    @Test("says who signed, and nobody else")
    func signatures() throws {
        let (authority, key) = (try Given.authority(), IdentityKey())
        let (certificate, other) = (try Given.node(authority, key), try Given.node(authority))
        let text = Array("history".utf8)
        let signature = try key.sign(text)
        #expect(certificate.verify(signature: signature, of: text))
        #expect(!other.verify(signature: signature, of: text))
        #expect(!certificate.verify(signature: signature, of: text + [0]))
        #expect(!certificate.verify(signature: Array(signature.dropLast()), of: text))
        #expect(!certificate.verify(signature: [], of: text))
    }

    @Test("is refused when its names are missing, or contradict each other")
    func names() throws {
        let authority = try Given.authority()
        func odd(_ change: (inout Odd) -> Void) throws -> [UInt8] {
            var odd = Odd(authority)
            change(&odd)
            return try odd.der()
        }
        #expect(try NodeCertificate(der: odd { _ in }).name == Given.name)
        let wrong = try [
            odd { $0.node = "pc-2" }, odd { $0.zone = "hall-2" }, odd { $0.names = nil }, odd { $0.names = [] },
            odd { $0.names = [.uniformResourceIdentifier("zone:hall-1/pc-2")] },
            odd { $0.names = [.uniformResourceIdentifier("zone:hall-1")] },
            odd { $0.names = [.uniformResourceIdentifier("ZONE:hall-1/pc-1")] },
            odd { $0.names = [.uniformResourceIdentifier("zone://hall-1/pc-1")] },
            odd { $0.names = [.dnsName("hall-1/pc-1")] }, odd { $0.names = [.dnsName("zone:hall-1/pc-1")] },
            odd { $0.names?.append(.uniformResourceIdentifier("zone:hall-2/pc-1")) },
            odd { $0.names?.append(.dnsName("hub.example")) },
        ]
        for der in wrong {
            #expect(throws: (any Error).self) { try NodeCertificate(der: der) }
            #expect(try Given.anchors(authority).standing(of: der, at: Given.now) == .foreign)
        }
    }

    @Test("is refused for another key, another digest, and when it is too long or something else")
    func otherKinds() throws {
        let authority = try Given.authority()
        var odd = Odd(authority)
        odd.key = .init(P384.Signing.PrivateKey().publicKey)
        #expect(throws: IdentityError.notP256(.certificate)) { try NodeCertificate(der: odd.der()) }
        odd = Odd(authority)
        odd.algorithm = .ecdsaWithSHA384
        #expect(throws: IdentityError.notP256(.certificate)) { try NodeCertificate(der: odd.der()) }
        odd = Odd(authority)
        odd.more = [.init(oid: [1, 2, 3, 4], critical: false, value: ArraySlice(repeating: 7, count: 8192))]
        #expect(throws: IdentityError.tooLong(.certificate, limit: 8192)) { try NodeCertificate(der: odd.der()) }
        #expect(throws: IdentityError.badName) { try NodeCertificate(pem: authority.certificatePEM) }
        #expect(throws: IdentityError.unreadable(.certificate)) { try NodeCertificate(pem: authority.keyPEM) }
        #expect(throws: IdentityError.unreadable(.certificate)) { try NodeCertificate(der: []) }
    }

    @Test("never outlives its authority, and none is given after that")
    func lifetimes() throws {
        let authority = try Given.authority()
        let request = try SigningRequest(pem: SigningRequest.make(key: IdentityKey()))
        func issue(days: Int64, _ lifetime: Duration = .seconds(90 * 86_400)) throws -> NodeCertificate {
            try authority.issue(
                request, to: Given.name, at: Given.now.advanced(byMilliseconds: days * Given.day), for: lifetime)
        }
        #expect(try issue(days: 3640).notAfter == authority.notAfter)
        #expect(try issue(days: 0, .seconds(Int64.max)).notAfter == authority.notAfter)
        for (days, lifetime) in [(3653, 90), (-3, 90), (0, 0), (0, -1)] {
            #expect(throws: IdentityError.authorityOutOfTime, "\(days) \(lifetime)") {
                try issue(days: Int64(days), .seconds(lifetime * 86_400))
            }
        }
    }

    @Test("of the hub itself holds the names under which it is called")
    func server() throws {
        let (authority, key) = (try Given.authority(), IdentityKey())
        let pem = try authority.issueServer(
            key: key, names: ["hub.example", "10.0.0.1", "::1", "fe80::1.2.3.4"], at: Given.now)
        let names = try Certificate(pemEncoded: pem).extensions.subjectAlternativeNames.map(Array.init)
        #expect(
            names == [
                .dnsName("hub.example"), .ipAddress(.init(contentBytes: [10, 0, 0, 1])),
                .ipAddress(.init(contentBytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
                .ipAddress(.init(contentBytes: [0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])),
            ])
        #expect(try Given.anchors(authority).standing(of: Given.der(pem), at: Given.now) == .foreign)
        for name in ["", "a b", "-x", "hub..example", "1.2.3.4:80", "[::1]", "中心", "hub\n", "*.example"] {
            #expect(throws: IdentityError.badServerName(name)) {
                try authority.issueServer(key: key, names: ["ok.example", name], at: Given.now)
            }
        }
        #expect(throws: IdentityError.badServerName("")) {
            try authority.issueServer(key: key, names: [], at: Given.now)
        }
    }

    @Test("addresses are read in one form each")
    func addresses() {
        let good = [
            "0.0.0.0", "255.255.255.255", "::", "1::", "::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7.8.9.10", "a:B::",
            "1:2:3:4:5:6:7::", "::ffff:1.2.3.4",
        ]
        for text in good { #expect(IPAddressBytes.parse(text) != nil, "\(text)") }
        let bad = [
            "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "+1.2.3.4", "1.2.3.4 ", ":", ":::", "1:2", "::1::2",
            "1:2:3:4:5:6:7:8:9", "12345::", "g::", "+1::", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4::5:6:7:8",
            "::1%eth0", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "１.2.3.4", "::１",
        ]
        for text in bad { #expect(IPAddressBytes.parse(text) == nil, "\(text)") }
    }
}
