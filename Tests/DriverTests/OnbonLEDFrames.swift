import OnbonLEDDriver
import Testing
import ZoneModel

/// Bytes that others wrote. `head` stands for the eight opening bytes.
enum OnbonFrames {
    static let head = [UInt8](repeating: 0xA5, count: 8)

    static func bytes(_ hex: String) -> [UInt8] { Hex.bytes(hex.filter { !$0.isWhitespace }) ?? [] }

    struct Request: Sendable, CustomTestStringConvertible {
        var name: String
        var command: OnbonCommand
        var screen: UInt16 = OnbonFrame.anyScreen
        var wire: String
        var testDescription: String { name }
    }

    private static func welcome(_ alignment: OnbonArea.Alignment, _ text: String) -> OnbonCommand {
        var area = OnbonArea(width: 128, height: 32, text: bytes(text))
        area.alignment = alignment
        return .show(area)
    }

    /// Marked (v): printed in the vendor's document. The others were computed by a second, independent program.
    static let requests: [Request] = [
        .init(
            name: "ping, screen 1 (v)", command: .ping, screen: 1,
            wire: "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 68 F8 5A"),
        .init(
            name: "ping, any card", command: .ping,
            wire: "FE FF 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 4C DC 5A"),
        .init(
            name: "status", command: .status,
            wire: "FE FF 00 80 00 00 00 00 00 00 FE 02 05 00 A1 02 01 00 00 09 64 5A"),
        .init(
            name: "parameters", command: .parameters,
            wire: "FE FF 00 80 00 00 00 00 00 00 FE 02 05 00 A2 0A 01 00 00 4F 04 5A"),
        .init(
            name: "fonts", command: .fonts,
            wire: "FE FF 00 80 00 00 00 00 00 00 FE 02 05 00 A2 09 01 00 00 4F 40 5A"),
        .init(
            name: "power on", command: .power(on: true),
            wire: "FE FF 00 80 00 00 00 00 00 00 FE 02 06 00 A3 00 01 00 00 01 5D F1 5A"),
        .init(
            name: "power off", command: .power(on: false),
            wire: "FE FF 00 80 00 00 00 00 00 00 FE 02 06 00 A3 00 01 00 00 02 1D F0 5A"),
        .init(
            name: "brightness 8", command: .brightness(8),
            wire: "FE FF 00 80 00 00 00 00 00 00 FE 02 07 00 A3 02 01 00 00 01 08 3D 4D 5A"),
        .init(
            name: "clear", command: .clear,
            wire: "FE FF 00 80 00 00 00 00 00 00 FE 02 05 00 A3 10 01 00 00 75 DC 5A"),
        .init(
            name: "delete all areas", command: .deleteAllAreas,
            wire: "FE FF 00 80 00 00 00 00 00 00 FE 02 07 00 A3 06 01 00 00 FF 00 7D 6F 5A"),
        .init(
            name: "clock 2025-11-21 09:30:00, a Friday", command: .clock(bytes("25 20 11 21 09 30 00 05")),
            wire: "FE FF 00 80 00 00 00 00 00 00 FE 02 0D 00 A2 03 01 08 00 25 20 11 21 09 30 00 05 0B 73 5A"),
        .init(
            name: "clock (v)", command: .clock(bytes("13 20 01 25 11 17 26 05")), screen: 1,
            wire: "01 00 00 80 00 00 00 00 00 00 FE 02 0D 00 A2 03 01 08 00 13 20 01 25 11 17 26 05 B0 3F 5A"),
        .init(
            name: "text 欢迎光临 (v)", command: welcome(.leftTop, "BB B6 D3 AD B9 E2 C1 D9"),
            wire: """
                FE FF 00 80 00 00 00 00 00 00 FE 02 2C 00 A3 06 01 00 00 00 01 23 00 00 00 80 00 00 80 80
                20 00 00 00 00 0A 00 00 00 00 02 01 01 00 02 0A 08 00 00 00 BB B6 D3 AD B9 E2 C1 D9 3C 49 5A
                """),
        .init(
            name: "text 政务公开, centred", command: welcome(.centred, "D5 FE CE F1 B9 AB BF AA"),
            wire: """
                FE FF 00 80 00 00 00 00 00 00 FE 02 2C 00 A3 06 01 00 00 00 01 23 00 00 00 80 00 00 80 80
                20 00 00 00 00 0A 00 00 00 0A 02 01 01 00 02 0A 08 00 00 00 D5 FE CE F1 B9 AB BF AA 8A 23 5A
                """),
        .init(
            name: "escapes in the text", command: welcome(.leftTop, "5C 43 31 B0 A5 B0 A6"),
            wire: """
                FE FF 00 80 00 00 00 00 00 00 FE 02 2B 00 A3 06 01 00 00 00 01 22 00 00 00 80 00 00 80 80
                20 00 00 00 00 0A 00 00 00 00 02 01 01 00 02 0A 07 00 00 00 5C 43 31 B0 A6 02 B0 A6 01 FE 1B 5A
                """),
        .init(
            name: "an escape in the checksum", command: .ping, screen: 0x19,
            wire: "19 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 4E 5B 02 5A"),
        .init(
            name: "an escape in the header", command: .ping, screen: 0x5A,
            wire: "5B 02 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 1F D1 5A"),
    ]

