// Purpose: the wire of Onbon's font cards (BX-5K, BX-6K) and the device on top of it. Section numbers are those of the
// vendor's protocol document, version 1.4 (README.md, "Evidence").

/// The four bytes that cannot stand in a frame as they are (section 3.3).
package enum OnbonEscape {
    package static let opening: UInt8 = 0xA5
    package static let closing: UInt8 = 0x5A

    package static func escape(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0xA5: result += [0xA6, 0x02]
            case 0xA6: result += [0xA6, 0x01]
            case 0x5A: result += [0x5B, 0x02]
            case 0x5B: result += [0x5B, 0x01]
            default: result.append(byte)
            }
        }
        return result
    }

    /// `nil` for what `escape` never writes: an unescaped opening or closing byte, a lone or unknown escape.
    package static func unescape(_ bytes: some Sequence<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var pending: UInt8?
        for byte in bytes {
            switch (pending, byte) {
            case (nil, 0xA6), (nil, 0x5B): pending = byte
            case (nil, 0xA5), (nil, 0x5A): return nil
            case (nil, _): result.append(byte)
            case (.some(let lead), 0x01):
                result.append(lead)
                pending = nil
            case (.some(let lead), 0x02):
                result.append(lead &- 1)
                pending = nil
            default: return nil
            }
        }
        return pending == nil ? result : nil
    }
}
