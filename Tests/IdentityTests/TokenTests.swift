import Testing
import ZoneIdentity
import ZoneModel
import ZoneTestKit

@Suite("The token that an officer hands to a zone")
struct TokenTests {
    private static let addresses = [
        "hub.example:8443", "10.0.0.1:1", "[::1]:65535", "[2001:db8::1]:8081", "a:80", "HUB.Example:443",
    ]

    private func token(_ random: inout SeededGenerator) -> EnrolToken {
        EnrolToken(
            secret: random.bytes(16), anchorHash: random.bytes(32),
            address: Self.addresses.randomElement(using: &random) ?? "a:80")
    }

    @Test("survives being written down", arguments: Seeds.first(50))
    func roundTrip(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let token = token(&random)
        #expect(EnrolToken(text: token.text) == token, "seed \(seed)")
        #expect(EnrolToken(text: " \t\(token.text)\r\n") == token)
        #expect(token.text.hasPrefix("za1.") && token.text.hasSuffix("@\(token.address)"))
        #expect(token.text.utf8.count == 4 + 70 + 1 + token.address.utf8.count)
    }

    @Test("is refused when one character is another, missing, doubled, or two are swapped", arguments: Seeds.first(4))
    func slips(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let text = Array(token(&random).text.utf8)
        func taken(_ bytes: [UInt8]) -> Bool { EnrolToken(text: String(decoding: bytes, as: UTF8.self)) != nil }
        for place in text.indices {
            for byte in UInt8(0x20)...0x7E where byte != text[place] {
                var slip = text
                slip[place] = byte
                // A space at the end is no change.
                if place == text.count - 1, byte == 0x20 { slip.append(UInt8(ascii: "0")) }
                #expect(!taken(slip), "seed \(seed): \(String(decoding: slip, as: UTF8.self))")
            }
            #expect(!taken(Array(text[..<place] + text[(place + 1)...])), "seed \(seed), without \(place)")
            #expect(!taken(Array(text[...place] + text[place...])), "seed \(seed), \(place) twice")
            if place > 0, text[place] != text[place - 1] {
                var slip = text
                slip.swapAt(place, place - 1)
                #expect(!taken(slip), "seed \(seed), \(place) swapped")
            }
        }
    }

    @Test("is nothing when it is cut, mixed, or of another kind")
    func others() {
        var random = SeededGenerator(seed: 7)
        let token = token(&random)
        let packed = token.text.split(separator: "@")[0]
        for text in [
            "", "za1.", "za1.@a:80", "za2" + token.text.dropFirst(3), "\(packed)", "\(packed)@", "\(packed)@evil:80",
            "\(token.text)@a:80", "x\(token.text)", String(repeating: "a", count: 100_000), "za1.\u{0}",
            String(repeating: " ", count: 700) + token.text,
        ] {
            #expect(EnrolToken(text: text) == nil, "\(text.prefix(60))")
        }
        let short = EnrolToken(secret: [1], anchorHash: token.anchorHash, address: token.address)
        #expect(EnrolToken(text: short.text) == nil)
        let nowhere = EnrolToken(secret: token.secret, anchorHash: token.anchorHash, address: "a b:80")
        #expect(EnrolToken(text: nowhere.text) == nil)
    }

    @Test("leads to a host and a port")
    func addressForms() {
        for text in Self.addresses { #expect(EnrolToken.isAddress(text), "\(text)") }
        for text in [
            "", ":", "a", "a:", ":80", "a:0", "a:65536", "a:080", "a:+80", "a:８", "a b:80", "a\n:80", "::1:80",
            "[1.2.3.4]:80", "[]:80", "-a:80", "a-:80", "a..b:80", "https://a:80", "a/b:80",
            String(repeating: "a", count: 64) + ":80", "user@a:80", "中:80",
        ] {
            #expect(!EnrolToken.isAddress(text), "\(text)")
        }
    }

    @Test("base 64 has one text for each row of bytes", arguments: Seeds.first(20))
    func base64(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = random.bytes(Int(seed))
        for form in [Base64.Form.plain, .url] {
            #expect(Base64.decode(Base64.encode(bytes, form).utf8, form) == bytes, "seed \(seed)")
        }
        let noise = (0..<4).map { _ in Array("AQgw=+-/_ ".utf8).randomElement(using: &random) ?? 0 }
        for form in [Base64.Form.plain, .url] {
            guard let bytes = Base64.decode(noise, form) else { continue }
            #expect(Base64.encode(bytes, form) == String(decoding: noise, as: UTF8.self), "seed \(seed)")
        }
        #expect(Base64.encode(Array("fo".utf8), .plain) == "Zm8=" && Base64.encode(Array("fo".utf8), .url) == "Zm8")
    }
}
