import OnbonLEDDriver
import ZoneLinux

/// An area as the card reads it: written apart from the driver's encoder, from the vendor's table (section 9.1), as a
/// second opinion on it.
package struct SimulatedArea: Sendable, Hashable {
    package var id: UInt8
    /// In pixels.
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int
    package var isSingleLine: Bool
    package var breaksLines: Bool
    package var motion: UInt8
    package var text: [UInt8]

    /// `nil` when a field is missing or beyond its range.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= 27, bytes[0] == 0, bytes[14] == 0, bytes[15] == 0 else { return nil }
        guard let x = SimulatedArea.horizontal(bytes, 1), let y = bytes.word(at: 3),
            let width = SimulatedArea.horizontal(bytes, 5), let height = bytes.word(at: 7),
            let length = bytes.double(at: 23), length == bytes.count - 27
        else { return nil }
        guard (1...2).contains(bytes[17]), (1...2).contains(bytes[18]), (1...6).contains(bytes[19]) else { return nil }
        (self.x, self.y, self.width, self.height) = (x, Int(y), width, Int(height))
        (id, isSingleLine, breaksLines, motion) = (bytes[9], bytes[17] == 1, bytes[18] == 2, bytes[19])
        text = Array(bytes[27...])
    }

    private static func horizontal(_ bytes: [UInt8], _ offset: Int) -> Int? {
        bytes.word(at: offset).map { $0 & 0x8000 == 0 ? Int($0) * 8 : Int($0 & 0x7FFF) }
    }

    /// Without the commands for font and colour, with real line breaks.
    package var readableText: String {
        var plain: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                plain.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "n"): plain.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "C"): rest = rest.dropFirst()
            case UInt8(ascii: "F"): rest = rest.dropFirst(4)
            default: plain += Array("?".utf8)
            }
        }
        return (try? CharacterCode.gb2312.decode(plain)) ?? ""
    }
}

/// What an A3 06 changes (section 8.2.1).
struct AreaChange {
    /// `nil`: all of them.
    var deleted: [UInt8]?
    var written: [SimulatedArea] = []

    /// `nil` when the lengths inside do not add up.
    init?(_ payload: [UInt8]) {
        var rest = payload[...]
        guard let deleteCount = rest.popFirst() else { return nil }
        if deleteCount == 0xFF {
            deleted = nil
        } else {
            guard rest.count > Int(deleteCount) else { return nil }
            deleted = Array(rest.prefix(Int(deleteCount)))
            rest = rest.dropFirst(Int(deleteCount))
        }
        guard let areaCount = rest.popFirst() else { return nil }
        for _ in 0..<areaCount {
            let body = Array(rest)
            guard let length = body.word(at: 0), body.count >= Int(length) + 2 else { return nil }
            guard let area = SimulatedArea(Array(body[2..<(Int(length) + 2)])) else { return nil }
            written.append(area)
            rest = rest.dropFirst(Int(length) + 2)
        }
        guard rest.isEmpty else { return nil }
    }
}
