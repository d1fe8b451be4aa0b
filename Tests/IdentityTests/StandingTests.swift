import Crypto
import SwiftASN1
import Testing
import X509
import ZoneIdentity
import ZoneModel
import ZoneTestKit

@Suite("What a certificate proves")
struct StandingTests {
    @Test("depends on the time: not yet, valid, may renew for thirty days, too old")
    func time() throws {
        let authority = try Given.authority()
        let (certificate, anchors) = (try Given.node(authority), try Given.anchors(authority))
        func standing(_ time: WallTime, _ more: Int64) -> Standing {
            anchors.standing(of: certificate.der, at: time.advanced(byMilliseconds: more))
        }
        #expect(standing(Given.now, 0) == .valid(certificate))
        #expect(standing(certificate.notBefore, -1) == .notYet(certificate))
        #expect(standing(certificate.notBefore, 0) == .valid(certificate))
        #expect(standing(certificate.notAfter, 0) == .valid(certificate))
        #expect(standing(certificate.notAfter, 1) == .expired(certificate))
        for (days, expected) in [(1, Standing.expired(certificate)), (29, .expired(certificate))] {
            #expect(standing(certificate.notAfter, Int64(days) * Given.day) == expected)
        }
        #expect(standing(certificate.notAfter, 30 * Given.day) == .expired(certificate))
        #expect(standing(certificate.notAfter, 30 * Given.day + 1) == .tooOld(certificate))
        #expect(standing(certificate.notAfter, 31 * Given.day) == .tooOld(certificate))
        #expect(standing(WallTime(milliseconds: .min), 0) == .notYet(certificate))
        #expect(standing(WallTime(milliseconds: .max), 0) == .tooOld(certificate))
    }

    @Test("is nothing when another authority has signed, whatever its name")
    func otherAuthority() throws {
        let (own, other) = (try Given.authority(), try Given.authority())
        #expect(own.certificatePEM != other.certificatePEM)
        #expect(try Given.anchors(own).standing(of: Given.node(other).der, at: Given.now) == .foreign)
        var forged = Odd(own)
        forged.signer = .init(P256.Signing.PrivateKey())
        #expect(try Given.anchors(own).standing(of: forged.der(), at: Given.now) == .foreign)
        let both = try Given.anchors(own, other)
        #expect(try both.standing(of: Given.node(other).der, at: Given.now).certificate != nil)
        #expect(try both.standing(of: Given.node(own).der, at: Given.now).certificate != nil)
    }

    @Test("is nothing when the certificate is for another purpose")
    func purposes() throws {
        let authority = try Given.authority()
        let anchors = try Given.anchors(authority)
        func standing(_ change: (inout Odd) -> Void) throws -> Standing {
            var odd = Odd(authority)
            change(&odd)
            return anchors.standing(of: try odd.der(), at: Given.now)
        }
        #expect(try standing { _ in }.certificate?.name == Given.name)
        let constraint = Certificate.Extension(oid: [2, 5, 29, 30], critical: true, value: [0x30, 0])
        let wrong = try [
            standing { $0.usage = KeyUsage(keyEncipherment: true) }, standing { $0.usage = nil },
            standing { $0.usage = KeyUsage(digitalSignature: true, keyCertSign: true) },
            standing { $0.purposes = [.serverAuth] }, standing { $0.purposes = nil }, standing { $0.purposes = [.any] },
            standing { $0.basic = .isCertificateAuthority(maxPathLength: nil) }, standing { $0.more = [constraint] },
            standing { $0.more = [.init(oid: [1, 2, 3, 4], critical: true, value: [5, 0])] },
        ]
        #expect(wrong.allSatisfy { $0 == .foreign })
        #expect(anchors.standing(of: try Given.der(authority.certificatePEM), at: Given.now) == .foreign)
        #expect(try standing { $0.more = [.init(oid: [1, 2, 3, 4], critical: false, value: [5, 0])] } != .foreign)
    }

    @Test("is nothing when anything was changed, added or cut off", arguments: Seeds.first(2))
    func tampered(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let authority = try Given.authority()
        let (der, anchors) = (try Given.node(authority).der, try Given.anchors(authority))
        for place in der.indices {
            var changed = der
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            #expect(anchors.standing(of: changed, at: Given.now) == .foreign, "seed \(seed), byte \(place)")
            #expect(anchors.standing(of: Array(der.prefix(place)), at: Given.now) == .foreign, "cut to \(place)")
        }
        #expect(anchors.standing(of: der + [0], at: Given.now) == .foreign)
        #expect(anchors.standing(of: der + der, at: Given.now) == .foreign)
    }

    @Test("anchors are authorities that have signed themselves, and have a name as a set")
    func anchors() throws {
        let authorities = try (0..<9).map { try Given.authority("a \($0)") }
        let pems = authorities.map(\.certificatePEM)
        let two = try Anchors(pems: [pems[0], pems[1], pems[0]])
        #expect(try two == Anchors(pems: [pems[1], pems[0]]) && two.pems.count == 2)
        #expect(try two.hash == Anchors(pems: [pems[1], pems[0]]).hash && HexID(two.hash) != nil)
        #expect(try two.hash != Anchors(pems: [pems[0]]).hash)
        #expect(two.hashes.contains(authorities[0].anchorHash) && !two.hashes.contains(authorities[2].anchorHash))
        #expect(try Anchors(pems: [pems[0]]).merged(with: Anchors(pems: [pems[1]])) == two)
        #expect(try Anchors(pems: two.pems) == two)
        let eight = try Anchors(pems: Array(pems.prefix(8)))
        let late = try CertificateAuthority.make(named: "late", at: Given.now.advanced(byMilliseconds: Given.day))
        let merged = eight.merged(with: try Given.anchors(late))
        #expect(merged.pems.count == 8 && merged.pems.contains(late.certificatePEM))
        for wrong in [[], pems] {
            #expect(throws: IdentityError.badAnchorCount(limit: 8)) { try Anchors(pems: wrong) }
        }
        #expect(throws: IdentityError.wrongUse(.authority)) {
            try Anchors(pems: [Given.node(authorities[0]).pem])
        }
        #expect(throws: IdentityError.badSignature(.authority)) {
            try Anchors(pems: [authorities[0].crossSign(authorities[1], at: Given.now)])
        }
        #expect(throws: IdentityError.unreadable(.authority)) { try Anchors(pems: ["none"]) }
    }

    @Test("an authority comes back from its two files, and only with its own key")
    func authorityFiles() throws {
        let (authority, other) = (try Given.authority(), try Given.authority())
        let again = try CertificateAuthority(keyPEM: authority.keyPEM, certificatePEM: authority.certificatePEM)
        #expect(again.anchorHash == authority.anchorHash && again.fingerprint == authority.fingerprint)
        #expect(again.anchorHash == Array(SHA256.hash(data: try Given.der(authority.certificatePEM))))
        #expect(try Given.anchors(authority).standing(of: Given.node(again).der, at: Given.now).certificate != nil)
        #expect(throws: IdentityError.otherKey) {
            try CertificateAuthority(keyPEM: other.keyPEM, certificatePEM: authority.certificatePEM)
        }
        #expect(authority.notAfter > Given.now.advanced(byMilliseconds: 3651 * Given.day))
    }
}