    static let yes = "00 80 FE FF 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 14 AC 5A"
    static let noChecksum = "00 80 FE FF 00 00 00 00 00 00 FE 02 05 00 A0 01 05 00 00 05 51 5A"
    static let noBusy = "00 80 FE FF 00 00 00 00 00 00 FE 02 05 00 A0 01 03 00 00 E5 50 5A"
    static let status = """
        00 80 FE FF 00 00 00 00 00 00 63 02 34 00 A1 02 00 00 00 01 0F 25 20 11 21 05 09 30 00 01
        50 30 30 30 00 00 01 00 42 58 36 4B 31 30 30 30 30 30 30 30 30 30 30 31
        00 00 00 00 00 00 00 00 00 00 00 00 E1 74 5A
        """

    /// Further frames of the vendor's document, by section: commands that this program does not send.
    static let others: [(section: String, wire: String)] = [
        ("8.1.1", "FE FF 00 80 00 00 00 00 00 00 FE 02 0E 00 A1 05 01 00 00 01 50 30 30 30 47 00 00 00 48 14 5A"),
        (
            "8.3.1",
            """
            01 00 00 80 00 00 00 00 00 00 FE 02 1D 00 A4 01 01 00 00 28 00 00 00 08 00 40 00 00 01 00 02 00 02 00
            02 0A 00 00 00 00 00 00 00 FD C0 5A
            """
        ),
        (
            "8.3.2",
            """
            01 00 00 80 00 00 00 00 00 00 FE 02 17 00 A4 02 01 00 00 00 0F 00 77 77 77 2E 6F 6E 62 6F 6E 62 78 2E
            63 6F 6D 68 B5 5A
            """
        ),
        ("8.3.3", "01 00 00 80 00 00 00 00 00 00 FE 02 06 00 A4 09 01 00 00 00 65 9C 5A"),
        ("8.3.5", "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A4 04 01 00 00 E1 C8 5A"),
        ("8.3.7", "FE FF 00 80 00 00 00 00 00 00 FE 02 0B 00 A4 06 01 00 00 00 FF FE 83 A8 56 1C 2C 5A"),
        ("8.5", "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A1 00 01 00 00 2C F8 5A"),
        ("8.18", "01 00 00 80 00 00 00 00 00 00 FE 02 0B 00 A3 04 01 00 00 00 01 50 30 30 30 C2 40 5A"),
        ("8.18", "01 00 00 80 00 00 00 00 00 00 FE 02 0B 00 A3 04 01 00 00 00 00 50 30 30 30 FF 80 5A"),
        // The reserved byte after the source is FF in these.
        ("8.19", "FE FF 00 80 FF 00 00 00 00 00 FE 02 06 00 A2 08 01 00 00 01 BC 51 5A"),
        ("8.19", "FE FF 00 80 FF 00 00 00 00 00 FE 02 06 00 A2 08 01 00 00 00 7D 91 5A"),
        ("8.20", "FE FF 00 80 FF 00 00 00 00 00 FE 02 05 00 A2 09 01 00 00 F0 00 5A"),
        (
            "9.1",
            """
            FE FF 00 80 00 00 00 00 00 00 FE 02 59 00 A1 06 01 00 00 50 30 30 30 01 00 00 47 00 00 00 00 00 00 50
            30 30 30 47 00 00 00 FF 00 00 01 FF FF FF FF FF FF FF FF 01 00 00 01 2C 00 00 00 00 00 80 00 00 80 80
            20 00 FF 00 00 00 00 00 00 00 02 02 02 00 0A 0A 0D 00 00 00 BB B6 D3 AD B9 E2 C1 D9 4F 6E 62 6F 6E 0F
            18 EC F0 5A
            """
        ),
    ]

    /// Two examples of the document are wrong, in the length (49 for 48, 6 for 7) and in the checksum.
    static let wrong: [(section: String, wire: String)] = [
        (
            "8.3.6",
            """
            FE FF 00 80 00 00 00 00 00 00 FE 02 31 00 A4 05 01 00 00 02 C0 A8 00 EB FF FF FF 00 C0 A8 00 01 8D 13
            00 C0 A8 00 01 71 17 30 30 30 30 30 30 30 30 14 00 42 58 2D 4E 45 54 30 30 30 30 30 16 90 5A
            """
        ),
        ("8.29", "FE FF 00 80 FF 00 00 00 00 00 FE 02 06 00 A2 12 01 03 00 01 00 FF FF 5A"),
    ]

    /// The graphic cards' ping, vendor's "5th动态区域用户手册" 1.5.
    static let otherFamily = "FE FF 00 80 F0 00 FE FF 00 00 00 00 05 00 00 00 01 A2 00 00 00 C6 86 5A"
}
