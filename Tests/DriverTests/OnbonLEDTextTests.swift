import DriverKit
import OnbonLEDDriver
import OnbonLEDSimulator
import Testing
import ZoneLinux
import ZoneModel

@Suite("Onbon LED: text")
struct OnbonLEDTextTests {
    private func page(
        _ lines: String..., effect: SignMessage.Effect = .still, colour: SignMessage.Colour? = nil, type: UInt8 = 0x63,
        colours: OnbonParameters.Colours? = .two, set: [String: String] = [:]
    ) throws -> OnbonPage {
        let card = OnbonParameters(screen: 1, deviceType: type, width: 128, height: 32, colours: colours)
        return try OnbonPage(
            SignMessage(lines: lines, effect: effect, colour: colour), on: card, OnbonSettings(set))
    }

    private func refusal(_ lines: String..., type: UInt8 = 0x63) -> String? {
        do {
            let card = OnbonParameters(screen: 1, deviceType: type, width: 128, height: 32, colours: .two)
            _ = try OnbonPage(SignMessage(lines: lines), on: card, OnbonSettings([:]))
            return nil
        } catch {
            #expect(error.code == .refused)
            return error.detail
        }
    }

    @Test("Chinese goes as GB2312, ASCII as it is")
    func plain() throws {
        let page = try page("政务公开 A6")
        #expect(Hex.text(page.area.text) == "d5fecef1b9abbfaa204136")
        #expect(page.leftOut == [])
    }

    @Test(
        "what GB2312 lacks is refused by name",
        arguments: [("€", "U+20AC"), ("请🙂坐", "U+1F642"), ("朱镕基", "U+9555"), ("한국", "U+D55C"), ("A\u{A0}B", "U+00A0")])
    func outside(_ text: String, _ name: String) {
        #expect(refusal(text)?.contains(name) == true)
    }

    @Test("several are named, each once")
    func several() {
        #expect(refusal("€镕€", "🙂")?.contains("U+20AC (€), U+9555 (镕)") == true)
    }

    @Test("dash and middle dot as people type them")
    func punctuation() throws {
        #expect(Hex.text(try page("——·").area.text) == "a1aaa1aaa1a4")
    }

    @Test("a backslash would begin a command of the card: refused, also inside a word")
    func backslash() {
        #expect(refusal("C:\\C1")?.contains("U+005C") == true)
        #expect(refusal("\\n") != nil)
    }

    @Test("control characters are refused", arguments: ["\n", "\t", "\u{0}", "\u{1B}[31m", "\u{7F}"])
    func control(_ text: String) { #expect(refusal("A" + text)?.contains("U+00") == true) }

    @Test("nothing to show is refused")
    func nothing() {
        #expect(refusal() == "there is no text")
        #expect(refusal("", "  ") == "there is no text")
    }

    @Test("no character of the basic plane becomes anything but GB2312, and each comes back as itself")
    func wholePlane() throws {
        var count = 0
        for value in UInt32(0x20)...0xFFFF {
            guard let scalar = Unicode.Scalar(value), let code = try? CharacterCode.gb2312.encode(String(scalar)) else {
                continue
            }
            count += 1
            if code.count == 1 {
                #expect(value < 0x80 && code == [UInt8(value)])
            } else {
                #expect(code.count == 2 && (0xA1...0xF7).contains(code[0]) && (0xA1...0xFE).contains(code[1]))
                #expect(!code.contains(0x5C), "no byte of it looks like a backslash")
                let back = try CharacterCode.gb2312.decode(code)
                #expect(back == String(scalar) || scalar == "\u{2014}" || scalar == "\u{00B7}")
            }
        }
        // 7445 characters of GB 2312-80, 95 of ASCII, DEL, and the two that are folded.
        #expect(count == 7445 + 95 + 1 + 2)
    }

    @Test("bytes that mean nothing are shown as such")
    func decode() throws {
        #expect(try CharacterCode.gb2312.decode([0xD5, 0xFE, 0xFF, 0x41, 0xB9]) == "政\u{FFFD}A\u{FFFD}")
    }

    @Test("text too long for the card's buffer is refused with the limit")
    func tooLong() throws {
        let most = String(repeating: "政", count: 494)
        #expect(try page(most).area.text.count == 988)
        #expect(refusal(most + "A") == "the text has 989 bytes, the card takes 988")
        #expect(refusal(String(repeating: "A", count: 477), type: 0x51) == "the text has 477 bytes, the card takes 476")
    }

    @Test("effects, lines and alignment as the card's fields")
    func effects() throws {
        let still = try page("A", "B").area
        #expect(String(decoding: still.text, as: UTF8.self) == "A\\nB")
        #expect(still.motion == .still && still.alignment == .centred && !still.breaksLines && !still.isSingleLine)
        let long = try page("A").area
        #expect(long.breaksLines && !long.isSingleLine)
        let ticker = try page("A", effect: .scrollLeft).area
        #expect(ticker.motion == .left && ticker.alignment == .leftMiddle && ticker.isSingleLine && !ticker.breaksLines)
        let pages = try page("A", "B", effect: .scrollLeft).area
        #expect(pages.motion == .left && !pages.isSingleLine)
        #expect(try page("A", effect: .pages).area.motion == .snap)
    }

    @Test("colours the screen has are sent, others are left out and that is said")
    func colours() throws {
        func text(_ colour: SignMessage.Colour, _ colours: OnbonParameters.Colours?) throws -> (String, [String]) {
            let page = try page("A", colour: colour, colours: colours)
            return (String(decoding: page.area.text, as: UTF8.self), page.leftOut)
        }
        for (index, colour) in SignMessage.Colour.allCases.enumerated() {
            #expect(try text(colour, .three) == ("\\C\(index + 1)A", []))
            #expect(try text(colour, .two) == (index < 3 ? ("\\C\(index + 1)A", []) : ("A", ["colour"])))
            #expect(try text(colour, .one) == ("A", ["colour"]))
            #expect(try text(colour, nil) == ("A", ["colour"]))
        }
    }

    @Test("fonts from the profile go in front")
    func fonts() throws {
        let page = try page("A", colour: .red, set: ["font": "FO001 FE001"])
        #expect(String(decoding: page.area.text, as: UTF8.self) == "\\FO001\\FE001\\C1A")
    }

    @Test("X in pixels for the sixth generation, in units of 8 for the fifth, or as the profile says")
    func units() throws {
        #expect(try page("A").area.xUnit == .pixel)
        #expect(try page("A", type: 0x53).area.xUnit == .eight)
        #expect(try page("A", type: 0x53, set: ["xUnit": "pixel"]).area.xUnit == .pixel)
        let bytes = try page("A", type: 0x53).area.encode()
        #expect(Array(bytes[1...8]) == [0, 0, 0, 0, 16, 0, 32, 0])
    }

    @Test("what the driver writes, the simulator's own reader reads")
    func secondOpinion() throws {
        for type in [0x63, 0x51] as [UInt8] {
            let page = try page("政务公开", "欢迎", colour: .yellow, type: type)
            let area = try #require(SimulatedArea(page.area.encode()))
            #expect([area.x, area.y, area.width, area.height] == [0, 0, 128, 32])
            #expect(area.readableText == "政务公开\n欢迎")
        }
    }
}
