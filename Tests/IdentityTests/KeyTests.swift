import FoundationEssentials
import Testing
import ZoneIdentity
import ZoneModel
import ZoneTestKit

@Suite("Keys, their fingerprints, and when to renew")
struct KeyTests {
    @Test(
        "openssl reads our key, signs with it, and believes our signature; and the other way round",
        .enabled(if: OpenSSL.path != nil, "\(OpenSSL.missing)"))
    func openssl() async throws {
        let (openssl, key) = (try OpenSSL(), IdentityKey())
        let (pem, text) = (try openssl.file("key.pem", key.pem), try openssl.file("text", "history"))
        let (spki, signed) = ("\(openssl.folder)/public.pem", "\(openssl.folder)/signed")
        #expect(try await openssl("pkey", "-in", pem, "-check", "-pubout", "-out", spki).code == 0)
        let digest = try await openssl("pkey", "-in", pem, "-pubout", "-outform", "DER", "-out", signed)
        #expect(digest.code == 0)
        let named = try await openssl("dgst", "-sha256", "-r", signed)
        #expect(named.words.hasPrefix(key.fingerprint.hex), "\(named.words)")
        try Data(key.sign(Array("history".utf8))).write(to: URL(filePath: signed))
        #expect(try await openssl("dgst", "-sha256", "-verify", spki, "-signature", signed, text).code == 0)
        let old = "\(openssl.folder)/sec1.pem"
        let made = ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", old]
        #expect(try await openssl(arguments: made).code == 0)
        let taken = try IdentityKey(pem: openssl.read("sec1.pem"))
        #expect(try IdentityKey(pem: taken.pem).fingerprint == taken.fingerprint)
    }

    @Test("what is no P-256 key is refused")
    func notAKey() throws {
        let pem = IdentityKey().pem
        for text in ["", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", String(pem.dropLast(30))] {
            #expect(throws: IdentityError.unreadable(.key)) { try IdentityKey(pem: text) }
        }
        #expect(throws: IdentityError.tooLong(.key, limit: 4096)) {
            try IdentityKey(pem: pem + String(repeating: "\n", count: 4096))
        }
    }

    @Test("the short fingerprint is the first sixty bits, without letters that look alike")
    func short() throws {
        func short(_ start: String) throws -> String {
            try #require(KeyFingerprint(hex: start + String(repeating: "5", count: 64 - start.count))).short
        }
        #expect(try short("000000000000000") == "0000-0000-0000")
        #expect(try short("fffffffffffffff") == "ZZZZ-ZZZZ-ZZZZ")
        #expect(try short("00443214c74254b") == "0123-4567-89AB")
        #expect(try short("ffbbcdeb38bdab4") == "ZYXW-VTSR-QPNM")
        for wrong in ["", "0", String(repeating: "g", count: 64), String(repeating: "A", count: 64)] {
            #expect(KeyFingerprint(hex: wrong) == nil)
        }
    }

    @Test("what somebody types is understood, and what is no fingerprint is not", arguments: Seeds.first(20))
    func typed(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let short = try #require(KeyFingerprint(hex: Hex.text(random.bytes(32)))).short
        #expect(KeyFingerprint.short(typed: short) == short)
        #expect(KeyFingerprint.short(typed: short.lowercased().replacing("-", with: " ")) == short)
        let alike = short.replacing("0", with: "o").replacing("1", with: "l").replacing("-", with: "")
        #expect(KeyFingerprint.short(typed: alike) == short, "seed \(seed)")
        for wrong in ["", String(short.dropLast()), short + "A", "U" + short.dropFirst(), "é" + short.dropFirst()] {
            #expect(KeyFingerprint.short(typed: wrong) == nil)
        }
        #expect(KeyFingerprint.short(typed: String(repeating: " ", count: 1000)) == nil)
    }

    @Test("renewal is due between two thirds and three quarters of the lifetime", arguments: Seeds.first(50))
    func renewal(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let start = Given.now.advanced(byMilliseconds: .random(in: 0...1_000_000_000, using: &random))
        let lifetime = Int64.random(in: 1000...(400 * Given.day), using: &random)
        let end = start.advanced(byMilliseconds: lifetime)
        let due = Renewal.due(notBefore: start, notAfter: end, spread: .random(in: 0..<1, using: &random))
        let share = Double(due.milliseconds - start.milliseconds) / Double(lifetime)
        #expect(share > 0.665 && share < 0.751, "seed \(seed): \(share)")
        #expect(Renewal.due(notBefore: start, notAfter: end, spread: 0) <= due)
        #expect(due <= Renewal.due(notBefore: start, notAfter: end, spread: 1))
        for odd in [Double.nan, .infinity, -1] {
            let due = Renewal.due(notBefore: start, notAfter: end, spread: odd)
            #expect(start < due && due < end)
        }
        #expect(Renewal.due(notBefore: end, notAfter: start, spread: 0.5) == end)
    }

    @Test("every refusal is one plain sentence in both languages")
    func words() {
        let things = IdentityError.Thing.allCases
        var errors: [IdentityError] = things.flatMap {
            [.tooLong($0, limit: 8192), .unreadable($0), .notP256($0), .badSignature($0), .wrongUse($0)]
        }
        errors += [
            .badName, .otherKey, .authorityOutOfTime, .badServerName("a\u{202E}b"), .badAnchorCount(limit: 8),
            .foreignExport, .badExport(.notAnExport), .badExport(.wrongCount(said: 1, found: 2)),
        ]
        for error in errors {
            #expect(error.en.hasSuffix(".") && error.zh.hasSuffix("。") && !error.en.contains("\u{202E}"), "\(error)")
        }
    }
}
