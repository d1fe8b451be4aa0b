import OnbonLEDDriver
import Testing
import ZoneModel
import ZoneTestKit

@Suite("Onbon LED: bytes on the wire")
struct OnbonLEDFrameTests {
    private func pieces(_ wire: String, opening: Int = 8) -> [OnbonFrameAssembler.Piece] {
        var assembler = OnbonFrameAssembler()
        return assembler.take([UInt8](repeating: 0xA5, count: opening) + OnbonFrames.bytes(wire))
    }

    private func frame(_ wire: String, opening: Int = 8) throws -> OnbonFrame {
        let pieces = pieces(wire, opening: opening)
        #expect(pieces.count == 1)
        return try #require(pieces.compactMap { if case .frame(let frame) = $0 { frame } else { nil } }.first)
    }

    @Test("each request is, byte for byte, what others wrote", arguments: OnbonFrames.requests)
    func requests(_ golden: OnbonFrames.Request) throws {
        let frame = OnbonFrame(to: golden.screen, data: golden.command.data)
        #expect(Hex.text(frame.encode()) == Hex.text(OnbonFrames.head + OnbonFrames.bytes(golden.wire)))
        #expect(try self.frame(golden.wire) == frame)
    }

    @Test("the vendor's other frames are read, whatever their command")
    func otherVendorFrames() throws {
        for golden in OnbonFrames.others {
            let wire = OnbonFrames.bytes(golden.wire)
            let frame = try frame(golden.wire)
            #expect(frame.data.count == wire.count - 17, "\(golden.section)")
            #expect(frame.source == OnbonFrame.program, "\(golden.section)")
        }
    }

