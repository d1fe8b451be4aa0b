import Testing
import ZoneSNMP
import ZoneTestKit

@Suite("SNMP: bytes")
struct SNMPCodecTests {
    private static let community = Array("public".utf8)

    /// net-snmp 5.9.3: `snmpget -v1 -c public -d HOST 1.3.6.1.2.1.25.3.5.1.2.1 1.3.6.1.2.1.43.10.2.1.4.1.1`.
    private static let asked = hex(
        """
        30 3E 02 01 00 04 06 70 75 62 6C 69 63 A0 31 02 04 1D 3D AF D2 02 01 00 02 01 00 30 23 30 0F 06 \
        0B 2B 06 01 02 01 19 03 05 01 02 01 05 00 30 10 06 0C 2B 06 01 02 01 2B 0A 02 01 04 01 01 05 00
        """)
    /// The answer that net-snmp read as `Hex-STRING: 20 00` and `Counter32: 12000`.
    private static let answered = hex(
        """
        30 42 02 01 00 04 06 70 75 62 6C 69 63 A2 35 02 04 1D 3D AF D2 02 01 00 02 01 00 30 27 30 11 06 \
        0B 2B 06 01 02 01 19 03 05 01 02 01 04 02 20 00 30 12 06 0C 2B 06 01 02 01 2B 0A 02 01 04 01 01 \
        41 02 2E E0
        """)
    /// The answer to `snmpgetnext -v2c … 1.3.6.1.2.1.43.11.1.1.9.1.2`, which net-snmp read as the end of the MIB.
    private static let ended = hex(
        """
        30 2D 02 01 01 04 06 70 75 62 6C 69 63 A2 20 02 04 4C 82 2B 96 02 01 00 02 01 00 30 12 30 10 06 \
        0C 2B 06 01 02 01 2B 0B 01 01 09 01 02 82 00
        """)

    private static func hex(_ text: String) -> [UInt8] {
        text.split { $0.isWhitespace }.compactMap { UInt8($0, radix: 16) }
    }

    @Test("a question is written as another program writes it, byte for byte")
    func question() {
        let names = [
            PrinterMIB.detectedErrors.appending([1]), PrinterMIB.markerLifeCount.appending([1, 1]),
        ]
        let message = SNMPMessage(
            community: Self.community, kind: .get, requestID: 0x1D3D_AFD2, bindings: names.map { .init($0) })
        #expect(message.encoded == Self.asked)
        #expect(SNMPMessage(Self.asked) == message)
    }

    @Test("answers mean what another program reads in them")
    func answers() throws {
        let first = try #require(SNMPMessage(Self.answered))
        #expect(first.kind == .response && first.version == .v1 && first.requestID == 0x1D3D_AFD2)
        #expect(first.bindings.map(\.value) == [.octets([0x20, 0]), .counter32(12_000)])
        let last = try #require(SNMPMessage(Self.ended))
        #expect(last.version == .v2c)
        #expect(last.bindings == [.init(PrinterMIB.supplyLevel.appending([1, 2]), .endOfMibView)])
    }

    @Test("what is written is read back as the same", arguments: Seeds.first(200))
    func roundTrip(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let message = Self.message(&random)
        #expect(SNMPMessage(message.encoded) == message, "seed \(seed)")
    }

