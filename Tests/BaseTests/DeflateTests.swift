import Testing
import ZoneDeflate
import ZoneModel
import ZoneTestKit

@Suite("Bodies in zlib format")
struct DeflateTests {
    private let text = Array(String(repeating: "专区 heartbeat ", count: 400).utf8)

    private func refusal(_ bytes: [UInt8], limit: Int = 1 << 20) -> DeflateError? {
        #expect(throws: DeflateError.self) { try Inflate.bounded(bytes, limit: limit) }
    }

    @Test("come back as they were", arguments: Seeds.first(20))
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let size = [0, 1, 100, 16 << 10, (16 << 10) + 1, 200_000].randomElement(using: &random) ?? 0
        let bytes = Bool.random(using: &random) ? random.bytes(size) : Array(repeating: 7, count: size)
        #expect(try Inflate.bounded(try Deflate.compress(bytes), limit: size) == bytes)
    }

    @Test("are read as other programs write them: this one is Python's zlib")
    func foreign() throws {
        let bytes = try #require(Hex.bytes("789ccb48cdc9c95748cb2fca0500156b03e9"))
        #expect(try Inflate.bounded(bytes, limit: 100) == Array("hello form".utf8))
        #expect(Array(try Deflate.compress(text).prefix(2)) == [0x78, 0x9C])
    }

    @Test("of exactly the limit are taken, one byte more is refused")
    func limit() throws {
        let packed = try Deflate.compress(text)
        #expect(packed.count < text.count / 20)
        #expect(try Inflate.bounded(packed, limit: text.count) == text)
        #expect(refusal(packed, limit: text.count - 1) == .tooLarge(limit: text.count - 1))
        #expect(refusal(packed, limit: 0) == .tooLarge(limit: 0))
    }

    @Test("that hold a thousand times their size cost no more than the limit")
    func bomb() throws {
        let bomb = try Deflate.compress(Array(repeating: 0, count: 64 << 20))
        #expect(bomb.count < 70_000)
        #expect(refusal(bomb, limit: 4 << 20) == .tooLarge(limit: 4 << 20))
    }

    @Test("that are cut anywhere are called cut")
    func truncated() throws {
        let packed = try Deflate.compress(Array("one short heartbeat".utf8))
        for length in packed.indices { #expect(refusal(Array(packed[..<length])) == .truncated, "\(length) bytes") }
    }

    @Test("with something after their end are refused")
    func trailing() throws {
        let packed = try Deflate.compress(text)
        #expect(refusal(packed + [0]) == .trailing(1))
        #expect(refusal(packed + packed) == .trailing(packed.count))
    }

    @Test("without the header, as raw deflate or gzip, are named as such")
    func raw() throws {
        let packed = try Deflate.compress(text)
        #expect(refusal(Array(packed.dropFirst(2).dropLast(4))) == .notZlib)
        #expect(refusal([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]) == .notZlib)
        #expect(refusal(Array("{\"v\":1}".utf8)) == .notZlib)
        #expect(refusal([0x78, 0xBB, 0, 0, 0, 1]) == .dictionary)
    }

    @Test("with one bit turned are never taken for something else", arguments: Seeds.first(50))
    func damaged(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var packed = try Deflate.compress(text)
        let place = Int.random(in: packed.indices, using: &random)
        packed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        if let inflated = try? Inflate.bounded(packed, limit: 1 << 20) { #expect(inflated == text) }
    }

    @Test("say in one line what is wrong")
    func words() {
        for error: DeflateError in [.notZlib, .dictionary, .truncated, .trailing(3), .damaged, .tooLarge(limit: 9)] {
            #expect(!error.description.isEmpty && error.description.cleaned() == error.description)
        }
    }
}