    @Test("the two wrong examples of the vendor's document are refused")
    func wrongVendorFrames() {
        for golden in OnbonFrames.wrong {
            let body = OnbonFrames.bytes(golden.wire).dropLast()
            #expect(pieces(golden.wire) == [.fault(.checksum)], "\(golden.section)")
            // With a right checksum the length is still wrong.
            let mended = Array(body.dropLast(2))
            let wire = OnbonEscape.escape(mended + OnbonChecksum.of(mended).littleEndianBytes)
            let said = Int(mended.word(at: 12) ?? 0)
            #expect(throws: OnbonFrame.Fault.length(said: said, found: mended.count - 14)) {
                try OnbonFrame(wire: wire)
            }
        }
    }

    @Test("replies are read behind any run of opening bytes", arguments: [1, 2, 7, 8, 9, 40])
    func replies(opening: Int) throws {
        let yes = try frame(OnbonFrames.yes, opening: opening)
        #expect(OnbonReply(yes.data, to: .ping) == .accepted)
        #expect(OnbonReply(yes.data, to: .status) == nil, "a late yes is no status")
        #expect(yes.destination == OnbonFrame.program && yes.source == OnbonFrame.anyScreen)
        let noise = try frame(OnbonFrames.noChecksum, opening: opening)
        #expect(OnbonReply(noise.data, to: .status) == .refused(OnbonRefusal(5)))
        let busy = try frame(OnbonFrames.noBusy, opening: opening)
        #expect(OnbonReply(busy.data, to: .ping) == .refused(OnbonRefusal(3)))
        #expect(Hex.text(yes.encode()) == Hex.text(OnbonFrames.head + OnbonFrames.bytes(OnbonFrames.yes)))
    }

    @Test("the graphic cards' frames are known, and refused")
    func otherFamily() { #expect(pieces(OnbonFrames.otherFamily) == [.fault(.otherFamily)]) }

    @Test("checksum: the self-test of CRC-16/ARC, and the Modbus kind is another")
    func checksum() {
        #expect(OnbonChecksum.of(Array("123456789".utf8)) == 0xBB3D)
        #expect(OnbonChecksum.of([]) == 0)
    }

    @Test("a checksum of another kind, or none, is not believed: one flipped bit must not switch the check off")
    func otherCheckModes() {
        for mode in [1, 2] as [UInt8] {
            var body = OnbonFrame(to: 0x8000, from: 1, data: [0xA0, 0, 0, 0, 0]).plainBody
            body[8] = mode
            body.replaceSubrange((body.count - 2)..., with: OnbonChecksum.of(body.dropLast(2)).littleEndianBytes)
            #expect(throws: OnbonFrame.Fault.unasked) { try OnbonFrame(wire: OnbonEscape.escape(body)) }
        }
    }

    @Test("unescape after escape gives the same bytes; escaped bytes hold no opening or closing")
    func escapes() {
        for seed in Seeds.first(300) {
            var random = SeededGenerator(seed: seed)
            let special: [UInt8] = [0xA5, 0xA6, 0x5A, 0x5B, 1, 2]
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? special.randomElement(using: &random) ?? 0 : UInt8.random(in: 0...255, using: &random)
            }
            let escaped = OnbonEscape.escape(bytes)
            #expect(OnbonEscape.unescape(escaped) == bytes, "seed \(seed)")
            #expect(!escaped.contains(0xA5) && !escaped.contains(0x5A), "seed \(seed)")
        }
    }

    @Test("what escaping never writes is refused", arguments: ["A6", "5B", "A6 03", "5B 00", "A6 A6", "A5", "01 5A"])
    func badEscapes(_ hex: String) { #expect(OnbonEscape.unescape(OnbonFrames.bytes(hex)) == nil) }

    @Test("frames come out of a stream in any pieces, with junk between them, none lost and none made up")
    func anyChunking() {
        for seed in Seeds.first(300) {
            var random = SeededGenerator(seed: seed)
            var stream: [UInt8] = []
            var sent: [OnbonFrame] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                // Junk without opening bytes: what follows one is a frame, good or bad.
                stream += random.bytes(Int.random(in: 0...30, using: &random)).filter { $0 != 0xA5 }
                let data = random.bytes(Int.random(in: 0...60, using: &random))
                let frame = OnbonFrame(to: 0x8000, from: .random(in: 0...(.max), using: &random), data: data)
                sent.append(frame)
                stream += [UInt8](repeating: 0xA5, count: Int.random(in: 0...12, using: &random)) + frame.encode()
            }
            var assembler = OnbonFrameAssembler()
            var found: [OnbonFrame] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...20, using: &random))
                rest = rest.dropFirst(piece.count)
                found += assembler.take(Array(piece)).compactMap {
                    if case .frame(let frame) = $0 { frame } else { nil }
                }
            }
            #expect(found == sent, "seed \(seed)")
        }
    }

    @Test("a stream without an end holds a bounded number of bytes, and a frame after it is found")
    func endless() {
        var assembler = OnbonFrameAssembler()
        _ = assembler.take([0xA5])
        for _ in 0..<100 {
            _ = assembler.take([UInt8](repeating: 0x11, count: 1000))
            #expect(assembler.heldCount <= OnbonFrameAssembler.longestFrame)
        }
        let frame = OnbonFrame(data: [1, 2, 3])
        #expect(assembler.take(frame.encode()) == [.frame(frame)])
    }

    @Test("a frame that lost its end does not swallow the next one")
    func lostEnd() {
        var assembler = OnbonFrameAssembler()
        let frame = OnbonFrame(data: [0xA0, 0, 0, 0, 0])
        #expect(assembler.take(Array(frame.encode().dropLast(3)) + frame.encode()) == [.frame(frame)])
    }

    @Test("any bytes at all end no program")
    func anyBytes() {
        for seed in Seeds.first(200) {
            var random = SeededGenerator(seed: seed)
            var assembler = OnbonFrameAssembler()
            var bytes = random.bytes(500)
            for _ in 0..<40 {
                bytes[Int.random(in: 0..<500, using: &random)] = Bool.random(using: &random) ? 0xA5 : 0x5A
            }
            _ = assembler.take(bytes)
            for command in [OnbonCommand.ping, .status, .fonts] { _ = OnbonReply(bytes, to: command) }
            let cut = Array(bytes.prefix(Int.random(in: 0...80, using: &random)))
            _ = (OnbonStatus(cut), OnbonParameters(cut), OnbonFont.list(cut))
        }
    }
}

extension OnbonFrame {
    /// Header, data and checksum without escapes.
    fileprivate var plainBody: [UInt8] { OnbonEscape.unescape(encode().dropFirst(8).dropLast()) ?? [] }
}