    @Test("no beginning of a message is a message, and nothing may follow one", arguments: Seeds.first(20))
    func cut(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = Self.message(&random).encoded
        for count in bytes.indices { #expect(SNMPMessage(Array(bytes.prefix(count))) == nil, "seed \(seed): \(count)") }
        #expect(SNMPMessage(bytes + [0]) == nil)
        // Nor inside one, where the lengths agree.
        let inner = SNMPMessage(community: [], kind: .response, requestID: 1, bindings: []).encoded
        var padded = inner + [0]
        for length in [1, 8] { padded[length] += 1 }
        #expect(SNMPMessage(inner) != nil && SNMPMessage(padded) == nil)
    }

    @Test("one changed byte never harms", arguments: Seeds.first(100))
    func changed(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = Self.message(&random).encoded
        bytes[Int.random(in: bytes.indices, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
        guard let message = SNMPMessage(bytes) else { return }
        #expect(SNMPMessage(message.encoded) == message, "seed \(seed)")
    }

    @Test(
        "numbers beyond their type are refused, a missing zero before a high bit is not",
        arguments: [
            ("41 05 00 FF FF FF FF", SNMPValue.counter32(.max)), ("41 04 FF FF FF FF", .counter32(.max)),
            ("41 05 01 00 00 00 00", nil), ("41 01 FF", nil), ("41 00", nil), ("02 04 80 00 00 00", .integer(.min)),
            ("02 05 00 80 00 00 00", nil), ("02 00", nil), ("02 02 FF FD", .integer(-3)), ("40 03 01 02 03", nil),
            ("46 09 00 FF FF FF FF FF FF FF FF", .counter64(.max)), ("05 01 00", nil), ("1F 00", nil),
        ])
    func numbers(_ text: String, _ value: SNMPValue?) {
        let binding = [0x06, 0x01, 0x2B] + Self.hex(text)
        let list = [0x30, UInt8(binding.count)] + binding
        let body = Self.hex("02 01 01 02 01 00 02 01 00") + [0x30, UInt8(list.count)] + list
        let message = Self.hex("02 01 00 04 00") + [0xA2, UInt8(body.count)] + body
        #expect(SNMPMessage([0x30, UInt8(message.count)] + message)?.bindings.first?.value == value)
    }

    @Test("numbers are written as short as they can be (X.690, 8.3.2)")
    func shortest() {
        func ending(_ value: SNMPValue) -> [UInt8] {
            let binding = SNMPMessage.Binding(ObjectID([1, 3]), value)
            return Array(
                SNMPMessage(community: [], kind: .response, requestID: 1, bindings: [binding]).encoded.suffix(4))
        }
        #expect(ending(.integer(-3)).suffix(3) == [0x02, 0x01, 0xFD])
        #expect(ending(.integer(-129)) == [0x02, 0x02, 0xFF, 0x7F])
        #expect(ending(.counter32(128)) == [0x41, 0x02, 0x00, 0x80])
        #expect(ending(.gauge32(127)).suffix(3) == [0x42, 0x01, 0x7F])
    }

    @Test("names are bounded, and a number in them has 32 bits")
    func names() {
        func read(_ content: [UInt8]) -> SNMPMessage? {
            let value = SNMPMessage(
                community: [], kind: .response, requestID: 1,
                bindings: [.init(ObjectID([1, 3]), .octets(content))])
            // An octet string becomes an object identifier by its tag alone.
            var bytes = value.encoded
            bytes[bytes.count - content.count - (content.count < 0x80 ? 2 : 3)] = 0x06
            return SNMPMessage(bytes)
        }
        let long = [UInt8](repeating: 1, count: 127)
        #expect(read(long) != nil)
        #expect(read(long + [1]) == nil)
        #expect(read(long.dropLast() + [0x80]) == nil)
        #expect(
            read([0x2B, 0x8F, 0xFF, 0xFF, 0xFF, 0x7F])?.bindings.first?.value == .objectID(ObjectID([1, 3, .max])))
        #expect(read([0x2B, 0x90, 0x80, 0x80, 0x80, 0x00]) == nil)
    }

    static func message(_ random: inout SeededGenerator) -> SNMPMessage {
        func name() -> ObjectID {
            let more = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                UInt32.random(in: 0...(Bool.random(using: &random) ? 200 : .max), using: &random)
            }
            let root = UInt32.random(in: 0...2, using: &random)
            return ObjectID([root, UInt32.random(in: 0...(root == 2 ? .max : 39), using: &random)] + more)
        }
        func value() -> SNMPValue {
            let word = UInt32.random(in: 0 ... .max, using: &random) >> UInt32.random(in: 0...31, using: &random)
            return switch Int.random(in: 0..<9, using: &random) {
            case 0: .integer(Int32(bitPattern: word))
            case 1: .octets(random.bytes(Int.random(in: 0...300, using: &random)))
            case 2: .objectID(name())
            case 3: .counter32(word)
            case 4: .gauge32(word)
            case 5: .timeTicks(word)
            case 6: .counter64(UInt64(word) << UInt64.random(in: 0...32, using: &random))
            case 7: .ipAddress(random.bytes(4))
            default: [.null, .noSuchObject, .noSuchInstance, .endOfMibView][Int.random(in: 0..<4, using: &random)]
            }
        }
        return SNMPMessage(
            version: SNMPMessage.Version.allCases.randomElement(using: &random) ?? .v1,
            community: random.bytes(Int.random(in: 0...40, using: &random)),
            kind: SNMPMessage.Kind.allCases.randomElement(using: &random) ?? .get,
            requestID: .random(in: .min ... .max, using: &random), errorStatus: .random(in: 0...18, using: &random),
            errorIndex: .random(in: -1...70, using: &random),
            bindings: (0..<Int.random(in: 0...8, using: &random)).map { _ in .init(name(), value()) })
    }
}
